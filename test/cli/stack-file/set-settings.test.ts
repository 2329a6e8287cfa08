import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { setSettings, settingPath, settingValue } from "../../../cli/stack-file/set-settings.ts";
import { setValue } from "../../../cli/stack-file/set-value.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { ConfigError, type Problem } from "../../../infra/config/problems/config-error.ts";
import { readStageConfig } from "../../../infra/config/read-stage-config.ts";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { parseStackFile } from "../../../infra/config/stack-file.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

const fileOf = (stage: Stage) => {
  const name = `Pulumi.${stage}.yaml`;
  return { name, text: readFileSync(join(fixtureFolder, name), "utf8") };
};

function problemsIn(stage: Stage, file: { readonly name: string; readonly text: string }): readonly Problem[] {
  const stackFile = parseStackFile(file);
  try {
    readStageConfig({ stack: stage, project: projectName, values: stackFile.values, stackFile });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** The words of a command line, as a shell takes them. */
function wordsOf(line: string): readonly string[] {
  const { stdout } = spawnSync("bash", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  return stdout.split("\0").slice(0, -1);
}

/** Does what a printed command says, with a value in place of `<…>`. */
function obey(stage: Stage, file: { readonly name: string; readonly text: string }, line: string, chosen: string) {
  const prefix = `npm run rollout -- set --stage ${stage} `;
  expect(line.slice(0, prefix.length)).toBe(prefix);
  const words = wordsOf(line.slice(prefix.length).replace(/<[^>]*>/, `'${chosen}'`));
  const [first = "", second] = words;
  const settings =
    first === "--remove"
      ? [{ path: settingPath(second ?? ""), value: undefined }]
      : [{ path: settingPath(first), value: settingValue(settingPath(first), second ?? "") }];
  return { name: file.name, text: setSettings(stage, file, settings).text };
}

describe("the command that a problem's fix prints", () => {
  it.each<[Stage, string, unknown, string]>([
    ["production", "database.multiAz", false, ""],
    ["production", "database.vaultRetentionDays", undefined, ""],
    ["production", "network.natGateways", "one", ""],
    ["production", "api.allowedOrigins", ["*"], ""],
    ["production", "api.allowedOrigins", ["https://other.example.com"], ""],
    ["production", "hosts.api", "api.example.com", ""],
    ["production", "hosts.candidateApi", "staging-v2.celebrant-portal.com", ""],
    ["production", "database.name", "celebrant_portal_staging", "celebrant_portal"],
    ["production", "database.engineVersion", 17, ""],
    ["production", "candidateWeight", 7, "0"],
    ["production", "alsoAcceptedSigningKey", 9, ""],
    ["production", "taskSecrets", { seed: [] }, ""],
    ["staging", "api.memoryMib", 700, ""],
    ["staging", "api.natGateways", "one", "one"],
    ["staging", '["database.multiAz"]', "true", "true"],
    ["staging", 'dns["a key"]', "x", ""],
    ["staging", '["x\\u202ey\'"]', "5", ""],
    ["staging", "database.multiAz", "no", "false"],
    ["staging", "database.maxConnections", "80", ""],
    ["staging", "alerts.window", 5, "5m"],
  ])("mends in %s: %s as %j", (stage, key, value, chosen) => {
    const file = fileOf(stage);
    const path = settingPath(key);
    const isList = Array.isArray(value);
    // A list of several lines is replaced entry by entry.
    const broken = isList
      ? { ...file, text: setValue(file.text, [...path, 0], value[0]) }
      : { ...file, text: setValue(file.text, path, value) };
    const problems = problemsIn(stage, broken);
    expect(problems.length).toBeGreaterThan(0);
    const lines = problems.flatMap(({ fix }) => fix.split("\n"));
    const mended = lines.reduce((current, line) => obey(stage, current, line, chosen), broken);
    expect(problemsIn(stage, mended)).toEqual([]);
  });
});

describe("settingPath", () => {
  it.each([
    ["images.green", ["images", "green"]],
    ["celebrant-portal:candidateWeight", ["candidateWeight"]],
    ["celebrant-portal:rollout.steps[1].bake", ["rollout", "steps", 1, "bake"]],
    ["vercel:apiToken", ["vercel:apiToken"]],
  ])("reads %s", (key, path) => {
    expect(settingPath(key)).toEqual(path);
  });

  it("refuses what is no path", () => {
    expect(() => settingPath("a..b")).toThrow('"a..b" is not a config key.');
  });
});
