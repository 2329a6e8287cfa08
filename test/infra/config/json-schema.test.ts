import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { jsonSchemaPath, stackFileJsonSchema } from "../../../infra/config/json-schema.ts";
import { parseYaml } from "../../../infra/config/parse-yaml.ts";
import { stages } from "../../../infra/config/schema/stage-config.ts";
import { fixtureFolder, projectFolder } from "../../support/stack-files.ts";

const read = (name: string, folder = projectFolder) => readFileSync(join(folder, name), "utf8");
const committed: unknown = JSON.parse(read(jsonSchemaPath));
// A validator that did not make the schema, as in the YAML language server of editors.
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, keywords: ["patternErrorMessage"] });
addFormats.default(ajv);
const validate = ajv.compile(committed as Record<string, unknown>);

type StackFile = { config: Record<string, Record<string, unknown>> };

/** Production's file after an edit: whether an editor would accept it. */
function accepts(edit: (config: StackFile["config"], file: Record<string, unknown>) => void): boolean {
  const text = read("Pulumi.production.yaml", fixtureFolder);
  const file = parseYaml({ name: "Pulumi.production.yaml", text }) as StackFile;
  edit(file.config, file);
  return validate(file);
}

describe("the stack files' JSON Schema", () => {
  it("is generated from the config schema: npm run config:schema", () => {
    expect(JSON.stringify(committed)).toBe(JSON.stringify(stackFileJsonSchema()));
  });

  it.each(stages)("accepts the committed file of %s, which names it", (stage) => {
    const text = read(`Pulumi.${stage}.yaml`);
    expect(text.split("\n")[0]).toBe(`# yaml-language-server: $schema=${jsonSchemaPath}`);
    validate(parseYaml({ name: stage, text }));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each<[string, Parameters<typeof accepts>[0]]>([
    [
      "a weight in quotes, as pulumi config set writes it",
      (config) => Object.assign(config, { "celebrant-portal:candidateWeight": "25" }),
    ],
    ["a provider's setting", (config) => Object.assign(config, { "cloudflare:email": "a@example.com" })],
    [
      "an encrypted secret",
      (config) => Object.assign(config, { "celebrant-portal:applicationSecrets": { STRIPE: { secure: "AAA" } } }),
    ],
    ["a provider's token, encrypted", (config) => Object.assign(config, { "vercel:apiToken": { secure: "AAA" } })],
    [
      "what a secrets provider writes",
      (_config, file) => Object.assign(file, { encryptionsalt: "v1:x", secretsprovider: "passphrase" }),
    ],
    ["a file without a key that has a default", (config) => Reflect.deleteProperty(config, "celebrant-portal:images")],
  ])("accepts %s", (_what, edit) => {
    expect(accepts(edit)).toBe(true);
  });

  it.each<[string, Parameters<typeof accepts>[0]]>([
    ["a setting that no provider reads", (config) => Object.assign(config, { "aws:region": "ap-southeast-2" })],
    ["an environment of Pulumi", (_config, file) => Object.assign(file, { environment: ["shared"] })],
    ["an unknown key", (config) => Object.assign(config, { "celebrant-portal:candidateWieght": 5 })],
    [
      "an unknown key in a block",
      (config) => Object.assign(config["celebrant-portal:database"] ?? {}, { multAz: true }),
    ],
    ["a key without the namespace", (config) => Object.assign(config, { candidateWeight: 5 })],
    ["a weight above 100", (config) => Object.assign(config, { "celebrant-portal:candidateWeight": 101 })],
    ["a tag for an image", (config) => Object.assign(config["celebrant-portal:images"] ?? {}, { blue: "latest" })],
    [
      "a secret in plain text",
      (config) => Object.assign(config, { "celebrant-portal:applicationSecrets": { STRIPE: "sk_live" } }),
    ],
    ["a provider's token in plain text", (config) => Object.assign(config, { "vercel:apiToken": "hunter2" })],
    [
      "a secret of a wrong name",
      (config) => Object.assign(config, { "celebrant-portal:applicationSecrets": { stripe: { secure: "A" } } }),
    ],
    ["a file without a required block", (config) => Reflect.deleteProperty(config, "celebrant-portal:database")],
    ["an unknown key of the file", (_config, file) => Object.assign(file, { konfig: {} })],
  ])("refuses %s", (_what, edit) => {
    expect(accepts(edit)).toBe(false);
  });

  it("says in editors what each pattern accepts", () => {
    const text = JSON.stringify(committed);
    expect(text).toContain(
      '"patternErrorMessage":"must be an image digest (sha256: and 64 hexadecimal digits), not a tag, which can move; a label may stand before it, as in 2.4.0@sha256:…"',
    );
    expect(count(text, '"pattern":') - count(text, '"patternErrorMessage":')).toBe(
      count(text, '"pattern":"^(0|[1-9]\\\\d*)$"'),
    );
  });
});

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
