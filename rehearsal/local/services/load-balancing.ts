import { z } from "zod";
import type { Balancer } from "../balancer/balancer.ts";
import type { Route, Routes } from "../routes.ts";
import type { RemoteCalls } from "../worker-calls.ts";
import { type ServiceActions, serviceAction } from "./service-actions.ts";
import { ServiceError } from "./service-error.ts";

/** The balancer that carries the traffic, as far as its rules go. */
export type Rules = RemoteCalls<Pick<Balancer, "current" | "reweigh">>;

const service = "ElasticLoadBalancingV2";

const describeParameters = z.strictObject({ RuleArns: z.array(z.string()).min(1) });

/** Limits: Elastic Load Balancing API Reference, "TargetGroupTuple", "TargetGroupStickinessConfig", "ForwardActionConfig". */
const modifyParameters = z.strictObject({
  RuleArn: z.string(),
  Actions: z.tuple([
    z.strictObject({
      Type: z.literal("forward"),
      ForwardConfig: z.strictObject({
        TargetGroups: z
          .array(z.strictObject({ TargetGroupArn: z.string(), Weight: z.int().min(0).max(999) }))
          .min(1)
          .max(5),
        TargetGroupStickinessConfig: z.strictObject({
          // The local balancer has no stickiness, so a rollback that switched it on would not be what was rehearsed.
          Enabled: z.literal(false),
          DurationSeconds: z.int().min(1).max(604_800),
        }),
      }),
    }),
  ]),
});

/** DescribeRules and ModifyRule on the running balancer: what the one answers and the other changes is what routes requests. */
export function loadBalancingActions(balancer: Rules): ServiceActions {
  const ruleOf = async (arn: string): Promise<{ readonly route: Route; readonly routes: Routes }> => {
    const routes = (await balancer.current())?.routes;
    const route = routes?.routes.find((candidate) => candidate.arn === arn);
    if (routes === undefined || route === undefined) {
      throw new ServiceError(`${service}.RuleNotFoundException`, `Rules '${arn}' not found`);
    }
    return { route, routes };
  };
  return {
    "elasticloadbalancingv2:describeRules": serviceAction(service, describeParameters, async ({ RuleArns }) => {
      const rules = await Promise.all(RuleArns.map(ruleOf));
      return { Rules: rules.map(({ route }) => describeRule(route)) };
    }),
    "elasticloadbalancingv2:modifyRule": serviceAction(service, modifyParameters, async ({ RuleArn, Actions }) => {
      const { route, routes } = await ruleOf(RuleArn);
      const [{ ForwardConfig }] = Actions;
      const targetGroups = ForwardConfig.TargetGroups.map(({ TargetGroupArn, Weight }) => {
        if (!routes.targetGroups.some(({ arn }) => arn === TargetGroupArn)) {
          throw new ServiceError(
            `${service}.TargetGroupNotFoundException`,
            `Target groups '${TargetGroupArn}' not found`,
          );
        }
        return { arn: TargetGroupArn, weight: Weight };
      });
      await balancer.reweigh({ ruleArn: RuleArn, targetGroups });
      return { Rules: [describeRule({ ...route, targetGroups })] };
    }),
  };
}

function describeRule({ arn, hosts, targetGroups }: Route): unknown {
  return {
    RuleArn: arn,
    IsDefault: false,
    Conditions: [{ Field: "host-header", HostHeaderConfig: { Values: hosts } }],
    Actions: [
      {
        Type: "forward",
        ForwardConfig: {
          TargetGroups: targetGroups.map((group) => ({ TargetGroupArn: group.arn, Weight: group.weight })),
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ],
  };
}
