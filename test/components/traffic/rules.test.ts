import { describe, expect, it } from "vitest";
import type { Colour } from "../../../rollout/colour.ts";
import type { PlannedProgram } from "../../support/plan-component.ts";
import { planTraffic, stepWeightsPercent } from "./traffic-program.ts";

const ruleType = "aws:lb/listenerRule:ListenerRule";
const publicRule = `${ruleType} portal-production-public`;
const candidateRule = `${ruleType} portal-production-candidate`;

function targetGroupArn(plan: PlannedProgram, group: Colour | `${Colour}-own`) {
  return plan.only("aws:lb/targetGroup:TargetGroup", `portal-production-${group}`).outputs["arn"];
}

/** Resources whose inputs differ between two plans of the same resources. */
function changedResources(before: PlannedProgram, after: PlannedProgram): string[] {
  const inputsAfter = new Map(after.resources.map(({ urn, inputs }) => [urn, JSON.stringify(inputs)]));
  expect(new Set(inputsAfter.keys())).toEqual(new Set(before.resources.map(({ urn }) => urn)));
  return before.resources
    .filter(({ urn, inputs }) => JSON.stringify(inputs) !== inputsAfter.get(urn))
    .map(({ type, name }) => `${type} ${name}`);
}

/** Each step up the schedule, and the way back to 0 from each. */
const moves = (["blue", "green"] as const).flatMap((liveColour) =>
  stepWeightsPercent.flatMap((weight, index) => [
    { liveColour, from: stepWeightsPercent[index - 1] ?? 0, to: weight },
    { liveColour, from: weight, to: 0 },
  ]),
);

describe("the public rule", () => {
  it("forwards the public host to blue and then green, without stickiness", async () => {
    const plan = await planTraffic({ weightPercent: 25 });
    const rule = plan.only(ruleType, "portal-production-public");
    expect(rule.inputs).toMatchObject({
      priority: 10,
      conditions: [{ hostHeader: { values: ["api.celebrant-portal.com"] } }],
      actions: [
        {
          type: "forward",
          forward: {
            targetGroups: [
              { arn: targetGroupArn(plan, "blue"), weight: 75 },
              { arn: targetGroupArn(plan, "green"), weight: 25 },
            ],
            stickiness: { enabled: false, duration: 1 },
          },
        },
      ],
    });
    expect(rule.ignoreChanges).toEqual([]);
  });

  it("keeps blue first when green is live", async () => {
    const plan = await planTraffic({ liveColour: "green", weightPercent: 5 });
    expect(plan.only(ruleType, "portal-production-public").inputs["actions"]).toMatchObject([
      {
        forward: {
          targetGroups: [
            { arn: targetGroupArn(plan, "blue"), weight: 5 },
            { arn: targetGroupArn(plan, "green"), weight: 95 },
          ],
        },
      },
    ]);
  });

  it("carries the schedule for the policies to read, and is the only rule that does", async () => {
    const tagged = (await planTraffic())
      .all(ruleType)
      .filter(({ inputs }) => "RolloutSteps" in (inputs["tags"] as Record<string, string>));
    expect(tagged).toMatchObject([
      { name: "portal-production-public", inputs: { tags: { RolloutSteps: "5 25 50 100" } } },
    ]);
  });

  it.each(moves)(
    "is all that changes from $from to $to per cent with $liveColour live",
    async ({ liveColour, from, to }) => {
      const before = await planTraffic({ liveColour, weightPercent: from });
      const after = await planTraffic({ liveColour, weightPercent: to });
      expect(changedResources(before, after)).toEqual([publicRule]);
    },
  );

  it.each([
    { live: "blue", next: "green" },
    { live: "green", next: "blue" },
  ] as const)("stays as it is when $next is promoted", async ({ live, next }) => {
    const before = await planTraffic({ liveColour: live, weightPercent: 100 });
    const after = await planTraffic({ liveColour: next, weightPercent: 0 });
    expect(changedResources(before, after)).toEqual([candidateRule]);
  });
});

describe("the candidate's rule", () => {
  it.each([
    { live: "blue", weights: [0, 100] },
    { live: "green", weights: [100, 0] },
  ] as const)(
    "names both groups of its own host, and sends $live nobody while it is live",
    async ({ live, weights }) => {
      const plan = await planTraffic({ liveColour: live });
      expect(plan.only(ruleType, "portal-production-candidate").inputs).toMatchObject({
        priority: 20,
        conditions: [{ hostHeader: { values: ["api-v2.celebrant-portal.com"] } }],
        actions: [
          {
            type: "forward",
            forward: {
              targetGroups: [
                { arn: targetGroupArn(plan, "blue-own"), weight: weights[0] },
                { arn: targetGroupArn(plan, "green-own"), weight: weights[1] },
              ],
              stickiness: { enabled: false, duration: 1 },
            },
          },
        ],
      });
    },
  );
});
