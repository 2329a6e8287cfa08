import type { Colour } from "../../rollout/colour.ts";

/** What the rollback's machine works on. Nothing here depends on which colour is live, so promoting leaves the machine as it is. */
export interface RollbackDefinitionOptions {
  /** The rule that carries the weights. */
  readonly publicRuleArn: string;
  /** The rule of the candidate's own host, which names the candidate's target group. It tells which colour is live. */
  readonly candidateRuleArn: string;
  /** Target groups by colour; the machine knows them by ARN, never by their place in the rule. */
  readonly targetGroupArns: Readonly<Record<Colour, string>>;
  /** Names of the composite alarms by colour. */
  readonly alarmNames: Readonly<Record<Colour, string>>;
  /** Group stickiness as the program plans it for the rule, so that a rollback leaves no difference behind but the weights. */
  readonly stickiness: { readonly enabled: boolean; readonly durationSeconds: number };
  /** Name of the SSM parameter that holds the latch. */
  readonly latchParameterName: string;
  /** Topic that people are told by. */
  readonly alertTopicArn: string;
  /** Namespace of the metric that the check publishes. */
  readonly metricNamespace: string;
  /**
   * How Step Functions calls Elastic Load Balancing. Default `elasticloadbalancingv2`, as AWS does; moto calls it `elbv2`.
   */
  readonly loadBalancingService?: string;
}

/** The SDK integration of one action of Elastic Load Balancing. */
export function loadBalancingAction({ loadBalancingService }: RollbackDefinitionOptions, action: string): string {
  return `${loadBalancingService ?? "elasticloadbalancingv2"}:${action}`;
}
