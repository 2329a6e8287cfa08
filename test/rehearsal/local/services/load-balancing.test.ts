import { describe, expect, it } from "vitest";
import { readRoutes, routeNamed } from "../../../../rehearsal/local/routes.ts";
import { loadBalancingActions } from "../../../../rehearsal/local/services/load-balancing.ts";
import { balancerAt, rulesOf, weightsOf } from "../fixtures/machine-world.ts";
import { plannedTraffic } from "../fixtures/planned-traffic.ts";

const { arn: RuleArn, targetGroups } = routeNamed(readRoutes(plannedTraffic(0)), "public");
const tuples = (...weights: unknown[]) =>
  targetGroups.map(({ arn }, index) => ({ TargetGroupArn: arn, Weight: weights[index] }));

/** The parameters that the planned machine gives, with other target groups. */
function modification(TargetGroups: readonly unknown[], changes: Record<string, unknown> = {}) {
  const TargetGroupStickinessConfig = { Enabled: false, DurationSeconds: 1 };
  return {
    RuleArn,
    Actions: [{ Type: "forward", ForwardConfig: { TargetGroups, TargetGroupStickinessConfig } }],
    ...changes,
  };
}

async function started() {
  const balancer = await balancerAt(plannedTraffic(25), 25);
  const actions = loadBalancingActions(rulesOf(balancer));
  const call = async (action: string, parameters: unknown) =>
    await actions[`elasticloadbalancingv2:${action}`]?.(parameters);
  return { balancer, call };
}

describe("loadBalancingActions", () => {
  it("describes the rule as the running balancer has it", async () => {
    const { call } = await started();
    expect(await call("describeRules", { RuleArns: [RuleArn] })).toMatchObject({
      Rules: [{ RuleArn, Actions: [{ ForwardConfig: { TargetGroups: tuples(75, 25) } }] }],
    });
  });

  it("gives the running balancer the weights that it is called with, and no other rule", async () => {
    const { balancer, call } = await started();
    const before = balancer.current();
    await call("modifyRule", modification(tuples(100, 0)));
    expect(weightsOf(balancer)).toEqual([100, 0]);
    const after = balancer.current();
    expect(after?.generation).toBe((before?.generation ?? 0) + 1);
    expect(after?.routes.routes.filter(({ arn }) => arn !== RuleArn)).toEqual(
      before?.routes.routes.filter(({ arn }) => arn !== RuleArn),
    );
  });

  it.each<[string, unknown, string]>([
    ["an unknown rule", modification(tuples(100, 0), { RuleArn: "arn:other" }), "RuleNotFoundException"],
    [
      "an unknown target group",
      modification([{ TargetGroupArn: "arn:other", Weight: 1 }]),
      "TargetGroupNotFoundException",
    ],
    ["a weight above 999", modification(tuples(1000, 0)), "ValidationException"],
    ["a weight below 0", modification(tuples(-1, 0)), "ValidationException"],
    [
      "a weight that is a list, as a path with a filter gives it",
      modification(tuples([100], 0)),
      "ValidationException",
    ],
    ["no target group", modification([]), "ValidationException"],
    ["a parameter that it would ignore", modification(tuples(100, 0), { Priority: 1 }), "ValidationException"],
  ])("refuses %s and changes nothing", async (_, parameters, name) => {
    const { balancer, call } = await started();
    await expect(call("modifyRule", parameters)).rejects.toMatchObject({ name: `ElasticLoadBalancingV2.${name}` });
    expect(weightsOf(balancer)).toEqual([75, 25]);
  });

  it("takes the limits of a weight", async () => {
    const { balancer, call } = await started();
    await call("modifyRule", modification(tuples(999, 0)));
    expect(weightsOf(balancer)).toEqual([999, 0]);
  });

  it("refuses to describe a rule that is not there", async () => {
    const { call } = await started();
    await expect(call("describeRules", { RuleArns: ["arn:other"] })).rejects.toMatchObject({
      name: "ElasticLoadBalancingV2.RuleNotFoundException",
    });
  });
});
