import { describe, expect, it } from "vitest";
import { z } from "zod";
import { loadBalancingActions } from "../../../../rehearsal/local/aws/load-balancing.ts";
import { readRoutes, routeOf } from "../../../../rehearsal/local/routes.ts";
import { balancerAt, rulesOf, weightsOf } from "../fixtures/machine-world.ts";
import { plannedTraffic } from "../fixtures/planned-traffic.ts";

const { arn: RuleArn, targetGroups } = routeOf(readRoutes(plannedTraffic(0)), "public");
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

const described = z.object({
  Rules: z.array(
    z.object({
      RuleArn: z.string(),
      Actions: z.array(z.object({ ForwardConfig: z.object({ TargetGroups: z.array(z.unknown()) }) })),
    }),
  ),
});

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

  it("describes several rules, and gives them and their target groups in another order each time", async () => {
    const { balancer, call } = await started();
    const arns = balancer.current()?.routes.routes.map(({ arn }) => arn) ?? [];
    expect(arns).toHaveLength(2);
    const seen = new Set<string>();
    for (let count = 0; count < 8; count++) {
      const { Rules } = described.parse(await call("describeRules", { RuleArns: arns }));
      expect(Rules.map((rule) => rule.RuleArn).sort()).toEqual(arns.toSorted());
      const own = Rules.find((rule) => rule.RuleArn === RuleArn)?.Actions[0]?.ForwardConfig.TargetGroups;
      expect(own).toHaveLength(2);
      expect(own).toEqual(expect.arrayContaining(tuples(75, 25)));
      seen.add(JSON.stringify(Rules));
    }
    expect(seen.size).toBe(8);
  });

  it("names the one target group of a rule twice, as Elastic Load Balancing does", async () => {
    const { balancer, call } = await started();
    const { arn, targetGroups: groups } = routeOf(balancer.current()?.routes ?? never(), "candidate");
    balancer.reweigh({ ruleArn: arn, targetGroups: groups.slice(0, 1) });
    const only = groups[0]?.arn;
    expect(await call("describeRules", { RuleArns: [arn] })).toMatchObject({
      Rules: [{ Actions: [{ TargetGroupArn: only, ForwardConfig: { TargetGroups: [{ TargetGroupArn: only }] } }] }],
    });
  });

  it("tells the health of a target group's targets as the running balancer checks it", async () => {
    const { balancer, call } = await started();
    const health = (end: string) => {
      const group = balancer.status().find(({ name }) => name.endsWith(end));
      return call("describeTargetHealth", { TargetGroupArn: group?.arn });
    };
    expect(await health("-blue")).toMatchObject({
      TargetHealthDescriptions: [{ Target: { Id: "127.0.0.1" }, TargetHealth: { State: "healthy" } }],
    });
    expect(await health("-green")).toEqual({ TargetHealthDescriptions: [] });
    await expect(call("describeTargetHealth", { TargetGroupArn: "arn:other" })).rejects.toMatchObject({
      name: "ElasticLoadBalancingV2.TargetGroupNotFoundException",
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

function never(): never {
  throw new Error("the balancer has no routes");
}
