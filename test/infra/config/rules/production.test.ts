import { describe, expect, it } from "vitest";
import { editSettings } from "../../../../infra/config/apply-settings.ts";
import { projectName } from "../../../../infra/config/config-keys.ts";
import { ConfigError } from "../../../../infra/config/problems/config-error.ts";
import { readStageConfig } from "../../../../infra/config/read-stage-config.ts";
import type { Stage } from "../../../../infra/config/schema/stage-config.ts";
import { readStackFile } from "../../../../infra/config/stack-file.ts";
import { fixtureFolder } from "../../../support/stack-files.ts";
import { problemsOf, type RuleCase, readConfig, set, told } from "../fixture-config.ts";

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
        set("production", "database.multiAz true"),
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
        set("production", "database.deletionProtection true"),
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
        set("production", "database.backupRetentionDays 14"),
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
        set("production", "database.vaultRetentionDays 90"),
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
        set("production", "api.debug false"),
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
        set("production", "api.minTasks 2"),
      ],
    ],
  },
  {
    breach: "a first step to everybody",
    stage: "production",
    set: { "rollout.steps": [{ weight: 100, bake: "48h", limit: "7d" }] },
    told: [
      [
        "rollout.steps[0].weight",
        "100",
        "production must begin with a step of at most 25 %, so that a bad release meets few people first (guide R1)",
        set("production", "'rollout.steps[0].weight' 5"),
      ],
    ],
  },
  {
    breach: "no way back after a promote",
    stage: "production",
    set: { "rollout.rollbackWindow": "0s" },
    told: [
      [
        "rollout.rollbackWindow",
        '"0s"',
        "production must keep the old version warm for at least 12h after a promote, so that a return takes seconds (guide R3)",
        set("production", "rollout.rollbackWindow 48h"),
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
        set("production", "network.natGateways one-per-zone"),
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
        set("production", "storage.destroyable false"),
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
        set("production", "'api.allowedOrigins[0]' https://celebrant-portal.com"),
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
        set("production", "'api.allowedOrigins[1]' https://admin.celebrant-portal.com"),
      ],
    ],
  },
];

/** Names copied from the tests' stack file of staging, with the value that the fix sets. */
const copied: readonly (readonly [key: string, value: string, meant: string])[] = [
  ["hosts.api", "api.staging.celebrant-portal.com", "api.celebrant-portal.com"],
  ["hosts.api", "staging-api.celebrant-portal.com", "api.celebrant-portal.com"],
  ["hosts.candidateApi", "api-v2-staging.celebrant-portal.com", "api-v2.celebrant-portal.com"],
  ["database.name", "celebrant_portal_staging", "'<value>'"],
  ["database.user", "staging_user", "'<value>'"],
  ["mail.domain", "staging.celebrant-portal.com", "celebrant-portal.com"],
  ["frontend.projectName", "celebrant-portal-staging", "celebrant-portal"],
  ["frontend.buildCommand", "npm run build:staging", "'npm run build'"],
];

describe("production", () => {
  const rule = "production must not use a name of staging (guide P1 to P3)";

  it.each(copied)("refuses for %s staging's name %s, and staging accepts it", (key, value, meant) => {
    const config = { [key]: value, "dns.proxied": false, "dns.originPulls.mode": "off" };
    expect(problemsOf("production", config)).toEqual([
      {
        key: `celebrant-portal:${key}`,
        value: JSON.stringify(value),
        rule,
        fix: expect.stringContaining(`${key} ${meant.replaceAll("'<value>'", "<value>")}`),
      },
    ]);
    expect(problemsOf("staging", { [key]: value })).toEqual([]);
  });

  it("refuses staging's frontend among the origins", () => {
    const origins = ["https://celebrant-portal.com", "https://staging.celebrant-portal.com"];
    expect(problemsOf("production", { "api.allowedOrigins": origins })).toMatchObject([
      {
        key: "celebrant-portal:api.allowedOrigins[1]",
        rule,
        fix: set("production", "'api.allowedOrigins[1]' https://celebrant-portal.com"),
      },
    ]);
  });

  it("shares no host, sender or Vercel project with the stack file of staging, whatever they are called", () => {
    const staging = editSettings(readStackFile(fixtureFolder, "staging"), {
      "hosts.api": "trial.celebrant-portal.com",
      "mail.domain": "celebrant-portal.com",
      "frontend.projectName": "celebrant-portal",
    });
    const problemsWith = (stage: Stage, set: Readonly<Record<string, unknown>>) => {
      const stackFile = editSettings(readStackFile(fixtureFolder, stage), set);
      const input = { stack: stage, project: projectName, values: stackFile.values, stackFile, staging };
      try {
        readStageConfig(input);
        return [];
      } catch (error) {
        return error instanceof ConfigError ? error.problems : [String(error)];
      }
    };
    const shared = "production must not use a name of staging: the stack file of staging has it too";
    expect(problemsWith("production", { "hosts.candidateApi": "trial.celebrant-portal.com" })).toEqual([
      {
        key: "celebrant-portal:hosts.candidateApi",
        value: '"trial.celebrant-portal.com"',
        rule: shared,
        fix: set("production", "hosts.candidateApi <value>"),
      },
      expect.objectContaining({ key: "celebrant-portal:mail.domain", rule: shared }),
      expect.objectContaining({ key: "celebrant-portal:frontend.projectName", rule: shared }),
    ]);
    expect(problemsWith("staging", {})).toEqual([]);
  });

  it("is not restored from staging", () => {
    const restoreFrom = { sourceInstanceIdentifier: "portal-staging" };
    expect(problemsOf("production", { "database.restoreFrom": restoreFrom })).toMatchObject([
      {
        key: "celebrant-portal:database.restoreFrom.sourceInstanceIdentifier",
        rule: "production must not be restored from staging (guide C4)",
      },
    ]);
  });

  it("refuses every name of the stack file of staging at once", () => {
    const { hosts, database, frontend } = readConfig("staging");
    const problems = problemsOf("production", {
      hosts,
      "database.name": database.name,
      "database.user": database.user,
      "frontend.projectName": frontend.projectName,
    });
    expect(problems.filter((problem) => problem.rule === rule).map(({ key }) => key)).toEqual([
      "celebrant-portal:hosts.api",
      "celebrant-portal:hosts.candidateApi",
      "celebrant-portal:hosts.frontend",
      "celebrant-portal:database.name",
      "celebrant-portal:database.user",
      "celebrant-portal:frontend.projectName",
    ]);
  });

  it.each(["upstaging.celebrant-portal.com", "stagings.celebrant-portal.com"])("accepts %s", (host) => {
    expect(problemsOf("production", { "hosts.api": host })).toEqual([]);
  });
});

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

  it("accepts 14 days of backups, 2 tasks, a first step of 25 % and 12 h of a way back", () => {
    const steps = [25, 100].map((weight) => ({ weight, bake: "8h", limit: "7d" }));
    const least = { "rollout.steps": steps, "rollout.rollbackWindow": "12h" };
    expect(problemsOf("production", { ...least, "database.backupRetentionDays": 14, "api.minTasks": 2 })).toEqual([]);
  });
});
