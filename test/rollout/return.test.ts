import { describe, expect, it } from "vitest";
import { clearLatch, type SetLatch } from "../../rollout/latch.ts";
import { isOldRelease, judgeReturn, type ReturnPlace } from "../../rollout/return.ts";
import type { LastPromote } from "../../rollout/rollback-address.ts";
import { digest } from "../support/rollout.ts";

/** Green was promoted at noon; blue still has the release that was live before. */
const lastPromote: LastPromote = {
  at: "2026-11-23T12:00:00.000Z",
  returnUntil: "2026-11-25T12:00:00.000Z",
  liveBefore: "blue",
  imageBefore: digest("a"),
  imageNow: digest("a"),
};
const now = new Date("2026-11-23T13:00:00.000Z");
const latch: SetLatch = { state: "set", at: "2026-11-23T12:30:00Z", reason: "portal-production-blue-unfit" };

const place = (over: Partial<LastPromote> = {}, latch: ReturnPlace["latch"] = clearLatch): ReturnPlace => ({
  address: { liveColour: "green", lastPromote: { ...lastPromote, ...over } },
  latch,
});
const told = (one: ReturnPlace, at = now) =>
  judgeReturn(one, "production", at).problems.map(({ why, todo }) => `${why}. ${todo}`);

describe("judgeReturn", () => {
  it("finds a return possible inside the window, to the release that was live before", () => {
    const until = new Date(lastPromote.returnUntil);
    expect(judgeReturn(place(), "production", now)).toEqual({ to: "blue", until, problems: [] });
    expect(told(place(), new Date(until.getTime() - 1))).toEqual([]);
  });

  it("finds one possible over a latch that names no release, or the released one", () => {
    expect(told(place({}, latch))).toEqual([]);
    expect(told(place({}, { ...latch, rolledBack: "green" }))).toEqual([]);
  });

  it.each([
    ["nothing was promoted", null],
    ["the promote was of another colour, as after half an update", { ...lastPromote, liveBefore: "green" as const }],
  ])("finds none where %s", (_what, promote) => {
    expect(told({ address: { liveColour: "green", lastPromote: promote }, latch: clearLatch })).toEqual([
      "there is no promote to undo: nothing was promoted, or the return has been made already. green is live and blue is the candidate, which gets traffic by the steps: npm run rollout -- advance --stage production. To send all traffic to green, run npm run rollout -- rollback --stage production.",
    ]);
  });

  it("finds none from the end of the window", () => {
    expect(told(place(), new Date(lastPromote.returnUntil))).toEqual([
      "the rollback window ended at 12:00 UTC. Roll out a fixed release as images.blue.",
    ]);
  });

  it("finds none to another release, or to a colour that was retired", () => {
    expect(told(place({ imageNow: digest("c") }))).toEqual([
      `blue no longer has the release that was live before, but ${digest("c")}. Roll out a fixed release as images.blue.`,
    ]);
    expect(told(place({ imageNow: null }))).toEqual([
      "blue was retired and runs nothing. Roll out a fixed release as images.blue.",
    ]);
    expect(told(place({ imageBefore: null, imageNow: null }))).toHaveLength(1);
  });

  it("finds none to a release that was rolled back since, and says how to have it all the same", () => {
    expect(told(place({}, { ...latch, rolledBack: "blue" }))).toEqual([
      'blue was itself taken off the public path at 2026-11-23T12:30:00Z (portal-production-blue-unfit). If it may serve the public all the same, clear the latch first: npm run rollout -- resume --stage production --reason "<why>". Then run this command again.',
    ]);
  });

  it("tells every reason at once", () => {
    const all = place({ imageNow: digest("c") }, { ...latch, rolledBack: "blue" });
    expect(told(all, new Date(lastPromote.returnUntil))).toHaveLength(3);
  });

  it("cannot tell from an address of an older version, and says what asks the rules instead", () => {
    expect(told({ address: { liveColour: "green" } as ReturnPlace["address"], latch: clearLatch })).toEqual([
      "the last update was made by a version of this program that did not yet record where a return leads. If blue was live before the last promote, set liveColour to blue and candidateWeight to 0 in Pulumi.production.yaml and run npx pulumi up --stack production, which refuses it where it must not be.",
    ]);
  });
});

it("knows the release before the promote from a new one", () => {
  expect(isOldRelease(place().address)).toBe(true);
  expect(isOldRelease(place({ imageNow: digest("c") }).address)).toBe(false);
  expect(isOldRelease(place({ imageBefore: null, imageNow: null }).address)).toBe(false);
  expect(isOldRelease({ liveColour: "green", lastPromote: null })).toBe(false);
});
