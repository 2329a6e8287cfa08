import { describe, expect, it } from "vitest";
import { z } from "zod";
import { formatKeyPath, type KeyPath } from "../../../infra/config/config-keys.ts";
import { withoutWrappers } from "../../../infra/config/schema/primitives.ts";
import { shapeOf, stageConfigSchema } from "../../../infra/config/schema/stage-config.ts";
import { problemsOf } from "./fixture-config.ts";

/** Set in staging, which has no demands of its own, and the problem that must be reported. */
const cases: readonly {
  readonly mistake: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly value: string;
  readonly rule: string;
  readonly fix: string;
}[] = [
  {
    mistake: "a misspelt word",
    set: { "database.multiAz": "True" },
    key: "celebrant-portal:database.multiAz",
    value: '"True"',
    rule: "must be true or false",
    fix: "npm run rollout -- set --stage staging database.multiAz true",
  },
  {
    mistake: "a word that is near one of the choices",
    set: { liveColour: "gren" },
    key: "celebrant-portal:liveColour",
    value: '"gren"',
    rule: "must be blue or green",
    fix: "npm run rollout -- set --stage staging liveColour green",
  },
  {
    mistake: "a word that is near none of the choices",
    set: { "mail.dmarcPolicy": "strict" },
    key: "celebrant-portal:mail.dmarcPolicy",
    value: '"strict"',
    rule: "must be none, quarantine or reject",
    fix: "npm run rollout -- set --stage staging mail.dmarcPolicy <none|quarantine|reject>",
  },
  {
    mistake: "a number in quotes inside a block",
    set: { "api.minTasks": "2" },
    key: "celebrant-portal:api.minTasks",
    value: '"2"',
    rule: "must be a whole number from 1 to 50",
    fix: "npm run rollout -- set --stage staging api.minTasks 2",
  },
  {
    mistake: "a weight that is not a number",
    set: { candidateWeight: "5%" },
    key: "celebrant-portal:candidateWeight",
    value: '"5%"',
    rule: "must be a whole number from 0 to 100",
    fix: "npm run rollout -- set --stage staging candidateWeight <value>",
  },
  {
    mistake: "a time zone that does not exist",
    set: { timeZone: "Australia/Melborne" },
    key: "celebrant-portal:timeZone",
    value: '"Australia/Melborne"',
    rule: "must be the name of a time zone such as Australia/Melbourne",
    fix: "npm run rollout -- set --stage staging timeZone <value>",
  },
  {
    mistake: "a weight out of range",
    set: { candidateWeight: 250 },
    key: "celebrant-portal:candidateWeight",
    value: "250",
    rule: "must be a whole number from 0 to 100",
    fix: "npm run rollout -- set --stage staging candidateWeight <value>",
  },
  {
    mistake: "a retention that CloudWatch does not offer",
    set: { "edge.logRetentionDays": 10 },
    key: "celebrant-portal:edge.logRetentionDays",
    value: "10",
    rule: "must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731",
    fix: "npm run rollout -- set --stage staging edge.logRetentionDays <1|3|5|7|14|30|60|90|120|150|180|365|400|545|731>",
  },
  {
    mistake: "a Teams channel as the client shows it",
    set: {
      "alerts.chat.teams": {
        tenantId: "1a2b3c4d-0000-4000-8000-123456789abc",
        teamId: "74361522-da01-538d-aa2e-ac7918c6bb92",
        channelId: "19:b6ef@thread.tacv2",
      },
    },
    key: "celebrant-portal:alerts.chat.teams.channelId",
    value: '"19:b6ef@thread.tacv2"',
    rule: "must be the id of a Teams channel as its link has it, such as 19%3ab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2",
    fix: "npm run rollout -- set --stage staging alerts.chat.teams.channelId <value>",
  },
  {
    mistake: "a Slack workspace by its name",
    set: { "alerts.chat.slack": { workspaceId: "portal-team", channelId: "C07EZ1ABC23" } },
    key: "celebrant-portal:alerts.chat.slack.workspaceId",
    value: '"portal-team"',
    rule: "must be the id of a Slack workspace such as T07EA123LEP",
    fix: "npm run rollout -- set --stage staging alerts.chat.slack.workspaceId <value>",
  },
  {
    mistake: "a fraction in quotes",
    set: { "alerts.responseTimeSeconds": "1.5" },
    key: "celebrant-portal:alerts.responseTimeSeconds",
    value: '"1.5"',
    rule: "must be a number above 0 and at most 60",
    fix: "npm run rollout -- set --stage staging alerts.responseTimeSeconds 1.5",
  },
  {
    mistake: "a tag where a digest must be",
    set: { "images.green": "v1.2.3" },
    key: "celebrant-portal:images.green",
    value: '"v1.2.3"',
    rule: "must be an image digest (sha256: and 64 hexadecimal digits), not a tag, which can move; a label may stand before it, as in 2.4.0@sha256:…",
    fix: "npm run rollout -- set --stage staging images.green <value>",
  },
  {
    mistake: "a label with two ends",
    set: { "images.green": `2.4@0@sha256:${"a".repeat(64)}` },
    key: "celebrant-portal:images.green",
    value: `"2.4@0@sha256:${"a".repeat(64)}"`,
    rule: "must be an image digest (sha256: and 64 hexadecimal digits), not a tag, which can move; a label may stand before it, as in 2.4.0@sha256:…",
    fix: "npm run rollout -- set --stage staging images.green <value>",
  },
  {
    mistake: "an account id that YAML took for a number",
    set: { "aws.accountId": 123456789012 },
    key: "celebrant-portal:aws.accountId",
    value: "123456789012",
    rule: "must be an AWS account id of 12 digits, in quotes",
    fix: "npm run rollout -- set --stage staging aws.accountId 123456789012",
  },
  {
    mistake: "a time that YAML changed",
    set: {
      "rollout.freezeWindows": [
        { from: "2026-12-19 00:00:00 +1100 +1100", until: "2027-01-04T00:00:00+11:00", reason: "weddings" },
      ],
    },
    key: "celebrant-portal:rollout.freezeWindows[0].from",
    value: '"2026-12-19 00:00:00 +1100 +1100"',
    rule: 'must be a time in quotes such as "2026-12-24T00:00:00+11:00"; without quotes YAML changes it',
    fix: "npm run rollout -- set --stage staging 'rollout.freezeWindows[0].from' <value>",
  },
  {
    mistake: "a network of another size",
    set: { "network.cidrBlock": "10.20.0.0/20" },
    key: "celebrant-portal:network.cidrBlock",
    value: '"10.20.0.0/20"',
    rule: "must be a /16 network such as 10.20.0.0/16: subnets are cut from it as /20 blocks",
    fix: "npm run rollout -- set --stage staging network.cidrBlock <value>",
  },
  {
    mistake: "a time of day that is none",
    set: {
      "rollout.weeklyFreezeWindows": [{ every: "saturday", from: "8:00", until: "23:00", reason: "weddings" }],
    },
    key: "celebrant-portal:rollout.weeklyFreezeWindows[0].from",
    value: '"8:00"',
    rule: 'must be a time of day in quotes such as "08:00"; without quotes YAML may change it',
    fix: "npm run rollout -- set --stage staging 'rollout.weeklyFreezeWindows[0].from' <value>",
  },
  {
    mistake: "a reason too short to understand",
    set: { rolloutOverride: "because" },
    key: "celebrant-portal:rolloutOverride",
    value: '"because"',
    rule: "must be a reason of 10 to 500 characters, 6 of them letters or digits, that a reader of the history will understand, on one line and without invisible characters",
    fix: "npm run rollout -- set --stage staging rolloutOverride <value>",
  },
  {
    mistake: "a reason that allows what no reason can",
    set: { rolloutOverride: "INC-12: it must be out today", rolloutOverrideAllows: "bake, alarm" },
    key: "celebrant-portal:rolloutOverrideAllows",
    value: '"bake, alarm"',
    rule: "must be one or more of bake, order, data, schedule, warm, returned, verify, staging, integrity, grace, replace-database, replace-balancer, replace-targets and replace-network and of the keys of single settings such as api.memoryMib, separated by commas",
    fix: "npm run rollout -- set --stage staging rolloutOverrideAllows <value>",
  },
  {
    mistake: "a missing value",
    set: { "database.user": undefined },
    key: "celebrant-portal:database.user",
    value: "missing",
    rule: "is required and must be a PostgreSQL name: at most 63 lower case letters, digits and _",
    fix: "npm run rollout -- set --stage staging database.user <value>",
  },
  {
    mistake: "a missing text that may be all digits, which the command would save as a number",
    set: { "database.engineVersion": undefined },
    key: "celebrant-portal:database.engineVersion",
    value: "missing",
    rule: 'is required and must be a PostgreSQL version in quotes such as "17" or "17.6"',
    fix: "npm run rollout -- set --stage staging database.engineVersion <value>",
  },
  {
    mistake: "a number that does not fit as text either",
    set: { "hosts.api": 1 },
    key: "celebrant-portal:hosts.api",
    value: "1",
    rule: "must be a host name such as api.example.com",
    fix: "npm run rollout -- set --stage staging hosts.api <value>",
  },
  {
    mistake: "a number where any text is accepted",
    set: { "frontend.productionBranch": 2024 },
    key: "celebrant-portal:frontend.productionBranch",
    value: "2024",
    rule: "must be text that is not empty",
    fix: "npm run rollout -- set --stage staging frontend.productionBranch 2024",
  },
  {
    mistake: "a number below 0, which a command would take for a flag",
    set: { "frontend.productionBranch": -3 },
    key: "celebrant-portal:frontend.productionBranch",
    value: "-3",
    rule: "must be text that is not empty",
    fix: "npm run rollout -- set --stage staging frontend.productionBranch <value>",
  },
  {
    mistake: "a missing choice",
    set: { "dns.proxied": undefined },
    key: "celebrant-portal:dns.proxied",
    value: "missing",
    rule: "is required and must be true or false",
    fix: "npm run rollout -- set --stage staging dns.proxied <true|false>",
  },
  {
    mistake: "a missing block",
    set: { hosts: undefined },
    key: "celebrant-portal:hosts",
    value: "missing",
    rule: "is required and must be a block with api, candidateApi and frontend",
    fix: `in Pulumi.staging.yaml, write
  celebrant-portal:hosts:
    api: <a host name such as api.example.com>
    candidateApi: <a host name such as api.example.com>
    frontend: <a host name such as api.example.com>`,
  },
  {
    mistake: "text where a block must be",
    set: { dns: "celebrant-portal.com" },
    key: "celebrant-portal:dns",
    value: '"celebrant-portal.com"',
    rule: "must be a block with zone, proxied, pendingHosts, managesZone and originPulls",
    fix: `in Pulumi.staging.yaml, write
  celebrant-portal:dns:
    zone: <a host name such as api.example.com>
    proxied: <true or false>`,
  },
  {
    mistake: "an empty list",
    set: { "alerts.notify": [] },
    key: "celebrant-portal:alerts.notify",
    value: "[]",
    rule: "must be a list of at least 1 entry, each a mail address",
    fix: `in Pulumi.staging.yaml, write this and keep the other keys of celebrant-portal:alerts
  celebrant-portal:alerts:
    notify:
      - <a mail address>`,
  },
  {
    mistake: "an entry that is not a block",
    set: { "rollout.steps[3]": 100 },
    key: "celebrant-portal:rollout.steps[3]",
    value: "100",
    rule: "must be a block with weight, bake and limit",
    fix: `in Pulumi.staging.yaml, write celebrant-portal:rollout.steps[3] as
  - weight: <a whole number from 1 to 100>
    bake: <a duration: whole numbers with d, h, m or s, such as 2h, 90m or 48h>`,
  },
  {
    mistake: "a range of all addresses",
    set: { "edge.candidateHostAllowedRanges": ["203.0.113.0/24", "0.0.0.0/0"] },
    key: "celebrant-portal:edge.candidateHostAllowedRanges[1]",
    value: '"0.0.0.0/0"',
    rule: "must be a range of addresses such as 203.0.113.0/24, or 203.0.113.7/32 for one address",
    fix: "npm run rollout -- set --stage staging 'edge.candidateHostAllowedRanges[1]' <value>",
  },
  {
    mistake: "too few zones",
    set: { "aws.availabilityZones": ["ap-southeast-2a"] },
    key: "celebrant-portal:aws.availabilityZones",
    value: '["ap-southeast-2a"]',
    rule: "must be a list of 2 or 3 zones: a load balancer and a database subnet group need at least two",
    fix: `in Pulumi.staging.yaml, write this and keep the other keys of celebrant-portal:aws
  celebrant-portal:aws:
    availabilityZones:
      - <a zone such as ap-southeast-2a>
      - <a zone such as ap-southeast-2a>`,
  },
];

