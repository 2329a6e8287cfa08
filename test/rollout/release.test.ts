import { describe, expect, it } from "vitest";
import { settingsAfter } from "../../rollout/release.ts";
import { bothImages, digest, move, promotedRecord, recordAt } from "../support/rollout.ts";

const info = { "api.logLevel": "info" };
const debug = { "api.logLevel": "debug" };
const both = { blue: info, green: info };
const staged = { blue: info, green: debug };
const asked = { taskSettings: debug };

describe("the settings of each colour after an update", () => {
  it("are the config's for both on a first deployment, and where the record tells none", () => {
    expect(settingsAfter(move(null, asked, "12:40"))).toEqual({ blue: debug, green: debug });
    expect(settingsAfter(move(recordAt(25), asked, "12:40"))).toEqual({ blue: debug, green: debug });
  });

  it("are unknown where the config names none", () => {
    expect(settingsAfter(move(recordAt(0, { releaseSettings: both }), {}, "12:40"))).toBeUndefined();
  });

  it("are the config's for both where live may be changed in place", () => {
    const previous = recordAt(25, { releaseSettings: both });
    const inPlace = { ...asked, changesLiveInPlace: true };
    expect(settingsAfter(move(previous, inPlace, "12:40"))).toEqual({ blue: debug, green: debug });
    expect(settingsAfter(move(previous, { ...asked, changesLiveInPlace: false }, "12:40"))).toEqual(both);
  });

  it("are staged in the candidate at weight 0, and stay as they are under traffic", () => {
    expect(settingsAfter(move(recordAt(0, { releaseSettings: both }), asked, "12:40"))).toEqual(staged);
    for (const weightPercent of [0, 5, 25]) {
      const update = move(recordAt(5, { releaseSettings: both }), { ...asked, weightPercent }, "12:40");
      expect(settingsAfter(update)).toEqual(both);
    }
  });

  it("are the config's for a colour that had no release", () => {
    const alone = recordAt(0, { images: { ...bothImages, green: null }, releaseSettings: { blue: info, green: null } });
    expect(settingsAfter(move(alone, { ...asked, images: bothImages }, "12:40"))).toEqual(staged);
    const underTraffic = { ...alone, weightPercent: 5 };
    expect(settingsAfter(move(underTraffic, asked, "12:40"))).toEqual(staged);
  });

  it("stay as they are in the edit that makes the other colour live", () => {
    for (const time of ["12:40", "2026-12-01T12:00:00Z"]) {
      const back = move(promotedRecord({ releaseSettings: both }), { ...asked, liveColour: "blue" }, time);
      expect(settingsAfter(back)).toEqual(both);
    }
  });
});

describe("the release that can be returned to", () => {
  const previous = promotedRecord({ releaseSettings: both });
  const afterWindow = "2026-12-01T12:00:00Z";

  it("keeps its settings within the window, and takes the config's with another image", () => {
    expect(settingsAfter(move(previous, asked, "12:40"))).toEqual(both);
    const images = { ...bothImages, blue: digest("c") };
    expect(settingsAfter(move(previous, { ...asked, images }, "12:40"))).toEqual({ blue: debug, green: info });
  });

  it("takes the config's after the window, unless live has them already", () => {
    expect(settingsAfter(move(previous, asked, afterWindow))).toEqual({ blue: debug, green: info });
    const old = promotedRecord({ releaseSettings: { blue: debug, green: info } });
    expect(settingsAfter(move(old, { taskSettings: info }, afterWindow))).toEqual({ blue: debug, green: info });
  });
});
