import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Walk, walkAllStates } from "./explore.ts";
import { rowNames } from "./table.ts";
import { reasons } from "./words.ts";

/**
 * Every state that six edits can lead to, and every update from there, held against the design's table: see `table.ts`, which
 * says it a second time. About 20 s of CPU.
 *
 * What it leaves to other tests: signing keys, migrations, the order of the rule's target groups, and what messages say.
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
 * - resume: with no reason, under a weight, from another split, by the release of now instead of the one rolled back; a
 *   deleted latch that counts as clear
 * - record: the bake counted from another moment, a promote that outlives its return, the schedule not kept or kept at 0, a
 *   change of it not told, a reason not kept
 * - schedule: steps below the weight taken for over, freeze windows that do not count, free in the edit that promotes
 */
describe("every state that six edits lead to", () => {
  let walk: Walk;
  let places: number;
  beforeAll(() => {
    walk = walkAllStates(6);
    places = walk.placesByDepth.reduce((sum, count) => sum + count, 0);
  });
  afterAll(() => {
    const { placesByDepth, checked, resumes } = walk;
    console.info(
      `Rollout: ${places} states (${placesByDepth.join(", ")} by edits), ${checked.asked} updates asked, ${checked.accepted} accepted, ${resumes.asked} resumes asked.`,
    );
  });

  it("holds what the design's table says, in both directions", () => {
    expect(
      [...walk.checked.findings].map(([kind, { count, example }]) => `${kind}, ${count} times: ${example}`),
    ).toEqual([]);
  });

  it("is not empty: it has visited and asked as much as it should", () => {
    const { placesByDepth, checked, resumes } = walk;
    expect(placesByDepth).toHaveLength(7);
    expect(places).toBeGreaterThan(4000);
    expect(checked.asked).toBeGreaterThan(2_500_000);
    expect(checked.accepted).toBeGreaterThan(700_000);
    expect(resumes.asked).toBeGreaterThan(20_000);
    expect(resumes.accepted).toBeGreaterThan(1000);
  });

  it("has met each row of the table alone, where nothing else forbids the update", () => {
    const rare = rowNames.filter((row) => (walk.checked.alone.get(row) ?? 0) < 100);
    expect(rare).toEqual([]);
  });

  it("has needed each reason, but the one for signing keys", () => {
    expect(reasons.filter((reason) => (walk.checked.needed.get(reason) ?? 0) < 1000)).toEqual(["grace"]);
  });
});
