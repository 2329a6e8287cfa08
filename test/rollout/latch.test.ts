import { describe, expect, it } from "vitest";
import { clearLatch, initialLatch, missingLatch, parseLatch } from "../../rollout/latch.ts";

describe("parseLatch", () => {
  it("reads a clear one", () => {
    expect(parseLatch('{"state":"clear"}')).toEqual({ state: "clear" });
  });

  it("reads what the state machine writes", () => {
    const value = '{"state":"set","at":"2026-11-23T12:30:00Z","reason":"portal-production-green","rolledBack":"green"}';
    expect(parseLatch(value)).toEqual(JSON.parse(value));
  });

  it("takes anything that it cannot read as set, since an unknown latch must not let traffic out", () => {
    for (const value of ["", "{", "null", "true", '"clear"', '{"state":"open"}', "{}"]) {
      expect(parseLatch(value)).toEqual({
        state: "set",
        at: "unknown",
        reason: `the latch parameter holds ${JSON.stringify(value)}, which is no latch`,
      });
    }
    expect(parseLatch('{"state":"set"}')).toEqual({ state: "set", at: "unknown", reason: "unknown" });
  });
});

describe("a latch whose parameter does not exist", () => {
  const missing = missingLatch("/portal/staging/rollout/latch");

  it("counts as set, and says which parameter is gone", () => {
    expect(missing).toEqual({
      state: "set",
      at: "unknown",
      reason: "the parameter /portal/staging/rollout/latch does not exist in AWS",
      isMissing: true,
    });
  });

  it("is created as set, so that a refresh clears no latch, and one that never existed as clear", () => {
    const now = new Date("2026-11-23T12:40:00Z");
    expect(initialLatch(clearLatch, now)).toEqual({ state: "clear" });
    expect(initialLatch({ state: "set", at: "2026-11-23T12:30:00Z", reason: "alarm" }, now)).toEqual({
      state: "clear",
    });
    const created = initialLatch(missing, now);
    expect(created).toEqual({
      state: "set",
      at: "2026-11-23T12:40:00.000Z",
      reason: "the parameter /portal/staging/rollout/latch does not exist in AWS; an update has written it again",
    });
    expect(parseLatch(JSON.stringify(created))).toEqual(created);
  });
});
