import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { rules } from "../../policies/rules/index.ts";
import { explained } from "../../rehearsal/audit/explained.ts";
import { missingImages } from "../../rehearsal/plan/compare-stage.ts";
import { stages } from "../../rollout/names.ts";
import { planOnce } from "../support/plan-once.ts";
import { fixtureFolder } from "../support/stack-files.ts";
import { linkTargets, projectUrl, readText, resolveTarget, tableLines } from "./markdown.ts";

const file = "docs/security.md";
const text = readText(file);

const columns = ["control", "what it asks for", "resource types", "stands", "met by", "guarded by", "how, or why not"];

/** The cells of each line of the two tables of controls, which are the only ones with these columns. */
const lines = tableLines(text).filter((cells) => cells.length === columns.length);

const rows = lines
  .filter(([first = ""]) => first !== columns[0] && !/^-+$/.test(first))
  .map(([control = "", asks = "", types = "", stands = "", by = "", guards = "", how = ""]) => ({
    control,
    asks,
    types: inCode(types),
    stands,
    by: linkTargets(by).map((target) => resolveTarget(file, target).path),
    guards: inCode(guards),
    how,
  }));

/** What a text shows as code. */
function inCode(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** Types that the document names as having no control. */
const typesWithoutControl = inCode(/^No control of the standard.*$/m.exec(text)?.[0] ?? "");

/** `aws:rds/instance:Instance` as the table has it. */
function shortType(token: string): string {
  return token.replace(/^aws:([a-z0-9]+)\/[^:]+:/, "$1.");
}

async function plannedTypes(): Promise<readonly string[]> {
  const now = new Date("2026-11-23T00:00:00Z");
  const types = new Set<string>();
  for (const stage of stages) {
    const set = { ...missingImages(readStackFile(fixtureFolder, stage)), candidateWeight: 0 };
    const { resources } = await planOnce({ stage, set, now, projectFolder: fixtureFolder, previousRecord: null });
    for (const { type } of resources) if (type.startsWith("aws:")) types.add(shortType(type));
  }
  return [...types];
}

describe("the tables of controls", () => {
  it("have more than sixty rows of the standard, each control once", () => {
    expect(rows.length).toBeGreaterThan(60);
    const controls = rows.map(({ control }) => control);
    expect(controls.filter((control, place) => controls.indexOf(control) !== place)).toEqual([]);
    for (const { control, asks } of rows) {
      expect(control).toMatch(/^[A-Za-z0-9]+\.\d+$/);
      expect(asks.length, control).toBeGreaterThan(10);
    }
  });

  it("say where each control stands, and why it is not met", () => {
    for (const { control, stands, by, how } of rows) {
      expect(["met", "met in production", "not met", "does not apply"], control).toContain(stands);
      if (stands !== "met") expect(how, `${control} says why`).not.toBe("–");
      if (stands.startsWith("met")) expect(by.length > 0 || how !== "–", `${control} says by what`).toBe(true);
    }
  });

  it("name files that exist", () => {
    for (const { control, by } of rows) {
      for (const path of by) expect(existsSync(new URL(path, projectUrl)), `${control}: ${path}`).toBe(true);
    }
  });

  it("name policies that exist, and checks by an id of Checkov's form", () => {
    const policies = rules.map(({ name }) => name);
    const named = rows.flatMap(({ guards }) => guards);
    expect(named.filter((name) => !policies.includes(name) && !/^CKV2?_AWS_\d+$/.test(name))).toEqual([]);
    expect(named.filter((name) => policies.includes(name)).length).toBeGreaterThan(50);
  });

  it("have a row for each control that a policy is made from, which names that policy", () => {
    for (const { name, description } of rules) {
      const sources = /AWS Security Hub ([^()]*)\)\.$/.exec(String(description))?.[1] ?? "";
      for (const [control] of sources.matchAll(/\b[A-Za-z0-9]+\.\d+\b/g)) {
        const row = rows.find((one) => one.control === control);
        expect(row?.guards ?? `no row for ${control}`, `${control}, the source of ${name}`).toContain(name);
      }
    }
  });

  it("have each planned type, or the document says that no control looks at it", async () => {
    const planned = (await plannedTypes()).toSorted();
    const known = new Set([...rows.flatMap(({ types }) => types), ...typesWithoutControl]);
    expect(planned.filter((type) => !known.has(type))).toEqual([]);
    expect([...known].filter((type) => !planned.includes(type))).toEqual([]);
    expect(typesWithoutControl.filter((type) => rows.some(({ types }) => types.includes(type)))).toEqual([]);
  });
});

describe("the accepted risks", () => {
  const risks = (/^## Accepted risks$([\s\S]*)/m.exec(text)?.[1] ?? "").split(/^### /m).slice(1);

  it("each end with a question for the owner", () => {
    expect(risks.length).toBeGreaterThan(5);
    for (const risk of risks) expect(risk).toMatch(/\n\*\*Question:\*\* [\s\S]+\?/);
  });

  it("hold what explained.ts leaves to a person", () => {
    const leftOpen = explained.filter(({ reason }) => reason.includes("docs/security.md"));
    expect(leftOpen.length).toBeGreaterThan(2);
  });
});
