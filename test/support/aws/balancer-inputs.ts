import type { Action, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";

/** An action as the provider takes it. */
interface PlannedAction {
  readonly type: Action["Type"];
  readonly targetGroupArn?: string;
  readonly forward?: {
    readonly targetGroups: readonly { readonly arn: string; readonly weight: number }[];
    readonly stickiness: { readonly enabled: boolean; readonly duration: number };
  };
  readonly redirect?: {
    readonly protocol: string;
    readonly port: string;
    readonly statusCode: "HTTP_301" | "HTTP_302";
  };
  readonly fixedResponse?: {
    readonly statusCode: string;
    readonly contentType: string;
    readonly messageBody: string;
  };
}

/** Actions of a listener or a rule as the API takes them. */
export function balancerActions(planned: unknown): Action[] {
  return (planned as readonly PlannedAction[]).map(({ type, targetGroupArn, forward, redirect, fixedResponse }) => ({
    Type: type,
    ...(targetGroupArn === undefined ? {} : { TargetGroupArn: targetGroupArn }),
    ...(forward === undefined
      ? {}
      : {
          ForwardConfig: {
            TargetGroups: forward.targetGroups.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: weight })),
            TargetGroupStickinessConfig: {
              Enabled: forward.stickiness.enabled,
              DurationSeconds: forward.stickiness.duration,
            },
          },
        }),
    ...(redirect === undefined
      ? {}
      : { RedirectConfig: { Protocol: redirect.protocol, Port: redirect.port, StatusCode: redirect.statusCode } }),
    ...(fixedResponse === undefined
      ? {}
      : {
          FixedResponseConfig: {
            StatusCode: fixedResponse.statusCode,
            ContentType: fixedResponse.contentType,
            MessageBody: fixedResponse.messageBody,
          },
        }),
  }));
}

/** Conditions of a rule; the program plans hosts only. */
export function ruleConditions(planned: unknown): RuleCondition[] {
  return (planned as readonly { hostHeader: { values: string[] } }[]).map(({ hostHeader }) => ({
    Field: "host-header",
    HostHeaderConfig: { Values: hostHeader.values },
  }));
}

/** Attributes of the API from inputs of the provider: the name there and the input here. Inputs that are not set are left out. */
export function attributes(
  inputs: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): { Key: string; Value: string }[] {
  return Object.entries(names).flatMap(([Key, input]) => {
    const value = input
      .split(".")
      .reduce<unknown>((part, step) => (part as Record<string, unknown> | undefined)?.[step], inputs);
    return value === undefined ? [] : [{ Key, Value: String(value) }];
  });
}
