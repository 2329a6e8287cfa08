import { describe, expect, it } from "vitest";
import { updateClock, updateTimeVariable } from "../../../infra/rollout/program-world.ts";

const wall = new Date("2026-11-23T12:00:00Z");

describe("updateClock", () => {
  it("is the wall clock by hand", () => {
    expect(updateClock({}, wall)).toBe(wall);
    expect(updateClock({ [updateTimeVariable]: "" }, wall)).toBe(wall);
  });

  it("is the given time, which a preview and its update share", () => {
    expect(updateClock({ [updateTimeVariable]: "2026-11-23T10:00:00+11:00" }, wall).toISOString()).toBe(
      "2026-11-22T23:00:00.000Z",
    );
  });

  it("refuses what is no time", () => {
    expect(() => updateClock({ [updateTimeVariable]: "noon" }, wall)).toThrow(
      'ROLLOUT_UPDATE_TIME is "noon" but must be a moment such as 2026-11-23T14:20:00Z. Unset it to use the wall clock.',
    );
  });
});
