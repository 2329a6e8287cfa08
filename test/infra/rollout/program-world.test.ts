import { describe, expect, it } from "vitest";
import { updateClock, updateTimeVariable } from "../../../infra/rollout/program-world.ts";

const wall = new Date("2026-11-23T12:00:00Z");
const inPreview = { isPreview: true, previewedAt: undefined };
const given = (time: string, question = inPreview as Parameters<typeof updateClock>[2]) =>
  updateClock({ [updateTimeVariable]: time }, wall, question);

describe("updateClock", () => {
  it("is the wall clock by hand", () => {
    expect(updateClock({}, wall, inPreview)).toBe(wall);
    expect(given("")).toBe(wall);
  });

  it("is the given time, which a preview and its update share", () => {
    expect(given("2026-11-23T22:55:00+11:00").toISOString()).toBe("2026-11-23T11:55:00.000Z");
  });

  it("may be up to an hour old for the update whose own preview was made at that time, and for nothing else", () => {
    const at = "2026-11-23T11:00:00.000Z";
    expect(given(at, { isPreview: false, previewedAt: at })).toEqual(new Date(at));
    for (const question of [
      { isPreview: true, previewedAt: at },
      { isPreview: false, previewedAt: undefined },
      { isPreview: false, previewedAt: "2026-11-23T11:00:01.000Z" },
    ]) {
      expect(() => given(at, question)).toThrow(
        `ROLLOUT_UPDATE_TIME is "${at}", but it is 2026-11-23T12:00:00.000Z now. The time of an update is at most five minutes old, or an hour where its own preview was made at that time, and not in the future. Run the command again, or unset the variable to use the wall clock.`,
      );
    }
    const older = "2026-11-23T10:59:59.000Z";
    expect(() => given(older, { isPreview: false, previewedAt: older })).toThrow("at most an hour old, and not");
  });

  it.each(["2026-11-23T12:01:01Z", "2026-11-24T12:00:00Z", "2026-11-23T11:54:59Z"])(
    "refuses %s, by which a bake would be over, or a freeze window not begun",
    (time) => {
      expect(() => given(time)).toThrow(`ROLLOUT_UPDATE_TIME is "${time}", but it is 2026-11-23T12:00:00.000Z now.`);
    },
  );

  it("refuses what is no time", () => {
    expect(() => given("noon")).toThrow(
      'ROLLOUT_UPDATE_TIME is "noon" but must be a moment such as 2026-11-23T14:20:00Z. Unset it to use the wall clock.',
    );
  });
});
