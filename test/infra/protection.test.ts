import { describe, expect, it } from "vitest";
import { databaseInstance, loadBalancer, subnet, targetGroup, vpc } from "../../policies/kinds.ts";
import { diffPlans } from "../../rehearsal/plan/diff-plans.ts";
import type { StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import type { Stage } from "../../rollout/names.ts";
import { protectedParts } from "../../rollout/override.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { planFixture } from "../support/plan-fixture.ts";

const kinds = { database: databaseInstance, balancer: loadBalancer, targets: targetGroup, vpc, subnets: subnet };

/** How many resources of each kind are protected, of how many. */
function protection({ resources }: StagePlan): Record<string, string> {
  return Object.fromEntries(
    Object.entries(kinds).map(([name, { token }]) => {
      const found = resources.filter(({ type }) => type === token);
      return [name, `${found.filter(({ protect }) => protect).length} of ${found.length}`];
    }),
  );
}

const hour = (count: number) => new Date(Date.UTC(2026, 10, 23, count));
const plan = (stage: Stage, previousRecord: RolloutRecord | null, set: Record<string, unknown>, at: number) =>
  planFixture({ stage, previousRecord, set, now: hour(at) });

const reason = "CHG-7: the network moves to another range";
const lifting = (...parts: readonly string[]) => ({
  rolloutOverride: reason,
  rolloutOverrideAllows: parts.map((part) => `replace-${part}`).join(", "),
});

describe("what Pulumi protects", () => {
  const all = { database: "1 of 1", balancer: "1 of 1", targets: "4 of 4", vpc: "1 of 1", subnets: "9 of 9" };
  const first = plan("production", null, {}, 0);

  it("is in production what serves the public and what holds its data, and nothing of it in staging", async () => {
    expect(protection(await first)).toEqual(all);
    expect(protection(await plan("staging", null, {}, 0))).toEqual({
      database: "0 of 1",
      balancer: "0 of 1",
      targets: "0 of 4",
      vpc: "0 of 1",
      subnets: "0 of 6",
    });
  });

  it.each([
    ["database", { database: "0 of 1" }],
    ["balancer", { balancer: "0 of 1" }],
    ["targets", { targets: "0 of 4" }],
    ["network", { vpc: "0 of 1", subnets: "0 of 9" }],
  ])("is lifted by a written reason for the %s alone, which the policies let through", async (part, lifted) => {
    const { record } = await first;
    const lift = await plan("production", record, lifting(part), 1);
    expect(protection(lift)).toEqual({ ...all, ...lifted });
    expect(lift.findings).toEqual([]);
    expect(lift.warnings).toEqual([
      expect.stringMatching(/^rolloutOverride "CHG-7: .*" lifts Pulumi's protection of the [a-z ]+ for this update\./),
    ]);
    expect(lift.record.history.at(-1)).toMatchObject({
      event: "unprotected",
      override: reason,
      overrode: [`replace-${part}`],
    });
    expect(lift.record).toMatchObject({ since: record.since, weightPercent: 0 });
  });

  it("is back with the next update, although the reason still stands in the file", async () => {
    const before = await first;
    const lift = await plan("production", before.record, lifting(...protectedParts), 1);
    const after = await plan("production", lift.record, lifting(...protectedParts), 2);
    expect(protection(after)).toEqual(all);
    expect(after.record).toEqual(lift.record);
    expect(after.warnings).toEqual([]);
    expect(diffPlans(before, after)).toEqual([]);
  });

  it("is not lifted by a file that says that the preview was given a reason", async () => {
    const judgedInPreview = {
      at: hour(1).toISOString(),
      refusals: [],
      overridden: [],
      gate: null,
      figures: null,
      overrode: protectedParts.map((part) => `replace-${part}`),
    };
    const { record } = await first;
    const request = { stage: "production", previousRecord: record, now: hour(1), judgedInPreview } as const;
    expect(protection(await planFixture(request))).toEqual(all);
  });

  it("changes nothing in AWS when it is lifted, but for a tag that says so", async () => {
    const before = await first;
    const changes = diffPlans(before, await plan("production", before.record, lifting(...protectedParts), 1));
    expect(changes).toHaveLength(16);
    for (const { kind, properties } of changes) {
      expect(kind).toBe("update");
      expect(properties).toEqual([{ path: "tags.ProtectionLifted", after: "for one update" }]);
    }
  });

  it("is not lifted by a reason that allows something else", async () => {
    const { record } = await first;
    expect(protection(await plan("production", record, { rolloutOverride: reason }, 1))).toEqual(all);
  });
});
