import { describe, expect, it } from "vitest";
import { decide } from "../../../rollout/decide.ts";
import { settingsAfter } from "../../../rollout/release.ts";
import { because, move, promotedRecord, recordAt } from "../../support/rollout.ts";

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
