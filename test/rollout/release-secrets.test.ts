import { describe, expect, it } from "vitest";
import type { Move } from "../../rollout/move.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { askedVersions, keptVersions, namesVersions, withKnownVersions } from "../../rollout/release-secrets.ts";
import { because, bothImages, digest, move, promotedRecord, recordAt } from "../support/rollout.ts";

const key = "applicationSecrets.PAYMENT_KEY";
const of = (version: string) => ({ "api.memoryMib": 2048, [key]: version });
const live100 = { blue: 100, green: 0 };
/** Both colours have the third version, and the second one is left over. */
const releases = { blue: of("version 3"), green: of("version 3") };
const secretVersions = { PAYMENT_KEY: { kept: [2, 3], last: 3 } };
const record = recordAt(0, { releaseSettings: releases, secretVersions });
const atRest = move(record, {}, "14:00", { realWeights: live100 });

describe("a version that no release names", () => {
  const kept = (update: Move, after = releases) => keptVersions(update, after)["PAYMENT_KEY"];

  it("goes with an update that changes no release, at weight 0", () => {
    expect(kept(atRest)).toEqual([3]);
  });

  it.each<[string, Move]>([
    ["takes a step", move(record, { weightPercent: 5 }, "14:00", { realWeights: live100 })],
    ["leaves the weight", move({ ...record, weightPercent: 5 }, {}, "14:00", { realWeights: { blue: 95, green: 5 } })],
    ["takes traffic back", move({ ...record, weightPercent: 5 }, { weightPercent: 0 }, "14:00")],
    ["promotes", move({ ...record, weightPercent: 100 }, { weightPercent: 0, liveColour: "green" }, "14:00")],
    ["finds another split in AWS", move(record, {}, "14:00", { realWeights: { blue: 95, green: 5 } })],
    ["cannot read the split", move(record, {}, "14:00")],
    ["retires a colour", move(record, { images: { ...bothImages, green: null } }, "14:00", { realWeights: live100 })],
    [
      "stages an image",
      move(record, { images: { ...bothImages, green: digest("c") } }, "14:00", { realWeights: live100 }),
    ],
    [
      "rotates the signing key",
      move(record, { signingKeys: { current: 1, alsoAccepted: 2, loginLifetimeSeconds: 1 } }, "14:00", {
        realWeights: live100,
      }),
    ],
    [
      "is within the rollback window",
      move(promotedRecord({ releaseSettings: releases, secretVersions }), {}, "14:00", {
        realWeights: { blue: 0, green: 100 },
      }),
    ],
  ])("stays with an update that %s", (_, update) => {
    expect(kept(update)).toEqual([2, 3]);
  });

  it("is told for each secret by itself, and where older releases have no settings", () => {
    const two = { "applicationSecrets.A": "version 1", "applicationSecrets.B": "version 2" };
    const swapped = { "applicationSecrets.B": "version 2", "applicationSecrets.A": "version 1" };
    const all = keptVersions(atRest, { blue: swapped, green: two });
    expect(all).toEqual({ A: [1], B: [2], PAYMENT_KEY: [2, 3] });
    expect(Object.keys(all)).toEqual(["A", "B", "PAYMENT_KEY"]);
    expect(keptVersions(move(null, {}, "14:00"), { blue: two, green: null })).toEqual({ A: [1], B: [2] });
    const { releaseSettings: _, ...older } = record;
    expect(kept(move(older, {}, "14:00", { realWeights: live100 }))).toEqual([2, 3]);
  });

  it("stays with an update that gives a colour another version", () => {
    expect(kept(atRest, { ...releases, green: of("version 4") })).toEqual([2, 3, 4]);
  });
});

