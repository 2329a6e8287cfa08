import { describe, expect, it } from "vitest";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { problemsOf } from "./committed.ts";

const digest = `sha256:${"a".repeat(64)}`;

interface Case {
  readonly breach: string;
  readonly stage: Stage;
  readonly set: Readonly<Record<string, unknown>>;
  /** Key, value and rule of each problem, and its fix. */
  readonly told: readonly (readonly [string, string, string, string])[];
}

const set = (stage: Stage, words: string) => `pulumi config set --stack ${stage} ${words}`;

const productionOnly: readonly Case[] = [
  {
    breach: "no standby",
    stage: "production",
    set: { "database.multiAz": false },
    told: [
      [
        "database.multiAz",
        "false",
        "production runs a standby in another zone (AWS FSBP RDS.5)",
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
        "production refuses to delete its database (AWS FSBP RDS.8)",
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
        "production keeps at least 14 days of backups (AWS FSBP RDS.11, guide B2)",
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
        "production copies its backups into a locked vault (AWS FSBP RDS.26)",
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
        "production does not run in debug mode, which shows its inside in error pages (guide P2)",
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
        "production runs at least 2 tasks of a colour, so that losing one is no outage (guide C1)",
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
        "production has a NAT gateway in each zone, so that losing a zone cuts off no other (guide C1)",
        set("production", "--path network.natGateways one-per-zone"),
      ],
    ],
  },
  {
    breach: "uploads that go with the stack",
    stage: "production",
    set: { "storage.destroyable": true },
    told: [
      [
        "storage.destroyable",
        "true",
        "production's uploads are not deleted with the stack (guide C4)",
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
        "production names the origins that may call the API; * is any site (guide P2)",
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
        "production is called from https origins only: http can be tampered with on the way",
        set("production", "--path 'api.allowedOrigins[1]' https://admin.celebrant-portal.com"),
      ],
    ],
  },
];

