import { describe, expect, it } from "vitest";
import type { HistoryLine } from "../../../../cli/reports/history-lines.ts";
import { deliveryFigures } from "../../../../cli/reports/rollout-report/delivery-figures.ts";
import { bothImages, digest } from "../../../support/rollout.ts";

const day = (number: number, hour = 0) => new Date(Date.UTC(2026, 10, number, hour)).toISOString();
const now = new Date(day(21));

function line(
  at: string,
  event: HistoryLine["event"],
  weightPercent: number,
  over: Partial<HistoryLine> = {},
): HistoryLine {
  return { at, event, liveColour: "blue", weightPercent, images: bothImages, ...over };
}

const next = { images: { ...bothImages, green: digest("f") } };

/** A rollout that was rolled back after 6 h, then one that was promoted after 3 days, then one that is under way. */
const history: readonly HistoryLine[] = [
  line(day(1), "deployed", 0),
  line(day(2), "advanced", 5),
  line(day(2, 6), "rolled back", 0),
  line(day(3), "image", 0, next),
  line(day(4), "advanced", 5, next),
  line(day(5), "advanced", 100, next),
  line(day(7), "promoted", 0, { ...next, liveColour: "green" }),
  line(day(10), "image", 0, { images: { blue: digest("d"), green: digest("f") }, liveColour: "green" }),
  line(day(11), "advanced", 5, { images: { blue: digest("d"), green: digest("f") }, liveColour: "green" }),
];

describe("how a team delivers", () => {
  it("is nothing before a release had public traffic", () => {
    expect(deliveryFigures(history.slice(0, 1), now)).toBeUndefined();
  });

  it("counts rollouts, those that were not kept, and the times", () => {
    expect(deliveryFigures(history, now)).toEqual({
      rollouts: 3,
      days: 19,
      promoted: 1,
      failed: 1,
      failedPercent: 50,
      secondsToPromote: 3 * 86_400,
      secondsUntilTakenBack: 6 * 3600,
    });
  });

  it.each(["rolled back", "returned", "lowered"] as const)("counts a release that was not kept: %s", (event) => {
    const lines = [line(day(2), "advanced", 5), line(day(2, 1), event, 0)];
    expect(deliveryFigures(lines, now)).toMatchObject({ failed: 1, failedPercent: 100, secondsUntilTakenBack: 3600 });
  });

  it("has no rate while none has ended", () => {
    expect(deliveryFigures(history.slice(0, 2), now)).toMatchObject({
      rollouts: 1,
      failedPercent: null,
      secondsToPromote: null,
      secondsUntilTakenBack: null,
    });
  });

  it("takes the middle of several times, and of an even number the mean of the two in the middle", () => {
    const rolledBack = (number: number, hours: number) => [
      line(day(number), "advanced", 5, { images: { ...bothImages, green: digest(String(number)) } }),
      line(day(number, hours), "rolled back", 0, { images: { ...bothImages, green: digest(String(number)) } }),
    ];
    const three = [...rolledBack(2, 1), ...rolledBack(4, 9), ...rolledBack(6, 2)];
    expect(deliveryFigures(three, now)?.secondsUntilTakenBack).toBe(2 * 3600);
    expect(deliveryFigures(three.slice(0, 4), now)?.secondsUntilTakenBack).toBe(5 * 3600);
  });
});
