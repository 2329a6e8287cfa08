import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { editStackFile, type SettingsEdit } from "../../../cli/stack-file/edit.ts";
import { type Stage, stages } from "../../../infra/config/schema/stage-config.ts";
import { parseStackFile } from "../../../infra/config/stack-file.ts";
import { hasHiddenCharacters } from "../../../rollout/plain-text.ts";
import { reasonProblems } from "../../../rollout/reason.ts";
import { fixtureFolder, projectFolder } from "../../support/stack-files.ts";

const read = (folder: string, stage: Stage) => readFileSync(join(folder, `Pulumi.${stage}.yaml`), "utf8");
const values = (stage: Stage, text: string) => parseStackFile({ name: `Pulumi.${stage}.yaml`, text }).values;

/** Line numbers from 0 with both texts, where the two differ line by line. */
function changedLines(before: string, after: string): readonly (readonly [string | undefined, string | undefined])[] {
  const [one, other] = [before.split("\n"), after.split("\n")];
  return Array.from(
    { length: Math.max(one.length, other.length) },
    (_, line) => [one[line], other[line]] as const,
  ).filter(([was, is]) => was !== is);
}

describe.each(stages)("the keys' numbers in the tests' stack file of %s", (stage) => {
  const text = read(fixtureFolder, stage);

  it("are added, changed and removed, and every other byte stays", () => {
    const prepared = editStackFile(text, { signingKey: 1, alsoAcceptedSigningKey: 2 });
    const added = "  celebrant-portal:signingKey: 1\n  celebrant-portal:alsoAcceptedSigningKey: 2\n";
    expect(prepared.replace(added, "")).toBe(text);
    const switched = editStackFile(prepared, { signingKey: 2, alsoAcceptedSigningKey: 1 });
    expect(changedLines(prepared, switched)).toHaveLength(2);
    const ended = editStackFile(switched, { signingKey: 2, alsoAcceptedSigningKey: null });
    expect(ended.replace("  celebrant-portal:signingKey: 2\n", "")).toBe(text);
  });

  it("are refused where they are no key's, and nothing is changed", () => {
    expect(() => editStackFile(text, { signingKey: 0 })).toThrow(
      "celebrant-portal:signingKey cannot be set to 0: it must be a whole number from 1 to 9999. Nothing was changed.",
    );
  });
});

const file = (...lines: string[]) => ["config:", ...lines, ""].join("\n");
const weight = "  celebrant-portal:candidateWeight: 5 # now";
const reason = "Vendor's fix: see INC-12 # urgent";

describe.each(stages)("the project's stack file of %s", (stage) => {
  const text = read(projectFolder, stage);
  const before = values(stage, text);

  it("reads as the edit says after one, and as before in everything else", () => {
    const liveColour = before["celebrant-portal:liveColour"] === "blue" ? "green" : "blue";
    const edited = editStackFile(text, { liveColour, candidateWeight: 37, rolloutOverride: reason });
    expect(values(stage, edited)).toEqual({
      ...before,
      "celebrant-portal:liveColour": liveColour,
      "celebrant-portal:candidateWeight": "37",
      "celebrant-portal:rolloutOverride": reason,
    });
  });

  it("differs in one line after a step", () => {
    const changed = changedLines(text, editStackFile(text, { candidateWeight: 37 }));
    expect(changed).toHaveLength(1);
    expect(changed.map(([was]) => was?.replace(/\d+/, "37"))).toEqual(changed.map(([, is]) => is));
  });
});

