import { describe, expect, it } from "vitest";
import { contractAfter, contractSince, contractsToKeep, knownContracts } from "../../rollout/contract-migrations.ts";
import { decide } from "../../rollout/decide.ts";
import { clearLatch } from "../../rollout/latch.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { RecordedRelease } from "../../rollout/releases.ts";
import { judgeReturn, returnPlaceOf } from "../../rollout/return.ts";
import { bothImages, digest, guideSchedule, move, promotedRecord } from "../support/rollout.ts";

const [a, b, c] = ["a", "b", "c"].map(digest) as [string, string, string];
const at = (day: number) => new Date(Date.UTC(2026, 10, day)).toISOString();

const release = (number: number, image: string, over: Partial<RecordedRelease> = {}): RecordedRelease => ({
  number,
  colour: number % 2 === 1 ? "blue" : "green",
  image,
  stagedAt: at(number),
  mostPercent: 100,
  ...over,
});

/** a served from the 1st to the 10th, b since then, and c was staged on the 20th. */
const record: RolloutRecord = promotedRecord({
  promotedAt: at(10),
  since: at(10),
  images: { blue: c, green: b },
  history: [],
  releases: [
    release(1, a, { live: { from: at(1), until: at(10) } }),
    release(2, b, { live: { from: at(10), until: null } }),
    release(3, c, { stagedAt: at(20) }),
  ],
});

describe("contractAfter", () => {
  const older = (image: string | null, day: number, brought: string) =>
    contractAfter(record, [{ at: at(day), image: brought }], image) !== undefined;

  it.each([
    ["a, gone when it ran", a, 15, b, true],
    ["a, which served when it ran", a, 5, b, false],
    ["a, which began to serve as it ran", a, 1, b, false],
    ["a, which had served until it ran", a, 10, b, true],
    ["b, which serves", b, 15, c, false],
    ["b, which served only later", b, 5, c, true],
    ["c, first staged after it", c, 15, b, false],
    ["c, which brought it", c, 21, c, false],
    ["c, staged before it and brought by another", c, 21, b, true],
    ["c, staged as it ran", c, 20, b, true],
    ["none", null, 15, b, false],
    ["one that never ran", digest("d"), 15, b, false],
  ])("%s", (_, image, day, brought, expected) => {
    expect(older(image, day, brought)).toBe(expected);
  });

  it("takes an image that was staged again for no newer", () => {
    const again = release(1, a, { stagedAt: at(25), live: { from: at(1), until: at(10) } });
    const restaged = { ...record, releases: [...(record.releases ?? []).slice(1), again] };
    expect(contractAfter(restaged, [{ at: at(15), image: b }], a)).toEqual({ at: at(15), image: b });
    // Nor where only the history tells that it ran.
    const { live: _, ...unknown } = again;
    const history = [{ at: at(2), event: "image", liveColour: "blue", weightPercent: 0, images: bothImages }] as const;
    const forgotten = { ...record, history, releases: [{ ...unknown, number: 9 }] };
    expect(contractAfter(forgotten, [{ at: at(15), image: b }], a)).toBeDefined();
    // Nor where only its time as live does.
    const served = release(3, c, { stagedAt: at(25), live: { from: at(12), until: at(14) } });
    expect(contractAfter({ ...record, releases: [served] }, [{ at: at(15), image: b }], c)).toBeDefined();
  });

  it("takes from the history what ran before it, and no other image", () => {
    const images = { blue: digest("d"), green: null };
    const told = (day: number, image: string | null) => {
      const entry = { at: at(day), event: "image", liveColour: "blue", weightPercent: 0, images } as const;
      return contractAfter({ ...record, history: [entry] }, [{ at: at(15), image: b }], image);
    };
    expect(told(2, digest("d"))).toBeDefined();
    expect(told(20, digest("d"))).toBeUndefined();
    expect(told(2, digest("e"))).toBeUndefined();
    expect(told(2, null)).toBeUndefined();
  });

  it("is nothing without a migration", () => {
    expect(contractAfter(record, undefined, a)).toBeUndefined();
    expect(contractAfter(record, [], a)).toBeUndefined();
  });
});

it("contractSince is the last one after the promote that the release before it did not bring", () => {
  const [before, after] = [
    { at: at(5), image: b },
    { at: at(15), image: b },
  ];
  expect(contractSince([before, after], at(10), a)).toBe(after);
  expect(contractSince([before], at(10), a)).toBeUndefined();
  expect(contractSince([after], at(10), b)).toBeUndefined();
  expect(contractSince(undefined, at(10), a)).toBeUndefined();
});

