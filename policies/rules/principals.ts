/** Rules on whom a policy lets in: trusts of roles, policies of resources, and policies of VPC endpoints. */
import { namesCallers, namesSource, requiresValue } from "../conditions.ts";
import { type Kind, role, vpcEndpoint, vpcEndpointPolicy } from "../kinds.ts";
import { refersTo } from "../links.ts";
import { type Condition, isEveryone, type Statement, statementsOf } from "../policy-documents.ts";
import { type Rule, shown, stackRule } from "../rule.ts";
import { chatService } from "./chats.ts";
import { statementRule } from "./permissions.ts";

/** The account is a number: `aws` in its place names a policy that AWS writes. */
const ownPolicy = /^arn:aws[a-z-]*:iam::\d{12}:policy\/.+$/;

export const principalRules: readonly Rule[] = [
  /** Long-lived credentials belong to no stack: people and pipelines sign in through roles outside of it. */
  stackRule({
    name: "iam-no-users",
    rule: "A stack must give permissions to roles only, because a user's credentials do not expire",
    source: "AWS Security Hub IAM.2, AWS IAM: Security best practices",
    kinds: [role, ...forbiddenIdentities()],
    check({ all }, report) {
      for (const resource of forbiddenIdentities().flatMap((kind) => all(kind))) {
        report(resource, {
          found: "it belongs to an IAM user or group",
          fix: "remove it, and let a service assume a role",
        });
      }
    },
  }),

  /** A role without it could be used to reach what the others cannot: whoever deploys writes the policies of all of them. */
  stackRule({
    name: "iam-same-boundary",
    rule: "Either every role of a stack must have the same permissions boundary of this account, or none may have one",
    source: "AWS IAM: Permissions boundaries for IAM entities",
    kinds: [role],
    check({ all }, report) {
      const roles = all(role);
      const boundaries = roles.flatMap(({ props }) => props.permissionsBoundary ?? []);
      const [first] = boundaries;
      if (first === undefined) return;
      for (const one of roles) {
        const { permissionsBoundary: own } = one.props;
        if (own === first && ownPolicy.test(own)) continue;
        report(one, {
          found: `${shown("permissionsBoundary", own)}${own === first ? ", which is no policy of this account" : `, and another role has ${first}`}`,
          fix: "set aws.roleBoundary to a policy of this account, which every role then gets, and set no other in a component",
        });
      }
    },
  }),

  statementRule(["trust"], {
    name: "iam-trust-services-only",
    rule: "A role of the stack may be assumed by services of AWS only",
    source: "AWS IAM: The confused deputy problem",
    check({ actions, principals }, report) {
      const others = principals.filter(({ kind, name }) => kind !== "Service" || isEveryone({ kind, name }));
      if (others.length > 0) {
        report({
          found: `lets ${others.map(({ kind, name }) => `${kind} ${name}`).join(", ")} assume the role`,
          fix: "name the service that needs the role as Principal.Service",
        });
      }
      const strange = actions.filter((action) => action.toLowerCase() !== "sts:assumerole");
      if (strange.length > 0) {
        report({ found: `allows ${strange.join(", ")}`, fix: "allow sts:AssumeRole alone" });
      }
    },
  }),

  statementRule(["trust", "resource"], {
    name: "iam-service-names-source",
    rule: "A service must be let in only where it acts for this account, because it acts for other customers of AWS too",
    source: "AWS IAM: The confused deputy problem",
    check(statement, report, token) {
      const services = statement.principals.filter(({ kind }) => kind === "Service");
      const open = services.filter(
        ({ name }) => !namesSource(statement.condition) && !isExempt(token, name, statement),
      );
      if (open.length === 0) return;
      report({
        found: `lets ${open.map(({ name }) => name).join(", ")} in for whomever it acts`,
        fix: exemptions.find((one) => one.token === token && one.service === open[0]?.name)?.fix ?? sourceFix,
      });
    },
  }),

  statementRule(["resource"], {
    name: "resource-policy-not-for-everyone",
    rule: "A resource's policy must not let everyone in",
    source: "AWS Security Hub KMS.5, SNS.4, SQS.3, S3.2",
    check({ principals, condition }, report) {
      if (!principals.some(isEveryone) || namesCallers(condition)) return;
      report({
        found: `allows everyone${without(condition)}`,
        fix: "name the principals, or add a condition on their account, organisation or ARN that uses StringEquals or ArnLike",
      });
    },
  }),

  statementRule(["resource"], {
    name: "resource-policy-named-actions",
    rule: "A resource's policy must name its actions, so that a caller gets no more than it needs; only the account itself may have all of a key",
    source: "AWS IAM: Grant least privilege",
    check({ actions, principals }, report) {
      const broad = actions.filter((action) => /^(\*|[a-z0-9-]+:[^*?]{0,3}[*?])/i.test(action) || /[*?]./.test(action));
      const isAdministration =
        broad.every((action) => action === "kms:*") &&
        principals.every(({ kind, name }) => kind === "AWS" && /^arn:aws[a-z-]*:iam::\d{12}:root$/.test(name));
      if (broad.length === 0 || isAdministration) return;
      report({ found: `allows ${broad.join(", ")}`, fix: "name the actions that the principal needs" });
    },
  }),

  /** An endpoint without a policy has the default one, which lets every principal reach every resource through it. */
  stackRule({
    name: "vpc-endpoint-restricted",
    rule: "A VPC endpoint must let through only this account's principals or named resources, so that no data leaves by it",
    source: "AWS PrivateLink: Control access to VPC endpoints using endpoint policies",
    kinds: [vpcEndpoint, vpcEndpointPolicy],
    check({ all }, report) {
      const policies = all(vpcEndpointPolicy);
      for (const endpoint of all(vpcEndpoint)) {
        const own = policies.filter((policy) => refersTo(policy, "vpcEndpointId", endpoint));
        const documents = [endpoint.props.policy, ...own.map(({ props }) => props.policy)].filter(Boolean);
        if (documents.length === 0) {
          report(endpoint, { found: "policy is not set", fix: "set policy, with the condition aws:PrincipalAccount" });
        }
        for (const statement of documents.flatMap(statementsOf).filter(isOpenEndpoint)) {
          report(endpoint, {
            found: `${statement.label} of policy lets everyone reach ${statement.resources.join(", ")}${without(statement.condition)}`,
            fix: "add the condition StringEquals aws:PrincipalAccount, or name the resources",
          });
        }
      }
    },
  }),
];

