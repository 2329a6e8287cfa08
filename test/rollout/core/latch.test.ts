import { describe, expect, it } from "vitest";
import { parseLatch } from "../../../rollout/core/latch.ts";

describe("parseLatch", () => {
  it("takes an absent parameter and a clear one as clear", () => {
    expect(parseLatch(undefined)).toEqual({ state: "clear" });
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
