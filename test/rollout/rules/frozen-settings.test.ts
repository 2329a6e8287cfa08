import { describe, expect, it } from "vitest";
import { decide } from "../../../rollout/decide.ts";
import { nextRecord } from "../../../rollout/next-record.ts";
import type { Settings } from "../../../rollout/settings.ts";
import { because, bothImages, guideSchedule, move, recordAt } from "../../support/rollout.ts";

const frozen: Settings = { "api.memoryMib": 2048, "network.cidrBlock": "10.30.0.0/16" };
const larger: Settings = { ...frozen, "api.memoryMib": 4096 };

/** What refuses an edit at 25 %, whose settings were fixed when the rollout began. */
function refusals(settings: Settings, wanted: Omit<Parameters<typeof move>[1], "settings"> = {}, weightPercent = 25) {
  const previous = recordAt(weightPercent, { settings: frozen });
  const decision = decide(move(previous, { ...wanted, settings }, "2026-11-27T12:00:00Z"));
  return decision.accepted ? [] : decision.refusals.map(({ rule, message }) => `${rule}: ${message}`);
}

const message =
  "settings: You changed api.memoryMib from 2048 to 4096 while green has 25 %. Both colours run with it, live too, and what the steps have shown would no longer hold. Put 2048 back, or set candidateWeight to 0 first, or set rolloutOverride to a reason, and rolloutOverrideAllows to api.memoryMib.";

describe("a setting that both colours run with", () => {
  it("does not change while the candidate has traffic: not alone, with a step, with a lower weight, or with a promote", () => {
    expect(refusals(larger)).toEqual([message]);
    expect(refusals(larger, { weightPercent: 50 })).toEqual([message]);
    expect(refusals(larger, { weightPercent: 5 })).toEqual([message]);
    expect(refusals(larger, { liveColour: "green", weightPercent: 0 }, 100)).toEqual([
      message.replace("has 25 %", "has 100 %"),
    ]);
  });

  it("never keeps anybody from giving all traffic back to live", () => {
    expect(refusals(larger, { weightPercent: 0 })).toEqual([]);
  });

  it("changes freely at weight 0, and in a record that has none", () => {
    expect(refusals(larger, {}, 0)).toEqual([]);
    expect(refusals(larger, { weightPercent: 5 }, 0)).toEqual([]);
    expect(decide(move(recordAt(25), { settings: larger }, "15:00")).accepted).toBe(true);
  });

  it("changes for a reason that names just this one", () => {
    const both: Settings = { ...larger, "network.cidrBlock": "10.40.0.0/16" };
    expect(refusals(larger, { override: because("INC-12: the tasks run out of memory") })[0]).toMatch(
      /allows bake, order and data, and not api\.memoryMib\.$/,
    );
    expect(refusals(larger, { override: because("INC-12: the tasks run out of memory", "api.memoryMib") })).toEqual([]);
    expect(refusals(both, { override: because("INC-12: the tasks run out of memory", "api.memoryMib") })).toEqual([
      expect.stringContaining("You changed network.cidrBlock from 10.30.0.0/16 to 10.40.0.0/16"),
    ]);
  });

  it("is told of where it is added or taken out", () => {
    expect(refusals({ ...frozen, "database.restoreTime": "2026-11-20T00:00:00Z" })[0]).toContain(
      "You changed database.restoreTime from nothing to 2026-11-20T00:00:00Z",
    );
    expect(refusals({ "api.memoryMib": 2048 })[0]).toContain("from 10.30.0.0/16 to nothing");
  });
});

describe("the record of a rollout", () => {
  const at = new Date("2026-11-23T15:00:00Z");
  const observed = { liveColour: "blue", images: bothImages, schedule: guideSchedule, settings: frozen } as const;

  it("keeps the settings from the first step on, and lets them go at 0", () => {
    const begun = nextRecord(recordAt(0), { ...observed, weightPercent: 5 }, at);
    expect(begun.settings).toEqual(frozen);
    expect(nextRecord(begun, { ...observed, weightPercent: 5 }, at)).toBe(begun);
    expect(nextRecord(begun, { ...observed, weightPercent: 0 }, at)).not.toHaveProperty("settings");
  });

  it("tells of one that changed on the way, with the reason and the key", () => {
    const begun = nextRecord(recordAt(0), { ...observed, weightPercent: 5 }, at);
    const after = nextRecord(begun, { ...observed, weightPercent: 5, settings: larger }, at, {
      override: "INC-12: the tasks run out of memory",
      overrode: ["api.memoryMib"],
    });
    expect(after.settings).toEqual(larger);
    expect(after.history.at(-1)).toMatchObject({ event: "reconfigured", overrode: ["api.memoryMib"] });
  });
});
