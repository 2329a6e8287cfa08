import { describe, expect, it } from "vitest";
import { RolloutRefusedError } from "../../infra/rollout/judge-move.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import type { PlanRequest } from "../../rehearsal/plan/plan-stage.ts";
import { nextRecord } from "../../rollout/next-record.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { releaseSettingsOf } from "../support/release-settings.ts";
import { digest, promotedRecord, recordAt } from "../support/rollout.ts";
import { healthySight } from "../support/stage-sight.ts";

const { blue, green } = assumedImages;
const images = { blue, green };
const releaseSettings = releaseSettingsOf("production");
const inProduction = { images, releaseSettings };

/** Staging's record after green came in with an image and had these weights, an hour apart. */
function stagingAfter(image: string, ...weights: readonly number[]): RolloutRecord {
  const at = (hours: number) => new Date(Date.parse("2026-11-16T00:00:00Z") + hours * 3_600_000);
  const after = (previous: RolloutRecord | null, weightPercent: number, hours: number) =>
    nextRecord(
      previous,
      { liveColour: "blue", weightPercent, images: { blue: digest("a"), green: image } },
      at(hours),
      {},
    );
  return weights.reduce((record, weight, index) => after(record, weight, index + 1), after(null, 0, 0));
}

/** An edit of production's file by hand: the first step, after the gate has nothing against it. */
function firstStep(over: Partial<Omit<PlanRequest, "projectFolder" | "stage">> = {}) {
  const { set, ...others } = over;
  return planFixture({
    stage: "production",
    set: {
      "images.blue": blue,
      "images.green": green,
      candidateWeight: 5,
      "rollout.freezeWindows": [],
      ...set,
    },
    previousRecord: recordAt(0, inProduction),
    now: new Date("2026-11-23T15:00:00Z"),
    sight: healthySight,
    ...others,
  });
}

/** What the rule about staging says of a step; undefined where it says nothing, whatever the others do. */
async function refusedBecause(step: Promise<unknown>): Promise<string | undefined> {
  const error = await step.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return undefined;
  if (!(error instanceof RolloutRefusedError)) throw error;
  return error.judged.refusals.find(({ rule }) => rule === "staging")?.message;
}

const reasonHint =
  "If it must go out all the same, set rolloutOverride to a reason, and rolloutOverrideAllows to staging. You can lower the weight at any time.";

describe("the first step of production", () => {
  it("is taken with an image that had traffic in staging, and says so", async () => {
    const { notes, warnings } = await firstStep({ staging: { rollout: stagingAfter(green, 5) } });
    expect(notes[0]).toBe("Staging: this image has had public traffic there.");
    expect(warnings).toEqual([]);
  });

  it.each([
    [
      "never ran there",
      { rollout: stagingAfter(digest("c"), 5) },
      `The image ${green} has not run in staging. Stage it there first, by npm run rollout -- image stage --stage staging --digest ${green}, and take it through staging's steps.`,
    ],
    [
      "had no traffic there",
      { rollout: stagingAfter(green) },
      `The image ${green} was staged in staging at 2026-11-16T00:00:00.000Z, as release 2, and has had no traffic there. Take it through staging's steps first: npm run rollout -- advance --stage staging.`,
    ],
    [
      "was taken back there",
      { rollout: stagingAfter(green, 5, 0) },
      `The image ${green} ran in staging as release 2 and was taken back there at 2026-11-16T02:00:00.000Z. Fix what was wrong and push the fixed image, or take this one through staging's steps again.`,
    ],
    [
      "nobody knows of, because staging was never deployed",
      {},
      `The image ${green} has not run in staging: the stack staging has no record of a rollout. Take it through staging's steps first.`,
    ],
    [
      "nobody can ask about",
      "no stack",
      `It is not known whether the image ${green} has run in staging: the outputs of the stack staging cannot be read (invocation of pulumi:pulumi:readStackOutputs returned an error: unknown stack "organization/celebrant-portal/staging"). Run this where the state of both stacks can be read.`,
    ],
  ] as const)("is refused with an image that %s", async (_, staging, why) => {
    expect(await refusedBecause(firstStep({ staging }))).toBe(`You asked for 5 %. ${why} ${reasonHint}`);
  });

  it("is refused by a record of staging that cannot be read, and names staging's state", async () => {
    const because = await refusedBecause(firstStep({ staging: { rollout: { version: 9 } } }));
    expect(because).toContain('The stack output "rollout" cannot be read: ');
    expect(because).toContain("npx pulumi state edit --stack staging)");
  });

  it("is let through by a reason that allows it, and by no other, and the history tells it", async () => {
    const set = { rolloutOverride: "INC-12: staging is down, and the fix cannot wait" };
    const staging = {};
    expect(await refusedBecause(firstStep({ staging, set }))).toContain("has not run in staging");
    const { record, warnings } = await firstStep({
      staging,
      set: { ...set, rolloutOverrideAllows: "bake, order, data, staging" },
    });
    expect(warnings[0]).toContain(`lets this through: You asked for 5 %. The image ${green} has not run in staging`);
    expect(record.history.at(-1)).toMatchObject({ event: "advanced", overrode: ["staging"] });
  });

  it("asks nothing of an image that is live in production, or was: a setting alone is a release as well", async () => {
    const sameImage = recordAt(0, { images: { blue: green, green }, releaseSettings });
    expect(
      await refusedBecause(firstStep({ previousRecord: sameImage, set: { "images.blue": green }, staging: {} })),
    ).toBeUndefined();
  });

  it("says in a plan that is made offline that nobody was asked", async () => {
    const { notes } = await firstStep({ sight: undefined });
    expect(notes).toContain(
      "Staging: not asked, because this plan is made without AWS. The preview and the update want an image that has run in staging.",
    );
  });

  it("is held against staging in production alone", async () => {
    const set = { "images.blue": blue, "images.green": green, candidateWeight: 5 };
    const previousRecord = recordAt(0, { images, releaseSettings: releaseSettingsOf("staging") });
    const step = planFixture({
      stage: "staging",
      set,
      previousRecord,
      now: new Date("2026-11-23T15:00:00Z"),
      sight: healthySight,
      staging: {},
    });
    expect(await refusedBecause(step)).toBeUndefined();
  });
});

describe("the edit that brings an image into production", () => {
  const bring = (staging: PlanRequest["staging"]) =>
    firstStep({
      previousRecord: recordAt(0, { images: { blue, green: digest("d") }, releaseSettings }),
      set: { candidateWeight: 0 },
      staging,
    });

  it("is warned of an image that did not run in staging, and not refused", async () => {
    const { warnings } = await bring({ rollout: stagingAfter(digest("c"), 5) });
    expect(warnings).toContain(
      `The image ${green} has not run in staging. Stage it there first, by npm run rollout -- image stage --stage staging --digest ${green}, and take it through staging's steps. Without that, the first step of public traffic will be refused.`,
    );
  });

  it("says nothing where the image ran there", async () => {
    const { warnings, notes } = await bring({ rollout: stagingAfter(green, 5) });
    expect([...warnings, ...notes].filter((line) => line.includes("staging"))).toEqual([]);
  });
});

describe("what staging is not asked about", () => {
  it.each([
    ["a further step", recordAt(5, inProduction), { candidateWeight: 25 }],
    ["a weight that goes down", recordAt(25, inProduction), { candidateWeight: 0 }],
    ["a return", promotedRecord(inProduction), { candidateWeight: 0, liveColour: "blue" }],
  ])("%s", async (_, previousRecord, set) => {
    expect(await refusedBecause(firstStep({ previousRecord, set, staging: "no stack" }))).toBeUndefined();
  });
});
