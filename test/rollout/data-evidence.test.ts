import { describe, expect, it } from "vitest";
import {
  type DataEvidence,
  dataEvidenceIn,
  dataObjection,
  dataProblem,
  formatDataEvidence,
  parseDataEvidence,
  uncheckedBefore,
  withDataCheck,
  withMigrationBegun,
  withMigrationEnded,
} from "../../rollout/data-evidence.ts";
import { askedFor } from "../../rollout/move.ts";
import { digest, move, recordAt } from "../support/rollout.ts";

const record = recordAt(0);
const image = record.images.green ?? "";
const at = (time: string) => `2026-11-23T${time}:00.000Z`;
const pass = { verdict: "pass", objections: [] } as const;

const whole: DataEvidence = {
  version: 1,
  image,
  before: { ...pass, at: at("12:00") },
  migration: { began: at("12:05"), ended: at("12:10") },
  after: { ...pass, at: at("12:15"), comparedWith: at("12:00") },
};

const first = move(record, { weightPercent: 5 }, "12:40");

function refusedFor(over: Partial<DataEvidence> | null, required = true): string | undefined {
  const parameters = over === null ? {} : { green: formatDataEvidence({ ...whole, ...over }) };
  return dataProblem(first, { required, parameters, recorded: record })?.message;
}

describe("the first step of a release that brought a migration", () => {
  it("is taken after a check before it and, compared with that, one after it", () => {
    expect(refusedFor({})).toBeUndefined();
    // Also by one at the moment at which the migration ended.
    expect(refusedFor({ after: { ...pass, at: at("12:10"), comparedWith: at("12:00") } })).toBeUndefined();
  });

  it("needs no check where the config requires none, nobody has migrated, another image was, or none is deployed", () => {
    expect(refusedFor({ after: null }, false)).toBeUndefined();
    expect(refusedFor(null)).toBeUndefined();
    expect(refusedFor({ migration: null, after: null })).toBeUndefined();
    expect(refusedFor({ image: digest("e"), after: null })).toBeUndefined();
    const parameters = { green: formatDataEvidence({ ...whole, after: null }) };
    for (const recorded of [null, { images: { ...record.images, green: null } }]) {
      expect(dataProblem(first, { required: true, parameters, recorded })).toBeUndefined();
    }
  });

  it.each(["no JSON", JSON.stringify({ ...whole, version: 2 })])(
    "is refused where what was left cannot be read, for a migration may stand in it: %s",
    (value) => {
      expect(dataProblem(first, { required: true, parameters: { green: value }, recorded: record })).toMatchObject({
        rule: "integrity",
        message: expect.stringMatching(
          /^You asked for 5 %\. What is known of the data of green cannot be read: the parameter integrity-green beside the latch holds what this version does not know, and a migration may stand in it\. .* Deploy with the version that wrote it\. Or look at the data yourself, delete the parameter, and run npm run rollout -- tunnel --stage <stage> -- npm run rollout -- integrity --stage <stage>, or set rolloutOverride/,
        ),
      });
    },
  );

  const again =
    "un npm run rollout -- tunnel --stage <stage> -- npm run rollout -- integrity --stage <stage> --compare evidence/<stage>/integrity-<time>.json";
  const late = "It cannot be made up for: look at the data yourself";

  it.each([
    [
      "nobody checked before",
      { before: null },
      "Nobody checked the data before the migration that began at 12:05 UTC.",
      late,
    ],
    [
      "the check before failed",
      { before: { at: at("12:00"), verdict: "fail", objections: ["rows"] } },
      "The check of the data before the migration, at 12:00 UTC, failed: rows.",
      late,
    ],
    [
      "its end is not recorded",
      { migration: { began: at("12:05"), ended: null } },
      "The end of the migration that began at 12:05 UTC is not recorded.",
      "Run npm run rollout -- task --stage <stage> --run migrate, which waits for it",
    ],
    [
      "nobody checked after",
      { after: null },
      "Nobody has checked the data since the migration ended at 12:10 UTC.",
      `R${again}`,
    ],
    [
      "the check is older than its end",
      { migration: { began: at("12:05"), ended: at("12:16") } },
      "Nobody has checked the data since the migration ended at 12:16 UTC.",
      `R${again}`,
    ],
    [
      "it was compared with another check",
      { after: { ...pass, at: at("12:15"), comparedWith: at("11:00") } },
      "The data after the migration was compared with its state of 11:00 UTC, and the last check before the migration is of 12:00 UTC.",
      `R${again}`,
    ],
    [
      "a row is gone",
      { after: { at: at("12:15"), comparedWith: at("12:00"), verdict: "fail", objections: ["couples, compared"] } },
      "The check of the data after the migration, at 12:15 UTC, failed: couples, compared.",
      `Repair the data, and r${again}`,
    ],
    [
      "something was not checked",
      { after: { at: at("12:15"), comparedWith: at("12:00"), verdict: "incomplete", objections: ["sequence"] } },
      "The check of the data after the migration, at 12:15 UTC, is incomplete: sequence.",
      `Repair the data, and r${again}`,
    ],
  ] as const)("is refused where %s, and says what to do", (_, over, what, fix) => {
    const problem = dataProblem(first, {
      required: true,
      parameters: { green: formatDataEvidence({ ...whole, ...(over as Partial<DataEvidence>) }) },
      recorded: record,
    });
    expect(problem).toEqual({
      rule: "integrity",
      message: `${askedFor(first)} ${what} verify.integrityRequired asks for a check of the data before and after the migration of this release, compared with each other. ${fix}, or set rolloutOverride to a reason, and rolloutOverrideAllows to integrity. You can lower the weight at any time.`,
      allowance: "integrity",
    });
  });

  it("is the only move that waits for it", () => {
    const demand = { required: true, parameters: { green: formatDataEvidence({ ...whole, after: null }) } };
    const later = move(recordAt(5), { weightPercent: 25 }, "12:40");
    expect(dataProblem(later, { ...demand, recorded: recordAt(5) })).toBeUndefined();
    expect(dataProblem(move(record, {}, "12:40"), { ...demand, recorded: record })).toBeUndefined();
  });
});

