import type { PolicyArgs } from "@pulumi/aws/iam/policy.js";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";
import type { Unwrap } from "@pulumi/pulumi";
import type { Kind } from "../kind.ts";
import { policy, role, rolePolicy } from "../kinds.ts";
import { type Statement, statementsOf } from "./policy-document.ts";

type GrantingProps = Partial<Pick<Unwrap<PolicyArgs & RolePolicyArgs>, "policy">> &
  Partial<Pick<Unwrap<RoleArgs>, "inlinePolicies">>;

/** The resources that grant permissions to a principal: managed policies, role policies and a role's inline ones. */
export const grantingPolicies: {
  readonly kinds: readonly Kind<GrantingProps>[];
  readonly statementsOf: (props: GrantingProps) => readonly Statement[];
} = {
  kinds: [policy, rolePolicy, role],
  statementsOf: (props) => [
    ...statementsOf(props.policy),
    ...(props.inlinePolicies ?? []).flatMap((inline) => statementsOf(inline.policy)),
  ],
};
