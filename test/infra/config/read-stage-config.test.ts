import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi/errors.js";
import { describe, expect, it } from "vitest";
import { readStageConfig } from "../../../infra/config/read-stage-config.ts";
import { stages } from "../../../infra/config/schema/stage-config.ts";
import { parseStackFile } from "../../../infra/config/stack-file.ts";
import { fixtureFolder, projectFolder } from "../../support/stack-files.ts";
import { problemsOf, readConfig, refusal } from "./fixture-config.ts";

describe("readStageConfig", () => {
  it.each(stages)("accepts the project's file of %s", (stage) => {
    expect(readConfig(stage, {}, projectFolder).stage).toBe(stage);
  });

  it("reads the guide's values of production", () => {
    const config = readConfig("production");
    expect(config.liveColour).toBe("blue");
    expect(config.candidateWeight).toBe(0);
    expect(config.rollout.steps).toEqual([
      { weight: 5, bake: "2h", limit: "7d" },
      { weight: 25, bake: "4h", limit: "7d" },
      { weight: 50, bake: "8h", limit: "7d" },
      { weight: 100, bake: "48h", limit: "7d" },
    ]);
    expect(config.rollout.onLimit).toBe("rollback");
    expect(config.hosts.api).toBe("api.celebrant-portal.com");
    expect(config.hosts.candidateApi).toBe("api-v2.celebrant-portal.com");
    expect([config.database.name, config.database.user]).toEqual(["celebrant_portal", "prod_user"]);
    expect([config.api.environment, config.api.debug]).toEqual(["production", false]);
    expect(config.api.allowedOrigins).toEqual(["https://celebrant-portal.com"]);
    expect(config.alerts).toMatchObject({
      errorRatePercent: 1,
      responseTimeSeconds: 2,
      memoryPercent: 80,
      diskPercent: 85,
    });
    expect(config.objectives).toEqual({
      availabilityPercent: 99.9,
      averageResponseMilliseconds: 200,
      errorRatePercent: 0.5,
    });
  });

  it("reads the guide's values of staging", () => {
    const config = readConfig("staging");
    expect(config.hosts).toEqual({
      api: "api.staging.celebrant-portal.com",
      candidateApi: "api-v2.staging.celebrant-portal.com",
      frontend: "staging.celebrant-portal.com",
    });
    expect([config.database.name, config.database.user]).toEqual(["celebrant_portal_staging", "staging_user"]);
    expect([config.api.environment, config.api.debug]).toEqual(["staging", true]);
    expect(config.api.allowedOrigins).toEqual(["https://staging.celebrant-portal.com"]);
    expect(config.frontend.buildCommand).toBe("npm run build:staging");
  });

  it("fills in defaults", () => {
    const config = readConfig("staging", { images: undefined, applicationSecrets: undefined });
    expect([config.images, config.applicationSecrets]).toEqual([{}, {}]);
    expect(config.api).toMatchObject({ containerPort: 8000, stopTimeoutSeconds: 60, idleTimeoutSeconds: 300 });
    expect(config.rollout.automaticCheck).toBe(true);
  });

  it("takes a top-level number in quotes, as `pulumi config set` writes it", () => {
    expect(readConfig("staging", { candidateWeight: "0" }).candidateWeight).toBe(0);
  });

  it("keeps text that is all digits as text", () => {
    expect(readConfig("staging", { rolloutOverride: "1234567890123" }).rolloutOverride).toBe("1234567890123");
  });

  it("leaves other namespaces to their providers", () => {
    const foreign = {
      "cloudflare:email": "a@example.com",
      "vercel:team": "x",
      "pulumi:disable-default-providers": "[]",
    };
    expect(problemsOf("staging", foreign)).toEqual([]);
  });

  it("reports five mistakes at once, each with key, value, rule and fix", () => {
    const text = withMistakes(readFileSync(join(fixtureFolder, "Pulumi.production.yaml"), "utf8"), [
      ["candidateWeight: 0", "candidateWeight: 7"],
      ["bake: 4h", "bake: 4 hours"],
      ['engineVersion: "17"', "engineVersion: 17"],
      ["multiAz: true", "multiAz: false"],
      ["debug: false", "debugg: false"],
    ]);
    const settings = parseStackFile({ name: "Pulumi.production.yaml", text });
    const error = refusal(() => readStageConfig({ stack: "production", project: "celebrant-portal", ...settings }));
    expect(error.message).toBe(`Pulumi.production.yaml has 5 problems. Nothing was changed.

  celebrant-portal:candidateWeight is 7
    rule: must be 0 or the weight of a step in rollout.steps: 5, 25, 50 or 100 (guide R1)
    fix:  npm run rollout -- set --stage production candidateWeight <0|5|25|50|100>

  celebrant-portal:rollout.steps[1].bake is "4 hours"
    rule: must be a duration: whole numbers with d, h, m or s, such as 2h, 90m or 48h
    fix:  npm run rollout -- set --stage production 'rollout.steps[1].bake' <value>

  celebrant-portal:database.engineVersion is 17
    rule: must be a PostgreSQL version in quotes such as "17" or "17.6"
    fix:  npm run rollout -- set --stage production database.engineVersion 17

  celebrant-portal:database.multiAz is false
    rule: production must run a standby in another zone (AWS FSBP RDS.5)
    fix:  npm run rollout -- set --stage production database.multiAz true

  celebrant-portal:api.debugg is not a known key
    rule: did you mean debug?
    fix:  in Pulumi.production.yaml, rename celebrant-portal:api.debugg to celebrant-portal:api.debug
`);
  });

  it("refuses a stack that is not a stage, and reports none of its keys", () => {
    const error = refusal(() => readStageConfig({ stack: "prod", project: "celebrant-portal", values: {} }));
    expect(error.message).toBe(`Pulumi.prod.yaml has 1 problem. Nothing was changed.

  stack is "prod"
    rule: must be staging or production: each stage has one stack
    fix:  pulumi stack select <staging|production>
`);
  });

  it("refuses another project, because no key would be in its namespace", () => {
    const error = refusal(() => readStageConfig({ stack: "staging", project: "portal", values: {} }));
    expect(error.message).toBe(`Pulumi.yaml has 1 problem. Nothing was changed.

  project is "portal"
    rule: must be celebrant-portal: every key in the stack files begins with this name
    fix:  in Pulumi.yaml, write
            name: celebrant-portal
`);
  });

  it("is printed by Pulumi without a stack trace, and by our commands too", () => {
    const error = refusal(() => readStageConfig({ stack: "prod", project: "celebrant-portal", values: {} }));
    expect(RunError.isInstance(error)).toBe(true);
    expect([error.name, error.hideStack]).toEqual(["ConfigError", true]);
  });
});

function withMistakes(text: string, edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((edited, [right, wrong]) => {
    expect(edited.split(right)).toHaveLength(2);
    return edited.replace(right, wrong);
  }, text);
}
