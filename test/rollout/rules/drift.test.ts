import { describe, expect, it } from "vitest";
import { decide } from "../../../rollout/decide.ts";
import type { Move, WantedRollout } from "../../../rollout/move.ts";
import { allowances } from "../../../rollout/override.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { weightsByColour } from "../../../rollout/split.ts";
import { because, bothImages, digest, move, promotedRecord, recordAt } from "../../support/rollout.ts";

const later = "2026-11-26T12:00:00Z";
const promote = { liveColour: "green", weightPercent: 0 } as const;

/** The rules that refuse a move while AWS gives the candidate of a live blue so many per cent. */
function refusedBy(previous: RolloutRecord, greenPercent: number, wanted: Partial<WantedRollout>, time = later) {
  const decision = decide(move(previous, wanted, time, { realWeights: weightsByColour("blue", greenPercent) }));
  return decision.accepted ? [] : decision.refusals.map(({ rule }) => rule);
}

function message(asked: Move): string {
  const decision = decide(asked);
  return decision.accepted ? "accepted" : decision.refusals.map((refusal) => refusal.message).join("\n");
}

describe("drift", () => {
  it("has nothing to say where AWS has what the record says, and where nobody could ask", () => {
    expect(refusedBy(recordAt(5), 5, { weightPercent: 25 })).toEqual([]);
    expect(refusedBy(recordAt(25), 25, {})).toEqual([]);
    expect(refusedBy(recordAt(100), 100, promote)).toEqual([]);
    expect(decide(move(recordAt(5), { weightPercent: 25 }, later)).accepted).toBe(true);
    const first = move(null, { weightPercent: 0 }, later, { realWeights: { blue: 0, green: 100 } });
    expect(decide(first).accepted).toBe(true);
  });

  it("keeps a colour from becoming live that the public does not reach", () => {
    const asked = move(recordAt(100), promote, later, { realWeights: { blue: 100, green: 0 } });
    expect(message(asked)).toBe(
      "You asked for green as the live colour and for 0 %. The public rule in AWS gives blue 100 and green 0, but the last update recorded blue 0 and green 100. An update was interrupted, or something else moved the traffic. Set liveColour to blue and candidateWeight to 0 and run npx pulumi up --stack <stage>, or run npm run rollout -- rollback --stage <stage>.",
    );
  });

  it("refuses to push traffic out again that AWS has returned, and to take a step from there", () => {
    expect(refusedBy(recordAt(25), 0, {})).toEqual(["drift"]);
    expect(refusedBy(recordAt(25), 0, { weightPercent: 50 })).toEqual(["drift"]);
    expect(refusedBy(recordAt(25), 0, { weightPercent: 5 })).toEqual(["drift"]);
  });

  it("finishes an interrupted update with the very weight that AWS has, and with no other", () => {
    expect(refusedBy(recordAt(5), 25, { weightPercent: 25 })).toEqual([]);
    expect(refusedBy(recordAt(5), 25, { weightPercent: 50 })).toEqual(["drift", "order"]);
    expect(refusedBy(recordAt(5), 50, { weightPercent: 25 })).toEqual(["drift"]);
    expect(message(move(recordAt(0), { weightPercent: 25 }, later, { realWeights: { blue: 95, green: 5 } }))).toMatch(
      / To finish an interrupted update, set candidateWeight to 5, which AWS has\.$/m,
    );
    expect(
      message(move(recordAt(5), { weightPercent: 50 }, later, { realWeights: { blue: 75, green: 25 } })),
    ).toContain(
      "You asked for 50 %. The public rule in AWS gives blue 75 and green 25, but the last update recorded blue 95 and green 5. An update was interrupted, or something else moved the traffic. Set candidateWeight to 0 and run npx pulumi up --stack <stage>, or run npm run rollout -- rollback --stage <stage>. To finish an interrupted update, set candidateWeight to 25, which AWS has.",
    );
  });

  it("finishes a lowering that was interrupted", () => {
    expect(refusedBy(recordAt(50), 5, { weightPercent: 5 })).toEqual([]);
    expect(refusedBy(recordAt(50), 5, {})).toEqual(["drift"]);
  });

  it("lets the other rules judge what is finished, as a move from the record", () => {
    expect(refusedBy(recordAt(5), 25, { weightPercent: 25 }, "12:40")).toEqual(["bake"]);
    expect(refusedBy(recordAt(5), 50, { weightPercent: 50 })).toEqual(["order"]);
    expect(refusedBy(recordAt(5), 7, { weightPercent: 7 })).toEqual(["known step"]);
    expect(refusedBy(recordAt(50), 100, promote)).toEqual(["promote"]);
  });

  it("sends no one on to a value that another rule refuses", () => {
    const asked = (greenPercent: number) =>
      message(move(recordAt(5), { weightPercent: 100 }, later, { realWeights: weightsByColour("blue", greenPercent) }));
    expect(asked(25)).toContain("To finish");
    for (const weight of [0, 7, 50]) expect(asked(weight)).not.toContain("To finish");
    expect(asked(0)).toContain("gives blue 100 and green 0, but");
    // The window to return in is over.
    const late = move(promotedRecord(), { weightPercent: 5 }, "2026-12-24T12:00:00Z", {
      realWeights: { blue: 100, green: 0 },
    });
    expect(message(late)).not.toContain("To finish a return");
    const half = move(promotedRecord(), { weightPercent: 5 }, "12:30", { realWeights: { blue: 50, green: 50 } });
    expect(message(half)).not.toContain("To finish a return");
  });

  it("accepts weight 0 with the live colour unchanged whatever AWS has, latch or not", () => {
    const latch = { state: "set", at: "2026-11-23T12:30:00Z", reason: "alarm" } as const;
    for (const greenPercent of [0, 5, 7, 100]) {
      const realWeights = weightsByColour("blue", greenPercent);
      for (const over of [{ realWeights }, { realWeights, latch }]) {
        expect(message(move(recordAt(25), { weightPercent: 0 }, "12:01", over))).toBe("accepted");
      }
    }
  });

  it("lets the public return to the version before, whether its traffic went first or not", () => {
    const back = { liveColour: "blue", weightPercent: 0 } as const;
    expect(refusedBy(promotedRecord(), 0, back, "12:30")).toEqual([]);
    expect(refusedBy(promotedRecord(), 50, back, "12:30")).toEqual([]);
    expect(refusedBy(promotedRecord(), 0, { weightPercent: 5 }, "12:30")).toEqual(["drift", "new release"]);
    expect(
      message(move(promotedRecord(), { weightPercent: 5 }, "12:30", { realWeights: { blue: 100, green: 0 } })),
    ).toMatch(/ To finish a return, set liveColour to blue and candidateWeight to 0\./);
  });

  it("lowers at once to any weight that is at most what AWS and the record have", () => {
    for (const [recorded, inAws, wanted] of [
      [25, 50, 5],
      [25, 50, 25],
      [50, 25, 5],
      [50, 7, 5],
      [5, 100, 5],
    ] as const) {
      expect(refusedBy(recordAt(recorded), inAws, { weightPercent: wanted }, "12:01")).toEqual([]);
    }
    expect(refusedBy(recordAt(50), 5, { weightPercent: 25 })).toEqual(["drift"]);
    expect(refusedBy(recordAt(50), 7, { weightPercent: 7 })).toEqual(["known step"]);
  });

  it("takes weights that do not sum to 100 for none of ours, and lowers by the share that they give", () => {
    const asked = (weightPercent: number) =>
      message(move(recordAt(25), { weightPercent }, later, { realWeights: { blue: 950, green: 50 } }));
    expect(asked(25)).toMatch(
      /^You asked for 25 %\. The public rule in AWS gives blue 950 and green 50, but .* --stage <stage>\.$/,
    );
    for (const weight of [5, 0]) expect(asked(weight)).toBe("accepted");
  });

  it("accepts nothing but all traffic to live where the rule serves nobody", () => {
    const realWeights = { blue: 0, green: 0 };
    for (const weightPercent of [5, 25, 50]) {
      expect(message(move(recordAt(25), { weightPercent }, later, { realWeights }))).toContain(
        "gives blue 0 and green 0, which serves nobody, but",
      );
    }
    expect(message(move(recordAt(25), { weightPercent: 0 }, later, { realWeights }))).toBe("accepted");
    expect(message(move(recordAt(0), {}, later, { realWeights }))).toBe("accepted");
  });

  it("is let through by no reason", () => {
    expect(refusedBy(recordAt(25), 0, { override: because("the customer waits for it", ...allowances) })).toEqual([
      "drift",
    ]);
  });

  it("leaves a set latch to speak for itself, which refuses all of it", () => {
    const latch = { state: "set", at: "2026-11-23T12:30:00Z", reason: "alarm" } as const;
    const realWeights = { blue: 100, green: 0 };
    for (const wanted of [{}, { weightPercent: 50 }, promote]) {
      const decision = decide(move(recordAt(25), wanted, later, { realWeights, latch }));
      expect(decision.accepted ? [] : decision.refusals.map(({ rule }) => rule)).toContain("latch");
      expect(decision.accepted ? [] : decision.refusals.map(({ rule }) => rule)).not.toContain("drift");
    }
  });

  it("changes no image while AWS serves the public by a candidate that the record knows nothing of", () => {
    const images = { ...bothImages, green: digest("c") };
    expect(refusedBy(recordAt(0), 5, { images })).toEqual(["images"]);
    expect(message(move(recordAt(0), { images }, later, { realWeights: { blue: 95, green: 5 } }))).toContain(
      "but the same edit takes back traffic that AWS has moved. An image changes only at weight 0,",
    );
    expect(refusedBy(recordAt(0), 0, { images })).toEqual([]);
  });
});
