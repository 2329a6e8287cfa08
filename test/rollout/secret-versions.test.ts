import { describe, expect, it } from "vitest";
import { nextRecord } from "../../rollout/next-record.ts";
import { parseRecord, type RolloutRecord } from "../../rollout/record.ts";
import {
  isSecretKey,
  nextVersions,
  secretKey,
  secretName,
  versionsIn,
  versionText,
} from "../../rollout/secret-versions.ts";
import { bothImages, recordAt } from "../support/rollout.ts";

const at = new Date("2026-11-24T12:00:00.000Z");
const key = "applicationSecrets.STRIPE_SECRET_KEY";
const release = (version: string) => ({ "api.memoryMib": 2048, [key]: version });
const standing = { liveColour: "blue", weightPercent: 0, images: bothImages } as const;
const staged: RolloutRecord = recordAt(0, {
  releaseSettings: { blue: release("version 1"), green: release("version 2") },
  secretVersions: { STRIPE_SECRET_KEY: { kept: [1, 2], last: 2 } },
});

describe("the versions that a release names", () => {
  it("are read from its settings, and nothing else is", () => {
    const named = { [key]: "version 12", "api.logLevel": "version 3", "api.memoryMib": 2048 };
    const other = { "applicationSecrets.A": "no version 1", "applicationSecrets.B": "version 1 of 2" };
    expect(versionsIn({ ...named, ...other })).toEqual({ STRIPE_SECRET_KEY: 12 });
    expect(versionsIn({ [key]: versionText(3) })).toEqual({ STRIPE_SECRET_KEY: 3 });
  });

  it("stand under the key of the stack file", () => {
    expect(secretKey("STRIPE_SECRET_KEY")).toBe(key);
    expect(secretName(key)).toBe("STRIPE_SECRET_KEY");
    expect([isSecretKey(key), isSecretKey("api.memoryMib")]).toEqual([true, false]);
  });
});

describe("the record of secrets' versions", () => {
  it("takes up a secret that is new", () => {
    expect(nextVersions({ A: { kept: [2], last: 3 } }, { A: [2], B: [1] })).toEqual({
      A: { kept: [2], last: 3 },
      B: { kept: [1], last: 1 },
    });
    expect(Object.keys(nextVersions({ C: { kept: [], last: 1 } }, { B: [1], A: [1] }) ?? {})).toEqual(["A", "B", "C"]);
    expect(nextVersions(undefined, { B: [1] })).toEqual({ B: { kept: [1], last: 1 } });
  });

  it("is the very same record where no version came or went", () => {
    const standingRelease = { ...standing, releaseSettings: staged.releaseSettings };
    expect(nextRecord(staged, { ...standingRelease, keptSecrets: { STRIPE_SECRET_KEY: [1, 2] } }, at)).toBe(staged);
  });

  it("is read back as it was written, and is absent in the record of an older version", () => {
    expect(parseRecord(JSON.parse(JSON.stringify(staged)))).toEqual(staged);
    expect(parseRecord(JSON.parse(JSON.stringify(recordAt(0))))?.secretVersions).toBeUndefined();
  });

  it("tells what a release has otherwise, and never gives a number twice", () => {
    const withdrawn = nextRecord(
      staged,
      {
        ...standing,
        releaseSettings: { blue: release("version 1"), green: release("version 1") },
        keptSecrets: { STRIPE_SECRET_KEY: [1, 2] },
      },
      at,
    );
    expect(withdrawn.history.at(-1)).toMatchObject({ event: "reconfigured", changed: [key] });

    const forgotten = nextRecord(
      withdrawn,
      { ...standing, releaseSettings: withdrawn.releaseSettings, keptSecrets: { STRIPE_SECRET_KEY: [1] } },
      at,
    );
    expect(forgotten.secretVersions).toEqual({ STRIPE_SECRET_KEY: { kept: [1], last: 2 } });
    // Nothing that runs has changed, so it is no event.
    expect(forgotten.history).toEqual(withdrawn.history);

    const removed = nextRecord(
      forgotten,
      { ...standing, releaseSettings: { blue: {}, green: {} }, keptSecrets: {} },
      at,
    );
    expect(removed.secretVersions).toEqual({ STRIPE_SECRET_KEY: { kept: [], last: 2 } });
  });

  it("compares the first release of a colour with live's", () => {
    const alone = recordAt(0, {
      images: { ...bothImages, green: null },
      releaseSettings: { blue: release("version 1"), green: null },
    });
    const after = nextRecord(
      alone,
      { ...standing, releaseSettings: { blue: release("version 1"), green: release("version 2") } },
      at,
    );
    expect(after.history.at(-1)).toMatchObject({ event: "image", changed: [key] });
  });

  it("stays as it was after an update whose releases name no versions", () => {
    const after = nextRecord(staged, { ...standing, weightPercent: 5 }, at);
    expect(after.secretVersions).toEqual(staged.secretVersions);
  });
});
