import { describe, expect, it } from "vitest";
import { decide } from "../../../rollout/decide.ts";
import { nextRecord } from "../../../rollout/next-record.ts";
import { allowances } from "../../../rollout/override.ts";
import { parseRecord, type RolloutRecord } from "../../../rollout/record.ts";
import { firstSigningKeys, type SigningKeys } from "../../../rollout/signing-keys.ts";
import { because, bothImages, digest, move, recordAt } from "../../support/rollout.ts";

const day = 86_400;
const loginLifetimeSeconds = 30 * day;
const keys = (current: number, alsoAccepted: number | null = null) => ({ current, alsoAccepted, loginLifetimeSeconds });

/** A record with these keys since noon; with the first ones, of a stack that never rotated. */
function recordWith({ current, alsoAccepted }: SigningKeys, over: Partial<RolloutRecord> = {}): RolloutRecord {
  if (current === 1 && alsoAccepted === null) return recordAt(0, over);
  const since = "2026-11-23T12:00:00.000Z";
  const acceptedUntil = alsoAccepted !== null && alsoAccepted < current ? "2026-12-23T12:00:00.000Z" : null;
  return recordAt(0, { signingKeys: { current, alsoAccepted, since, acceptedUntil }, ...over });
}

/** The rules that refuse these keys, by the messages' first words. */
function refusals(from: SigningKeys, to: SigningKeys, over: Parameters<typeof move>[3] = {}): readonly string[] {
  const wanted = { signingKeys: { ...to, loginLifetimeSeconds } };
  const decision = decide(move(recordWith(from), wanted, "13:00", over));
  return decision.accepted ? [] : decision.refusals.map(({ message }) => message);
}

const all: readonly SigningKeys[] = [1, 2, 3].flatMap((current) =>
  [null, current + 1, ...(current > 1 ? [current - 1] : [])].map((alsoAccepted) => ({ current, alsoAccepted })),
);
const named = ({ current, alsoAccepted }: SigningKeys) =>
  `${current}${alsoAccepted === null ? "" : `+${alsoAccepted}`}`;

describe("the order of a rotation", () => {
  it("lets exactly these moves through, of all between three keys", () => {
    const afterLifetime = { now: new Date("2026-12-23T12:00:00Z") };
    const allowed = all.flatMap((from) =>
      all
        .filter((to) => from !== to && refusals(from, to, afterLifetime).length === 0)
        .map((to) => `${named(from)} > ${named(to)}`),
    );
    expect(allowed).toEqual([
      "1 > 1+2",
      "1+2 > 1",
      "1+2 > 2+1",
      "2 > 2+3",
      "2+3 > 2",
      "2+3 > 3+2",
      "2+1 > 1+2",
      "2+1 > 2",
      "3 > 3+4",
      "3+4 > 3",
      "3+2 > 2+3",
      "3+2 > 3",
    ]);
  });

  it("is told in a refusal, with the way on", () => {
    expect(refusals(keys(1), keys(2))).toEqual([
      "You asked for signingKey 2 without alsoAcceptedSigningKey, but signingKey 1 without alsoAcceptedSigningKey is deployed. A key is rotated in three updates: all tasks accept the next key, then it signs, then the one before is no longer accepted. Put signingKey 1 without alsoAcceptedSigningKey back, then run npm run rollout -- rotate --stage <stage>, which makes the next of them.",
    ]);
  });

  it("binds no first deployment, whose stack file may come from another stack", () => {
    expect(decide(move(null, { signingKeys: keys(4, 3) }, "13:00")).accepted).toBe(true);
  });

  it("is not skipped for a reason", () => {
    const decision = decide(
      move(recordAt(0), { signingKeys: keys(2), override: because("the key has leaked", ...allowances) }, "13:00"),
    );
    expect(decision.accepted).toBe(false);
  });
});

