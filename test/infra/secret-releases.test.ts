import { describe, expect, it } from "vitest";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { diffPlans } from "../../rehearsal/plan/diff-plans.ts";
import type { StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import type { Colour } from "../../rollout/colour.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { containerOf } from "../components/api/containers.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { digest } from "../support/rollout.ts";

const images = { "images.blue": assumedImages.blue, "images.green": assumedImages.green };
const hours = (count: number) => new Date(Date.parse("2026-11-23T00:00:00Z") + count * 3_600_000);
const key = "applicationSecrets.STRIPE_SECRET_KEY";
/** The stack file with a secret, by what stands for its value. */
const secret = (ciphertext: string) => ({ [key]: { secure: ciphertext } });

/** An update of production by the real program, on what the one before left. */
function update(
  set: Record<string, unknown>,
  before: StagePlan | null,
  now: Date,
  record: RolloutRecord | null = before?.record ?? null,
): Promise<StagePlan> {
  const previousOutputs = before === null ? undefined : { secretFingerprints: before.outputs["secretFingerprints"] };
  return planFixture({
    stage: "production",
    set: { ...images, ...set },
    previousRecord: record,
    now,
    ...(previousOutputs === undefined ? {} : { previousOutputs }),
  });
}

const refusal = async (planned: Promise<StagePlan>) =>
  await planned.then(
    () => "accepted",
    ({ message }: Error) => message,
  );

const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const definitionType = "aws:ecs/taskDefinition:TaskDefinition";

/** Everything that a colour's tasks are made from, whole: the service's and the one-off tasks'. */
function tasksOf({ resources }: StagePlan, colour: Colour): string {
  const definitions = resources.filter(({ type, name }) => type === definitionType && name.split("-").includes(colour));
  expect(definitions.length).toBe(3);
  return JSON.stringify(definitions.map(({ name, inputs }) => [name, inputs]));
}

/** Last part of the logical name of the secret that a colour's task starts with, and whether it names the version too. */
function startsWith({ resources }: StagePlan, colour: Colour, variable = "STRIPE_SECRET_KEY", task = ""): string {
  const definition = resources.find(
    ({ type, name }) => type === definitionType && name === `portal-production-${colour}${task}`,
  );
  if (definition === undefined) return "no task";
  const secrets = containerOf(definition)["secrets"] as readonly { name: string; valueFrom: string }[];
  const [, arn, version] =
    /^(arn:.*?)(?::::(.*))?$/.exec(secrets.find(({ name }) => name === variable)?.valueFrom ?? "") ?? [];
  const stored = resources.find(({ type, outputs }) => type === secretType && outputs["arn"] === arn);
  if (stored === undefined) return "nothing";
  const named = resources.find(({ type, outputs }) => type === versionType && outputs["versionId"] === version);
  const name = stored.name.replace("portal-production-", "");
  return named?.name === stored.name ? name : `${name} without a version`;
}

function stored({ resources }: StagePlan): readonly string[] {
  return resources
    .filter(({ type, name }) => type === secretType && !name.includes("-production-secret-key"))
    .map(({ name }) => name.replace("portal-production-", ""))
    .sort();
}

describe("a changed value of a secret", () => {
  const deployed = () => update(secret("v1:AAAA"), null, hours(0));
  const staged = async () => await update(secret("v1:BBBB"), await deployed(), hours(1));

  it("goes out with the candidate, by the steps, and live's tasks are the same from before the first step to promote", async () => {
    const at0 = await deployed();
    const at0Staged = await staged();
    expect(tasksOf(at0Staged, "blue")).toBe(tasksOf(at0, "blue"));
    expect(startsWith(at0Staged, "blue")).toBe("stripe-secret-key");
    expect(startsWith(at0Staged, "green")).toBe("stripe-secret-key.2");
    expect(at0Staged.record.releaseSettings).toMatchObject({
      blue: { [key]: "version 1" },
      green: { [key]: "version 2" },
    });
    expect(at0Staged.record.history.at(-1)).toMatchObject({ event: "reconfigured", changed: [key] });

    let plan = at0Staged;
    for (const [index, candidateWeight] of [5, 25, 50, 100].entries()) {
      const step = await update({ ...secret("v1:BBBB"), candidateWeight }, plan, hours(2 + 48 * index));
      expect(diffPlans(plan, step).map(({ name }) => name)).toEqual(["portal-production-public"]);
      expect(step.outputs["secretFingerprints"]).toEqual(plan.outputs["secretFingerprints"]);
      plan = step;
    }
    const promoted = await update({ ...secret("v1:BBBB"), liveColour: "green" }, plan, hours(400));
    const returned = await update({ ...secret("v1:BBBB"), liveColour: "blue" }, promoted, hours(401));
    for (const later of [promoted, returned]) {
      expect(tasksOf(later, "blue")).toBe(tasksOf(at0, "blue"));
      expect(tasksOf(later, "green")).toBe(tasksOf(at0Staged, "green"));
      expect(stored(later)).toEqual(["stripe-secret-key", "stripe-secret-key.2"]);
    }
  });

  it("comes back with a rollback at 5 %: live still has its own, and the value before is known again", async () => {
    const at0 = await deployed();
    const at5 = await update({ ...secret("v1:BBBB"), candidateWeight: 5 }, await staged(), hours(2));
    const back = await update(secret("v1:BBBB"), at5, hours(3));
    expect(tasksOf(back, "blue")).toBe(tasksOf(at0, "blue"));
    const withdrawn = await update(secret("v1:AAAA"), back, hours(4));
    expect(startsWith(withdrawn, "green")).toBe("stripe-secret-key");
    // ECS may go back to the candidate's tasks of before while this update runs.
    expect(stored(withdrawn)).toEqual(["stripe-secret-key", "stripe-secret-key.2"]);
    const later = await update(secret("v1:AAAA"), withdrawn, hours(5));
    expect(stored(later)).toEqual(["stripe-secret-key"]);
    expect(later.record.history).toEqual(withdrawn.record.history);
    // The number is not given to another value.
    const third = await update(secret("v1:CCCC"), later, hours(6));
    expect(startsWith(third, "green")).toBe("stripe-secret-key.3");
  });

  it("leaves the value of the version alone that the config no longer has", async () => {
    const { resources } = await staged();
    const versions = resources.filter(({ type, name }) => type === versionType && name.includes("stripe"));
    expect(versions.map(({ name, inputs, ignoreChanges }) => [name, "secretString" in inputs, ignoreChanges])).toEqual([
      ["portal-production-stripe-secret-key", false, ["secretString"]],
      ["portal-production-stripe-secret-key.2", true, []],
    ]);
  });

  it("is staged before it gets traffic, and no refusal repeats a value", async () => {
    const message = await refusal(update({ ...secret("v1:BBBB"), candidateWeight: 5 }, await deployed(), hours(1)));
    expect(message).toContain(
      "You changed applicationSecrets.STRIPE_SECRET_KEY from version 1 to version 2. It is part of a release, and blue is live and keeps its own. The same edit changes the weight or the live colour. First stage it at candidateWeight 0, in an update of its own.",
    );
    expect(message).not.toContain("[secret");
  });

  it("is refused while the candidate has traffic, and returns nothing by a weight of 0", async () => {
    const at0 = await deployed();
    const at5 = await update({ ...secret("v1:AAAA"), candidateWeight: 5 }, at0, hours(2));
    expect(await refusal(update({ ...secret("v1:BBBB"), candidateWeight: 5 }, at5, hours(3)))).toContain(
      "You changed applicationSecrets.STRIPE_SECRET_KEY from version 1 to version 2 while green has 5 %.",
    );
    const back = await update(secret("v1:BBBB"), at5, hours(3));
    for (const colour of ["blue", "green"] as const) expect(tasksOf(back, colour)).toBe(tasksOf(at0, colour));
    expect(stored(back)).toEqual(["stripe-secret-key"]);
  });

  it("is refused in the return window, and without a candidate", async () => {
    const at0 = await deployed();
    const promoted = await update({ ...secret("v1:AAAA"), liveColour: "green" }, at0, hours(100), {
      ...at0.record,
      weightPercent: 100,
    });
    const early = update({ ...secret("v1:BBBB"), liveColour: "green" }, promoted, hours(101));
    expect(await refusal(early)).toContain("blue keeps its release until");

    const alone = await update({ ...secret("v1:AAAA"), "images.green": undefined }, null, hours(0));
    const none = update({ ...secret("v1:BBBB"), "images.green": undefined }, alone, hours(1));
    expect(await refusal(none)).toContain("green has no image that could take it");
  });

  it("changes both colours under traffic for a reason that names its key, and the record says so", async () => {
    const at5 = await update({ ...secret("v1:AAAA"), candidateWeight: 5 }, await deployed(), hours(2));
    const revoked = {
      ...secret("v1:BBBB"),
      candidateWeight: 5,
      rolloutOverride: "INC-20: the payment provider revoked the key",
      rolloutOverrideAllows: key,
    };
    const forced = await update(revoked, at5, hours(3));
    for (const colour of ["blue", "green"] as const) {
      expect(startsWith(forced, colour)).toBe("stripe-secret-key.2");
    }
    expect(forced.record.history.at(-1)).toMatchObject({ event: "reconfigured", changed: [key], overrode: [key] });
    // Tasks that start meanwhile may still need the value before.
    expect(stored(forced)).toEqual(["stripe-secret-key", "stripe-secret-key.2"]);
    const at25 = await update({ ...secret("v1:BBBB"), candidateWeight: 25 }, forced, hours(8));
    expect(diffPlans(forced, at25).map(({ name }) => name)).toEqual(["portal-production-public"]);
    const back = await update(secret("v1:BBBB"), at25, hours(9));
    expect(stored(back)).toEqual(["stripe-secret-key", "stripe-secret-key.2"]);
    expect(stored(await update(secret("v1:BBBB"), back, hours(10)))).toEqual(["stripe-secret-key.2"]);
  });
});

describe("a secret that is added or removed", () => {
  it("is staged too, and live's tasks keep naming what they had", async () => {
    const lists = { "taskSecrets.migrate": ["STRIPE_SECRET_KEY"] };
    const at0 = await update({ ...secret("v1:AAAA"), ...lists }, null, hours(0));
    const maps = { "applicationSecrets.MAPS_TOKEN": { secure: "v1:MMMM" } };
    const staged = await update(maps, at0, hours(1));
    expect(tasksOf(staged, "blue")).toBe(tasksOf(at0, "blue"));
    expect(startsWith(staged, "blue", "STRIPE_SECRET_KEY", "-migrate")).toBe("stripe-secret-key");
    expect(startsWith(staged, "green")).toBe("nothing");
    expect(startsWith(staged, "green", "STRIPE_SECRET_KEY", "-migrate")).toBe("nothing");
    expect(startsWith(staged, "green", "MAPS_TOKEN")).toBe("maps-token");
    expect(stored(staged)).toEqual(["maps-token", "stripe-secret-key"]);
    expect(staged.record.history.at(-1)?.changed).toEqual([
      "applicationSecrets.MAPS_TOKEN",
      key,
      "taskSecrets.migrate",
    ]);
  });

  it("goes with the last release that named it, once nobody can return to that", async () => {
    const at0 = await update(secret("v1:AAAA"), null, hours(0));
    const staged = await update({}, at0, hours(1));
    const promoted = await update({ liveColour: "green" }, staged, hours(100), {
      ...staged.record,
      weightPercent: 100,
    });
    expect(stored(promoted)).toEqual(["stripe-secret-key"]);
    const inWindow = await update({ liveColour: "green" }, promoted, hours(101));
    expect(stored(inWindow)).toEqual(["stripe-secret-key"]);
    const replaced = await update({ liveColour: "green", "images.blue": digest("c") }, inWindow, hours(200));
    const after = await update({ liveColour: "green", "images.blue": digest("c") }, replaced, hours(201));
    expect(stored(after)).toEqual([]);
    expect(after.record.secretVersions).toEqual({ STRIPE_SECRET_KEY: { kept: [], last: 1 } });
  });
});

describe("the record of an older version, which names no versions", () => {
  const older = ({ record }: StagePlan): RolloutRecord => {
    const { secretVersions: _, releaseSettings, ...rest } = record;
    const withoutSecrets = (settings: object | null | undefined) =>
      Object.fromEntries(Object.entries(settings ?? {}).filter(([name]) => !name.startsWith("applicationSecrets.")));
    return {
      ...rest,
      releaseSettings: {
        blue: withoutSecrets(releaseSettings?.blue),
        green: withoutSecrets(releaseSettings?.green),
      },
    } as RolloutRecord;
  };

  it("leaves both colours' tasks as they were under traffic, and on the way down from it", async () => {
    const at0 = await update(secret("v1:AAAA"), null, hours(0));
    const at5 = { ...older(at0), weightPercent: 5 };
    for (const candidateWeight of [5, 25, 0]) {
      const plan = await update({ ...secret("v1:BBBB"), candidateWeight }, null, hours(100), at5);
      for (const colour of ["blue", "green"] as const) {
        expect(startsWith(plan, colour)).toBe("stripe-secret-key without a version");
      }
      const version = plan.resources.find(({ type, name }) => type === versionType && name.includes("stripe"));
      expect(version?.ignoreChanges).toEqual(["secretString"]);
      expect(plan.record.secretVersions).toBeUndefined();
      expect(plan.outputs["secretFingerprints"]).toBeUndefined();
    }
  });

  it("names the versions with the first update at weight 0 that moves nothing, and refuses nothing for it", async () => {
    const at0 = await update(secret("v1:AAAA"), null, hours(0));
    const after = await update(secret("v1:AAAA"), null, hours(1), older(at0));
    expect(diffPlans(at0, after)).toEqual([]);
    expect(after.record.secretVersions).toEqual(at0.record.secretVersions);
    expect(after.record.history.at(-1)).toMatchObject({ event: "reconfigured" });
    // The step after it changes one resource again.
    const at5 = await update({ ...secret("v1:AAAA"), candidateWeight: 5 }, after, hours(2));
    expect(diffPlans(after, at5).map(({ name }) => name)).toEqual(["portal-production-public"]);
  });
});

describe("values that nobody can compare", () => {
  it("are taken to be unchanged, and the plan says so", async () => {
    const at0 = await update(secret("v1:AAAA"), null, hours(0));
    const blind = await update(secret("v1:BBBB"), null, hours(1), at0.record);
    expect(diffPlans(at0, blind)).toEqual([]);
    expect(blind.warnings.join()).toContain(
      "It was not judged whether the values of these application secrets have changed: STRIPE_SECRET_KEY. They are taken to be unchanged.",
    );
    expect(at0.warnings.join()).not.toContain("not judged");
  });
});

describe("what can be read of a secret", () => {
  it("is in one output, which Pulumi encrypts, and there only by a key", async () => {
    const at0 = await update(secret("v1:AAAA"), null, hours(0));
    const value = at0.resources.find(({ type, name }) => type === versionType && name.includes("stripe"))?.inputs[
      "secretString"
    ] as string;
    expect(at0.secretOutputs).toEqual([["secretFingerprints"]]);
    const { secretFingerprints, ...open } = at0.outputs;
    const { key: hashKey, values } = secretFingerprints as {
      key: string;
      values: Record<string, Record<string, string>>;
    };
    const print = values["STRIPE_SECRET_KEY"]?.["1"] ?? "";
    expect(print).toMatch(/^[0-9a-f]{64}$/);
    const { createHash, createHmac } = await import("node:crypto");
    for (const text of [value, `STRIPE_SECRET_KEY\0${value}`]) {
      expect(print).not.toBe(createHash("sha256").update(text).digest("hex"));
    }
    expect(print).toBe(createHmac("sha256", hashKey).update(`STRIPE_SECRET_KEY\0${value}`).digest("hex"));
    for (const hidden of [value, hashKey, print]) expect(JSON.stringify(open)).not.toContain(hidden);
  });
});

describe("staging with changeLiveInPlace", () => {
  it("restarts live's tasks with the new value, for quick trials", async () => {
    const plan = (set: Record<string, unknown>, before: StagePlan | null) =>
      planFixture({
        stage: "staging",
        set: { ...images, "rollout.changeLiveInPlace": true, ...set },
        previousRecord: before?.record ?? null,
        ...(before === null ? {} : { previousOutputs: { secretFingerprints: before.outputs["secretFingerprints"] } }),
        now: hours(1),
      });
    const at0 = await plan(secret("v1:AAAA"), null);
    const after = await plan(secret("v1:BBBB"), at0);
    expect(after.record.releaseSettings).toMatchObject({ blue: { [key]: "version 2" }, green: { [key]: "version 2" } });
  });
});
