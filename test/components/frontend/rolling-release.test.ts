import { describe, expect, it } from "vitest";
import { advancementOf, type RollingReleaseStage } from "../../../components/frontend/rolling-release.ts";

const hours = (count: number) => count * 3600;
const end: RollingReleaseStage = { targetPercent: 100 };

describe("advancementOf", () => {
  it("advances by itself when every stage before the last has a duration", () => {
    const schedule = [
      { targetPercent: 5, durationSeconds: hours(2) },
      { targetPercent: 25, durationSeconds: hours(4) },
      end,
    ];
    expect(advancementOf(schedule)).toBe("automatic");
  });

  it("waits for a person when none has", () => {
    expect(advancementOf([{ targetPercent: 5 }, { targetPercent: 50 }, end])).toBe("manual-approval");
    expect(advancementOf([end])).toBe("manual-approval");
  });

  it("takes the limits themselves", () => {
    const limits = [{ targetPercent: 1, durationSeconds: 60 }, { targetPercent: 99, durationSeconds: 600_000 }, end];
    expect(advancementOf(limits)).toBe("automatic");
    expect(advancementOf([...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((targetPercent) => ({ targetPercent })), end])).toBe(
      "manual-approval",
    );
  });

  it.each<[string, readonly RollingReleaseStage[], string]>([
    ["no stage", [], "The last stage is 100 per cent and has no duration: add it."],
    ["no end", [{ targetPercent: 5 }], "The last stage is 100 per cent and has no duration: add it."],
    [
      "an end that lasts",
      [{ targetPercent: 100, durationSeconds: 60 }],
      "The last stage is 100 per cent and has no duration: add it.",
    ],
    [
      "falling stages",
      [{ targetPercent: 25 }, { targetPercent: 5 }, end],
      "Stages rise from one to the next: put them in order.",
    ],
    ["a stage of nobody", [{ targetPercent: 0 }, end], "Stages rise from one to the next: put them in order."],
    ["two ends", [{ targetPercent: 100 }, end], "Stages rise from one to the next: put them in order."],
    [
      "some durations",
      [{ targetPercent: 5, durationSeconds: 60 }, { targetPercent: 25 }, end],
      "Either every stage before the last has a duration or none has.",
    ],
    [
      "half a minute",
      [{ targetPercent: 5, durationSeconds: 90 }, end],
      "Vercel counts whole minutes from 1 to 10000: round the durations.",
    ],
    [
      "a week",
      [{ targetPercent: 5, durationSeconds: hours(168) }, end],
      "Vercel counts whole minutes from 1 to 10000: round the durations.",
    ],
    [
      "eleven stages",
      [...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((targetPercent) => ({ targetPercent })), end],
      "Vercel takes 10 stages: leave some out.",
    ],
  ])("refuses %s", (_, stages, rule) => {
    expect(() => advancementOf(stages)).toThrow(rule);
  });

  it("shows the stages that it refuses", () => {
    expect(() => advancementOf([{ targetPercent: 5, durationSeconds: 90 }, end])).toThrow(
      /^rollingRelease is \[5 %\/90 s, 100 %\/- s\]\. /,
    );
  });
});
