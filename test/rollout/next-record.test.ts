import { describe, expect, it } from "vitest";
import { nextRecord } from "../../rollout/next-record.ts";
import { bothImages, digest, promotedRecord, recordAt } from "../support/rollout.ts";

const at = new Date("2026-11-23T18:00:00Z");
const now = at.toISOString();

describe("nextRecord", () => {
  it("begins with the first deployment", () => {
    expect(nextRecord(null, { liveColour: "blue", weightPercent: 0, images: bothImages }, at)).toEqual({
      version: 1,
      liveColour: "blue",
      weightPercent: 0,
      since: now,
      images: bothImages,
      promotedAt: null,
      candidateSince: now,
      releases: [
        {
          number: 1,
          colour: "blue",
          image: digest("a"),
          stagedAt: now,
          mostPercent: 0,
          live: { from: now, until: null },
        },
        { number: 2, colour: "green", image: digest("b"), stagedAt: now, mostPercent: 0 },
      ],
      history: [{ at: now, event: "deployed", liveColour: "blue", weightPercent: 0, images: bothImages }],
    });
  });

  it("is the very same record where nothing moved, whatever the clock and the reason say", () => {
    const previous = recordAt(25);
    const observed = { liveColour: "blue", weightPercent: 25, images: { ...bothImages } } as const;
    expect(nextRecord(previous, observed, at, { override: "a reason that was not needed" })).toBe(previous);
  });

  it("starts the bake of a new weight, up or down, and keeps the reason", () => {
    const up = nextRecord(recordAt(5), { liveColour: "blue", weightPercent: 25, images: bothImages }, at, {
      override: "hotfix",
    });
    expect(up).toMatchObject({ weightPercent: 25, since: now });
    expect(up.history).toHaveLength(2);
    expect(up.history[1]).toMatchObject({ at: now, event: "advanced", override: "hotfix" });
    const down = nextRecord(recordAt(50), { liveColour: "blue", weightPercent: 0, images: bothImages }, at);
    expect(down).toMatchObject({ weightPercent: 0, since: now });
    expect(down.history[1]).toMatchObject({ event: "lowered" });
  });

  it("keeps the time of the step where only an image changed", () => {
    const images = { ...bothImages, green: digest("c") };
    const after = nextRecord(recordAt(0), { liveColour: "blue", weightPercent: 0, images }, at);
    expect(after).toMatchObject({ since: recordAt(0).since, images });
    expect(after.history[1]).toMatchObject({ event: "image", images });
  });

  it("opens the rollback window on promote and closes it on the return", () => {
    const promoted = nextRecord(recordAt(100), { liveColour: "green", weightPercent: 0, images: bothImages }, at);
    expect(promoted).toMatchObject({ liveColour: "green", weightPercent: 0, since: now, promotedAt: now });
    expect(promoted.history.at(-1)).toMatchObject({ event: "promoted" });
    const returned = nextRecord(promotedRecord(), { liveColour: "blue", weightPercent: 0, images: bothImages }, at);
    expect(returned).toMatchObject({ liveColour: "blue", promotedAt: null });
    expect(returned.history.at(-1)).toMatchObject({ event: "returned" });
  });
});