const bothStages: readonly Case[] = [
  {
    breach: "another stage's environment",
    stage: "staging",
    set: { "api.environment": "production" },
    told: [
      [
        "api.environment",
        '"production"',
        "the stage itself, staging: seed data and debugging hang on it (guide S3, S4, P2)",
        set("staging", "--path api.environment staging"),
      ],
    ],
  },
  {
    breach: "staging's environment in production, and so its seed data",
    stage: "production",
    set: { "api.environment": "staging" },
    told: [
      [
        "api.environment",
        '"staging"',
        "the stage itself, production: seed data and debugging hang on it (guide S3, S4, P2)",
        set("production", "--path api.environment production"),
      ],
    ],
  },
  {
    breach: "a weight that is no step's",
    stage: "staging",
    set: { candidateWeight: 10, "images.blue": digest, "images.green": digest },
    told: [
      [
        "candidateWeight",
        "10",
        "0 or the weight of a step in rollout.steps, 5, 25, 50 or 100 (guide R1)",
        set("staging", "--type int candidateWeight <0|5|25|50|100>"),
      ],
    ],
  },
  {
    breach: "traffic for a colour without an image",
    stage: "staging",
    set: { candidateWeight: 5, "images.blue": digest },
    told: [
      [
        "images",
        `{"blue":"${digest}`.slice(0, 80).concat("…"),
        "candidateWeight is 5, so both colours need an image, and green has none",
        `in Pulumi.staging.yaml, write
  celebrant-portal:images:
    blue: ${digest}
    green: <sha256: and 64 hexadecimal digits>`,
      ],
    ],
  },
  {
    breach: "traffic without any image",
    stage: "staging",
    set: { candidateWeight: 5 },
    told: [
      [
        "images",
        "{}",
        "candidateWeight is 5, so both colours need an image, and blue and green have none",
        `in Pulumi.staging.yaml, write
  celebrant-portal:images:
    blue: <sha256: and 64 hexadecimal digits>
    green: <sha256: and 64 hexadecimal digits>`,
      ],
    ],
  },
  {
    breach: "a step that does not rise",
    stage: "staging",
    set: { "rollout.steps[2].weight": 25 },
    told: [
      [
        "rollout.steps[2].weight",
        "25",
        "more than the step before it, 25: a rollout rises from step to step",
        set("staging", "--path 'rollout.steps[2].weight' <value>"),
      ],
    ],
  },
  {
    breach: "a schedule that ends below 100",
    stage: "staging",
    set: { "rollout.steps[3].weight": 90 },
    told: [
      [
        "rollout.steps[3].weight",
        "90",
        "100 on the last step: only a colour that carried all traffic is promoted",
        set("staging", "--path 'rollout.steps[3].weight' 100"),
      ],
    ],
  },
  {
    breach: "a bake that no alarm can fire in",
    stage: "staging",
    set: { "rollout.steps[0].bake": "4m" },
    told: [
      [
        "rollout.steps[0].bake",
        '"4m"',
        "at least alerts.window, 5m: a shorter bake is over before an alarm can fire",
        set("staging", "--path 'rollout.steps[0].bake' 5m"),
      ],
    ],
  },
  {
    breach: "a freeze window that ends before it begins",
    stage: "staging",
    set: {
      "rollout.freezeWindows": [
        { from: "2027-01-04T00:00:00+11:00", until: "2026-12-19T00:00:00+11:00", reason: "weddings" },
      ],
    },
    told: [
      [
        "rollout.freezeWindows[0].until",
        '"2026-12-19T00:00:00+11:00"',
        "a moment after the window's from, 2027-01-04T00:00:00+11:00",
        set("staging", "--path 'rollout.freezeWindows[0].until' <value>"),
      ],
    ],
  },
  {
    breach: "a zone of another region",
    stage: "staging",
    set: { "aws.availabilityZones[1]": "us-east-1b" },
    told: [
      [
        "aws.availabilityZones[1]",
        '"us-east-1b"',
        "a zone of aws.region, ap-southeast-2",
        set("staging", "--path 'aws.availabilityZones[1]' ap-southeast-2b"),
      ],
    ],
  },
  {
    breach: "a region that none of the zones is in",
    stage: "staging",
    set: { "aws.region": "us-east-1" },
    told: [
      [
        "aws.region",
        '"us-east-1"',
        "the region of availabilityZones",
        set("staging", "--path aws.region ap-southeast-2"),
      ],
    ],
  },
  {
    breach: "a zone twice",
    stage: "staging",
    set: { "aws.availabilityZones[1]": "ap-southeast-2a" },
    told: [
      [
        "aws.availabilityZones[1]",
        '"ap-southeast-2a"',
        "a zone that is not listed before",
        set("staging", "--path 'aws.availabilityZones[1]' <value>"),
      ],
    ],
  },
  {
    breach: "a host outside the zone",
    stage: "production",
    set: { "hosts.api": "api.celebrant-portal.com.au" },
    told: [
      [
        "hosts.api",
        '"api.celebrant-portal.com.au"',
        "a name in dns.zone, celebrant-portal.com: its record is made there",
        set("production", "--path hosts.api api.celebrant-portal.com"),
      ],
    ],
  },
  {
    breach: "a zone that holds none of the hosts",
    stage: "production",
    set: { "dns.zone": "portal.com" },
    told: [
      [
        "dns.zone",
        '"portal.com"',
        "the zone that every one of hosts lies in",
        set("production", "--path dns.zone <value>"),
      ],
    ],
  },
  {
    breach: "the candidate's host being the public one",
    stage: "production",
    set: { "hosts.candidateApi": "api.celebrant-portal.com" },
    told: [
      [
        "hosts.candidateApi",
        '"api.celebrant-portal.com"',
        "another name than hosts.api",
        set("production", "--path hosts.candidateApi <value>"),
      ],
    ],
  },
  {
    breach: "proxied hosts that Cloudflare's certificate does not reach",
    stage: "staging",
    set: { "dns.proxied": true },
    told: [
      [
        "dns.proxied",
        "true",
        "hosts.api and hosts.candidateApi lie deeper than one label below celebrant-portal.com, where Cloudflare's certificate does not reach",
        set("staging", "--path dns.proxied false"),
      ],
    ],
  },
  {
    breach: "mail from outside the zone",
    stage: "staging",
    set: { "mail.domain": "gmail.com" },
    told: [
      [
        "mail.domain",
        '"gmail.com"',
        "a domain in dns.zone, celebrant-portal.com: its DKIM, SPF and DMARC records are made there",
        set("staging", "--path mail.domain celebrant-portal.com"),
      ],
    ],
  },
  {
    breach: "origins without the frontend's",
    stage: "staging",
    set: { "api.allowedOrigins": ["https://other.celebrant-portal.com"] },
    told: [
      [
        "api.allowedOrigins[1]",
        "missing",
        "hosts.frontend calls the API, so https://staging.celebrant-portal.com is among them (guide S4, P2)",
        set("staging", "--path 'api.allowedOrigins[1]' https://staging.celebrant-portal.com"),
      ],
    ],
  },
  {
    breach: "a storage ceiling that RDS refuses",
    stage: "staging",
    set: { "database.allocatedStorageGib": 50, "database.maxAllocatedStorageGib": 54 },
    told: [
      [
        "database.maxAllocatedStorageGib",
        "54",
        "at least 10 % above allocatedStorageGib, 55: RDS refuses a smaller ceiling",
        set("staging", "--path database.maxAllocatedStorageGib 55"),
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
  {
    breach: "a task size that Fargate does not offer",
    stage: "staging",
    set: { "api.cpuUnits": 1024, "api.memoryMib": 1024 },
    told: [
      [
        "api.memoryMib",
        "1024",
        "with 1024 cpuUnits Fargate offers 2048 to 8192 in steps of 1024 MiB",
        set("staging", "--path api.memoryMib 2048"),
      ],
    ],
  },
  {
    breach: "the gap in the sizes of the smallest task",
    stage: "staging",
    set: { "api.memoryMib": 1536 },
    told: [
      [
        "api.memoryMib",
        "1536",
        "with 256 cpuUnits Fargate offers 512, 1024 or 2048 MiB",
        set("staging", "--path api.memoryMib 2048"),
      ],
    ],
  },
  {
    breach: "fewer tasks at most than at least",
    stage: "staging",
    set: { "api.minTasks": 4 },
    told: [["api.maxTasks", "3", "at least minTasks, 4", set("staging", "--path api.maxTasks 4")]],
  },
  {
    breach: "an idle timeout that cuts a drain short",
    stage: "staging",
    set: { "api.stopTimeoutSeconds": 120, "api.idleTimeoutSeconds": 90 },
    told: [
      [
        "api.idleTimeoutSeconds",
        "90",
        "at least stopTimeoutSeconds, 120: the drain waits that long for a slow answer",
        set("staging", "--path api.idleTimeoutSeconds 120"),
      ],
    ],
  },
  {
    breach: "a rolling release that does not rise",
    stage: "production",
    set: { "frontend.rollingRelease[1].targetPercentage": 5 },
    told: [
      [
        "frontend.rollingRelease[1].targetPercentage",
        "5",
        "more than the stage before it, 5",
        set("production", "--path 'frontend.rollingRelease[1].targetPercentage' <value>"),
      ],
    ],
  },
  {
    breach: "a rolling release that ends below 100",
    stage: "production",
    set: { "frontend.rollingRelease[3].targetPercentage": 90 },
    told: [
      [
        "frontend.rollingRelease[3].targetPercentage",
        "90",
        "100 on the last stage",
        set("production", "--path 'frontend.rollingRelease[3].targetPercentage' 100"),
      ],
    ],
  },
  {
    breach: "a stage of a rolling release without an end",
    stage: "production",
    set: { "frontend.rollingRelease[0].duration": undefined },
    told: [
      [
        "frontend.rollingRelease[0].duration",
        "missing",
        "required on every stage but the last: Vercel advances by itself then",
        set("production", "--path 'frontend.rollingRelease[0].duration' <value>"),
      ],
    ],
  },
  {
    breach: "an end of the last stage of a rolling release",
    stage: "production",
    set: { "frontend.rollingRelease[3].duration": "1h" },
    told: [
      [
        "frontend.rollingRelease[3].duration",
        '"1h"',
        "absent on the last stage: nothing comes after it",
        "pulumi config rm --stack production --path 'frontend.rollingRelease[3].duration'",
      ],
    ],
  },
];

function told({ stage, set: changes }: Case) {
  return problemsOf(stage, changes).map(({ key, value, rule, fix }) => [
    key.replace("celebrant-portal:", ""),
    value,
    rule,
    fix,
  ]);
}

describe("a rule of production", () => {
  it.each(productionOnly)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it.each(productionOnly)("lets staging have $breach", ({ set: changes }) => {
    const frontend = {
      "hosts.frontend": "celebrant-portal.com",
      "api.allowedOrigins": ["https://celebrant-portal.com"],
    };
    expect(problemsOf("staging", { ...frontend, ...changes })).toEqual([]);
  });
});

describe("a rule of both stages", () => {
  it.each(bothStages)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});

describe("what the rules allow", () => {
  it.each([0, 5, 25, 50, 100])("accepts weight %i with an image for both colours", (candidateWeight) => {
    expect(problemsOf("production", { candidateWeight, "images.blue": digest, "images.green": digest })).toEqual([]);
  });

  it("accepts a step in which an alarm can just fire", () => {
    expect(problemsOf("staging", { "rollout.steps[0].bake": "5m" })).toEqual([]);
  });

  it("accepts a storage ceiling exactly 10 % above the start", () => {
    expect(
      problemsOf("staging", { "database.allocatedStorageGib": 50, "database.maxAllocatedStorageGib": 55 }),
    ).toEqual([]);
  });

  it("accepts 14 days of backups and 2 tasks in production", () => {
    expect(problemsOf("production", { "database.backupRetentionDays": 14, "api.minTasks": 2 })).toEqual([]);
  });

  it("accepts a restore to a moment of an instance", () => {
    const restoreFrom = { sourceInstanceIdentifier: "db", restoreTime: "2026-12-24T00:00:00Z" };
    expect(problemsOf("production", { "database.restoreFrom": restoreFrom })).toEqual([]);
  });
});
