/** Rules on what a policy lets its holder do: its actions, its resources, and where it may be attached. */

import { requiresValue } from "../conditions.ts";
import { type Kind, policyAttachment, role, rolePolicyAttachment, rolePolicyAttachmentsExclusive } from "../kinds.ts";
import { carriersOf, type DocumentUse, plannedStatements } from "../policy-carriers.ts";
import type { Statement } from "../policy-documents.ts";
import { type ResourceRule, type Rule, type RuleText, resourceRule, shown, type Violation } from "../rule.ts";

/** Where a managed policy is attached, by one ARN or by several. */
interface Attaching {
  policyArn?: string;
  policyArns?: readonly string[];
  managedPolicyArns?: readonly string[];
}

const attaching: readonly Kind<Attaching>[] = [
  policyAttachment,
  role,
  rolePolicyAttachment,
  rolePolicyAttachmentsExclusive,
];

export const permissionRules: readonly Rule[] = [
  resourceRule({
    name: "iam-no-broad-managed-policy",
    rule: "A managed policy of AWS must be one that AWS writes for a single service's role, because the others allow whole services",
    source: "AWS Security Hub IAM.1, AWS IAM: Grant least privilege",
    kinds: attaching,
    check({ props }, report) {
      const arns = [props.policyArn ?? [], props.policyArns ?? [], props.managedPolicyArns ?? []].flat();
      for (const arn of arns.filter(isBroadManagedPolicy)) {
        report({
          found: shown("the attached policy", arn),
          fix: "write a policy with the actions and resources that the role needs, and attach that",
        });
      }
    },
  }),

  statementRule(["identity"], {
    name: "iam-named-actions",
    rule: "A policy must name each action in full, because a wildcard also allows what AWS adds later",
    source: "AWS Security Hub IAM.1, IAM.21",
    check({ actions }, report) {
      const wildcards = actions.filter(hasWildcard);
      if (wildcards.length === 0) return;
      report({ found: `allows ${wildcards.join(", ")}`, fix: "name the actions that the role needs" });
    },
  }),

  statementRule(["identity", "trust", "resource", "endpoint"], {
    name: "iam-no-exceptions",
    rule: "A statement that allows must not say what it leaves out, because it then allows everything else",
    source: "AWS IAM: NotAction with Allow, NotResource with Allow, NotPrincipal with Allow",
    check({ notActions, notResources, notPrincipals }, report) {
      const given: readonly (readonly [string, readonly unknown[]])[] = [
        ["NotAction", notActions],
        ["NotResource", notResources],
        ["NotPrincipal", notPrincipals],
      ];
      const used = given.filter(([, values]) => values.length > 0).map(([element]) => element);
      if (used.length === 0) return;
      const instead = used.map((element) => element.slice("Not".length)).join(" and ");
      report({ found: `allows by ${used.join(" and ")}`, fix: `use ${instead}, and name what is allowed` });
    },
  }),

  statementRule(["identity"], {
    name: "iam-named-resources",
    rule: "A policy must name its resources, unless the action takes none",
    source: "AWS Service Authorization Reference: actions, resources and condition keys",
    check({ actions, resources, condition }, report) {
      const broad = resources.filter(isBroad);
      const isNamespace = requiresValue(condition, "cloudwatch:namespace", /^[^*?]+$/);
      if (actions.some((action) => matches(action, "cloudwatch:putmetricdata")) && !isNamespace) {
        report({
          found: "allows cloudwatch:PutMetricData in every namespace",
          fix: "add the condition StringEquals cloudwatch:namespace, so that the role cannot write what alarms read",
        });
      }
      const needing = actions.filter((action) => !actionsWithoutResource.has(action.toLowerCase()));
      if (broad.length === 0 || needing.length === 0) return;
      report({
        found: `allows ${needing.join(", ")} on ${broad.join(", ")}`,
        fix: "name the resources by ARN; an action that takes no resource belongs in actionsWithoutResource of policies/rules/permissions.ts",
      });
    },
  }),

  statementRule(["identity"], {
    name: "iam-no-escalation",
    rule: "A role must not be able to change who may do what, or to run code as another role",
    source: "AWS IAM: Permissions management actions",
    check({ actions }, report) {
      const escalating = actions.filter(isEscalation);
      if (escalating.length === 0) return;
      report({
        found: `allows ${escalating.join(", ")}`,
        fix: "remove it; this program creates the permissions, and no role of the stack changes them",
      });
    },
  }),

  statementRule(["identity"], {
    name: "iam-pass-role",
    rule: "A policy may hand on or assume only roles that it names, and hand them on only to a service that it names",
    source: "AWS IAM: Grant a user permissions to pass a role to an AWS service",
    check({ actions, resources, condition }, report) {
      const passing = actions.filter((action) => matches(action, "iam:passrole"));
      const assuming = actions.filter((action) => /^sts:assumerole/i.test(action) || matches(action, "sts:assumerole"));
      const open = resources.filter((resource) => hasWildcard(resource) || !resource.includes(":role/"));
      if ([...passing, ...assuming].length > 0 && open.length > 0) {
        report({
          found: `allows ${[...passing, ...assuming].join(", ")} on ${open.join(", ")}`,
          fix: "name each role by its ARN, without a wildcard",
        });
      }
      if (passing.length > 0 && !requiresValue(condition, "iam:PassedToService", /^[a-z0-9.-]+\.amazonaws\.com$/)) {
        report({
          found: `allows ${passing.join(", ")} to any service`,
          fix: "add the condition StringEquals iam:PassedToService with the service that gets the role",
        });
      }
    },
  }),
];

