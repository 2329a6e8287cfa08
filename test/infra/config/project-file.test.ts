import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseYaml } from "../../../infra/config/parse-yaml.ts";
import { projectName } from "../../../infra/config/project-name.ts";
import { stageConfigSchema, stages } from "../../../infra/config/schema/stage-config.ts";
import { projectFolder } from "./committed.ts";

/** What Pulumi's own schema of a project file (sdk/go/common/workspace/project.json) lets a declaration of ours be. */
const declaration = z.strictObject({
  type: z.enum(["string", "integer", "boolean", "object"]),
  description: z.string(),
  default: z.record(z.string(), z.unknown()).optional(),
});

const projectFile = z
  .strictObject({
    name: z.literal(projectName),
    description: z.string(),
    runtime: z.strictObject({ name: z.literal("nodejs"), options: z.record(z.string(), z.unknown()) }),
    main: z.string(),
    config: z.record(z.string(), declaration),
  })
  .parse(parse("Pulumi.yaml"));

function parse(name: string): unknown {
  return parseYaml({ name, text: readFileSync(join(projectFolder, name), "utf8") });
}

const shape: Readonly<Record<string, z.ZodType>> = stageConfigSchema.shape;

/** As the engine's ValidateConfigValue tells types apart. */
function typeOf(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "object" && !Array.isArray(value) ? "object" : typeof value;
}

describe("Pulumi.yaml", () => {
  it("runs the program without type-checking it", () => {
    expect(projectFile.runtime.options).toEqual({ typescript: false, packagemanager: "npm" });
    expect(projectFile.main).toBe("infra/index.ts");
  });

  it("declares every key but the one that may be absent", () => {
    const declared = Object.keys(projectFile.config);
    expect(declared).toEqual(Object.keys(shape).filter((key) => key !== "rolloutOverride"));
  });

  it("describes each key as the schema does", () => {
    for (const [key, { description }] of Object.entries(projectFile.config)) {
      expect(description, key).toBe(shape[key]?.description);
    }
  });

  it("has the schema's defaults and no others: the engine demands what is declared without one", () => {
    for (const [key, { default: value }] of Object.entries(projectFile.config)) {
      const parsed = shape[key]?.safeParse(undefined);
      expect(value, key).toEqual(parsed?.success === true ? parsed.data : undefined);
    }
  });

  it.each(stages)(
    "is satisfied by the stack file of %s: every declared key there or with a default, of its type",
    (stage) => {
      const { config } = z.object({ config: z.record(z.string(), z.unknown()) }).parse(parse(`Pulumi.${stage}.yaml`));
      for (const [key, { type, default: fallback }] of Object.entries(projectFile.config)) {
        expect(typeOf(config[`${projectName}:${key}`] ?? fallback), key).toBe(type);
      }
    },
  );

  it.each(stages)("has its keys, and so its errors, in the order of the stack file of %s", (stage) => {
    const { config } = z.object({ config: z.record(z.string(), z.unknown()) }).parse(parse(`Pulumi.${stage}.yaml`));
    const written = Object.keys(config).map((key) => key.replace(`${projectName}:`, ""));
    expect(written).toEqual(Object.keys(shape).filter((key) => written.includes(key)));
  });
});
