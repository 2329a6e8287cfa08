import { describe, expect, it } from "vitest";
import { askedFor, namingStage, takesTrafficBack } from "../../rollout/move.ts";
import type { Split } from "../../rollout/split.ts";
import { move, promotedRecord, recordAt } from "../support/rollout.ts";

/** Whether traffic is taken back where blue is live and AWS has `realWeights`. */
function takes(recordedPercent: number, wantedPercent: number, realWeights: Split | undefined): boolean {
  return takesTrafficBack(move(recordAt(recordedPercent), { weightPercent: wantedPercent }, "12:40", { realWeights }));
}

it("puts the stage into every line of a message", () => {
  expect(namingStage("run a --stage <stage>, or b --stage <stage>", "staging")).toBe(
    "run a --stage staging, or b --stage staging",
  );
});

describe("askedFor", () => {
  it("names the promote, or the weight", () => {
    expect(askedFor(move(recordAt(100), { liveColour: "green", weightPercent: 0 }, "12:40"))).toBe(
      "You asked to promote green.",
    );
    expect(askedFor(move(recordAt(100), { weightPercent: 50 }, "12:40"))).toBe("You asked for 50 %.");
    expect(askedFor(move(null, { weightPercent: 5 }, "12:40"))).toBe("You asked for 5 %.");
  });
});

describe("takesTrafficBack", () => {
  it("is what an accepted weight does that is below the one that AWS has, recorded or not", () => {
    expect(takes(0, 0, { blue: 95, green: 5 })).toBe(true);
    expect(takes(25, 0, { blue: 75, green: 25 })).toBe(true);
    expect(takes(50, 5, { blue: 50, green: 50 })).toBe(true);
    expect(takes(0, 0, { blue: 0, green: 100 })).toBe(true);
  });

  it("is no rise, and no weight that AWS has already", () => {
    expect(takes(0, 5, { blue: 100, green: 0 })).toBe(false);
    expect(takes(5, 25, { blue: 95, green: 5 })).toBe(false);
    expect(takes(5, 5, { blue: 95, green: 5 })).toBe(false);
    expect(takes(5, 0, { blue: 100, green: 0 })).toBe(false);
  });

  it("knows a share by what the weights sum to", () => {
    expect(takes(5, 5, { blue: 900, green: 100 })).toBe(true);
    expect(takes(5, 5, { blue: 950, green: 50 })).toBe(true);
    expect(takes(5, 5, { blue: 990, green: 10 })).toBe(false);
  });

  it("gives all traffic to the live colour whatever AWS has, even weights that serve nobody", () => {
    expect(takes(25, 0, undefined)).toBe(true);
    expect(takes(25, 0, { blue: 0, green: 0 })).toBe(true);
    expect(takes(25, 0, { blue: 950, green: 50 })).toBe(true);
    expect(takes(25, 5, undefined)).toBe(false);
    expect(takes(5, 5, { blue: 0, green: 0 })).toBe(false);
  });

  it("changes no live colour: neither a promote nor a return gives traffic ahead of the update", () => {
    const promote = { liveColour: "green", weightPercent: 0 } as const;
    expect(takesTrafficBack(move(recordAt(100), promote, "12:40", { realWeights: { blue: 0, green: 100 } }))).toBe(
      false,
    );
    const back = { liveColour: "blue", weightPercent: 0 } as const;
    for (const realWeights of [{ blue: 0, green: 100 }, { blue: 50, green: 50 }, undefined]) {
      expect(takesTrafficBack(move(promotedRecord(), back, "12:40", { realWeights }))).toBe(false);
    }
  });

  it("has nothing to take back on a first deployment", () => {
    expect(takesTrafficBack(move(null, { weightPercent: 0 }, "12:40", { realWeights: { blue: 0, green: 100 } }))).toBe(
      false,
    );
  });
});
