import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { editSettings } from "../../../infra/config/apply-settings.ts";
import { parseStackFile, readStackFile, secretKeysOf } from "../../../infra/config/stack-file.ts";
import recorded from "../../fixtures/engine-reader/answers.json" with { type: "json" };
import { readerCases } from "../../fixtures/engine-reader/cases.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

/** What the engine answered: the text that the program is given for each key, or why it refuses the file. */
interface Answer {
  readonly refused?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly secretKeys?: readonly string[];
}

const answers: Readonly<Record<string, Answer>> = recorded.answers;
const name = "Pulumi.staging.yaml";
const refusal = /^Pulumi\.staging\.yaml (?:is not valid YAML: .+|has \d+ problems?\. )/;

describe("the reader of stack files, beside the engine's", () => {
  it("has an answer of the engine to each case, and no other", () => {
    expect(Object.keys(answers).toSorted()).toEqual(readerCases.map((each) => each.name).toSorted());
  });

  it.each(readerCases.filter(({ ours }) => ours === "same"))("reads the same: $name", ({ name: title, text }) => {
    const { values, secretKeys } = answers[title] ?? {};
    const read = parseStackFile({ name, text });
    expect(comparable(read.values)).toEqual(comparable(values ?? {}));
    expect(secretKeysOf(read)).toEqual(secretKeys);
  });

  it.each(readerCases.filter(({ ours }) => ours === "refused"))("refuses: $name", ({ text }) => {
    expect(() => parseStackFile({ name, text })).toThrow(refusal);
  });

  it("refuses whatever the engine refuses", () => {
    const engineRefuses = readerCases.filter((each) => answers[each.name]?.refused !== undefined);
    expect(engineRefuses.length).toBeGreaterThan(30);
    expect(engineRefuses.filter(({ ours }) => ours === "same")).toEqual([]);
  });
});

describe("a stack file that `pulumi config set` rewrote", () => {
  const text = readFileSync(new URL("../../fixtures/engine-reader/rewritten.yaml", import.meta.url), "utf8");

  it("reads as the file before, with the new values", () => {
    const before = readStackFile(fixtureFolder, "production");
    const { values } = editSettings(before, {
      candidateWeight: "0",
      liveColour: "green",
      "images.blue": `sha256:${"0123456789abcdef".repeat(4)}`,
      "database.maxConnections": 150,
      "database.engineVersion": "17.6",
      "database.restoreFrom.restoreTime": "2026-12-24T09:30:00+11:00",
      "rollout.freezeWindows": [
        { from: "2026-12-19T00:00:00+11:00", until: "2027-01-04T00:00:00+11:00", reason: "yes" },
      ],
      "api.debug": false,
      "frontend.rootDirectory": "010",
      // It was recorded before there were certificates between Cloudflare and the load balancer,
      "dns.managesZone": undefined,
      "dns.originPulls": undefined,
      // and before steps had limits.
      "rollout.onLimit": undefined,
      ...Object.fromEntries([0, 1, 2, 3].map((index) => [`rollout.steps[${index}].limit`, undefined])),
      "frontend.buildCommand": "1e3",
    });
    expect(comparable(parseStackFile({ name, text }).values)).toEqual(comparable(values));
    expect(text).toContain('celebrant-portal:candidateWeight: "0"\n');
  });
});

/** JSON of one block can be written in several ways. A secret is read as a stand-in. */
function comparable(values: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, text]) => {
      const shown = text.replace(/\[secret [0-9a-f]{8}\]/g, "a-secret");
      return [key, /^[[{]/.test(shown) ? (JSON.parse(shown) as unknown) : shown];
    }),
  );
}