describe("the version of the config's value", () => {
  const asked = (
    previous: RolloutRecord | null,
    isVersion: (version: number) => boolean | undefined,
    allows?: string,
  ) =>
    askedVersions(
      ["PAYMENT_KEY"],
      move(previous, allows === undefined ? {} : { override: because("INC-1: the key was revoked", key) }, "14:00"),
      (_, version) => isVersion(version),
    );

  it("is a known one, also one that no release names, or else the next number", () => {
    expect(asked(record, (version) => version === 2)).toEqual({ versions: { PAYMENT_KEY: 2 }, unjudged: [] });
    const { secretVersions: _, ...older } = record;
    expect(asked(older, () => undefined)).toEqual({ versions: { PAYMENT_KEY: 1 }, unjudged: [] });
    expect(asked(record, () => false).versions).toEqual({ PAYMENT_KEY: 4 });
    expect(asked(null, () => undefined)).toEqual({ versions: { PAYMENT_KEY: 1 }, unjudged: [] });
    const removed = { ...record, secretVersions: { PAYMENT_KEY: { kept: [], last: 3 } }, releaseSettings: undefined };
    expect(asked(removed, () => undefined)).toEqual({ versions: { PAYMENT_KEY: 4 }, unjudged: [] });
  });

  it("is the candidate's where nobody can compare, and the next for a reason that names the key", () => {
    const staged = { ...record, releaseSettings: { blue: of("version 2"), green: of("version 3") } };
    expect(asked(staged, () => undefined)).toEqual({ versions: { PAYMENT_KEY: 3 }, unjudged: ["PAYMENT_KEY"] });
    const swapped = { ...record, releaseSettings: { blue: of("version 3"), green: of("version 2") } };
    expect(asked(swapped, () => undefined).versions).toEqual({ PAYMENT_KEY: 2 });
    // One fingerprint is missing, and the value may be that one's.
    expect(asked(staged, (version) => (version === 3 ? false : undefined)).unjudged).toEqual(["PAYMENT_KEY"]);
    expect(asked(staged, () => undefined, key)).toEqual({ versions: { PAYMENT_KEY: 4 }, unjudged: [] });
  });
});

describe("a record that names versions", () => {
  it("is judged as it is, whatever the update moves", () => {
    for (const over of [{}, { weightPercent: 5 }]) {
      const update = move(record, { ...over, taskSettings: of("version 4") }, "14:00", { realWeights: live100 });
      expect(withKnownVersions(update)).toBe(update);
    }
    const first = move(null, {}, "14:00");
    expect(withKnownVersions(first)).toBe(first);
  });
});

it.each<[string, Move, boolean]>([
  ["the first deployment", move(null, {}, "14:00"), true],
  ["a step of a record that names them", move(record, { weightPercent: 5 }, "14:00"), true],
  ["a step of an older record", move(recordAt(0), { weightPercent: 5 }, "14:00", { realWeights: live100 }), false],
  ["an update of an older record that moves nothing", move(recordAt(0), {}, "14:00", { realWeights: live100 }), true],
])("tasks start with named versions, or do not, in %s", (_, update, named) => {
  expect(namesVersions(update)).toBe(named);
});

describe("a record of an older version", () => {
  const older = recordAt(0, { releaseSettings: { blue: { "api.memoryMib": 2048 }, green: null } });
  const wanted = {
    taskSettings: { ...of("version 1"), "taskSecrets.migrate": '["PAYMENT_KEY"]' },
    settings: of("version 1"),
  };

  it("is taken to have what the config has, in an update that moves nothing", () => {
    const known = withKnownVersions(move(older, wanted, "14:00", { realWeights: live100 }));
    expect(known.previous?.releaseSettings).toEqual({ blue: wanted.taskSettings, green: null });
  });

  it("has changed where the config changes another setting", () => {
    const taskSettings = { ...wanted.taskSettings, "api.memoryMib": 4096 };
    const known = withKnownVersions(move(older, { ...wanted, taskSettings }, "14:00", { realWeights: live100 }));
    expect(known.previous?.releaseSettings?.blue).toEqual(wanted.taskSettings);
  });

  it("is left as it is where it tells no settings, or the config none", () => {
    const unsettled = move(recordAt(0), wanted, "14:00", { realWeights: live100 });
    expect(withKnownVersions(unsettled)).toBe(unsettled);
    const unasked = move(older, {}, "14:00", { realWeights: live100 });
    expect(withKnownVersions(unasked)).toBe(unasked);
  });

  it.each([
    ["takes a step", { weightPercent: 5 }, live100],
    ["cannot read the split", {}, undefined],
  ])("leaves secrets out of an update that %s", (_, over, realWeights) => {
    const known = withKnownVersions(move(older, { ...wanted, ...over }, "14:00", { realWeights }));
    expect(known.wanted).toMatchObject({
      taskSettings: { "api.memoryMib": 2048 },
      settings: { "api.memoryMib": 2048 },
    });
    expect(JSON.stringify(known)).not.toContain("PAYMENT_KEY");
  });
});
