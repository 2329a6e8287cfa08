import { describe, expect, it } from "vitest";
import { problemsOf, type RuleCase, set, told } from "../fixture-config.ts";

const digest = `sha256:${"a".repeat(64)}`;

const cases: readonly RuleCase[] = [
  {
    breach: "a weight that no step has",
    stage: "staging",
    set: { candidateWeight: 10, "images.blue": digest, "images.green": digest },
    told: [
      [
        "candidateWeight",
        "10",
        "must be 0 or the weight of a step in rollout.steps: 5, 25, 50 or 100 (guide R1)",
        set("staging", "candidateWeight <0|5|25|50|100>"),
      ],
    ],
  },
  {
    breach: "guardrails that say nothing, say it twice, or object to pages that load faster",
    stage: "staging",
    set: {
      "rollout.guardrails": [
        { metric: "failedLogins" },
        { metric: "registrations", objectBelow: 0.5 },
        { metric: "registrations", objectAbove: 2 },
        { metric: "pageLoad", objectAbove: 2, objectBelow: 0.5 },
      ],
    },
    told: [
      [
        "rollout.guardrails[0].objectAbove",
        "missing",
        "must be set, or objectBelow: the gate shows every metric as it is",
        "npm run rollout -- set --stage staging 'rollout.guardrails[0].objectAbove' <value>",
      ],
      [
        "rollout.guardrails[2].metric",
        '"registrations"',
        "must differ from the metrics before it in the list",
        "npm run rollout -- set --stage staging 'rollout.guardrails[2].metric' <value>",
      ],
      [
        "rollout.guardrails[3].objectBelow",
        "0.5",
        "must be absent for pageLoad: faster is not worse",
        "npm run rollout -- set --stage staging --remove 'rollout.guardrails[3].objectBelow'",
      ],
    ],
  },
  {
    breach: "what a reason allows, without the reason",
    stage: "staging",
    set: { rolloutOverrideAllows: "schedule" },
    told: [
      [
        "rolloutOverrideAllows",
        '"schedule"',
        "must stand beside the reason, rolloutOverride",
        "npm run rollout -- set --stage staging --remove rolloutOverrideAllows",
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
        "must have an image for both colours while candidateWeight is 5; green has none",
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
        "must have an image for both colours while candidateWeight is 5; blue and green have none",
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
        "must be more than the weight of the step before, 25: weights rise from step to step",
        set("staging", "'rollout.steps[2].weight' <value>"),
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
        "must be 100 on the last step: only a candidate that carried all traffic is promoted",
        set("staging", "'rollout.steps[3].weight' 100"),
      ],
    ],
  },
  {
    breach: "a bake that is too short for an alarm",
    stage: "staging",
    set: { "rollout.steps[0].bake": "4m" },
    told: [
      [
        "rollout.steps[0].bake",
        '"4m"',
        "must be at least alerts.window, 5m: a shorter bake ends before an alarm can fire",
        set("staging", "'rollout.steps[0].bake' 5m"),
      ],
    ],
  },
  {
    breach: "a limit that is over before the next step may be taken",
    stage: "staging",
    set: { "rollout.steps[0].bake": "2h", "rollout.steps[0].limit": "2h" },
    told: [
      [
        "rollout.steps[0].limit",
        '"2h"',
        "must be longer than the bake of the step, 2h: before that nobody can take the next step",
        set("staging", "'rollout.steps[0].limit' <value>"),
      ],
    ],
  },
  {
    breach: "a limit that no alarm can hold",
    stage: "staging",
    set: { "rollout.steps[3].limit": "7d1h" },
    told: [
      [
        "rollout.steps[3].limit",
        '"7d1h"',
        "must be at most 7d: an alarm of CloudWatch looks back no further",
        set("staging", "'rollout.steps[3].limit' 7d"),
      ],
    ],
  },
  {
    breach: "a limit of half hours",
    stage: "staging",
    set: { "rollout.steps[1].limit": "1h30m" },
    told: [
      [
        "rollout.steps[1].limit",
        '"1h30m"',
        "must be whole hours: the alarm that holds it counts in hours",
        set("staging", "'rollout.steps[1].limit' 2h"),
      ],
    ],
  },
  {
    breach: "a limit whose alarm would hear of no weight",
    stage: "staging",
    set: { "rollout.steps[0].limit": "5d", "rollout.automaticCheck": false },
    told: [
      [
        "rollout.automaticCheck",
        "false",
        "must be true while a step has a limit: the check publishes the weight that the limit's alarm watches",
        set("staging", "rollout.automaticCheck true"),
      ],
    ],
  },
  {
    breach: "an end of a limit that is none",
    stage: "staging",
    set: { "rollout.onLimit": "return" },
    told: [
      [
        "rollout.onLimit",
        '"return"',
        "must be notify or rollback",
        set("staging", "rollout.onLimit <notify|rollback>"),
      ],
    ],
  },
  {
    breach: "a budget for exposure without the check that bounds it",
    stage: "staging",
    set: { "rollout.exposure": { failedRequests: 40 }, "rollout.automaticCheck": false },
    told: [
      [
        "rollout.exposure.failedRequests",
        "40",
        "must be 0 or absent where rollout.automaticCheck is false: only the check each minute bounds what a step can cost",
        set("staging", "rollout.exposure.failedRequests 0"),
      ],
    ],
  },
  {
    breach: "a budget of less than nothing",
    stage: "production",
    set: { "rollout.exposure": { failedRequests: -1 } },
    told: [
      [
        "rollout.exposure.failedRequests",
        "-1",
        "must be a whole number from 0 to 100000",
        set("production", "rollout.exposure.failedRequests <value>"),
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
        "must be later than the start of the window, 2027-01-04T00:00:00+11:00",
        set("staging", "'rollout.freezeWindows[0].until' <value>"),
      ],
    ],
  },
];

describe("the rules of the rollout", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it.each([0, 5, 25, 50, 100])("accepts weight %i with an image for both colours", (candidateWeight) => {
    expect(problemsOf("production", { candidateWeight, "images.blue": digest, "images.green": digest })).toEqual([]);
  });

  it.each(["1h", "5d", "6d24h", "7d"])("accepts a limit of %s", (limit) => {
    expect(problemsOf("staging", { "rollout.steps[1].limit": limit, "rollout.onLimit": "rollback" })).toEqual([]);
  });

  it("accepts a budget for exposure, and none without the check", () => {
    for (const failedRequests of [0, 25, 100_000]) {
      expect(problemsOf("production", { "rollout.exposure": { failedRequests } })).toEqual([]);
    }
    const without = { "rollout.exposure": { failedRequests: 0 }, "rollout.automaticCheck": false };
    expect(problemsOf("staging", without)).toEqual([]);
    expect(problemsOf("production", { "rollout.exposure": {} })).toEqual([]);
  });

  it("accepts a step that is just long enough for an alarm", () => {
    expect(problemsOf("staging", { "rollout.steps[0].bake": "5m" })).toEqual([]);
  });
});
