import { describe, expect, it } from "vitest";
import { updateClock, updateTimeVariable } from "../../../infra/rollout/program-world.ts";

const wall = new Date("2026-11-23T12:00:00Z");

describe("updateClock", () => {
  it("is the wall clock by hand", () => {
    expect(updateClock({}, wall)).toBe(wall);
    expect(updateClock({ [updateTimeVariable]: "" }, wall)).toBe(wall);
  });

  it("is the given time, which a preview and its update share", () => {
    expect(updateClock({ [updateTimeVariable]: "2026-11-23T22:55:00+11:00" }, wall).toISOString()).toBe(
      "2026-11-23T11:55:00.000Z",
    );
  });

  it.each(["2026-11-23T12:01:01Z", "2026-11-24T12:00:00Z", "2026-11-23T10:59:59Z"])(
    "refuses %s, which would end a bake that nobody has waited for or begin one early",
    (given) => {
      expect(() => updateClock({ [updateTimeVariable]: given }, wall)).toThrow(
        `ROLLOUT_UPDATE_TIME is "${given}", but it is 2026-11-23T12:00:00.000Z now. The time of an update is at most an hour old, and not in the future. Unset it to use the wall clock.`,
      );
    },
  );

  it("refuses what is no time", () => {
    expect(() => updateClock({ [updateTimeVariable]: "noon" }, wall)).toThrow(
      'ROLLOUT_UPDATE_TIME is "noon" but must be a moment such as 2026-11-23T14:20:00Z. Unset it to use the wall clock.',
    );
  });
});