describe("what is known of the data", () => {
  const check = (time: string, comparedWith: string | null = null) => ({ ...pass, at: at(time), comparedWith });

  it("grows from the check before the migration to the one after it", () => {
    const before = withDataCheck(undefined, image, check("12:00"));
    expect(uncheckedBefore(before, image)).toBeUndefined();
    const begun = withMigrationBegun(before, image, at("12:05"));
    expect(begun.migration).toEqual({ began: at("12:05"), ended: null });
    const ended = withMigrationEnded(begun, image, at("12:10"));
    expect(withDataCheck(ended, image, check("12:15", at("12:00")))).toEqual(whole);
  });

  it("keeps the state before the first migration, and forgets the check after it where another begins", () => {
    expect(withDataCheck(whole, image, check("12:20"))).toBeUndefined();
    const second = withMigrationEnded(withMigrationBegun(whole, image, at("12:30")), image, at("12:35"));
    expect(second).toMatchObject({ before: whole.before, migration: { began: at("12:05"), ended: at("12:35") } });
    expect(dataObjection(second, image, { now: first.now, timeZone: "UTC" })?.what).toContain(
      "since the migration ended at 12:35",
    );
    expect(uncheckedBefore(second, image)).toBeUndefined();
  });

  it("begins anew with another image", () => {
    expect(withDataCheck(whole, digest("e"), check("13:00"))).toMatchObject({ migration: null, after: null });
    expect(uncheckedBefore(whole, digest("e"))).toBe("Nobody has checked the data before this migration.");
  });

  it("lets no migration begin after a check that failed", () => {
    const failed = withDataCheck(undefined, image, {
      at: at("12:00"),
      verdict: "fail",
      objections: ["rows of couples"],
      comparedWith: null,
    });
    expect(uncheckedBefore(failed, image)).toBe(
      `The check of the data before the migration, at ${at("12:00")}, failed: rows of couples.`,
    );
    // A later one from the same image meets what the first has left.
    const migrated = withMigrationEnded(failed, image, at("12:10"));
    expect(migrated.migration).toEqual({ began: at("12:10"), ended: at("12:10") });
    expect(uncheckedBefore(migrated, image)).toBeUndefined();
  });
});

describe("the parameter", () => {
  it("is read back, fits SSM, and holds no text that SSM refuses", () => {
    expect(parseDataEvidence(formatDataEvidence(whole))).toEqual(whole);
    const objections = Array.from({ length: 90 }, () => `{{${"x".repeat(200)}}}`);
    const failed = { verdict: "fail", objections, at: at("12:00") } as const;
    const long = formatDataEvidence({ ...whole, before: failed, after: { ...failed, comparedWith: at("12:00") } });
    expect(long.length).toBeLessThan(4096);
    expect(long).not.toMatch(/\{\{/);
  });

  it.each([undefined, "", "{}", JSON.stringify({ ...whole, version: 2 }), JSON.stringify({ ...whole, image: 1 })])(
    "that reads %j is none",
    (value) => expect(parseDataEvidence(value)).toBeUndefined(),
  );

  it("is found for each colour beside the latch", () => {
    expect(dataEvidenceIn((end) => ({ "integrity-green": "{}" })[end])).toEqual({ green: "{}" });
  });
});