/** The path of every value that the schema knows, with the first entry of each list. */
function pathsIn(schema: z.core.$ZodType, prefix: KeyPath): readonly KeyPath[] {
  const present = withoutWrappers(schema);
  const inner: readonly (readonly [string | number, z.core.$ZodType])[] =
    present instanceof z.ZodArray ? [[0, present.element]] : Object.entries(shapeOf(present));
  return inner.flatMap(([part, member]) => [[...prefix, part], ...pathsIn(member, [...prefix, part])]);
}

/** Values of which each key refuses some, by whatever check of its schema. */
const wrongValues: readonly unknown[] = [null, true, -1, 0.5, 1e9, "", "a b", "x".repeat(600), [], {}, [[]]];

describe("a value that the schema refuses", () => {
  it.each(pathsIn(stageConfigSchema, []).map((path) => [formatKeyPath(path)]))(
    "is described in this project's words, not zod's: %s",
    (key) => {
      const lists = {
        "rollout.freezeWindows": [{}],
        "rollout.weeklyFreezeWindows": [{}],
        "frontend.rollingRelease": [{}],
        "network.interfaceEndpoints": [],
        "dns.pendingHosts": [],
        "edge.candidateHostAllowedRanges": [],
        "rollout.guardrails": [{}],
      };
      const verify = {
        ...{ protectedPaths: [], checkList: [{}], suites: [{ command: [] }], load: { users: [], paths: [] } },
        ...{ logIn: {}, input: {}, webSocket: {}, upload: {}, mail: {}, payment: {}, page: {} },
      };
      const secretLists = { api: [], migrate: [], integrity: [], seed: [] };
      const originPulls = { mode: "off", authorities: [], presented: 1 };
      const blocks = {
        "dns.originPulls": originPulls,
        taskSecrets: secretLists,
        verify,
        "database.restoreFrom": {},
      };
      const told = wrongValues
        .flatMap((value) => problemsOf("staging", { ...lists, ...blocks, [key]: value }))
        .filter((problem) => problem.key === `celebrant-portal:${key}`);
      expect(told.length).toBeGreaterThan(3);
      for (const { rule } of told) expect(rule).toMatch(/^(is required and )?must (be|have|differ|not be) [^A-Z]/);
    },
  );

  it.each(cases)("is reported: $mistake", ({ set, key, value, rule, fix }) => {
    expect(problemsOf("staging", set)).toEqual([{ key, value, rule, fix }]);
  });

  it("is reported once where it breaks two rules", () => {
    expect(problemsOf("staging", { candidateWeight: 100.5 }).map(({ rule }) => rule)).toEqual([
      "must be a whole number from 0 to 100",
    ]);
  });

  it("is reported for a list and for its entry", () => {
    expect(problemsOf("staging", { "aws.availabilityZones": ["sydney"] }).map(({ key, rule }) => [key, rule])).toEqual([
      ["celebrant-portal:aws.availabilityZones[0]", "must be a zone such as ap-southeast-2a"],
      [
        "celebrant-portal:aws.availabilityZones",
        "must be a list of 2 or 3 zones: a load balancer and a database subnet group need at least two",
      ],
    ]);
  });

  it("is shown with the characters written out that nobody would see", () => {
    expect(problemsOf("staging", { rolloutOverride: "agreed with \u202emiK\nand Ana" })).toEqual([
      {
        key: "celebrant-portal:rolloutOverride",
        value: '"agreed with \\u202emiK\\nand Ana"',
        rule: "must be a reason of 10 to 500 characters, 6 of them letters or digits, that a reader of the history will understand, on one line and without invisible characters",
        fix: "npm run rollout -- set --stage staging rolloutOverride <value>",
      },
    ]);
    const window = { from: "2026-12-24T00:00:00Z", until: "2026-12-27T00:00:00Z", reason: "Christ\u001b[8mmas" };
    expect(problemsOf("staging", { "rollout.freezeWindows": [window] })).toMatchObject([
      { key: "celebrant-portal:rollout.freezeWindows[0].reason", value: '"Christ\\u001b[8mmas"' },
    ]);
  });

  it("is cut where it is long", () => {
    const [problem] = problemsOf("staging", { "database.user": "x".repeat(100) });
    expect(problem?.value).toBe(`"${"x".repeat(79)}…`);
  });

  it("is reported in the order of the file", () => {
    const set = { "objectives.errorRatePercent": 0, "aws.region": "sydney", candidateWeight: 101, "hosts.api": "API" };
    expect(problemsOf("staging", set).map(({ key }) => key)).toEqual([
      "celebrant-portal:candidateWeight",
      "celebrant-portal:aws.region",
      "celebrant-portal:hosts.api",
      "celebrant-portal:objectives.errorRatePercent",
    ]);
  });
});
