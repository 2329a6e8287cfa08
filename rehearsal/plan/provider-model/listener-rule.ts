import type { Unwrapped } from "../unwrap-secrets.ts";

/** Type token of a listener rule. */
export const listenerRuleType = "aws:lb/listenerRule:ListenerRule";

interface Action {
  readonly targetGroupArn?: string;
  readonly forward?: { readonly targetGroups?: readonly { readonly arn: string; readonly weight?: number }[] };
}

/**
 * The weight of each target group by its ARN, as AWS has them once the rule is written: a group that is named alone, or
 * without a weight, has weight 1.
 */
export function weightsOf({ actions }: Unwrapped): Record<string, number> {
  const forwarded = ((actions ?? []) as readonly Action[]).flatMap(({ targetGroupArn, forward }) => [
    ...(targetGroupArn === undefined ? [] : [{ arn: targetGroupArn, weight: 1 }]),
    ...(forward?.targetGroups ?? []),
  ]);
  return Object.fromEntries(forwarded.map(({ arn, weight = 1 }) => [arn, weight]));
}
