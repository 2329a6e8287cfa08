import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { projectName } from "../../../infra/config/config-keys.ts";
import { parseYaml } from "../../../infra/config/parse-yaml.ts";
import { ConfigError } from "../../../infra/config/problems/config-error.ts";
import { stageConfigSchema, stages } from "../../../infra/config/schema/stage-config.ts";
import { parseStackFile, readStackFile, secretKeysOf, stackFileAtHand } from "../../../infra/config/stack-file.ts";
import { fixtureFolder, projectFolder } from "../../support/stack-files.ts";

const read = (text: string) => parseStackFile({ name: "Pulumi.dev.yaml", text });

describe("parseStackFile", () => {
  it("gives scalars as bare text and blocks as JSON, as the engine does", () => {
    const { values } = read(`
config:
  portal:text: two words
  portal:digits: "007"
  portal:whole: 25
  portal:fraction: 0.5
  portal:round: 1.0
  portal:yes: true
  portal:list: [a, 1]
  portal:block: { a: { b: [true] } }
`);
    expect(values).toMatchObject({
      "portal:text": "two words",
      "portal:digits": "007",
      "portal:whole": "25",
      "portal:fraction": "0.5",
      "portal:round": "1",
      "portal:yes": "true",
      "portal:list": '["a",1]',
      "portal:block": '{"a":{"b":[true]}}',
    });
  });

  it("puts a key without a namespace into the project's, and removes the old word config from a key", () => {
    expect(read("config: { liveColour: green, portal:config:weight: 5 }").values).toEqual({
      "celebrant-portal:liveColour": "green",
      "portal:weight": "5",
    });
  });

  it("reads no secret, and says where the file holds an encrypted one", () => {
    const settings = read(`
config:
  portal:token: { secure: AAABBB }
  portal:block: { plain: x, inner: { key: { secure: CCC } }, list: [{ secure: DDD }] }
  portal:open: { secure: yes, plain: x }
`);
    expect(settings.encryptedPaths).toEqual([
      ["portal:token"],
      ["portal:block", "inner", "key"],
      ["portal:block", "list", 0],
    ]);
    expect(secretKeysOf(settings)).toEqual(["portal:token", "portal:block"]);
    expect(settings.values["portal:token"]).toMatch(/^\[secret [0-9a-f]{8}\]$/);
    expect(JSON.parse(settings.values["portal:block"] ?? "")).toEqual({
      plain: "x",
      inner: { key: expect.stringMatching(/^\[secret/) },
      list: [expect.stringMatching(/^\[secret/)],
    });
  });

  it("reads a secret that was set again as another value, so that a plan shows the change", () => {
    const token = (ciphertext: string) => read(`config: { portal:token: { secure: ${ciphertext} } }`).values;
    expect(token("AAA")).toEqual(token("AAA"));
    expect(token("AAA")).not.toEqual(token("BBB"));
  });

  it("tells every place that the engine reads as something else, with its line and what to write", () => {
    const text = `
config:
  celebrant-portal:candidateWeight: 010
  celebrant-portal:rollout:
    freezeWindows:
      - from: 2026-12-24T00:00:00+11:00
        until: "2026-12-25T00:00:00+11:00"
  aws:<<: {}
  celebrant-portal:api: { <<: {}, maxTasks: 1_0 }
`;
    expect(problems(text).map(({ key, value }) => `${key} is ${value}`)).toEqual([
      "celebrant-portal:candidateWeight (line 3) is a number in another form than decimal",
      "celebrant-portal:rollout.freezeWindows[0].from (line 6) is a date or a time without quotes",
      "celebrant-portal:api (line 9) is a merge key (<<)",
      "celebrant-portal:api.maxTasks (line 9) is a number in another form than decimal",
    ]);
    expect(problems(text)[0]).toMatchObject({
      rule: "Pulumi reads a number that begins with 0 in base 8, and other readers in base 10",
      fix: "write the number in digits from 0 to 9 with no zero before them, or put it in quotes if it is text",
    });
  });

  it.each([
    ["a key without a value", "config:\n  aws:x:\n", ["aws:x"]],
    [
      "a setting there in two spellings",
      "config:\n  liveColour: blue\n  celebrant-portal:liveColour: green\n",
      ["celebrant-portal:liveColour"],
    ],
    ["a key with too many colons", "config:\n  aws:region:x: a\n", ["aws:region:x"]],
    [
      "settings beside config",
      "config:\ncelebrant-portal:liveColour: blue\nenvironment: [a]\n",
      ["celebrant-portal:liveColour", "environment"],
    ],
  ])("refuses %s, and names it", (_what, text, keys) => {
    expect(problems(text).map(({ key }) => key)).toEqual(keys);
  });

  it("names the line of a second document and of a key that is there twice", () => {
    expect(() => read("config:\n  a: x\n---\nconfig:\n")).toThrow(
      "Pulumi.dev.yaml is not valid YAML: A second document begins with ---, and Pulumi reads the first only. Keep one (line 3, column 1).",
    );
    expect(() => read("config:\n  a: x\n  a: y\n")).toThrow(
      "Pulumi.dev.yaml is not valid YAML: A key is in its block twice. Keep one (line 3, column 3).",
    );
  });

  it("reads an empty stack file as one without config", () => {
    expect(read("")).toMatchObject({ values: {}, encryptedPaths: [] });
  });

  it("names the file that is not valid YAML, and the line", () => {
    expect(() => read("config:\n  a: [1\n  b: 2")).toThrow(
      "Pulumi.dev.yaml is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] (line 3, column 3).",
    );
  });

  it("quotes nothing from a value that the engine reads as something else", () => {
    const text = 'config:\n  a: 0777_1234\n  b: !tag hunter2\n  c: "hunter2\\/"\n  d: 2026-12-24\n';
    expect(inspect(thrownBy(() => read(text)))).not.toMatch(/0777|1234|hunter2|2026-12/);
  });

  it.each([
    "hunter2: [",
    "a: b: hunter2",
    "a: |hunter2",
    "a: *hunter2",
    "a: !h!hunter2 x",
    'a: "\\qhunter2"',
    "a: 'hunter2",
    "a: hunter2\na: hunter2",
    "%hunter2\na: 1",
  ])("quotes nothing from the invalid %j, which may hold a secret", (text) => {
    const error = thrownBy(() => read(text));
    expect(error.message).toContain("is not valid YAML");
    expect(inspect(error)).not.toContain("hunter2");
  });

  it("prints no warning with a line from the file", () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    expect(inspect(thrownBy(() => read("config: { a: !hunter2 hunter2 }")))).not.toContain("hunter2");
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});

describe("readStackFile", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stack-file-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("reads the stage's file", () => {
    writeFileSync(join(folder, "Pulumi.staging.yaml"), "config: { portal:weight: 5 }");
    writeFileSync(join(folder, "Pulumi.production.yaml"), "config: { portal:weight: 25 }");
    expect(readStackFile(folder, "staging").values).toEqual({ "portal:weight": "5" });
    expect(readStackFile(folder, "production").values).toEqual({ "portal:weight": "25" });
  });

  it("names a file that is missing", () => {
    expect(() => readStackFile(folder, "staging")).toThrow("Pulumi.staging.yaml");
  });

  it("refuses bytes that are no UTF-8, as the engine does, in a file at hand too", () => {
    writeFileSync(join(folder, "Pulumi.staging.yaml"), Buffer.from("config: { portal:a: caf\xe9 }", "latin1"));
    expect(() => readStackFile(folder, "staging")).toThrow("The file is not UTF-8 text");
    expect(() => stackFileAtHand(folder, "staging")).toThrow("The file is not UTF-8 text");
  });

  it("knows that no file is at hand, and hides no mistake in one that is", () => {
    expect(stackFileAtHand(folder, "staging")).toBeUndefined();
    writeFileSync(join(folder, "Pulumi.staging.yaml"), "config: { portal:a: 010 }");
    expect(() => stackFileAtHand(folder, "staging")).toThrow("portal:a (line 1) is a number");
  });

  it("reads the whole of a stage's file", () => {
    const { values, encryptedPaths } = readStackFile(fixtureFolder, "production");
    expect(values["celebrant-portal:candidateWeight"]).toBe("0");
    expect(JSON.parse(values["celebrant-portal:database"] ?? "")).toMatchObject({ name: "celebrant_portal" });
    expect(encryptedPaths).toEqual([]);
  });

  it.each(stages)("finds no plain secret in the project's file of %s", (stage) => {
    const { values, encryptedPaths } = readStackFile(projectFolder, stage);
    const key = "celebrant-portal:applicationSecrets";
    const encrypted = encryptedPaths.map((path) => path.join("."));
    const names = encrypted.includes(key) ? [] : Object.keys(JSON.parse(values[key] ?? "{}"));
    expect(names.filter((name) => !encrypted.includes(`${key}.${name}`))).toEqual([]);
  });
});

describe("Pulumi.yaml", () => {
  it("runs the program without type-checking it, and declares no config that the engine would check first", () => {
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

function parse(folder: string, name: string): unknown {
  return parseYaml({ name, text: readFileSync(join(folder, name), "utf8") });
}

function problems(text: string) {
  const error = thrownBy(() => read(text));
  if (error instanceof ConfigError) return error.problems;
  throw error;
}

function thrownBy(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("Nothing was thrown.");
}
