import { z } from "zod";
import type { Balancer } from "../balancer/balancer.ts";
import type { Route, Routes } from "../routes.ts";
import type { RemoteCalls } from "../run/worker-calls.ts";
import { type AwsActions, AwsError, awsAction } from "./actions.ts";

/** The rules of the local balancer, and its targets' health. */
export type LocalRules = RemoteCalls<Pick<Balancer, "current" | "reweigh" | "status">>;

const service = "ElasticLoadBalancingV2";

const describeParameters = z.strictObject({ RuleArns: z.array(z.string()).min(1) });

const healthParameters = z.strictObject({ TargetGroupArn: z.string() });

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
          // The local balancer has no stickiness, so a rollback that switched it on could not be rehearsed.
          Enabled: z.literal(false),
          DurationSeconds: z.int().min(1).max(604_800),
        }),
      }),
    }),
  ]),
});

/**
 * DescribeRules, ModifyRule and DescribeTargetHealth on the running balancer: they read and change the rules that route
 * requests.
 *
 * DescribeRules promises no order of rules or target groups. So each answer has another order than the one before, and eight
 * answers have every order of two rules and of each one's two target groups.
 */
export function loadBalancingActions(balancer: LocalRules): AwsActions {
  let answers = 0;
  const ruleOf = async (arn: string): Promise<{ readonly route: Route; readonly routes: Routes }> => {
    const routes = (await balancer.current())?.routes;
    const route = routes?.routes.find((candidate) => candidate.arn === arn);
    if (routes === undefined || route === undefined) {
      throw new AwsError(`${service}.RuleNotFoundException`, `Rules '${arn}' not found`);
    }
    return { route, routes };
  };
  return {
    "elasticloadbalancingv2:describeRules": awsAction(service, describeParameters, async ({ RuleArns }) => {
      const rules = await Promise.all(RuleArns.map(ruleOf));
      const described = rules.map(({ route }, place) =>
        describeRule({ ...route, targetGroups: inTurn(route.targetGroups, answers >> (1 + place)) }),
      );
      return { Rules: inTurn(described, answers++) };
    }),
    "elasticloadbalancingv2:modifyRule": awsAction(service, modifyParameters, async ({ RuleArn, Actions }) => {
      const { route, routes } = await ruleOf(RuleArn);
      const [{ ForwardConfig }] = Actions;
      const targetGroups = ForwardConfig.TargetGroups.map(({ TargetGroupArn, Weight }) => {
        if (!routes.targetGroups.some(({ arn }) => arn === TargetGroupArn)) throw groupNotFound(TargetGroupArn);
        return { arn: TargetGroupArn, weight: Weight };
      });
      await balancer.reweigh({ ruleArn: RuleArn, targetGroups });
      return { Rules: [describeRule({ ...route, targetGroups })] };
    }),
    "elasticloadbalancingv2:describeTargetHealth": awsAction(service, healthParameters, async ({ TargetGroupArn }) => {
      const group = (await balancer.status()).find(({ arn }) => arn === TargetGroupArn);
      if (group === undefined) throw groupNotFound(TargetGroupArn);
      return {
        TargetHealthDescriptions: group.targets.map(({ port, state }) => ({
          Target: { Id: "127.0.0.1", Port: port },
          HealthCheckPort: String(port),
          TargetHealth: { State: state },
        })),
      };
    }),
  };
}

/** The list, reversed for every odd number. */
function inTurn<T>(list: readonly T[], number: number): readonly T[] {
  return number % 2 === 0 ? list : list.toReversed();
}

function groupNotFound(arn: string): AwsError {
  return new AwsError(`${service}.TargetGroupNotFoundException`, `Target groups '${arn}' not found`);
}

/** Where a rule has one target group, AWS names it a second time, beside the list. */
function describeRule({ arn, hosts, targetGroups }: Route): unknown {
  const [group, ...others] = targetGroups;
  return {
    RuleArn: arn,
    IsDefault: false,
    Conditions: [{ Field: "host-header", HostHeaderConfig: { Values: hosts } }],
    Actions: [
      {
        Type: "forward",
        ...(others.length === 0 && { TargetGroupArn: group?.arn }),
        ForwardConfig: {
          TargetGroups: targetGroups.map(({ arn: groupArn, weight }) => ({ TargetGroupArn: groupArn, Weight: weight })),
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ],
  };
}
