import { describe, expect, it } from "vitest";
import { problemsOf } from "../committed.ts";
import { type RuleCase, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "a restore from nothing",
    stage: "staging",
    set: { "database.restoreFrom": {} },
    told: [
      [
        "database.restoreFrom",
        "{}",
        "either snapshotIdentifier or sourceInstanceIdentifier: what to restore",
        "pulumi config rm --stack staging --path database.restoreFrom",
      ],
    ],
  },
  {
    breach: "a restore from two sources",
    stage: "staging",
    set: { "database.restoreFrom": { snapshotIdentifier: "snap", sourceInstanceIdentifier: "db" } },
    told: [
      [
        "database.restoreFrom.snapshotIdentifier",
        '"snap"',
        "either snapshotIdentifier or sourceInstanceIdentifier, not both",
        "pulumi config rm --stack staging --path database.restoreFrom.snapshotIdentifier",
      ],
    ],
  },
  {
    breach: "a moment of a snapshot",
    stage: "staging",
    set: { "database.restoreFrom": { snapshotIdentifier: "snap", restoreTime: "2026-12-24T00:00:00Z" } },
    told: [
      [
        "database.restoreFrom.restoreTime",
        '"2026-12-24T00:00:00Z"',
        "only with sourceInstanceIdentifier: a snapshot is of one moment already",
        "pulumi config rm --stack staging --path database.restoreFrom.restoreTime",
      ],
    ],
  },
];

describe("the rule of a restore", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it("accepts a restore to a moment of an instance", () => {
    const restoreFrom = { sourceInstanceIdentifier: "db", restoreTime: "2026-12-24T00:00:00Z" };
    expect(problemsOf("production", { "database.restoreFrom": restoreFrom })).toEqual([]);
  });
});
