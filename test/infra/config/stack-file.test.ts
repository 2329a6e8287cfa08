import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mergeStackFile } from "../../../infra/config/merge-stack-file.ts";
import { readStackFile } from "../../../infra/config/stack-file.ts";
import { projectFolder } from "./committed.ts";

const projectText = `
name: portal
config:
  images: { type: object, default: {} }
  weight: { type: integer, default: 0 }
  liveColour: { type: string }
  short: brief
  aws:region: { value: us-east-1 }
`;

function merge(stackText: string) {
  return mergeStackFile({ name: "Pulumi.yaml", text: projectText }, { name: "Pulumi.dev.yaml", text: stackText });
}

describe("mergeStackFile", () => {
  it("gives scalars as bare text and blocks as JSON, as the engine does", () => {
    const { values } = merge(`
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

  it("puts defaults and fixed values where the stack has no such key", () => {
    expect(merge("config: {}").values).toEqual({
      "portal:images": "{}",
      "portal:weight": "0",
      "portal:short": "brief",
      "aws:region": "us-east-1",
    });
  });

  it("merges no default into a block of the stack", () => {
    expect(merge("config: { portal:images: { blue: x }, aws:region: eu-west-1 }").values).toMatchObject({
      "portal:images": '{"blue":"x"}',
      "aws:region": "eu-west-1",
    });
  });

  it("puts a key without a namespace into the project's, and drops the old word config from one", () => {
    expect(merge("config: { liveColour: green, portal:config:weight: 5 }").values).toMatchObject({
      "portal:liveColour": "green",
      "portal:weight": "5",
    });
  });

  it("reads no secret, and lists the keys that hold one", () => {
    const { values, secretKeys } = merge(`
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
    expect(merge(`config: { portal:from: ${moment} }`).values["portal:from"]).toBe(rewritten);
    expect(merge(`config: { portal:from: "${moment}" }`).values["portal:from"]).toBe(moment);
  });

  it("takes an empty stack file for one without config", () => {
    expect(merge("").values["portal:weight"]).toBe("0");
  });

  it("names the file that is no YAML, and the line", () => {
    expect(() => merge("config:\n  a: [1\n  b: 2")).toThrow(/^Pulumi\.dev\.yaml is no YAML: .* at line 3/);
  });
});

describe("readStackFile", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stack-file-"));
    writeFileSync(join(folder, "Pulumi.yaml"), projectText);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("reads the stage's file over the project's defaults", () => {
    writeFileSync(join(folder, "Pulumi.staging.yaml"), "config: { portal:weight: 5 }");
    writeFileSync(join(folder, "Pulumi.production.yaml"), "config: { portal:weight: 25 }");
    expect(readStackFile(folder, "staging").values).toMatchObject({ "portal:weight": "5", "portal:images": "{}" });
    expect(readStackFile(folder, "production").values).toMatchObject({ "portal:weight": "25" });
  });

  it("names a file that is missing", () => {
    expect(() => readStackFile(folder, "staging")).toThrow("Pulumi.staging.yaml");
  });

  it("finds no plain secret in the committed files", () => {
    const { values } = readStackFile(projectFolder, "production");
    expect(values["celebrant-portal:applicationSecrets"]).toBe("{}");
    expect(values["celebrant-portal:candidateWeight"]).toBe("0");
  });
});
