import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stageRegion } from "../../../cli/world/stage-region.ts";
import { stages } from "../../../infra/config/schema/stage-config.ts";
import { readStackFile } from "../../../infra/config/stack-file.ts";
import { fixtureFolder, projectFolder } from "../../support/stack-files.ts";

const key = "celebrant-portal:aws";
const file = (...lines: string[]) => ["config:", ...lines, ""].join("\n");

describe.each(stages)("the project's stack file of %s", (stage) => {
  it("names its region", () => {
    const text = readFileSync(join(projectFolder, `Pulumi.${stage}.yaml`), "utf8");
    const { values } = readStackFile(projectFolder, stage);
    expect(stageRegion(text)).toBe(JSON.parse(values[key] ?? "").region);
  });
});

describe.each(stages)("the tests' stack file of %s", (stage) => {
  const text = readFileSync(join(fixtureFolder, `Pulumi.${stage}.yaml`), "utf8");
  const weight = "  celebrant-portal:candidateWeight: 0";

  it("names its region", () => {
    expect(stageRegion(text)).toBe("ap-southeast-2");
  });

  it.each([
    ["a merge that nobody finished", `<<<<<<< HEAD\n${weight}\n=======\n${weight}\n>>>>>>> next`],
    ["a key that stands there twice", `${weight}\n${weight}`],
    ["a tab", `\t${weight}`],
    ["a list that is not closed", `${weight}\n  a: [`],
    ["a quote that is not closed", `${weight}\n  a: "b`],
    ["a line at another indent", ` ${weight}`],
    ["a line without a colon", "  celebrant"],
    ["half of the file", ""],
  ])("names it in spite of %s", (_what, mistake) => {
    expect(text).toContain(weight);
    expect(stageRegion(text.replace(weight, mistake))).toBe("ap-southeast-2");
    expect(stageRegion(text.replace(weight, mistake).replaceAll("\n", "\r\n"))).toBe("ap-southeast-2");
  });
});

describe("stageRegion", () => {
  it.each([
    ["a block", [`  ${key}:`, "    region: eu-west-1 # why"]],
    ["quotes", [`  "${key}":`, "    region: 'eu-west-1'"]],
    ["one line", [`  ${key}: { availabilityZones: [], region: eu-west-1 }`]],
    ["another spelling", ["  aws: { region: eu-west-1 }"]],
    ["a longer spelling", ["  celebrant-portal:config:aws:", "    region: eu-west-1"]],
    [
      "two blocks of which one is a mistake",
      [`  ${key}:`, "    region: eu-west-1", `  ${key}:`, "    region: eu-west-1"],
    ],
    [
      "other regions around it",
      ["  mail:region: us-east-1", `  ${key}:`, "    region: eu-west-1", "  x:region: us-east-2"],
    ],
    [
      "a mistake and another region before it",
      ["  mail:region: us-east-1", "  : [", `  ${key}:`, "    region: eu-west-1"],
    ],
  ])("finds it in %s", (_what, lines) => {
    expect(stageRegion(file(...lines))).toBe("eu-west-1");
  });

  it.each([
    ["an empty file", ""],
    ["no block", file("  celebrant-portal:candidateWeight: 0")],
    [
      "a block without one, before another block",
      file(`  ${key}:`, "    zones: []", "  x:mail:", "    region: eu-west-1"),
    ],
    ["a block without one", file(`  ${key}:`, "    availabilityZones: []")],
    ["an empty one", file(`  ${key}:`, '    region: ""')],
    ["another block's", file("  celebrant-portal:mail:", "    region: us-east-1")],
    ["no YAML", "<<<"],
  ])("finds none in %s", (_what, text) => {
    expect(stageRegion(text)).toBeUndefined();
  });
});
