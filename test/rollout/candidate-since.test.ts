import { describe, expect, it } from "vitest";
import { beginsCandidate, candidateSince } from "../../rollout/candidate-since.ts";
import type { HistoryEntry, RolloutEvent } from "../../rollout/record.ts";
import { bothImages, recordAt } from "../support/rollout.ts";

const entry = (event: RolloutEvent, hour: string): HistoryEntry => ({
  at: `2026-11-23T${hour}:00:00.000Z`,
  event,
  liveColour: "blue",
  weightPercent: 0,
  images: bothImages,
});

it.each<[RolloutEvent | undefined, boolean]>([
  ["deployed", true],
  ["image", true],
  ["promoted", true],
  ["returned", true],
  ["advanced", false],
  ["lowered", false],
  ["rotated", false],
  ["reconfigured", false],
  [undefined, false],
])("an update of the kind %s makes another release the candidate: %s", (event, begins) => {
  expect(beginsCandidate(event)).toBe(begins);
});

describe("since when the candidate is what it is", () => {
  it("is what the record says", () => {
    const candidateSinceText = "2026-11-01T00:00:00.000Z";
    const history = [entry("image", "09")];
    expect(candidateSince(recordAt(5, { candidateSince: candidateSinceText, history }))).toBe(candidateSinceText);
  });

  it("is found in the history of an older record: the last update that made it one", () => {
    const history = [entry("deployed", "08"), entry("image", "09"), entry("advanced", "10"), entry("lowered", "11")];
    expect(candidateSince(recordAt(5, { history }))).toBe("2026-11-23T09:00:00.000Z");
  });

  it("is the oldest that is known where the history does not tell", () => {
    expect(candidateSince(recordAt(5, { history: [entry("advanced", "10"), entry("advanced", "11")] }))).toBe(
      "2026-11-23T10:00:00.000Z",
    );
    expect(candidateSince(recordAt(5, { history: [] }))).toBe("2026-11-23T12:00:00.000Z");
  });
});
