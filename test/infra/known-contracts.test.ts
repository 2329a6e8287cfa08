import { beforeAll, describe, expect, it } from "vitest";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { diffOutputs, diffPlans } from "../../rehearsal/plan/diff-plans.ts";
import type { PlanRequest, StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import { formatNotedContracts } from "../../rollout/noted-contracts.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { planFixture } from "../support/plan-fixture.ts";

const images = { "images.blue": assumedImages.blue, "images.green": assumedImages.green };
const hours = (count: number) => new Date(Date.parse("2026-11-23T00:00:00Z") + count * 3_600_000);

/** An update of staging by the real program, on the record of the one before. */
function update(
  set: Record<string, unknown>,
  previousRecord: RolloutRecord | null,
  now: Date,
  over: Partial<PlanRequest> = {},
): Promise<StagePlan> {
  return planFixture({ stage: "staging", set: { ...images, ...set }, previousRecord, now, ...over });
}

const outcome = async (planned: Promise<StagePlan>) =>
  await planned.then(
    ({ record }) => ({ record, message: "accepted" }),
    ({ message }: Error) => ({ record: undefined, message }),
  );

const image = assumedImages.green;

describe("a step of a release that brought a contract migration", () => {
  const migration = { at: hours(0.5).toISOString(), image };
  let at0: StagePlan;
  let at5: StagePlan;
  beforeAll(async () => {
    at0 = await update({}, null, hours(0));
    at5 = await update({ candidateWeight: 5 }, at0.record, hours(1), { contracts: [migration] });
  });

  it("updates one resource, and its record keeps the migration", () => {
    expect(diffPlans(at0, at5).map(({ name }) => name)).toEqual(["portal-staging-public"]);
    expect(diffOutputs(at0, at5).map(({ path }) => path)).toContain("rollout.contractMigrations");
    expect(at5.record.contractMigrations).toEqual([migration]);
  });

  it("is followed by steps that keep it, though no evidence tells of it any more", async () => {
    const at25 = await update({ candidateWeight: 25 }, at5.record, hours(3), { contracts: [] });
    expect(diffPlans(at5, at25).map(({ name }) => name)).toEqual(["portal-staging-public"]);
    expect(at25.record.contractMigrations).toEqual([migration]);
  });

  it("writes the same record in the preview and in the update", async () => {
    const asked = { contracts: [migration], judgedInPreview: at5.judged };
    const again = await update({ candidateWeight: 5 }, at0.record, hours(1), asked);
    expect(again.record).toEqual(at5.record);
  });

  it("changes the record alone where nothing else is asked for, once", async () => {
    const noted = await update({}, at0.record, hours(1), { contracts: [migration] });
    expect(diffPlans(at0, noted)).toEqual([]);
    expect(diffOutputs(at0, noted).map(({ path }) => path)).toEqual(["rollout.contractMigrations"]);
    const again = await update({}, noted.record, hours(2), { contracts: [migration] });
    expect(diffOutputs(noted, again)).toEqual([]);
  });
});

describe("a return after a contract migration", () => {
  const migration = { at: hours(63.05).toISOString(), image };
  const later = hours(63.1);
  let promoted: RolloutRecord;
  beforeAll(async () => {
    let record = (await update({}, null, hours(0))).record;
    for (const [candidateWeight, at] of [
      [5, 1],
      [25, 3],
      [50, 7],
      [100, 15],
    ] as const) {
      record = (await update({ candidateWeight }, record, hours(at))).record;
    }
    promoted = (await update({ liveColour: "green" }, record, hours(63))).record;
  });

  const back = (record: RolloutRecord, over: Partial<PlanRequest> = {}, set: Record<string, unknown> = {}) =>
    outcome(update({ liveColour: "blue", ...set }, record, later, over));
  const refused = expect.stringMatching(
    /A migration of kind contract ran at .* and the release of blue is older\. Set images\.blue to a release/,
  );
  const noted = (isPending: boolean) =>
    formatNotedContracts([{ ...migration, command: migration.at, ...(isPending ? { isPending } : {}) }]);

  it("is accepted where nothing tells of one", async () => {
    expect((await back(promoted, { contracts: [], notedContracts: formatNotedContracts([]) })).message).toBe(
      "accepted",
    );
  });

  it.each([
    ["the evidence", { contracts: [migration] }],
    ["what the command noted in AWS", { notedContracts: noted(false) }],
    ["what it noted before the start", { notedContracts: noted(true) }],
  ])("is refused by %s alone", async (_, over) => {
    expect((await back(promoted, over)).message).toEqual(refused);
  });

  it("is refused by the record alone, also by one that learned of it from AWS", async () => {
    for (const over of [{ contracts: [migration] }, { notedContracts: noted(false) }]) {
      const stay = await update({ liveColour: "green" }, promoted, hours(63.07), over);
      expect(stay.record.contractMigrations).toEqual([migration]);
      expect((await back(stay.record)).message).toEqual(refused);
    }
  });

  it("is judged without what has not started, once that is known: no record keeps it", async () => {
    const stay = await update({ liveColour: "green" }, promoted, hours(63.07), { notedContracts: noted(true) });
    expect(stay.record).not.toHaveProperty("contractMigrations");
    expect((await back(stay.record)).message).toBe("accepted");
  });

  it("is judged by the rest where what is noted cannot be read, and the program says so", async () => {
    const { warnings } = await update({ liveColour: "blue" }, promoted, later, { notedContracts: "{" });
    expect(warnings.join("\n")).toContain(
      "The parameter /celebrant-portal/staging/rollout/contract-migrations cannot be read, in which contract migrations are noted.",
    );
    expect((await back(promoted, { notedContracts: "{", contracts: [migration] })).message).toEqual(refused);
  });

  it("is accepted once the database was restored to before it, and the record forgets it", async () => {
    const { record } = await update({ liveColour: "green" }, promoted, hours(63.07), { contracts: [migration] });
    const to = hours(63.02).toISOString();
    const restore = { at: hours(63.08).toISOString(), to, source: "portal-staging-1", instance: "portal-staging-2" };
    const told = { contracts: [migration], notedContracts: noted(false), restores: [restore] };
    const set = { "database.restoreFrom": { sourceInstanceIdentifier: "portal-staging-1", restoreTime: to } };
    const returned = await back(record, told, set);
    expect(returned.message).toBe("accepted");
    expect(returned.record).not.toHaveProperty("contractMigrations");
    // The file says that the database comes from somewhere else.
    expect((await back(record, told)).message).toEqual(refused);
    // It was restored to a moment after it.
    const after = { ...restore, to: hours(63.06).toISOString() };
    const fromLater = {
      "database.restoreFrom": { sourceInstanceIdentifier: "portal-staging-1", restoreTime: after.to },
    };
    expect((await back(record, { ...told, restores: [after] }, fromLater)).message).toEqual(refused);
    // Nobody has the evidence.
    expect((await back(record, { ...told, restores: [] }, set)).message).toEqual(refused);
  });
});
