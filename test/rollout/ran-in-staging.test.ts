import { expect, it } from "vitest";
import { nextRecord } from "../../rollout/next-record.ts";
import { hasBeenLive, stagingProblems } from "../../rollout/ran-in-staging.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { bothImages, digest } from "../support/rollout.ts";

type Step = readonly [liveColour: "blue" | "green", weightPercent: number, isLatched?: boolean];

/** Staging's record after these updates, an hour apart. Green has image b. */
function recordAfter(...steps: readonly Step[]): RolloutRecord {
  let record: RolloutRecord | null = null;
  for (const [index, [liveColour, weightPercent, isLatched = false]] of steps.entries()) {
    const at = new Date(Date.parse("2026-11-23T00:00:00Z") + index * 3_600_000);
    const latch = isLatched ? { latchSetAt: at.toISOString() } : {};
    record = nextRecord(record, { liveColour, weightPercent, images: bothImages }, at, latch);
  }
  if (record === null) throw new Error("There was no update.");
  return record;
}

it.each([
  [
    "is on its way",
    [
      ["blue", 0],
      ["blue", 5],
    ],
  ],
  [
    "is live",
    [
      ["blue", 0],
      ["blue", 100],
      ["green", 0],
    ],
  ],
] as const)("lets an image go on that %s in staging", (_, steps) => {
  expect(stagingProblems(recordAfter(...steps), digest("b"))).toEqual([]);
});

it("lets one go on that was live, though another has replaced it", () => {
  expect(stagingProblems(recordAfter(["blue", 0], ["blue", 100], ["green", 0]), digest("a"))).toEqual([]);
});

it.each([
  ["never was there", [["blue", 0]], "c", /^The image sha256:c+ has not run in staging\./],
  [
    "had no traffic",
    [["blue", 0]],
    "b",
    /was staged in staging at 2026-11-23T00:00:00\.000Z, as release 2, and has had no traffic there/,
  ],
  [
    "was rolled back",
    [
      ["blue", 0],
      ["blue", 5],
      ["blue", 0, true],
    ],
    "b",
    /ran in staging as release 2 and was rolled back there at 2026-11-23T02:00/,
  ],
  [
    "was taken back",
    [
      ["blue", 0],
      ["blue", 5],
      ["blue", 0],
    ],
    "b",
    /was taken back there/,
  ],
  [
    "was returned from",
    [
      ["blue", 0],
      ["blue", 100],
      ["green", 0],
      ["blue", 0],
    ],
    "b",
    /was returned from there/,
  ],
] as const)("keeps an image out that %s", (_, steps, letter, problem) => {
  expect(stagingProblems(recordAfter(...steps), digest(letter))).toEqual([expect.stringMatching(problem)]);
});

it.each([
  ["is live", [["blue", 0]], "a", true],
  [
    "was live, and was replaced",
    [
      ["blue", 0],
      ["blue", 100],
      ["green", 0],
    ],
    "a",
    true,
  ],
  [
    "is the candidate",
    [
      ["blue", 0],
      ["blue", 5],
    ],
    "b",
    false,
  ],
  [
    "was live, and was returned from",
    [
      ["blue", 0],
      ["blue", 100],
      ["green", 0],
      ["blue", 0],
    ],
    "b",
    false,
  ],
  ["is not known", [["blue", 0]], "c", false],
] as const)("knows whether an image that %s has been live", (_, steps, letter, expected) => {
  expect(hasBeenLive(recordAfter(...steps), digest(letter))).toBe(expected);
});
