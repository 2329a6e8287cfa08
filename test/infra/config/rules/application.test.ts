import { describe, expect, it } from "vitest";
import { ApiSecrets } from "../../../../components/api/api-secrets.ts";
import { applySettings } from "../../../../infra/config/apply-settings.ts";
import { readStageConfig } from "../../../../infra/config/read-stage-config.ts";
import { readStackFile } from "../../../../infra/config/stack-file.ts";
import { planProgram, testName, testTags } from "../../../support/plan-component.ts";
import { fixtureFolder } from "../../../support/stack-files.ts";
import { problemsOf, type RuleCase, refusal, set, told } from "../fixture-config.ts";

const generated = [
  "applicationSecrets.SECRET_KEY",
  "[secret]",
  "must not be set: the stack generates it and keeps it in Secrets Manager (guide P2)",
  "npm run rollout -- set --stage production --remove applicationSecrets.SECRET_KEY",
] as const;

const cases: readonly RuleCase[] = [
  {
    breach: "another stage's environment",
    stage: "staging",
    set: { "api.environment": "production" },
    told: [
      [
        "api.environment",
        '"production"',
        "must be staging, the stage of this stack: seed data and debug mode depend on it (guide S3, S4, P2)",
        set("staging", "api.environment staging"),
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
        "must be production, the stage of this stack: seed data and debug mode depend on it (guide S3, S4, P2)",
        set("production", "api.environment production"),
      ],
    ],
  },
  {
    breach: "origins without the one of the frontend",
    stage: "staging",
    set: { "api.allowedOrigins": ["https://other.celebrant-portal.com"] },
    told: [
      [
        "api.allowedOrigins[1]",
        "missing",
        "the list must include https://staging.celebrant-portal.com, because hosts.frontend calls the API (guide S4, P2)",
        set("staging", "'api.allowedOrigins[1]' https://staging.celebrant-portal.com"),
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
        "must be a size that Fargate offers with 1024 cpuUnits: 2048 to 8192 MiB in steps of 1024",
        set("staging", "api.memoryMib 2048"),
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
        "must be a size that Fargate offers with 256 cpuUnits: 512, 1024 or 2048 MiB",
        set("staging", "api.memoryMib 2048"),
      ],
    ],
  },
  {
    breach: "a maximum of tasks below the minimum",
    stage: "staging",
    set: { "api.minTasks": 4 },
    told: [["api.maxTasks", "3", "must be at least api.minTasks, 4", set("staging", "api.maxTasks 4")]],
  },
  {
    breach: "an idle timeout that ends before the drain",
    stage: "staging",
    set: { "api.stopTimeoutSeconds": 120, "api.idleTimeoutSeconds": 90 },
    told: [
      [
        "api.idleTimeoutSeconds",
        "90",
        "must be at least api.stopTimeoutSeconds, 120: a stopping task may take that long to answer",
        set("staging", "api.idleTimeoutSeconds 120"),
      ],
    ],
  },
  {
    breach: "a signing key from outside",
    stage: "production",
    set: { "applicationSecrets.SECRET_KEY": "mine" },
    told: [generated],
  },
  {
    breach: "two keys of a rotation that are no neighbours",
    stage: "production",
    set: { signingKey: 2, alsoAcceptedSigningKey: 4 },
    told: [
      [
        "alsoAcceptedSigningKey",
        "4",
        "must be 3, the key after signingKey, or 1, the one before",
        "npm run rollout -- set --stage production --remove alsoAcceptedSigningKey",
      ],
    ],
  },
  {
    breach: "a task's secret that does not exist, and one listed twice",
    stage: "staging",
    set: {
      "applicationSecrets.MAPS_TOKEN": { secure: "v1:AAAA" },
      "taskSecrets.migrate": ["SECRET_KEY", "LICENSE"],
      "taskSecrets.seed": ["MAPS_TOKEN", "MAPS_TOKEN"],
    },
    told: [
      [
        "taskSecrets.migrate[1]",
        '"LICENSE"',
        "must be a name of applicationSecrets, or SECRET_KEY",
        "npm run rollout -- set --stage staging --remove 'taskSecrets.migrate[1]'",
      ],
      [
        "taskSecrets.seed[1]",
        '"MAPS_TOKEN"',
        "must be listed once",
        "npm run rollout -- set --stage staging --remove 'taskSecrets.seed[1]'",
      ],
    ],
  },
  {
    breach: "a list of the API that leaves a secret to nobody, and one with the signing key",
    stage: "staging",
    set: {
      "applicationSecrets.MAPS_TOKEN": { secure: "v1:AAAA" },
      "applicationSecrets.SEED_TOKEN": { secure: "v1:AAAA" },
      "taskSecrets.seed": ["SEED_TOKEN"],
      "taskSecrets.api": ["SECRET_KEY"],
    },
    told: [
      [
        "applicationSecrets.MAPS_TOKEN",
        "[secret]",
        "must be in a list of taskSecrets, because no task gets it now. Add it to taskSecrets.api for the API, or remove it",
        "npm run rollout -- set --stage staging --remove applicationSecrets.MAPS_TOKEN",
      ],
      [
        "taskSecrets.api[0]",
        '"SECRET_KEY"',
        "must not be listed: the API always gets it",
        "npm run rollout -- set --stage staging --remove 'taskSecrets.api[0]'",
      ],
    ],
  },
  {
    breach: "secrets of production's seed task",
    stage: "production",
    set: { "taskSecrets.seed": [] },
    told: [
      [
        "taskSecrets.seed",
        "[]",
        "must not be set: production has no seed task (guide S3)",
        "npm run rollout -- set --stage production --remove taskSecrets.seed",
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
        "must be more than the percentage of the stage before, 5",
        set("production", "'frontend.rollingRelease[1].targetPercentage' <value>"),
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
        "must be 100 on the last stage",
        set("production", "'frontend.rollingRelease[3].targetPercentage' 100"),
      ],
    ],
  },
];

describe("the rules of the API and the frontend", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it("is reported with all other problems at once", () => {
    const set = { "applicationSecrets.SECRET_KEY": "mine", candidateWeight: 7, "api.debug": true };
    expect(problemsOf("production", set).map(({ key }) => key)).toEqual([
      "celebrant-portal:candidateWeight",
      "celebrant-portal:api.debug",
      "celebrant-portal:applicationSecrets.SECRET_KEY",
    ]);
  });

  it("asks nobody to encrypt a key that must be removed", () => {
    const values = applySettings(readStackFile(fixtureFolder, "production").values, {
      "applicationSecrets.SECRET_KEY": "mine",
    });
    const read = () => readStageConfig({ stack: "production", project: "celebrant-portal", values, secretKeys: [] });
    expect(refusal(read).problems.map(({ fix }) => fix)).toEqual([generated[3]]);
  });

  it("agrees with the component, which refuses the signing key too", async () => {
    const program = () => {
      const signingKeys = { current: 1, alsoAccepted: null };
      const applicationSecrets = [{ name: "SECRET_KEY", version: 1, value: "mine", keepsValue: false }];
      new ApiSecrets(testName, { applicationSecrets, signingKeys, pinned: true, destroyable: false, tags: testTags });
      return {};
    };
    await expect(planProgram(program)).rejects.toThrow(RangeError);
  });
});