describe("a rotation under traffic", () => {
  it.each([
    ["in the record", recordAt(5), { weightPercent: 5 }, {}],
    ["in AWS alone", recordAt(0), {}, { realWeights: { blue: 95, green: 5 } }],
  ])("is refused where the candidate has some %s", (_where, previous, wanted, over) => {
    const decision = decide(move(previous, { ...wanted, signingKeys: keys(1, 2) }, "13:00", over));
    expect(decision.accepted ? [] : decision.refusals).toContainEqual({
      rule: "signing key",
      message: expect.stringContaining("and green has 5 % of the traffic."),
      allowance: null,
    });
  });

  it.each([
    ["a weight", recordAt(0), { weightPercent: 5 }],
    ["an image", recordAt(0), { images: { ...bothImages, green: digest("c") } }],
  ])("is refused together with %s", (_what, previous, wanted) => {
    const decision = decide(move(previous, { ...wanted, signingKeys: keys(1, 2) }, "13:00"));
    expect(decision.accepted ? [] : decision.refusals.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("Keys change in an update of their own."),
    );
  });

  it("leaves every other move alone", () => {
    const signingKeys = keys(2, 1);
    const previous = recordWith(signingKeys);
    expect(decide(move(previous, { signingKeys, weightPercent: 5 }, "15:00")).accepted).toBe(true);
  });
});

describe("the grace of the key before", () => {
  const early = { now: new Date("2026-12-23T11:59:59Z") };

  it("ends with the login lifetime and not a second before", () => {
    expect(refusals(keys(2, 1), keys(2), early)).toEqual([
      "You asked to end the grace of key 1. Whoever logged in before 2026-11-23 12:00 UTC would be signed out: what this key signed is valid until 12:00 UTC. Wait until then, or, where the key has leaked, set rolloutOverride to a reason, and rolloutOverrideAllows to grace.",
    ]);
    expect(refusals(keys(2, 1), keys(2), { now: new Date("2026-12-23T12:00:00Z") })).toEqual([]);
  });

  it("ends early for a reason, once", () => {
    const override = "INC-31: the old key has leaked";
    const asked = (previous: RolloutRecord) =>
      decide(move(previous, { signingKeys: keys(2), override: because(override, "grace") }, "13:00", early));
    expect(asked(recordWith(keys(2, 1)))).toMatchObject({ accepted: true, override });
    const used = recordWith(keys(2, 1));
    const history = used.history.map((entry) => ({ ...entry, override }));
    expect(asked({ ...used, history }).accepted).toBe(false);
  });

  it("is not shortened by a shorter lifetime in the config", () => {
    const wanted = { signingKeys: { ...keys(2), loginLifetimeSeconds: 60 } };
    expect(decide(move(recordWith(keys(2, 1)), wanted, "13:00", early)).accepted).toBe(false);
  });
});

describe("the record of a rotation", () => {
  const at = new Date("2026-11-23T18:00:00.000Z");
  const observe = (previous: RolloutRecord, signingKeys?: ReturnType<typeof keys>) =>
    nextRecord(previous, { liveColour: "blue", weightPercent: 0, images: bothImages, signingKeys }, at);

  it("says since when, and until when the key before is accepted", () => {
    const prepared = observe(recordAt(0), keys(1, 2));
    expect(prepared.signingKeys).toEqual({ current: 1, alsoAccepted: 2, since: at.toISOString(), acceptedUntil: null });
    const switched = observe(prepared, keys(2, 1));
    expect(switched.signingKeys).toMatchObject({ current: 2, acceptedUntil: "2026-12-23T18:00:00.000Z" });
    expect(switched.history.map(({ event }) => event)).toEqual(["deployed", "rotated", "rotated"]);
    // The bake counts from the step, not from the rotation.
    expect(switched.since).toBe(recordAt(0).since);
    expect(parseRecord(JSON.parse(JSON.stringify(switched)))).toEqual(switched);
  });

  it("has no keys where none was ever rotated, and is the very same where they stay", () => {
    expect(observe(recordAt(0))).not.toHaveProperty("signingKeys");
    const switched = observe(recordWith(keys(1, 2)), keys(2, 1));
    expect(
      nextRecord(switched, { liveColour: "blue", weightPercent: 0, images: bothImages, signingKeys: keys(2, 1) }, at),
    ).toBe(switched);
  });

  it("tells of keys that were taken back to the first", () => {
    expect(observe(recordWith(keys(1, 2))).signingKeys).toMatchObject(firstSigningKeys);
  });
});
