import { describe, expect, it } from "vitest";
import type { TaskDefinitionAnswer } from "../../components/api/task-settings.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { diffPlans } from "../../rehearsal/plan/diff-plans.ts";
import type { PlanRequest, StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import { deployedTaskDefinitionArn } from "../../rehearsal/plan/world-after.ts";
import type { Colour } from "../../rollout/colour.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { digest } from "../support/rollout.ts";

const images = { "images.blue": assumedImages.blue, "images.green": assumedImages.green };
const hours = (count: number) => new Date(Date.parse("2026-11-23T00:00:00Z") + count * 3_600_000);

/** An update of production by the real program, on the record of the one before. */
function update(set: Record<string, unknown>, previousRecord: RolloutRecord | null, now: Date): Promise<StagePlan> {
  return planFixture({ stage: "production", set: { ...images, ...set }, previousRecord, now });
}

/** A colour's serving task definition, whole. */
function taskOf({ resources }: StagePlan, colour: Colour): string {
  const found = resources.find(
    ({ type, name }) => type === "aws:ecs/taskDefinition:TaskDefinition" && name === `portal-production-${colour}`,
  );
  return JSON.stringify(found?.inputs);
}

const refusal = async (planned: Promise<StagePlan>) =>
  await planned.then(
    () => "accepted",
    ({ message }: Error) => message,
  );

describe("a changed setting of the API", () => {
  const larger = { "api.memoryMib": 4096 };

  it("goes out with the candidate, by the steps, and live's task is the same from before the first step to promote", async () => {
    const at0 = await update({}, null, hours(0));
    const staged = await update(larger, at0.record, hours(1));
    expect(taskOf(staged, "blue")).toBe(taskOf(at0, "blue"));
    expect(JSON.parse(taskOf(staged, "green"))).toMatchObject({ memory: "4096" });
    expect(staged.record.history.at(-1)).toMatchObject({ event: "reconfigured" });
    expect(staged.record.releaseSettings).toMatchObject({
      blue: { "api.memoryMib": 2048 },
      green: { "api.memoryMib": 4096 },
    });

    let { record } = staged;
    for (const [index, candidateWeight] of [5, 25, 50, 100].entries()) {
      const step = await update({ ...larger, candidateWeight }, record, hours(2 + 48 * index));
      for (const colour of ["blue", "green"] as const) expect(taskOf(step, colour)).toBe(taskOf(staged, colour));
      record = step.record;
    }
    const promoted = await update({ ...larger, liveColour: "green" }, record, hours(400));
    const returned = await update({ ...larger, liveColour: "blue" }, promoted.record, hours(401));
    for (const plan of [promoted, returned]) {
      expect(taskOf(plan, "blue")).toBe(taskOf(at0, "blue"));
      expect(taskOf(plan, "green")).toBe(taskOf(staged, "green"));
    }
  });

  it("comes back with a rollback: live still has its own", async () => {
    const at0 = await update({}, null, hours(0));
    const staged = await update(larger, at0.record, hours(1));
    const at5 = await update({ ...larger, candidateWeight: 5 }, staged.record, hours(2));
    const back = await update(larger, at5.record, hours(3));
    expect(taskOf(back, "blue")).toBe(taskOf(at0, "blue"));
    const withdrawn = await update({}, back.record, hours(4));
    expect(taskOf(withdrawn, "green")).toBe(taskOf(at0, "green"));
  });

  it("is staged before it gets traffic", async () => {
    const at0 = await update({}, null, hours(0));
    expect(await refusal(update({ ...larger, candidateWeight: 5 }, at0.record, hours(1)))).toBe(
      "Rollout refused. You changed api.memoryMib from 2048 to 4096. It is part of a release, and blue is live and keeps its own. The same edit changes the weight or the live colour. First stage it at candidateWeight 0, in an update of its own. Or, to change it for both colours at once, set rolloutOverride to a reason, and rolloutOverrideAllows to api.memoryMib.",
    );
  });

  it("needs a candidate that takes it", async () => {
    const at0 = await update({ "images.green": undefined }, null, hours(0));
    expect(await refusal(update({ ...larger, "images.green": undefined }, at0.record, hours(1)))).toContain(
      "green has no image that could take it: set images.green to the image that is to run with it, which may be live's own",
    );
    const own = await update({ ...larger, "images.green": assumedImages.blue }, at0.record, hours(1));
    expect(JSON.parse(taskOf(own, "green"))).toMatchObject({ memory: "4096" });
    expect(taskOf(own, "blue")).toBe(taskOf(at0, "blue"));
  });

  it("leaves the release alone that can be returned to, for the rollback window", async () => {
    const at0 = await update({}, null, hours(0));
    const at100: RolloutRecord = { ...at0.record, weightPercent: 100 };
    const promoted = await update({ liveColour: "green" }, at100, hours(100));
    const early = update({ ...larger, liveColour: "green" }, promoted.record, hours(101));
    expect(await refusal(early)).toContain("blue keeps its release until");
    const replaced = { ...larger, liveColour: "green", "images.blue": digest("c") };
    const later = await update(replaced, promoted.record, hours(200));
    expect(taskOf(later, "green")).toBe(taskOf(promoted, "green"));
    expect(JSON.parse(taskOf(later, "blue"))).toMatchObject({ memory: "4096" });
  });

  it("changes live at once only for a reason that names its key, and the record says so", async () => {
    const at0 = await update({ "images.green": undefined }, null, hours(0));
    const set = {
      ...larger,
      "images.green": undefined,
      rolloutOverride: "INC-12: the tasks run out of memory",
    };
    expect(await refusal(update(set, at0.record, hours(1)))).toContain("and not api.memoryMib.");
    const forced = await update({ ...set, rolloutOverrideAllows: "api.memoryMib" }, at0.record, hours(1));
    expect(JSON.parse(taskOf(forced, "blue"))).toMatchObject({ memory: "4096" });
    expect(forced.record.history.at(-1)).toMatchObject({ event: "reconfigured", overrode: ["api.memoryMib"] });
    // The reason has served; the record keeps what it did.
    const after = await update({ ...larger, "images.green": undefined }, forced.record, hours(2));
    expect(taskOf(after, "blue")).toBe(taskOf(forced, "blue"));
    expect(after.record).toEqual(forced.record);
  });
});

describe("a label of an image", () => {
  const labelled = { "images.blue": `2.3.0@${assumedImages.blue}`, "images.green": `2.4.0@${assumedImages.green}` };

  it("goes into the record with the image, and changes nothing that runs", async () => {
    const at0 = await update({}, null, hours(0));
    const after = await update(labelled, at0.record, hours(1));
    expect(diffPlans(at0, after)).toEqual([]);
    expect(after.record.labels).toEqual({ blue: "2.3.0", green: "2.4.0" });
    expect(after.record.images).toEqual(assumedImages);
    expect(after.record.history).toEqual(at0.record.history);
  });

  it("stays through the steps, and changes at any weight without another resource than the public rule", async () => {
    const at0 = await update(labelled, null, hours(0));
    const at5 = await update({ ...labelled, candidateWeight: 5 }, at0.record, hours(1));
    const renamed = { ...labelled, "images.green": `2.4.0 with invoices@${assumedImages.green}`, candidateWeight: 25 };
    const at25 = await update(renamed, at5.record, hours(9));
    expect(diffPlans(at5, at25).map(({ type }) => type)).toEqual(["aws:lb/listenerRule:ListenerRule"]);
    expect(at25.record.history.map(({ labels }) => labels?.green)).toEqual(["2.4.0", "2.4.0", "2.4.0 with invoices"]);
    expect(at25.record.releases?.map(({ label }) => label)).toEqual(["2.3.0", "2.4.0 with invoices"]);
  });

  it("goes with its image", async () => {
    const at0 = await update(labelled, null, hours(0));
    const next = await update({ ...labelled, "images.green": digest("c") }, at0.record, hours(1));
    expect(next.record.labels).toEqual({ blue: "2.3.0", green: null });
  });
});

describe("a record of an older version, which does not tell what live runs with", () => {
  const larger = { "api.memoryMib": 4096 };

  /** What AWS answers of a colour's definition, as an update registered it. */
  const registered = (plan: StagePlan, colour: Colour): TaskDefinitionAnswer => {
    const { cpu, memory, containerDefinitions } = JSON.parse(taskOf(plan, colour));
    return { cpu, memory, containerDefinitions };
  };
  const deployedBy = (plan: StagePlan) => ({
    [deployedTaskDefinitionArn("blue")]: registered(plan, "blue"),
    [deployedTaskDefinitionArn("green")]: registered(plan, "green"),
  });
  const older = ({ record: { releaseSettings: _, ...rest } }: StagePlan, weightPercent = 0): RolloutRecord => ({
    ...rest,
    weightPercent,
  });
  const plan = (
    set: Record<string, unknown>,
    previousRecord: RolloutRecord,
    deployedTasks?: PlanRequest["deployedTasks"],
  ) =>
    planFixture({
      stage: "production",
      set: { ...images, ...set },
      previousRecord,
      now: hours(1),
      ...(deployedTasks === undefined ? {} : { deployedTasks }),
    });

  it("is completed from the deployed task definitions, so that a changed setting goes to the candidate alone", async () => {
    const at0 = await update({}, null, hours(0));
    const after = await plan(larger, older(at0), deployedBy(at0));
    expect(taskOf(after, "blue")).toBe(taskOf(at0, "blue"));
    expect(JSON.parse(taskOf(after, "green"))).toMatchObject({ memory: "4096" });
    expect(after.record.releaseSettings).toMatchObject({
      blue: { "api.memoryMib": 2048 },
      green: { "api.memoryMib": 4096 },
    });
    expect(after.record.releases?.map(({ settings }) => settings?.["api.memoryMib"])).toEqual([2048, 2048, 4096]);
  });

  it("is completed without an event where nothing changed", async () => {
    const at0 = await update({}, null, hours(0));
    const after = await plan({}, older(at0), deployedBy(at0));
    expect(after.record).toEqual(at0.record);
    // By now AWS is not asked any more.
    expect((await plan({}, after.record, { failure: "nobody may ask" })).record).toEqual(at0.record);
  });

  it("fills from the file what the definition of an older program does not have", async () => {
    const at0 = await update({}, null, hours(0));
    const { containerDefinitions, ...sizes } = registered(at0, "blue");
    const [container] = JSON.parse(containerDefinitions);
    const environment = container.environment.filter(({ name }: { name: string }) => name !== "ALLOWED_ORIGINS");
    const blue = { ...sizes, containerDefinitions: JSON.stringify([{ ...container, environment }]) };
    const after = await plan({}, older(at0), { ...deployedBy(at0), [deployedTaskDefinitionArn("blue")]: blue });
    expect(after.record.releaseSettings).toEqual(at0.record.releaseSettings);
  });

  it("refuses a step in whose edit a setting changed that the old record does not tell of", async () => {
    const at0 = await update({}, null, hours(0));
    const told = await refusal(plan({ ...larger, candidateWeight: 5 }, older(at0), deployedBy(at0)));
    expect(told).toContain("You changed api.memoryMib from 2048 to 4096. It is part of a release");
  });

  it("refuses where nobody can tell what live runs with, and still takes traffic back", async () => {
    const at0 = await update({}, null, hours(0));
    const failure = "AWS: the task definition could not be read: not authorized (AccessDeniedException)";
    for (const set of [{}, { candidateWeight: 5 }]) {
      expect(await refusal(plan(set, older(at0), { failure }))).toMatch(
        /^The record is of an older version .*AccessDeniedException\)\. A setting that was changed .* Allow these credentials ecs:DescribeTaskDefinition/,
      );
    }
    const back = await plan({}, older(at0, 5), { failure });
    expect(back.record.weightPercent).toBe(0);
    expect(back.warnings[0]).toContain("This update only takes traffic back, and goes on.");
  });

  it("says in a plan without AWS that nobody asked, and takes the file's settings for both colours", async () => {
    const at0 = await update({}, null, hours(0));
    const after = await plan(larger, older(at0));
    expect(after.notes).toContainEqual(expect.stringContaining("This plan is made without AWS"));
    for (const colour of ["blue", "green"] as const) {
      expect(JSON.parse(taskOf(after, colour))).toMatchObject({ memory: "4096" });
    }
  });
});

describe("staging with changeLiveInPlace", () => {
  it("restarts live's tasks with a changed setting, for quick trials", async () => {
    const plan = (set: Record<string, unknown>, previousRecord: RolloutRecord | null) =>
      planFixture({
        stage: "staging",
        set: { ...images, "rollout.changeLiveInPlace": true, ...set },
        previousRecord,
        now: hours(1),
      });
    const at0 = await plan({}, null);
    const after = await plan({ "api.memoryMib": 2048 }, at0.record);
    expect(after.record.releaseSettings).toMatchObject({
      blue: { "api.memoryMib": 2048 },
      green: { "api.memoryMib": 2048 },
    });
  });
});