describe.each(stages)("the tests' stack file of %s", (stage) => {
  const text = read(fixtureFolder, stage);

  it("differs in one line after a step", () => {
    expect(changedLines(text, editStackFile(text, { candidateWeight: 25 }))).toEqual([
      ["  celebrant-portal:candidateWeight: 0", "  celebrant-portal:candidateWeight: 25"],
    ]);
  });

  it("keeps the comment behind the live colour, and every line ending", () => {
    const dos = text.replaceAll("\n", "\r\n");
    const comment = stage === "production" ? " # P3" : "";
    expect(changedLines(dos, editStackFile(dos, { liveColour: "green" }))).toEqual([
      [`  celebrant-portal:liveColour: blue${comment}\r`, `  celebrant-portal:liveColour: green${comment}\r`],
    ]);
  });

  it("is the same again once every change is taken back", () => {
    const there = editStackFile(text, { liveColour: "green", candidateWeight: 50, rolloutOverride: reason });
    expect(editStackFile(there, { liveColour: "blue", candidateWeight: 0, rolloutOverride: null })).toBe(text);
  });

  it("reads as the edit says, and as before in everything else", () => {
    const edited = editStackFile(text, { liveColour: "green", candidateWeight: 5, rolloutOverride: reason });
    expect(values(stage, edited)).toEqual({
      ...values(stage, text),
      "celebrant-portal:liveColour": "green",
      "celebrant-portal:candidateWeight": "5",
      "celebrant-portal:rolloutOverride": reason,
    });
  });
});

