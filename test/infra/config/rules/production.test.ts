import { describe, expect, it } from "vitest";
import { problemsOf, type RuleCase, set, told } from "../fixture-config.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "no standby",
    stage: "production",
    set: { "database.multiAz": false },
    told: [
      [
        "database.multiAz",
        "false",
        "production must run a standby in another zone (AWS FSBP RDS.5)",
        set("production", "--path database.multiAz true"),
      ],
    ],
  },
  {
    breach: "a database that can be deleted",
    stage: "production",
    set: { "database.deletionProtection": false },
    told: [
      [
        "database.deletionProtection",
        "false",
        "production must protect its database against deletion (AWS FSBP RDS.8)",
        set("production", "--path database.deletionProtection true"),
      ],
    ],
  },
  {
    breach: "13 days of backups",
    stage: "production",
    set: { "database.backupRetentionDays": 13 },
    told: [
      [
        "database.backupRetentionDays",
        "13",
        "production must keep backups for at least 14 days (AWS FSBP RDS.11, guide B2)",
        set("production", "--path database.backupRetentionDays 14"),
      ],
    ],
  },
  {
    breach: "no vault",
    stage: "production",
    set: { "database.vaultRetentionDays": undefined },
    told: [
      [
        "database.vaultRetentionDays",
        "missing",
        "production must copy its backups into a locked vault (AWS FSBP RDS.26)",
        set("production", "--path database.vaultRetentionDays 90"),
      ],
    ],
  },
  {
    breach: "debug mode",
    stage: "production",
    set: { "api.debug": true },
    told: [
      [
        "api.debug",
        "true",
        "production must not run in debug mode, which shows internals in error pages (guide P2)",
        set("production", "--path api.debug false"),
      ],
    ],
  },
  {
    breach: "a single task",
    stage: "production",
    set: { "api.minTasks": 1 },
    told: [
      [
        "api.minTasks",
        "1",
        "production must run at least 2 tasks of a colour, so that losing one causes no outage (guide C1)",
        set("production", "--path api.minTasks 2"),
      ],
    ],
  },
  {
    breach: "one NAT gateway",
    stage: "production",
    set: { "network.natGateways": "one" },
    told: [
      [
        "network.natGateways",
        '"one"',
        "production must have a NAT gateway in each zone, so that losing one zone does not cut off the others (guide C1)",
        set("production", "--path network.natGateways one-per-zone"),
      ],
    ],
  },
  {
    breach: "uploads that are deleted with the stack",
    stage: "production",
    set: { "storage.destroyable": true },
    told: [
      [
        "storage.destroyable",
        "true",
        "production must not delete its uploads with the stack (guide C4)",
        set("production", "--path storage.destroyable false"),
      ],
    ],
  },
  {
    breach: "any origin",
    stage: "production",
    set: { "api.allowedOrigins": ["*"] },
    told: [
      [
        "api.allowedOrigins[0]",
        '"*"',
        "production must list the origins that may call the API; * allows every site (guide P2)",
        set("production", "--path 'api.allowedOrigins[0]' https://celebrant-portal.com"),
      ],
    ],
  },
  {
    breach: "an origin without TLS",
    stage: "production",
    set: { "api.allowedOrigins": ["https://celebrant-portal.com", "http://admin.celebrant-portal.com"] },
    told: [
      [
        "api.allowedOrigins[1]",
        '"http://admin.celebrant-portal.com"',
        "production must use https origins only: http requests can be changed on the way",
        set("production", "--path 'api.allowedOrigins[1]' https://admin.celebrant-portal.com"),
      ],
    ],
  },
];

describe("a rule of production", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it.each(cases)("lets staging have $breach", ({ set: changes }) => {
    const frontend = {
      "hosts.frontend": "celebrant-portal.com",
      "api.allowedOrigins": ["https://celebrant-portal.com"],
    };
    expect(problemsOf("staging", { ...frontend, ...changes })).toEqual([]);
  });

  it("accepts 14 days of backups and 2 tasks", () => {
    expect(problemsOf("production", { "database.backupRetentionDays": 14, "api.minTasks": 2 })).toEqual([]);
  });
});
