import { describe, expect, it } from "vitest";
import { decide } from "../../../rollout/decide.ts";
import { settingsAfter } from "../../../rollout/release.ts";
import { because, bothImages, move, promotedRecord, recordAt } from "../../support/rollout.ts";

const info = { "api.logLevel": "info" };
const debug = { "api.logLevel": "debug" };
const releaseSettings = { blue: info, green: info };

describe("a setting that is staged while AWS gives the candidate traffic", () => {
  const staged = { taskSettings: debug };
  const drifted = { realWeights: { blue: 95, green: 5 } };

  it("waits for the next update, and does not keep the traffic from going back to live", () => {
    const healing = move(recordAt(0, { releaseSettings }), staged, "12:40", drifted);
    expect(decide(healing).accepted).toBe(true);
    expect(settingsAfter(healing)).toEqual({ blue: info, green: info });
    const next = move(recordAt(0, { releaseSettings }), staged, "12:41", { realWeights: { blue: 100, green: 0 } });
    expect(decide(next).accepted).toBe(true);
    expect(settingsAfter(next)).toEqual({ blue: info, green: debug });
  });

  it("is refused in the edit that records the traffic", () => {
    const decision = decide(move(recordAt(0, { releaseSettings }), { ...staged, weightPercent: 5 }, "12:40", drifted));
    expect(decision.accepted ? [] : decision.refusals.map(({ rule }) => rule)).toEqual(["settings"]);
  });
});

describe("a setting of the candidate that is put back to live's", () => {
  const previous = recordAt(0, { releaseSettings: { blue: info, green: debug } });

  it("is staged in an update of its own", () => {
    const alone = move(previous, { taskSettings: info }, "12:40");
    expect(decide(alone).accepted).toBe(true);
    expect(settingsAfter(alone)).toEqual({ blue: info, green: info });
  });

  it("is refused in the edit that takes a step, and told as the candidate's", () => {
    const decision = decide(move(previous, { taskSettings: info, weightPercent: 5 }, "12:40"));
    expect(decision.accepted ? [] : decision.refusals.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^You changed api\.logLevel from debug to info\. .* First stage it at candidateWeight 0, in/,
      ),
    ]);
  });

  it("is no change in the edit that takes a step where the candidate has it already", () => {
    const both = recordAt(0, { releaseSettings });
    expect(decide(move(both, { taskSettings: info, weightPercent: 5 }, "12:40")).accepted).toBe(true);
  });
});

describe("a setting that is no release's", () => {
  const refused = (...asked: Parameters<typeof move>) => {
    const decision = decide(move(...asked));
    return decision.accepted ? [] : decision.refusals.map(({ message }) => message);
  };

  it("is free on a first deployment, where the record tells none, and where the config names none", () => {
    expect(refused(null, { taskSettings: debug }, "12:40")).toEqual([]);
    expect(refused(recordAt(0), { taskSettings: debug }, "12:40")).toEqual([]);
    expect(refused(recordAt(0, { releaseSettings }), {}, "12:40")).toEqual([]);
  });

  it("waits under traffic, where no release changes", () => {
    expect(refused(recordAt(5, { releaseSettings }), { taskSettings: debug }, "12:40")).toEqual([]);
  });

  it("has no candidate that could take it", () => {
    const alone = recordAt(0, { images: { ...bothImages, green: null }, releaseSettings: { blue: info, green: null } });
    expect(refused(alone, { taskSettings: debug }, "12:40")).toEqual([
      "You changed api.logLevel from info to debug. It is part of a release, and blue is live and keeps its own. green has no image that could take it: set images.green to the image that is to run with it, which may be live's own, and take it out by the steps. Or, to change it for both colours at once, set rolloutOverride to a reason, and rolloutOverrideAllows to api.logLevel.",
    ]);
  });

  it("is not changed with a return, and the old release may keep what it has", () => {
    const promoted = promotedRecord({ releaseSettings: { blue: debug, green: info } });
    const other = { taskSettings: { "api.logLevel": "warn" }, liveColour: "blue" } as const;
    expect(refused(promoted, other, "12:40")).toEqual([expect.stringContaining("First stage it at candidateWeight 0")]);
    expect(refused(promoted, { taskSettings: info }, "12:40")).toEqual([]);
  });
});

describe("a setting that a reason names", () => {
  const override = because("INC-12: the key has leaked", "api.logLevel");
  const previous = recordAt(5, { releaseSettings });

  it("changes for both colours under traffic, and no other does", () => {
    const taskSettings = { ...debug, "api.memoryMib": 4096 };
    expect(settingsAfter(move(previous, { taskSettings, override }, "12:40"))).toEqual({ blue: debug, green: debug });
    expect(settingsAfter(move(previous, { taskSettings }, "12:40"))).toEqual(releaseSettings);
  });

  it("goes where the file no longer has it", () => {
    const after = settingsAfter(move(previous, { taskSettings: {}, override }, "12:40"));
    expect(after).toStrictEqual({ blue: {}, green: {} });
  });
});

describe("a setting that is put back, in the return window, to what the old release runs with", () => {
  const promoted = promotedRecord({ releaseSettings: { blue: info, green: debug } });

  it("is refused, because live keeps its own and the old release is no candidate yet", () => {
    const decision = decide(move(promoted, { taskSettings: info }, "12:40"));
    expect(decision.accepted ? [] : decision.refusals).toEqual([
      expect.objectContaining({
        rule: "settings",
        message:
          "You changed api.logLevel from debug to info. It is part of a release, and green is live and keeps its own. blue keeps its release until 2026-11-30 12:00 UTC, so that you can return to it. After that, set images.blue to the image that is to run with it, which may be live's own, and take it out by the steps. Or, to change it for both colours at once, set rolloutOverride to a reason, and rolloutOverrideAllows to api.logLevel.",
      }),
    ]);
  });

  it("is accepted in the edit that returns, and with a new image by a reason", () => {
    expect(decide(move(promoted, { liveColour: "blue", taskSettings: info }, "12:40")).accepted).toBe(true);
    const images = { ...promoted.images, blue: `sha256:${"c".repeat(64)}` };
    const override = because("the fix must be out today", "warm");
    expect(decide(move(promoted, { taskSettings: info, images, override }, "12:40")).accepted).toBe(true);
  });
});

describe("a reason that names a setting", () => {
  it("is told of with what it let through, where the candidate is the release to return to", () => {
    const previous = promotedRecord({ releaseSettings });
    const asked = (override: ReturnType<typeof because>) =>
      decide(move(previous, { taskSettings: debug, override }, "12:40"));
    expect(asked(because("INC-12: the key has leaked")).accepted).toBe(false);
    expect(asked(because("INC-12: the key has leaked", "api.logLevel"))).toMatchObject({
      accepted: true,
      overridden: [{ rule: "settings", allowance: "api.logLevel" }],
    });
  });
});