describe("editStackFile", () => {
  it("gives the same text where nothing differs", () => {
    const text = file('  celebrant-portal:candidateWeight: "5"', "  celebrant-portal:liveColour: 'blue'");
    expect(editStackFile(text, { candidateWeight: 5, liveColour: "blue", rolloutOverride: null })).toBe(text);
  });

  it("writes an absent key on the line after the weight, in the file's own line endings", () => {
    const text = file(weight, "  # next", "  other:key: 1").replaceAll("\n", "\r\n");
    expect(editStackFile(text, { rolloutOverride: reason, liveColour: "green" })).toBe(
      file(
        weight,
        "  celebrant-portal:liveColour: green",
        `  celebrant-portal:rolloutOverride: "${reason}"`,
        "  # next",
        "  other:key: 1",
      ).replaceAll("\n", "\r\n"),
    );
  });

  it("writes absent keys at the end of a file without a last line break", () => {
    expect(editStackFile(`config:\n${weight}`, { liveColour: "blue", rolloutOverride: "hotfix-for-inc-12" })).toBe(
      `config:\n${weight}\n  celebrant-portal:liveColour: blue\n  celebrant-portal:rolloutOverride: hotfix-for-inc-12`,
    );
  });

  it("changes the weight and writes the reason in one edit", () => {
    expect(editStackFile(file(weight), { candidateWeight: 100, rolloutOverride: reason })).toBe(
      file("  celebrant-portal:candidateWeight: 100 # now", `  celebrant-portal:rolloutOverride: "${reason}"`),
    );
  });

  it.each([
    ["plain", "an older reason", "A plain new one", "A plain new one"],
    ["plain that cannot hold it", "an older reason", reason, `"${reason}"`],
    ["plain that would read as a date", "an older reason", "2026-11-23", '"2026-11-23"'],
    ["single quotes", "'an older reason'", reason, "'Vendor''s fix: see INC-12 # urgent'"],
    ["double quotes", '"an older reason"', 'said "go" today', '"said \\"go\\" today"'],
    ["two lines", "an older\n    reason", "A plain new one", "A plain new one"],
  ])("keeps the style of the value: %s", (_style, before, value, after) => {
    const lines = (text: string) => file(weight, `  celebrant-portal:rolloutOverride: ${text} # why`, "  other:key: 1");
    expect(editStackFile(lines(before), { rolloutOverride: value })).toBe(lines(after));
    expect(editStackFile(lines(before), { rolloutOverride: null })).toBe(file(weight, "  other:key: 1"));
  });

  it("puts one line in the place of a block of text, and keeps its comment", () => {
    const key = "  celebrant-portal:rolloutOverride:";
    const text = file(weight, `${key} >- # why`, "    an older", "    reason", "  other:key: 1");
    expect(editStackFile(text, { rolloutOverride: reason })).toBe(
      file(weight, `${key} "${reason}" # why`, "  other:key: 1"),
    );
    expect(editStackFile(text, { rolloutOverride: null })).toBe(file(weight, "  other:key: 1"));
  });

  it.each([
    ["  celebrant-portal:candidateWeight:", "  celebrant-portal:candidateWeight: 25"],
    ["  celebrant-portal:candidateWeight: # none", "  celebrant-portal:candidateWeight: 25 # none"],
    ["  celebrant-portal:candidateWeight: '5'", "  celebrant-portal:candidateWeight: '25'"],
    ["  candidateWeight: 5", "  candidateWeight: 25"],
    ["  celebrant-portal:config:candidateWeight: 5", "  celebrant-portal:config:candidateWeight: 25"],
  ])("sets the weight of %j", (before, after) => {
    expect(editStackFile(`\uFEFF${file(before)}`, { candidateWeight: 25 })).toBe(`\uFEFF${file(after)}`);
  });

  it("takes out an empty reason and no comment below it", () => {
    const text = file("  celebrant-portal:rolloutOverride:", "  # next", weight);
    expect(editStackFile(text, { rolloutOverride: null })).toBe(file("  # next", weight));
  });

  const key = "celebrant-portal:candidateWeight";
  const notPlain = `${key} in the stack file must be a plain value on a line of its own, such as "${key}: 25". Nothing was changed.`;
  it.each([
    ["a mapping", file(`  ${key}:`, "    secure: abc"), notPlain],
    ["a list", file(`  ${key}: [5]`), notPlain],
    ["an anchor that others refer to", file(`  ${key}: &weight 5`, "  other:key: *weight"), notPlain],
    ["an alias", file("  other:key: &weight 5", `  ${key}: *weight`), notPlain],
    ["an explicit key", file(`  ? ${key}`, "  : 5"), notPlain],
    ["two spellings", file(`  ${key}: 5`, "  candidateWeight: 5"), `${key} is in the stack file 2 times.`],
    ["no weight", file("  other:key: 1"), `The stack file has no ${key}, which has no default.`],
    ["a flow block", `config: { "${key}": 5 }\n`, 'The stack file needs a "config:" block'],
    ["no config", "encryptionsalt: v1\n", 'The stack file needs a "config:" block'],
    ["no YAML", "config:\n  a: [\n", "The stack file is not valid YAML:"],
  ])("refuses a file with %s", (_what, text, message) => {
    expect(() => editStackFile(text, { candidateWeight: 25 })).toThrow(message);
  });

  it.each<[SettingsEdit, string]>([
    [{ candidateWeight: 101 }, "candidateWeight cannot be set to 101: "],
    [{ candidateWeight: 2.5 }, "candidateWeight cannot be set to 2.5: "],
    [{ rolloutOverride: "short" }, "it must be a reason of 10 to 500 characters"],
    [{ rolloutOverride: "one line\nand another" }, "on one line and without invisible characters"],
    [{ rolloutOverride: "agreed with \u202emiK" }, '"agreed with \\u202emiK": it must be a reason'],
    [{ rolloutOverride: "x".repeat(501) }, "it must be a reason of 10 to 500 characters"],
  ])("refuses the value of %j", (edit, message) => {
    expect(() => editStackFile(file(weight), edit)).toThrow(message);
  });

  it("writes every reason so that it reads the same, in whatever style", () => {
    const line = fc.string({ unit: "grapheme", minLength: 10, maxLength: 60 }).filter((text) => {
      return reasonProblems(text.trim()).length === 0 && !hasHiddenCharacters(text);
    });
    const olds = ["an older reason", "'an older reason'", '"an older reason"', ">-\n    an older reason"];
    fc.assert(
      fc.property(line, fc.constantFrom(...olds), (value, old) => {
        const text = file(weight, `  celebrant-portal:rolloutOverride: ${old}`, "  other:key: 1");
        const config = parse(editStackFile(text, { rolloutOverride: value })).config;
        expect(config).toEqual({
          "celebrant-portal:candidateWeight": 5,
          "celebrant-portal:rolloutOverride": value,
          "other:key": 1,
        });
      }),
    );
  });
});
