import { describe, expect, it } from "vitest";
import { bypassTo, faultAt, firstFaultMinute } from "../../../../rehearsal/walk/scenario/scenario-faults.ts";
import type { ScenarioFault } from "../../../../rehearsal/walk/scenario/scenario-schema.ts";

const faults: readonly ScenarioFault[] = [
  { to: "candidate", from: 10, until: 20, errorPercent: 3 },
  { to: "both", from: 15, latencyMilliseconds: 50, memoryPercent: 85 },
  { to: "live", from: 30, tasks: 1 },
];

/** What is wrong with green, the candidate, and with blue at a minute. */
function at(minute: number) {
  const of = (colour: "blue" | "green") => faultAt(faults, { colour, liveColour: "blue", minute });
  return { candidate: of("green"), live: of("blue") };
}

describe("faults over time", () => {
  it("begin and end at their minutes, with whoever has them", () => {
    expect(at(9).candidate.ofProcess).toEqual({ evenly: true });
    expect(at(10).candidate.ofProcess).toEqual({ evenly: true, errorRate: 0.03 });
    expect(at(10).live.ofProcess).toEqual({ evenly: true });
    expect(at(19).candidate.ofProcess).toEqual({ evenly: true, errorRate: 0.03, latencyMilliseconds: 50 });
    expect(at(20).candidate.ofProcess).toEqual({ evenly: true, latencyMilliseconds: 50 });
    expect(at(30)).toMatchObject({ live: { tasks: 1, memoryPercent: 85 }, candidate: { memoryPercent: 85 } });
    expect(at(30).candidate.tasks).toBeUndefined();
  });

  it("count a return from the first of them", () => {
    expect(firstFaultMinute(faults)).toBe(10);
    expect(firstFaultMinute([])).toBe(0);
  });

  it("give everything to the other colour where one receives nothing", () => {
    const receives: readonly ScenarioFault[] = [{ to: "candidate", from: 5, receivesNothing: true }];
    expect(bypassTo(receives, { liveColour: "blue", minute: 4 })).toBeUndefined();
    expect(bypassTo(receives, { liveColour: "blue", minute: 5 })).toBe("blue");
    expect(bypassTo(receives, { liveColour: "green", minute: 5 })).toBe("green");
  });
});
