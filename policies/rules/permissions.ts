/** Rules on who may do what: IAM policies of roles, and resource policies of keys, topics and queues. */
import type { PolicyArgs } from "@pulumi/aws/iam/policy.js";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";
import type { Unwrap } from "@pulumi/pulumi";
import { type Statement, statementsOf } from "../facts.ts";
import { type Kind, key, policy, queuePolicy, role, rolePolicy, rolePolicyAttachment, topicPolicy } from "../kinds.ts";
import { type ResourceRule, type Rule, type RuleText, resourceRule, shown } from "../rule.ts";

const broadPolicies = /\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

type GrantingProps = Partial<Pick<Unwrap<PolicyArgs & RolePolicyArgs>, "policy">> &
  Partial<Pick<Unwrap<RoleArgs>, "inlinePolicies">>;

/** The resources that grant permissions to a role: managed policies, role policies and a role's inline ones. */
const granting: readonly Kind<GrantingProps>[] = [policy, rolePolicy, role];

export const permissionRules: readonly Rule[] = [
  resourceRule({
    name: "iam-no-administrator",
    rule: "No role of the stack may have administrator rights",
    source: "AWS Security Hub IAM.1",
    kinds: [rolePolicyAttachment],
    check({ props }, report) {
      if (!broadPolicies.test(props.policyArn)) return;
      report({
        found: shown("policyArn", props.policyArn),
        fix: "attach a policy that has only the permissions that the role needs",
      });
    },
  }),

  resourceRule({
    name: "iam-no-full-access",
    rule: "No policy may allow every action on every resource",
    source: "AWS Security Hub IAM.1",
    kinds: granting,
    check({ props }, report) {
      for (const { effect, actions, resources } of grantedBy(props)) {
        if (effect !== "Allow" || !actions.includes("*") || !resources.includes("*")) continue;
        report({
          found: "a statement allows the action * on the resource *",
          fix: "name the actions and the resources that the role needs",
        });
      }
    },
  }),

  resourceRule({
    name: "iam-no-service-wildcard",
    rule: "No policy may allow every action of a service",
    source: "AWS Security Hub IAM.21",
    kinds: granting,
    check({ props }, report) {
      for (const { effect, actions } of grantedBy(props)) {
        const wildcards = actions.filter((action) => /^[a-z0-9-]+:\*$/i.test(action));
        if (effect !== "Allow" || wildcards.length === 0) continue;
        report({ found: `a statement allows ${wildcards.join(", ")}`, fix: "name the actions that the role needs" });
      }
    },
  }),

  notForEveryone(key, {
    name: "kms-not-for-everyone",
    rule: "A key's policy must not let everyone use the key",
    source: "AWS Security Hub KMS.5",
    fix: "name the principals, or add a condition",
  }),

  notForEveryone(topicPolicy, {
    name: "sns-not-for-everyone",
    rule: "A topic's policy must not let everyone use the topic",
    source: "AWS Security Hub SNS.4",
    fix: "name the services that may use it, with the condition aws:SourceAccount",
  }),

  notForEveryone(queuePolicy, {
    name: "sqs-not-for-everyone",
    rule: "A queue's policy must not let everyone use the queue",
    source: "AWS Security Hub SQS.3",
    fix: "name the services that may use it, with the condition aws:SourceArn",
  }),
];

function grantedBy({ policy: document, inlinePolicies = [] }: GrantingProps): readonly Statement[] {
  return [...statementsOf(document), ...inlinePolicies.flatMap((inline) => statementsOf(inline.policy))];
}

/** A rule that no statement of a resource's own policy lets everyone in without any condition. */
function notForEveryone(
  kind: Kind<{ policy?: unknown }>,
  { fix, ...text }: RuleText & { readonly fix: string },
): ResourceRule {
  return resourceRule({
    ...text,
    kinds: [kind],
    check({ props }, report) {
      const isOpen = statementsOf(props.policy).some(
        ({ effect, principals, condition }) =>
          effect === "Allow" && principals.includes("*") && Object.keys(condition).length === 0,
      );
      if (isOpen) report({ found: "a statement of policy allows everyone without a condition", fix });
    },
  });
}
