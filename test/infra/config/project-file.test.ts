import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { projectName } from "../../../infra/config/config-keys.ts";
import { parseYaml } from "../../../infra/config/parse-yaml.ts";
import { stageConfigSchema, stages } from "../../../infra/config/schema/stage-config.ts";
import { fixtureFolder, projectFolder } from "../../support/stack-files.ts";

function parse(folder: string, name: string): unknown {
  return parseYaml({ name, text: readFileSync(join(folder, name), "utf8") });
}

describe("Pulumi.yaml", () => {
  it("runs the program without type-checking it, and declares no config that the engine would judge first", () => {
    expect(parse(projectFolder, "Pulumi.yaml")).toEqual({
      name: projectName,
      description: expect.any(String),
      runtime: { name: "nodejs", options: { typescript: false, packagemanager: "npm" } },
      main: "infra/index.ts",
    });
  });
});

// In the project's own files pulumi config set may have written keys at the end.
describe.each(stages)("the tests' stack file of %s", (stage) => {
  it("has its keys, and so its errors, in the order of the schema", () => {
    const file = parse(fixtureFolder, `Pulumi.${stage}.yaml`);
    const { config } = z.object({ config: z.record(z.string(), z.unknown()) }).parse(file);
    const written = Object.keys(config).map((key) => key.replace(`${projectName}:`, ""));
    expect(written).toEqual(Object.keys(stageConfigSchema.shape).filter((key) => written.includes(key)));
  });
});