/** A policy of AWS that is not written for one service's role, or by its name gives all of a service. */
function isBroadManagedPolicy(arn: string): boolean {
  if (!/^arn:aws[a-z-]*:iam::aws:policy\//.test(arn)) return false;
  return !arn.includes(":policy/service-role/") || /FullAccess|Admin|PowerUser/.test(arn);
}

/**
 * Actions that AWS gives no resource type to, so that `*` is the only resource they can have ("Service Authorization
 * Reference"). `cloudwatch:DescribeAlarms` has one, but answers for composite alarms only under `*` ("DescribeAlarms",
 * CloudWatch API reference).
 */
const actionsWithoutResource: ReadonlySet<string> = new Set(
  [
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "cloudwatch:PutMetricData",
    "ecr:GetAuthorizationToken",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetHealth",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ].map((action) => action.toLowerCase()),
);

/** Services whose ARNs end in a name without a type before it: `arn:aws:s3:::uploads/*`. */
const namedWithoutType: readonly string[] = ["s3", "sns", "sqs", "execute-api"];

/** Characters of a name that must stand before a wildcard, so that it means a family of resources and not all. */
const leastNameLength = 3;

/** Whether a resource pattern means every resource of an account or of a service. */
function isBroad(resource: string): boolean {
  const [, partition = "*", service = "*", , account = "*", ...rest] = resource.split(":");
  if ([partition, service, account].some(hasWildcard)) return true;
  const whole = rest.join(":");
  const name = namedWithoutType.includes(service) ? whole : whole.replace(/^[a-z-]+[:/]/i, "");
  return hasWildcard(name.slice(0, leastNameLength));
}

function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}

/** Whether an action of a policy, perhaps with wildcards, covers an action in lower case. */
function matches(pattern: string, action: string): boolean {
  if (!hasWildcard(pattern)) return pattern.toLowerCase() === action;
  const source = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(action);
}

/**
 * Ways to more rights: every change in IAM, code that runs as somebody else, and the policies of resources. The list of
 * code is cloudsplaining's (PRIVILEGE_ESCALATION_METHODS, after Rhino Security Labs and pathfinding.cloud), as far as it
 * needs no iam:PassRole.
 */
const escalations: readonly RegExp[] = [
  /^(iam|organizations|sso|ram):(?!get|list|simulate|generate|passrole)/,
  /^lambda:(updatefunctioncode|updatefunctionconfiguration)$/,
  /^glue:(updatedevendpoint|updatejob|createtrigger)$/,
  /^cloudformation:(create|update|execute)/,
  /^codebuild:(createproject|updateproject|startbuild|startbuildbatch)$/,
  /^ec2:(modifyinstanceattribute|createlaunchtemplateversion|modifylaunchtemplate)$/,
  /^ec2-instance-connect:send/,
  /^ecs:executecommand$/,
  /^ssm:(sendcommand|startsession)$/,
  /^sagemaker:(createpresigned|create.*lifecycleconfig|updatenotebookinstance)/,
  /^bedrock-agentcore:(start|invoke)codeinterpreter/,
  /^(?!logs:putresourcepolicy$)[a-z0-9-]+:(put|set|add|attach|detach|create|delete|remove|update|modify)[a-z]*(polic(y|ies)|permissions?|acl|publicaccessblock)/,
  /^kms:schedulekeydeletion$/,
  /^[a-z0-9-]+:[a-z]*(grant|revoke)/,
  /^(ec2|rds):(modify|reset)[a-z]*attribute$/,
  /^(sns:settopicattributes|sqs:setqueueattributes|s3:bypassgovernanceretention|s3:putbucketownershipcontrols)$/,
];

function isEscalation(action: string): boolean {
  return escalations.some((escalation) => escalation.test(action.toLowerCase()));
}

/** A rule on each statement that allows something, in every place where documents of these uses stand. */
export function statementRule(
  uses: readonly DocumentUse[],
  {
    check,
    ...text
  }: RuleText & {
    /** Reports what the statement allows; the statement's name is put before it. */
    readonly check: (statement: Statement, report: (violation: Violation) => void, token: string) => void;
  },
): ResourceRule {
  return resourceRule({
    ...text,
    kinds: carriersOf(...uses),
    check({ type, props }, report) {
      for (const { where, statement } of plannedStatements(type, props, uses)) {
        if (statement.effect !== "Allow") continue;
        check(statement, ({ found, fix }) => report({ found: `${where} ${found}`, fix }), type);
      }
    },
  });
}
