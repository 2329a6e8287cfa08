import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { settingPath } from "../../../cli/stack-file/set-settings.ts";
import { setValue } from "../../../cli/stack-file/set-value.ts";
import { type KeyPath, projectName } from "../../../infra/config/config-keys.ts";
import { parseStackFile } from "../../../infra/config/stack-file.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

const set = (lines: readonly string[], key: string, value: unknown) =>
  setValue(["config:", ...lines, ""].join("\n"), settingPath(key), value)
    .split("\n")
    .slice(1, -1);

const block = [
  "  celebrant-portal:api: # the API",
  "    debug: true # for now",
  "",
  "    # tasks",
  "    minTasks: 1",
  "",
];

describe("setValue", () => {
  it.each<[string, readonly string[], string, unknown, readonly string[]]>([
    ["a number", ["  a: 5 # five"], "a", 25, ["  a: 25 # five"]],
    ["a number in quotes by a number", ['  a: "0" # none'], "a", 25, ["  a: 25 # none"]],
    ["text in its quotes", ["  a: 'x' # why"], "a", "it's", ["  a: 'it''s' # why"]],
    ["text that would read as a number", ["  a: x"], "a", "17", ['  a: "17"']],
    ["text that would read as true", ["  a: x"], "a", "true", ['  a: "true"']],
    ["text that would read as a time", ["  a: x"], "a", "2026-12-24T00:00:00Z", ['  a: "2026-12-24T00:00:00Z"']],
    ["text with a colon", ["  a: x"], "a", "sha256:0a", ["  a: sha256:0a"]],
    ["a key without a value", ["  a: # none"], "a", 5, ["  a: 5 # none"]],
    ["a key of a provider", ["  vercel:team: x # y"], "vercel:team", "z", ["  vercel:team: z # y"]],
    ["a text block", ["  a: |", "    one", "    two", "  b: x"], "a", "short", ['  a: "short"', "  b: x"]],
    ["an entry of a flow block", ["  a: { b: 1, c: 2 } # d"], "a.c", 3, ["  a: { b: 1, c: 3 } # d"]],
    ["an entry of a list", ["  a:", "    - x # one", "    - y"], "a[0]", "z", ["  a:", "    - z # one", "    - y"]],
    ["a flow list as a whole", ["  a: [x, y] # z"], "a", ["v"], ["  a: [v] # z"]],
    ["a key in a list of blocks", ["  a:", "    - { w: 5, b: 2h }"], "a[0].b", "3h", ["  a:", "    - { w: 5, b: 3h }"]],
    ["an encrypted value", ["  a:", "    secure: old # c"], "a", { secure: "v1:x" }, ["  a:", "    secure: v1:x # c"]],
  ])("replaces %s and nothing else", (_what, before, key, value, after) => {
    expect(set(before, key, value)).toEqual(after);
  });

  it.each<[string, readonly string[], string, unknown, readonly string[]]>([
    ["to an empty flow block", ["  a: {} # b"], "a.c", "x", ["  a: { c: x } # b"]],
    ["to a flow block", ["  a: { b: 1 }"], "a.c", "x", ["  a: { b: 1, c: x }"]],
    ["to an empty list", ["  a: [] # b"], "a[0]", { c: "x y" }, ["  a: [{ c: x y }] # b"]],
    ["to a flow list", ["  a: [x]"], "a[1]", "y", ["  a: [x, y]"]],
    [
      "to a list",
      ["  a:", "    - x # one", "  # two", "  b: 1"],
      "a[1]",
      "y",
      ["  a:", "    - x # one", "    - y", "  # two", "  b: 1"],
    ],
    ["to a list at its key's own indent", ["  a:", "  - x"], "a[1]", "y", ["  a:", "  - x", "  - y"]],
    ["to a block", [...block, "  b: 1"], "api.maxTasks", 3, [...block.slice(0, 5), "    maxTasks: 3", "", "  b: 1"]],
    ["with the blocks on the way", ["  b: 1"], "x.y.z", 5, ["  b: 1", "  celebrant-portal:x:", "    y:", "      z: 5"]],
    [
      "where the schema's order has it",
      ["  celebrant-portal:candidateWeight: 5 # now", "", "  # images", "  celebrant-portal:images: {}"],
      "rolloutOverride",
      "a good reason",
      [
        "  celebrant-portal:candidateWeight: 5 # now",
        "  celebrant-portal:rolloutOverride: a good reason",
        "",
        "  # images",
        "  celebrant-portal:images: {}",
      ],
    ],
  ])("adds a key or an entry %s", (_where, before, key, value, after) => {
    expect(set(before, key, value)).toEqual(after);
  });

  it.each<[string, readonly string[], string, readonly string[]]>([
    ["a key", ["  a: 1 # x", "  # y", "  b: 2"], "a", ["  # y", "  b: 2"]],
    ["a block", [...block, "  b: 1"], "api", ["", "  b: 1"]],
    ["a key of a block", block, "api.debug", [block[0] ?? "", ...block.slice(2)]],
    ["the last key of a block", ["  a:", "    b: 1", "  c: 2"], "a.b", ["  a: {}", "  c: 2"]],
    ["a key of a flow block", ["  a: { b: 1, c: 2 } # x"], "a.b", ["  a: { c: 2 } # x"]],
    ["the last key of a flow block", ["  a: { b: 1 } # x"], "a.b", ["  a: {} # x"]],
    ["an entry", ["  a:", "    - x", "    - y # z"], "a[0]", ["  a:", "    - y # z"]],
    ["the last entry", ["  a:", "    - x", "  b: 1"], "a[0]", ["  a: []", "  b: 1"]],
    ["the last entry of a flow list", ["  a: [x]"], "a[0]", ["  a: []"]],
  ])("removes %s", (_what, before, key, after) => {
    expect(set(before, key, undefined)).toEqual(after);
  });

  it("keeps CRLF, a BOM and a file without a last line break", () => {
    expect(setValue("\ufeffconfig:\r\n  a: 1\r\n  b: 2", ["c:d"], "x")).toBe(
      "\ufeffconfig:\r\n  a: 1\r\n  b: 2\r\n  c:d: x",
    );
  });

  it.each<[string, readonly string[], string, unknown, string]>([
    ["an anchor", ["  a: &x 1", "  b: *x"], "a", 2, "a is written with an anchor, an alias or a tag"],
    ["an alias", ["  a: &x 1", "  b: *x"], "b", 2, "b is written with an anchor, an alias or a tag"],
    ["a block by one value", ["  a:", "    b: 1", "    c: 2"], "a", "x", "a is a block of several lines"],
    ["a way through text", ["  a: x"], "a.b", 1, "a.b leads through a value that is no block"],
    ["an entry beyond the end", ["  a: [x]"], "a[2]", "y", "a[2] is beyond the end of its list"],
    ["a removal of what is not there", ["  a: 1"], "b", undefined, "b is not in the stack file"],
  ])("refuses %s", (_what, before, key, value, message) => {
    expect(() => set(before, key, value)).toThrow(`${message}`);
  });

  it.each(["staging", "production"])("changes the one line of any value of %s", (stage) => {
    const name = `Pulumi.${stage}.yaml`;
    const text = readFileSync(join(fixtureFolder, name), "utf8");
    const { values } = parseStackFile({ name, text });
    const leaves = Object.entries(values).flatMap(([key, value]) =>
      leavesOf(/^[[{]/.test(value) ? JSON.parse(value) : value, [key.slice(projectName.length + 1)]),
    );
    expect(leaves.length).toBeGreaterThan(60);
    for (const path of leaves) {
      const lines = setValue(text, path, "quite another").split("\n");
      const differing = text.split("\n").filter((line, index) => line !== lines[index]);
      expect([path, lines.length, differing.length]).toEqual([path, text.split("\n").length, 1]);
    }
  });
});

function leavesOf(value: unknown, path: KeyPath): readonly KeyPath[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => leavesOf(each, [...path, index]));
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]));
}
