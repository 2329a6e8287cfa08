import { describe, expect, it } from "vitest";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { planFixture } from "../support/plan-fixture.ts";

const minutes = (count: number) => new Date(Date.parse("2026-11-23T00:00:00Z") + count * 60_000);

/** What the file of production says besides, before anybody edits it. */
const before = {
  "images.blue": assumedImages.blue,
  "images.green": assumedImages.green,
  "verify.required": true,
  "verify.integrityRequired": true,
  "rollout.freezeWindows": [
    { from: "2026-12-19T00:00:00+11:00", until: "2027-01-04T00:00:00+11:00", reason: "summer weddings" },
  ],
  "rollout.guardrails": [{ metric: "registrations", objectBelow: 0.3 }],
  "rollout.feedback": { from: "feedback/production.csv", objectAbovePercent: 20 },
};

/** An update of production by the real program, on the record of the one before. */
const update = (set: Record<string, unknown>, previousRecord: RolloutRecord | null, now: Date) =>
  planFixture({ stage: "production", set: { ...before, ...set }, previousRecord, now });

const refusal = async (planned: ReturnType<typeof update>) =>
  await planned.then(
    () => "accepted",
    ({ message }: Error) => message,
  );

const atZero = async () => (await update({}, null, minutes(0))).record;

describe("one edit that raises the weight and takes away what would refuse it", () => {
  it.each<[key: string, Record<string, unknown>]>([
    ["verify.required", { "verify.required": false }],
    ["verify.integrityRequired", { "verify.integrityRequired": false }],
    ["verify.validFor", { "verify.validFor": "400d" }],
    ["alerts.errorRatePercent", { "alerts.errorRatePercent": 50 }],
    ["alerts.minimumErrors", { "alerts.minimumErrors": 40 }],
    ["alerts.notify", { "alerts.notify": ["nobody@example.com"] }],
    ["api.minTasks", { "api.minTasks": 3 }],
    ["objectives.errorRatePercent", { "objectives.errorRatePercent": 0.9 }],
    ["rollout.guardrails", { "rollout.guardrails": [] }],
    ["rollout.feedback.objectAbovePercent", { "rollout.feedback": { from: "feedback/production.csv" } }],
    ["rollout.rollbackWindow", { "rollout.rollbackWindow": "24h" }],
    ["frontend.buildCommand", { "frontend.buildCommand": "npm run build:other" }],
    ["hosts.candidateApi", { "hosts.candidateApi": "next.celebrant-portal.com" }],
    ["the schedule laxer", { "rollout.steps": [{ weight: 5, bake: "5m" }] }],
    ["the schedule laxer", { "rollout.freezeWindows": [] }],
    ["the schedule laxer", { "rollout.exposure": { failedRequests: 90_000 } }],
  ])("is refused, and names %s", async (key, change) => {
    const last = { weight: 100, bake: "5m" };
    const steps = change["rollout.steps"] as readonly object[] | undefined;
    const edit = { ...change, ...(steps === undefined ? {} : { "rollout.steps": [...steps, last] }) };
    expect(await refusal(update({ ...edit, candidateWeight: 5 }, await atZero(), minutes(1)))).toMatch(
      new RegExp(`(You changed|You made) ${key.replaceAll(".", "\\.")}.* in the edit that raises the weight`),
    );
  });

  it("is accepted as two updates, and the record has followed the first", async () => {
    const edit = { "rollout.guardrails": [], "alerts.minimumErrors": 4, "rollout.freezeWindows": [] };
    const alone = await update(edit, await atZero(), minutes(1));
    expect(alone.record.history).toHaveLength(1);
    const rise = await update({ ...edit, candidateWeight: 5 }, alone.record, minutes(2));
    expect(rise.record).toMatchObject({ weightPercent: 5, deployedFile: alone.record.deployedFile });
  });

  it("keeps nobody from giving all traffic back to live", async () => {
    const at5 = await update({ candidateWeight: 5 }, await atZero(), minutes(1));
    const edit = { "rollout.guardrails": [], "alerts.minimumErrors": 4, "verify.required": false };
    expect((await update(edit, at5.record, minutes(2))).record.weightPercent).toBe(0);
  });

  it("tells of the receivers no address in the record", async () => {
    const { deployedFile } = await atZero();
    expect(deployedFile?.safeguards["alerts.notify"]).toMatch(/^\d+ \([0-9a-f]{16}\)$/);
  });
});

describe("whether staging's live takes a changed setting in place", () => {
  const staging = (set: Record<string, unknown>, previousRecord: RolloutRecord | null, now: Date) => {
    const { "images.blue": blue, "images.green": green } = before;
    return planFixture({
      stage: "staging",
      set: { "images.blue": blue, "images.green": green, "api.memoryMib": 2048, ...set },
      previousRecord,
      now,
    });
  };
  const inPlace = { "rollout.changeLiveInPlace": true };

  it("is said at weight 0, and not with a step or under traffic: live would get the candidate's settings", async () => {
    const at0 = await staging({ "api.memoryMib": 1024 }, null, minutes(0));
    const staged = await staging({}, at0.record, minutes(1));
    expect(await refusal(staging({ ...inPlace, candidateWeight: 5 }, staged.record, minutes(2)))).toContain(
      "You changed rollout.changeLiveInPlace from nothing to true in the edit that raises the weight.",
    );
    const at5 = await staging({ candidateWeight: 5 }, staged.record, minutes(2));
    expect(at5.record.releaseSettings?.blue).toMatchObject({ "api.memoryMib": 1024 });
    expect(await refusal(staging({ ...inPlace, candidateWeight: 5 }, at5.record, minutes(3)))).toContain(
      "You changed rollout.changeLiveInPlace from nothing to true while green has 5 %.",
    );
    const alone = await staging(inPlace, staged.record, minutes(3));
    expect(alone.record.releaseSettings?.blue).toMatchObject({ "api.memoryMib": 2048 });
  });
});

describe("whether the frontend goes out with the steps", () => {
  it("is said with the release, also in the edit of its first step", async () => {
    const at5 = await update({ candidateWeight: 5, "frontend.compatible": true }, await atZero(), minutes(1));
    expect(at5.record.weightPercent).toBe(5);
  });
});

describe("the findings of a scan that the file accepts", () => {
  it("are for the command that takes an image in, and no setting that a step is held against", async () => {
    const accepted = [
      { finding: "CVE-2026-12345", reason: "the library is not reachable", until: "2027-01-01T00:00:00Z" },
    ];
    const at5 = await update({ candidateWeight: 5, acceptedFindings: accepted }, await atZero(), minutes(1));
    expect(at5.record.weightPercent).toBe(5);
    const back = await update({ candidateWeight: 5 }, at5.record, minutes(2));
    expect(back.record.weightPercent).toBe(5);
  });
});
