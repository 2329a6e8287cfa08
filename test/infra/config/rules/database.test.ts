import { describe, expect, it } from "vitest";
import { refuseTakenDatabase, refuseTakenRole } from "../../../../components/database/names.ts";
import { problemsOf, type RuleCase, set, told } from "../fixture-config.ts";

const taken =
  "must be a name that no other role has and that does not begin with pg_ or rds, which PostgreSQL and RDS reserve";

const cases: readonly RuleCase[] = [
  {
    breach: "restore tests without a vault",
    stage: "staging",
    set: { "database.restoreTesting": true },
    told: [
      [
        "database.restoreTesting",
        "true",
        "must not be true without vaultRetentionDays: there is no vault to restore from",
        set("staging", "database.restoreTesting false"),
      ],
    ],
  },
  {
    breach: "a database that every instance has",
    stage: "staging",
    set: { "database.name": "rdsadmin" },
    told: [
      [
        "database.name",
        '"rdsadmin"',
        "must be another name: every RDS instance already has a database of this name",
        set("staging", "database.name celebrant_portal_staging"),
      ],
    ],
  },
  ...["celebrant_migrator", "celebrant_admin", "public", "pg_app", "rds_app"].map((user) => ({
    breach: `the role ${user}`,
    stage: "production" as const,
    set: { "database.user": user },
    told: [
      ["database.user", JSON.stringify(user), taken, set("production", "database.user prod_user")],
    ] as RuleCase["told"],
  })),
  {
    breach: "a storage ceiling that RDS refuses",
    stage: "staging",
    set: { "database.allocatedStorageGib": 50, "database.maxAllocatedStorageGib": 54 },
    told: [
      [
        "database.maxAllocatedStorageGib",
        "54",
        "must be at least 55, which is 10 % above allocatedStorageGib: RDS refuses a smaller ceiling",
        set("staging", "database.maxAllocatedStorageGib 55"),
      ],
    ],
  },
  {
    breach: "a restore from nothing",
    stage: "staging",
    set: { "database.restoreFrom": {} },
    told: [
      [
        "database.restoreFrom",
        "{}",
        "must have snapshotIdentifier or sourceInstanceIdentifier, which say what to restore",
        "npm run rollout -- set --stage staging --remove database.restoreFrom",
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
        "must not be set together with sourceInstanceIdentifier: a restore has one source",
        "npm run rollout -- set --stage staging --remove database.restoreFrom.snapshotIdentifier",
      ],
    ],
  },
  {
    breach: "a time for the restore of a snapshot",
    stage: "staging",
    set: { "database.restoreFrom": { snapshotIdentifier: "snap", restoreTime: "2026-12-24T00:00:00Z" } },
    told: [
      [
        "database.restoreFrom.restoreTime",
        '"2026-12-24T00:00:00Z"',
        "must not be set with snapshotIdentifier: a snapshot already fixes the time",
        "npm run rollout -- set --stage staging --remove database.restoreFrom.restoreTime",
      ],
    ],
  },
  ...[
    { key: "sourceInstanceIdentifier", identifier: "portal-production-1a2b3c4d" },
    { key: "snapshotIdentifier", identifier: "rds:portal-production-1a2b3c4d-2026-11-23-16-05" },
    { key: "snapshotIdentifier", identifier: "portal-production-1a2b3c4d-final" },
    {
      key: "snapshotIdentifier",
      identifier: "arn:aws:rds:ap-southeast-2:1:snapshot:my-Portal-Production-1a2b",
    },
  ].map(
    ({ key, identifier }): RuleCase => ({
      breach: `production's data in staging, from ${identifier}`,
      stage: "staging",
      set: { "database.restoreFrom": { [key]: identifier } },
      told: [
        [
          `database.restoreFrom.${key}`,
          JSON.stringify(identifier),
          "must not be a backup of production: its data is people's, and comes to staging only masked. Seed staging instead (guide S3)",
          `npm run rollout -- set --stage staging --remove database.restoreFrom.${key}`,
        ],
      ],
    }),
  ),
  {
    breach: "a lock in compliance mode where the vault may be destroyed",
    stage: "staging",
    set: { "database.vaultRetentionDays": 7, "database.vaultComplianceGraceDays": 3, "storage.destroyable": true },
    told: [
      [
        "database.vaultComplianceGraceDays",
        "3",
        "must not be set while storage.destroyable is true: a stack that may be destroyed locks no vault",
        "npm run rollout -- set --stage staging --remove database.vaultComplianceGraceDays",
      ],
    ],
  },
  {
    breach: "a lock without a vault",
    stage: "staging",
    set: {
      "database.vaultRetentionDays": undefined,
      "database.vaultComplianceGraceDays": 3,
      "storage.destroyable": false,
    },
    told: [
      [
        "database.vaultComplianceGraceDays",
        "3",
        "must not be set without vaultRetentionDays: there is no vault to lock",
        "npm run rollout -- set --stage staging --remove database.vaultComplianceGraceDays",
      ],
    ],
  },
  {
    breach: "a grace time that AWS refuses",
    stage: "production",
    set: { "database.vaultComplianceGraceDays": 2 },
    told: [
      [
        "database.vaultComplianceGraceDays",
        "2",
        "must be a whole number from 3 to 365",
        set("production", "database.vaultComplianceGraceDays <value>"),
      ],
    ],
  },
];

describe("the rules of the database", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it.each(["celebrant_migrator", "pg_app", "rds_app", "postgres"])("agrees with the component about %s", (user) => {
    expect(() => refuseTakenRole(user)).toThrow(RangeError);
  });

  it("agrees with the component about databases", () => {
    expect(() => refuseTakenDatabase("rdsadmin")).toThrow(RangeError);
  });

  it("accepts a storage ceiling exactly 10 % above the start", () => {
    expect(
      problemsOf("staging", { "database.allocatedStorageGib": 50, "database.maxAllocatedStorageGib": 55 }),
    ).toEqual([]);
  });

  it("accepts a lock in compliance mode in both stages", () => {
    const lock = { "database.vaultRetentionDays": 30, "database.vaultComplianceGraceDays": 3 };
    expect(problemsOf("production", lock)).toEqual([]);
    expect(problemsOf("staging", { ...lock, "storage.destroyable": false })).toEqual([]);
  });

  it("accepts a restore of an instance to a point in time", () => {
    const restoreFrom = { sourceInstanceIdentifier: "db", restoreTime: "2026-12-24T00:00:00Z" };
    expect(problemsOf("production", { "database.restoreFrom": restoreFrom })).toEqual([]);
    for (const snapshotIdentifier of ["rds:portal-staging-1a2b3c4d-2026-11-23-16-05", "awsbackup:job-1a2b"]) {
      expect(problemsOf("staging", { "database.restoreFrom": { snapshotIdentifier } })).toEqual([]);
    }
  });
});
