import { describe, expect, it } from "vitest";
import {
  type AskedMigration,
  checkedMigration,
  kindOfMigration,
  type MigrationCheckFacts,
} from "../../rollout/checked-migration.ts";
import type { Harm } from "../../rollout/migration-verdict.ts";

const image = "sha256:of-green";

/** A check of SQL that leads from revision `a` to `b`, with a finding of each harm. */
function check(harms: readonly Harm[] = [], over: Partial<MigrationCheckFacts> = {}): MigrationCheckFacts {
  const findings = harms.map((harm, index) => ({ harm, line: index + 3, sentence: `Something is ${harm}.` }));
  const revisions = { from: ["a"], to: ["b"] };
  return { at: "2026-11-23T00:00:00Z", image, sqlSha256: "1", revisions, isOneTransaction: true, findings, ...over };
}

describe("the checks of an image", () => {
  it("say what the migration is, and why", () => {
    expect(checkedMigration([check(["note", "blocking", "contract"])], image, undefined)).toEqual({
      kind: "contract",
      blocking: true,
      sqlSha256: "1",
      revisions: { from: ["a"], to: ["b"] },
      isOneTransaction: true,
      because: ["Line 4: Something is blocking.", "Line 5: Something is contract."],
    });
  });

  it("count together: a later one of other SQL takes nothing back", () => {
    const checks = [check(["contract"], { isOneTransaction: false }), check([], { sqlSha256: "2" })];
    expect(checkedMigration(checks, image, undefined)).toMatchObject({
      kind: "contract",
      sqlSha256: "2",
      isOneTransaction: false,
    });
  });

  it("are those of the image alone", () => {
    const others = [check([], { image: "sha256:of-blue" })];
    expect(checkedMigration(others, image, undefined)).toEqual({
      unchecked: "Nobody has checked the migration of this image.",
    });
  });

  it("count where they begin at the revision of the schema, or have led there already", () => {
    const later = check([], { revisions: { from: ["b"], to: ["c"] } });
    expect(checkedMigration([check(["contract"]), later], image, ["b"])).toMatchObject({ kind: "contract" });
    expect(
      checkedMigration([check(["contract"], { revisions: { from: ["x"], to: ["a"] } }), later], image, ["b"]),
    ).toMatchObject({
      kind: "expand",
    });
    expect(checkedMigration([check()], image, ["c"])).toEqual({
      unchecked: "The SQL that was checked begins at revision a, and the last migration has led to c.",
      deployed: ["c"],
    });
    expect(checkedMigration([check([], { revisions: { from: [], to: ["b"] } })], image, ["c", "d"])).toEqual({
      unchecked: "The SQL that was checked begins at revision base, and the last migration has led to c and d.",
      deployed: ["c", "d"],
    });
  });

  it.each([
    [["a", "b"], true],
    [["b", "a"], true],
    [["a"], false],
    [["a", "c"], false],
    [["a", "b", "c"], false],
  ])("of a merge of a and b fit a schema at %j: %s", (deployed, fits) => {
    const merge = check([], { revisions: { from: ["a", "b"], to: ["m"] } });
    expect("kind" in checkedMigration([merge], image, deployed)).toBe(fits);
  });

  it("give no line for what is about all of the SQL", () => {
    const findings = [{ harm: "contract", line: 0, sentence: "It is no SQL." }] as const;
    expect(checkedMigration([check([], { findings })], image, undefined)).toMatchObject({ because: ["It is no SQL."] });
  });

  it("do not count where the SQL is not Alembic's", () => {
    expect(checkedMigration([check([], { revisions: null })], image, undefined)).toEqual({
      unchecked:
        "The SQL that was checked does not change alembic_version, so it is not what alembic upgrade --sql writes.",
    });
  });
});

describe("the kind that a migration runs as", () => {
  const asked = (harms: readonly Harm[], over: Partial<AskedMigration> = {}): AskedMigration => ({
    named: undefined,
    reason: undefined,
    checked: checkedMigration([check(harms)], image, undefined),
    stage: "production",
    colour: "green",
    ...over,
  });

  it.each([
    [[], undefined, "expand"],
    [[], "expand", "expand"],
    [[], "contract", "contract"],
    [["contract"], undefined, "contract"],
    [["contract"], "contract", "contract"],
  ] as const)("with findings %j and named %s is %s", (harms, named, kind) => {
    expect(kindOfMigration(asked(harms, { named }))).toEqual({ kind, problems: [], overridden: [] });
  });

  it("is never expand because somebody says so, whatever the reason", () => {
    for (const reason of [undefined, "nobody uses the column any more"]) {
      expect(kindOfMigration(asked(["contract"], { named: "expand", reason }))).toEqual({
        kind: undefined,
        overridden: [],
        problems: [
          "You asked for a migration of kind expand, and its SQL is contract. Line 3: Something is contract. Leave --kind out, and run it when a contract migration may run, or split it in two.",
        ],
      });
    }
  });

  it("does not matter where it is blocking, unless a reason says why requests may wait", () => {
    const refused = kindOfMigration(asked(["blocking"]));
    expect(refused).toEqual({
      kind: "expand",
      overridden: [],
      problems: [
        'The migration is blocking, and the live colour serves the public: its requests would wait. Line 3: Something is blocking. Change it so that nobody waits. If nobody is served now, or the table is small, give a written --reason "<why>".',
      ],
    });
    const accepted = kindOfMigration(asked(["blocking"], { reason: "the site is closed until nine" }));
    expect(accepted).toMatchObject({ kind: "expand", problems: [] });
    expect(accepted.overridden).toEqual([expect.stringMatching(/^The migration is blocking, /)]);
  });

  it("is asked of a check, and of a person only with a reason and in words", () => {
    const unchecked = { unchecked: "Nobody has checked it.", deployed: ["1975ea83b712"] };
    const reason = "the image cannot render its SQL";
    const without = (over: Partial<AskedMigration>) => kindOfMigration(asked([], { checked: unchecked, ...over }));
    const named = without({ named: "expand" });
    expect(named).toMatchObject({ kind: "expand", overridden: [] });
    expect(named.problems[0]).toMatch(
      /^Nobody has checked it\. What a migration is, is read from its SQL: .*npm run rollout -- check-migration --stage production --colour green --sql migration\.sql\. Where that cannot be written, because the migration asks the database, run npm run try-migration -- --stage production --colour green --from 1975ea83b712 --rows rows\.sql --queries queries\. To run it unchecked, give --kind and a written --reason "<why>"\.$/,
    );
    const commandFrom = (deployed: readonly string[] | undefined) =>
      without({ checked: { ...unchecked, deployed } }).problems[0]?.match(/try-migration .* --from (\S+) /)?.[1];
    expect([commandFrom([]), commandFrom(["a", "b"]), commandFrom(undefined)]).toEqual([
      "base",
      "REVISION",
      "REVISION",
    ]);
    expect(without({ reason })).toEqual({
      kind: undefined,
      overridden: [],
      problems: [expect.stringMatching(/With a reason alone nobody says what it is\. Give --kind too/)],
    });
    expect(without({ reason, named: "expand" })).toEqual({
      kind: "expand",
      problems: [],
      overridden: ["Nobody has checked it."],
    });
  });

  it("repeats three sentences of a check, and says that there are more", () => {
    const problem = (count: number) =>
      kindOfMigration(asked(Array(count).fill("contract"), { named: "expand" })).problems[0];
    expect(problem(3)).toContain("Line 5: Something is contract. Leave --kind out");
    expect(problem(4)).toContain("Line 5: Something is contract. … Leave --kind out");
  });
});
