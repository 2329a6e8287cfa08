import { describe, expect, it } from "vitest";
import { nextStep } from "../../../cli/moves/asked-move.ts";
import { clearLatch } from "../../../rollout/latch.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";

const record: RolloutRecord = {
  version: 1,
  liveColour: "blue",
  weightPercent: 5,
  since: "2026-11-23T12:00:00.000Z",
  images: { blue: "sha256:a", green: "sha256:b" },
  promotedAt: null,
  history: [],
};
const schedule = {
  steps: [
    { weightPercent: 5, bakeSeconds: 7200 },
    { weightPercent: 25, bakeSeconds: 7200 },
  ],
  rollbackWindowSeconds: 3600,
  freezeWindows: [],
};

const snapshot = { record, schedule, latch: clearLatch, takenAt: new Date("2026-11-23T15:00:00.000Z") };

describe("nextStep", () => {
  const empty = { changes: [], outputs: ["rollout"] };

  it("refuses a plan that leaves the rule alone although AWS has other weights: state is ahead of it", () => {
    const { judgePlan } = nextStep({ ...snapshot, split: { blue: 95, green: 5 } }, "staging");
    expect(judgePlan(empty)).toEqual([
      "The plan would not change the public rule. Pulumi's state has 25 % from an update that failed, but AWS does not. Run npx pulumi up --refresh --target 'urn:pulumi:staging::celebrant-portal::celebrant:traffic:Traffic$aws:lb/listenerRule:ListenerRule::portal-staging-public' --stack staging, which reads the rule from AWS, then run this command again.",
    ]);
  });

  it("takes one that AWS has made true already, which finishes an update that was killed", () => {
    const { judgePlan } = nextStep({ ...snapshot, split: { blue: 75, green: 25 } }, "staging");
    expect(judgePlan(empty)).toEqual([]);
  });
});
