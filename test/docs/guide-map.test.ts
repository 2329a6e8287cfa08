import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { guideMutations } from "../guide/mutations.ts";
import { mutated } from "../guide/prove.ts";
import { linkTargets, projectUrl, readText, resolveTarget, tableLines } from "./markdown.ts";

const file = "docs/guide-map.md";

/** Every demand of the deployment guide. */
const guideIds = [
  ...["S1", "S2", "S3", "S4", "S5", "T1", "T2", "T3", "T4", "T5", "T6"],
  ...["P1", "P2", "P3", "P4", "R1", "R2", "R3", "R4"],
  ...["M1", "M2", "M3", "M4", "M5", "A1", "A2", "A3", "A4", "A5"],
  ...["B1", "B2", "C1", "C2", "C3", "C4", "C5", "K1", "K2", "K3", "K4", "TL"],
];

interface Row {
  readonly id: string;
  readonly demand: string;
  readonly stands: string;
  readonly by: string;
  readonly shown: string;
  readonly without: string;
  readonly how: string;
}

const columns = ["id", "demand", "where it stands", "by", "shown by", "what takes it away", "how"];

const lines = tableLines(readText(file));

const rows: readonly Row[] = lines
  .filter((cells) => cells[0] !== "id" && !/^-+$/.test(cells[0] ?? ""))
  .map(([id = "", demand = "", stands = "", by = "", shown = "", without = "", how = ""]) => ({
    id,
    demand,
    stands,
    by,
    shown,
    without,
    how,
  }));

function filesOf(cell: string): readonly string[] {
  return linkTargets(cell).map((target) => resolveTarget(file, target).path);
}

const exists = (path: string) => existsSync(new URL(path, projectUrl));

it("has tables of the same columns only", () => {
  expect(lines.filter(([first]) => first === "id")).not.toEqual([]);
  for (const cells of lines) expect(cells, cells.join(" | ")).toHaveLength(columns.length);
  for (const header of lines.filter(([first]) => first === "id")) expect(header).toEqual(columns);
});

it("has each demand of the guide once, in the guide's order, and no other", () => {
  expect(rows.map(({ id }) => id)).toEqual(guideIds);
});

describe.each(rows)("$id", ({ id, demand, stands, by, shown, without, how }) => {
  it("says what is asked, where it stands and how", () => {
    expect(demand).not.toBe("");
    expect(stands).toMatch(/^(built|partly|open)\b/);
    expect(how).toMatch(/\.$/);
  });

  it("links to files that exist, tests in their own column", () => {
    expect([...filesOf(by), ...filesOf(shown)].filter((path) => !exists(path))).toEqual([]);
    expect(filesOf(by).filter((path) => path.endsWith(".test.ts"))).toEqual([]);
    expect(filesOf(shown).filter((path) => !path.endsWith(".test.ts"))).toEqual([]);
  });

  it("names the change that takes the demand away, which npm run prove-guide makes, and has the test that notices it", () => {
    const mutation = guideMutations.find((one) => one.id === id);
    expect(without).toBe(mutation?.without);
    expect(filesOf(shown)).toContain(mutation?.shownBy);
    const text = readText(mutation?.file ?? "");
    expect(mutation && mutated(text, mutation)).not.toBe(text);
  });

  it("is not called built without a file and a test, and says what is open where it is built in part", () => {
    if (stands.startsWith("open")) return;
    expect(filesOf(by)).not.toEqual([]);
    expect(filesOf(shown)).not.toEqual([]);
    if (stands.startsWith("partly")) expect(stands).toMatch(/open/);
  });
});