describe("knownContracts", () => {
  const [first, second, third] = [15, 16, 17].map((day) => ({ at: at(day), image: b })) as [
    { at: string; image: string },
    { at: string; image: string },
    { at: string; image: string },
  ];
  const nothing = { record: null, told: undefined, noted: undefined, restores: [] };

  it("is what the record, the evidence and AWS tell of, oldest first, each once", () => {
    const sources = { record: { contractMigrations: [second] }, told: [third, second], noted: [first], restores: [] };
    expect(knownContracts(sources)).toEqual([first, second, third]);
    // The same migration, its moment written otherwise.
    const told = [{ ...second, at: second.at.replace(".000Z", "Z") }];
    expect(knownContracts({ ...sources, told, noted: [] })).toHaveLength(1);
    // Two images at one moment are two.
    expect(knownContracts({ ...nothing, told: [first], noted: [{ ...first, image: c }] })).toHaveLength(2);
    expect(knownContracts(nothing)).toEqual([]);
  });

  it.each(["record", "told", "noted"] as const)("needs no more than one of them: %s", (one) => {
    const telling = one === "record" ? { record: { contractMigrations: [first] } } : { [one]: [first] };
    expect(knownContracts({ ...nothing, ...telling })).toEqual([first]);
  });

  it("takes one for pending only while nothing tells that it has started", () => {
    const pending = { ...first, isPending: true } as const;
    expect(knownContracts({ ...nothing, told: [pending] })).toEqual([pending]);
    expect(knownContracts({ ...nothing, told: [pending], noted: [first] })).toEqual([first]);
    expect(knownContracts({ ...nothing, told: [first], noted: [pending] })).toEqual([first]);
  });

  it("leaves out what a restore has undone, whatever tells of it", () => {
    const restores = [
      { at: at(18), to: new Date(Date.parse(second.at) - 1000).toISOString(), source: "a", instance: "b" },
    ];
    const sources = { record: { contractMigrations: [first, second] }, told: [third], noted: [second], restores };
    expect(knownContracts(sources)).toEqual([first]);
    const later = { at: at(19), image: b };
    expect(knownContracts({ ...sources, noted: [later] })).toEqual([first, later]);
  });
});

it("a record keeps the newest twenty that have started", () => {
  const many = Array.from({ length: 25 }, (_, index) => ({ at: at(index + 1), image: b }));
  const pending = { at: at(29), image: c, isPending: true } as const;
  expect(contractsToKeep([...many, pending])).toEqual(many.slice(-20));
});

describe("after a contract migration", () => {
  // Green was promoted at noon on the 23rd; blue still has the release before.
  const promoted = promotedRecord({
    releases: [release(1, a, { live: { from: at(1), until: at(23) } }), release(2, b)],
  });
  const time = "2026-11-24T12:00:00.000Z";
  const now = new Date(time);
  const contracts = [{ at: "2026-11-23T20:00:00Z", image: b }];
  const refusals = (wanted: Parameters<typeof move>[1], told: typeof contracts | undefined) => {
    const decision = decide(move(promoted, wanted, time, { contracts: told }));
    return decision.accepted ? [] : decision.refusals.map(({ rule, message }) => `${rule}: ${message}`);
  };

  it("the old version does not become live again, by an edit or a command, and nobody offers it", () => {
    const back = { liveColour: "blue", weightPercent: 0 } as const;
    expect(refusals(back, undefined)).toEqual([]);
    expect(refusals(back, contracts)).toEqual([
      "migrations: You asked for blue as the live colour. A migration of kind contract ran at 2026-11-23 20:00 UTC and took away what older releases use, and the release of blue is older. Set images.blue to a release that fits the schema.",
    ]);
    const place = (told: typeof contracts | undefined) =>
      returnPlaceOf(promoted, guideSchedule.rollbackWindowSeconds, clearLatch, told);
    expect(judgeReturn(place(undefined), "production", { now }).problems).toEqual([]);
    expect(judgeReturn(place(contracts), "production", { now }).problems).toEqual([
      {
        why: "a migration of kind contract ran at 2026-11-23 20:00 UTC and took away what older releases use",
        todo: "Roll out a fixed release as images.blue.",
      },
    ]);
  });

  it("the old version stays off also where the record has forgotten that it ran, because it is older than the promote", () => {
    const forgotten = { ...promoted, releases: [], history: [] };
    const decision = decide(move(forgotten, { liveColour: "blue", weightPercent: 0 }, time, { contracts }));
    expect(decision).toMatchObject({ refusals: [{ rule: "back after promote" }, { rule: "migrations" }] });
  });

  it("no first step is taken with a release that is older, and further steps of one that stands are judged by the others", () => {
    const told = [{ at: at(25), image: b }];
    const staged: RolloutRecord = { ...record, since: at(20) };
    const first = decide(move(staged, { weightPercent: 5 }, at(30), { contracts: told }));
    expect(first).toMatchObject({
      refusals: [
        {
          rule: "migrations",
          message: expect.stringMatching(
            /^You asked for 5 %\. A migration of kind contract ran at 2026-11-25 00:00 UTC .* and the release of blue is older\./,
          ),
        },
      ],
    });
    // It was staged after the migration, which ran since the last promote.
    expect(decide(move(staged, { weightPercent: 5 }, at(30), { contracts: [{ at: at(15), image: b }] })).accepted).toBe(
      true,
    );
    const standing: RolloutRecord = { ...staged, weightPercent: 5 };
    expect(decide(move(standing, { weightPercent: 25 }, at(30), { contracts: told })).accepted).toBe(true);
  });

  it("lower weights are accepted, and so is a step of a release that is new", () => {
    expect(refusals({ liveColour: "green", weightPercent: 0 }, contracts)).toEqual([]);
    const staged: RolloutRecord = { ...record, promotedAt: null, since: at(20) };
    const rules = (told: typeof contracts) => {
      const decision = decide(move(staged, { weightPercent: 5 }, at(30), { contracts: told }));
      return decision.accepted ? [] : decision.refusals.map(({ rule }) => rule);
    };
    expect(rules([{ at: at(15), image: b }])).toEqual([]);
    expect(rules([{ at: at(25), image: b }])).toEqual(["migrations"]);
  });
});
