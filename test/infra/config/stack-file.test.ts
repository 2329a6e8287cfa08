import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseStackFile } from "../../../infra/config/parse-stack-file.ts";
import { readStackFile } from "../../../infra/config/stack-file.ts";
import { projectFolder } from "./committed.ts";

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
  portal:nothing:
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
      "portal:nothing": "null",
      "portal:list": '["a",1]',
      "portal:block": '{"a":{"b":[true]}}',
    });
  });

  it("puts a key without a namespace into the project's, and drops the old word config from one", () => {
    expect(read("config: { liveColour: green, portal:config:weight: 5 }").values).toEqual({
      "celebrant-portal:liveColour": "green",
      "portal:weight": "5",
    });
  });

  it("reads no secret, and lists the keys that hold one", () => {
    const { values, secretKeys } = read(`
config:
  portal:token: { secure: AAABBB }
  portal:block: { plain: x, inner: { key: { secure: CCC } }, list: [{ secure: DDD }] }
  portal:open: { secure: yes, plain: x }
`);
    expect(secretKeys).toEqual(["portal:token", "portal:block"]);
    expect(values["portal:token"]).toBe("[secret]");
    expect(JSON.parse(values["portal:block"] ?? "")).toEqual({
      plain: "x",
      inner: { key: "[secret]" },
      list: ["[secret]"],
    });
  });

  it.each([
    ["2026-12-24T00:00:00+11:00", "2026-12-24 00:00:00 +1100 +1100"],
    ["2026-12-24 00:00:00.5Z", "2026-12-24 00:00:00.5 +0000 UTC"],
  ])("rewrites the moment %s without quotes as the engine does", (moment, rewritten) => {
    expect(read(`config: { portal:from: ${moment} }`).values["portal:from"]).toBe(rewritten);
    expect(read(`config: { portal:from: "${moment}" }`).values["portal:from"]).toBe(moment);
  });

  it("takes an empty stack file for one without config", () => {
    expect(read("")).toEqual({ values: {}, secretKeys: [] });
  });

  it("names the file that is no YAML, and the line", () => {
    expect(() => read("config:\n  a: [1\n  b: 2")).toThrow(/^Pulumi\.dev\.yaml is no YAML: .* at line 3/);
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

  it("finds no plain secret in the committed files", () => {
    const { values } = readStackFile(projectFolder, "production");
    expect(values).not.toHaveProperty("celebrant-portal:applicationSecrets");
    expect(values["celebrant-portal:candidateWeight"]).toBe("0");
  });
});
