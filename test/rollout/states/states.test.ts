import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Walk, walkAllStates } from "./explore.ts";
import { rowNames } from "./table.ts";
import { reasons, settingKey } from "./words.ts";

/**
 * Every state that six edits can lead to, and every update from there, held against the design's table: see `table.ts`, which
 * says it a second time. Two walks, one with edits of the schedule and one with edits of a setting, and a
 * shorter one of four edits with limits of steps.
 *
 * What it leaves to other tests: signing keys, several migrations of kind contract, the order of the rule's target groups, and what messages say.
 *
 * The check was seen to fail for each of these mistakes, put into the code one at a time:
 * - in `decide.ts`: any one of the rules left out, those of signing keys apart; a reason that allows more than it names, or
 *   that serves again
 * - drift: no lowering to a step, or one that looks at AWS or at the record alone; what AWS has refused; a return refused; an
 *   update accepted that nothing writes into AWS; a split that nobody could read taken for the recorded one
 * - gate: not asked before a promote, or before a rise above AWS or above the record alone; data asked for what AWS has already,
 *   or before the first step; data never asked for; a reason that lifts a failure
 * - return: to what was rolled back, to any release, after its window, in a window of a later edit; refused under a set latch, or under one that names
 *   nobody; the old release forgotten, so that steps roll it out again
 * - migrations: the rule left out, or for a return alone; one before the promote held against a return
 * - resume: with no reason, under a weight, from another split, by the release of now instead of the one rolled back; a
 *   deleted latch that counts as clear
 * - record: the bake counted from another moment, a promote that outlives its return, the schedule not kept or kept at 0, a
 *   change of it not told, a reason not kept
 * - schedule: steps below the weight taken for over, freeze windows that do not count, free in the edit that promotes; a limit
 *   that is longer or gone, or returns nothing any more, taken for none of it
 * - setting: either rule left out; staged while AWS serves the public by the candidate, or in the release to return to; live's
 *   changed with the candidate's; a reason that changes it without a line in the history
 */
describe.each([
  { varied: "limit", edits: 4, least: { places: 500, asked: 150_000, accepted: 40_000, resumes: 2000, resumed: 100 } },
  {
    varied: "schedule",
    edits: 6,
    least: { places: 3500, asked: 2_000_000, accepted: 550_000, resumes: 18_000, resumed: 1000 },
  },
  {
    varied: "setting",
    edits: 6,
    least: { places: 2000, asked: 1_100_000, accepted: 250_000, resumes: 10_000, resumed: 600 },
  },
] as const)("every state that $edits edits lead to, which may change the $varied too", ({ varied, edits, least }) => {
  let walk: Walk;
  let places: number;
  beforeAll(() => {
    walk = walkAllStates(edits, varied);
    places = walk.placesByDepth.reduce((sum, count) => sum + count, 0);
  });
  afterAll(() => {
    const { placesByDepth, checked, resumes } = walk;
    console.info(
      `Rollout, with the ${varied}: ${places} states (${placesByDepth.join(", ")} by edits), ${checked.asked} updates asked, ${checked.accepted} accepted, ${resumes.asked} resumes asked.`,
    );
  });

  it("holds what the design's table says, in both directions", () => {
    expect(
      [...walk.checked.findings].map(([kind, { count, example }]) => `${kind}, ${count} times: ${example}`),
    ).toEqual([]);
  });

  it("is not empty: it has visited and asked as much as it should", () => {
    const { placesByDepth, checked, resumes } = walk;
    expect(placesByDepth).toHaveLength(edits + 1);
    expect(places).toBeGreaterThan(least.places);
    expect(checked.asked).toBeGreaterThan(least.asked);
    expect(checked.accepted).toBeGreaterThan(least.accepted);
    expect(resumes.asked).toBeGreaterThan(least.resumes);
    expect(resumes.accepted).toBeGreaterThan(least.resumed);
  });

  if (varied === "limit") {
    // Four edits meet the rows on limits. The other rows are for the longer walks.
    it("has met the rows on a laxer schedule, and needed the reason for one", () => {
      const met = rowNames.filter((row) => /^schedule/.test(row) && (walk.checked.alone.get(row) ?? 0) >= 20);
      expect(met).not.toEqual([]);
      expect(walk.checked.needed.get("schedule")).toBeGreaterThan(1000);
    });
    return;
  }

  it("has met each row of the table alone, where nothing else forbids the update", () => {
    const rare = rowNames.filter((row) => (walk.checked.alone.get(row) ?? 0) < 20);
    const others = varied === "schedule" ? /^setting/ : /^schedule|freeze windows$/;
    expect(rare.filter((row) => !others.test(row))).toEqual([]);
  });

  it("has needed each reason, but the one for signing keys", () => {
    const rare = reasons.filter((reason) => (walk.checked.needed.get(reason) ?? 0) < 1000);
    expect(new Set(rare)).toEqual(new Set(["grace", varied === "schedule" ? settingKey : "schedule"]));
  });
});