/** The types that make a user or a group, or give one something. */
function forbiddenIdentities(): readonly Kind<unknown>[] {
  return [
    "accessKey:AccessKey",
    "group:Group",
    "groupMembership:GroupMembership",
    "groupPoliciesExclusive:GroupPoliciesExclusive",
    "groupPolicy:GroupPolicy",
    "groupPolicyAttachment:GroupPolicyAttachment",
    "groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
    "serviceSpecificCredential:ServiceSpecificCredential",
    "signingCertificate:SigningCertificate",
    "sshKey:SshKey",
    "user:User",
    "userGroupMembership:UserGroupMembership",
    "userLoginProfile:UserLoginProfile",
    "userPoliciesExclusive:UserPoliciesExclusive",
    "userPolicy:UserPolicy",
    "userPolicyAttachment:UserPolicyAttachment",
    "userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
    "virtualMfaDevice:VirtualMfaDevice",
  ].map((type) => ({ token: `aws:iam/${type}` }));
}

const sourceFix = "add the condition StringEquals aws:SourceAccount with the account, or ArnLike aws:SourceArn";

/** A service that AWS documents not to send its source for one kind of resource, and what limits it there instead. */
interface Exemption {
  readonly token: string;
  readonly service: string;
  readonly isLimited: (statement: Statement) => boolean;
  readonly fix: string;
}

const exemptions: readonly Exemption[] = [
  // "Troubleshooting Amazon EventBridge" (user guide) gives this statement without a condition, and EventBridge fulfils
  // none in a topic's policy. A condition would lose each notice without a word.
  {
    token: "aws:sns/topicPolicy:TopicPolicy",
    service: "events.amazonaws.com",
    isLimited: ({ actions }) => actions.every((action) => action.toLowerCase() === "sns:publish"),
    fix: "allow sns:Publish alone: EventBridge fulfils no condition in a topic's policy",
  },
  // "Managing Amazon SNS encryption keys and costs" (SNS developer guide): source conditions are not supported for
  // encrypted topics that EventBridge publishes to. SNS names the topic in the encryption context of each call.
  {
    token: "aws:kms/key:Key",
    service: "events.amazonaws.com",
    isLimited: ({ condition }) =>
      requiresValue(condition, "kms:EncryptionContext:aws:sns:topicArn", /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:/),
    fix: "add the condition StringLike kms:EncryptionContext:aws:sns:topicArn with the account's topics",
  },
  // "Enable access logs for your Application Load Balancer" (ELB user guide): ELB writes under the id of the account that
  // owns the load balancer, and does not always name its source.
  {
    token: "aws:s3/bucketPolicy:BucketPolicy",
    service: "logdelivery.elasticloadbalancing.amazonaws.com",
    isLimited: ({ resources }) => resources.every((resource) => /\/AWSLogs\/\d{12}\/\*$/.test(resource)),
    fix: "end the resource with AWSLogs/<account>/*, the folder of this account's load balancers",
  },
  // AWS documents no condition that its service for chats fulfils when it assumes a channel's role, and the condition that it
  // does not fulfil would keep the channel from working. Such a role must allow nothing: `chat-role-allows-nothing`.
  {
    token: "aws:iam/role:Role",
    service: chatService,
    isLimited: ({ principals }) => principals.length === 1,
    fix: "trust it alone in this statement, with a role that has no permissions",
  },
];

function isExempt(token: string, service: string, statement: Statement): boolean {
  return exemptions.some((one) => one.token === token && one.service === service && one.isLimited(statement));
}

/** A resource of an endpoint's policy that is named well enough without a condition: `arn:aws:s3:::bucket/*`. */
const namedResource = /^arn:aws[a-z-]*:[a-z0-9-]+:[^:*?]*:[^:*?]*:[^*?]{3}/;

function isOpenEndpoint({ effect, principals, condition, resources }: Statement): boolean {
  const isNamed = resources.length > 0 && resources.every((resource) => namedResource.test(resource));
  return effect === "Allow" && principals.some(isEveryone) && !namesCallers(condition) && !isNamed;
}

/** How a message goes on, so that a reader sees why the condition at hand is not enough. */
function without(condition: Condition): string {
  const operators = Object.keys(condition).filter((operator) => Object.keys(condition[operator] ?? {}).length > 0);
  if (operators.length === 0) return " without a condition";
  return `, and its condition (${operators.join(", ")}) names no account, organisation or ARN that a caller must have`;
}
