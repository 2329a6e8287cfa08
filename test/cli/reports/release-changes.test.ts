import { describe, expect, it } from "vitest";
import { differencesOf, unnamedVersions } from "../../../cli/reports/release-changes.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { recordAt } from "../../support/rollout.ts";

const key = "applicationSecrets.STRIPE_SECRET_KEY";
const staged: RolloutRecord = recordAt(0, {
  releaseSettings: {
    blue: { "api.memoryMib": 2048, [key]: "version 1" },
    green: { "api.memoryMib": 2048, [key]: "version 3" },
  },
  secretVersions: { STRIPE_SECRET_KEY: { kept: [1, 2, 3], last: 3 }, MAPS_TOKEN: { kept: [], last: 1 } },
});

describe("the releases of a record", () => {
  it("differ by the version of a secret", () => {
    expect(differencesOf(staged)).toEqual([{ key, candidate: "version 3", live: "version 1" }]);
    expect(differencesOf({ ...staged, liveColour: "green" })).toEqual([
      { key, candidate: "version 1", live: "version 3" },
    ]);
  });

  it("leave versions over that none of them names", () => {
    expect(unnamedVersions(staged)).toEqual(["STRIPE_SECRET_KEY version 2"]);
  });

  it("are not compared where there is no candidate, or an older version wrote the record", () => {
    const alone = { ...staged, releaseSettings: { blue: { [key]: "version 1" }, green: null } };
    expect(differencesOf(alone)).toEqual([]);
    expect(unnamedVersions(alone)).toEqual(["STRIPE_SECRET_KEY version 2", "STRIPE_SECRET_KEY version 3"]);
    expect([differencesOf(recordAt(0)), unnamedVersions(recordAt(0))]).toEqual([[], []]);
  });
});
