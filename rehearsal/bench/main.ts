import { readFileSync, writeFileSync } from "node:fs";
import { buildCommand } from "@stricli/core";
import { countFlag, runProgram } from "../../cli/program.ts";
import { measureCommands } from "./commands.ts";
import { type Cost, measureInTurn, median } from "./measure.ts";
import type { Row } from "./row.ts";
import { updatesPerStep } from "./updates-per-step.ts";

const document = new URL("../../docs/benchmarks.md", import.meta.url);
const four = "production,staging,production,staging";

async function measureRows(rounds: number): Promise<Row[]> {
  const costs = await measureInTurn(["packages", "modules", "production", four], rounds);
  const of = (subject: string, figure: (cost: Cost) => number) => median((costs.get(subject) ?? []).map(figure));
  const milliseconds = (subject: string) => of(subject, (cost) => cost.milliseconds);
  const peak = (subject: string) => of(subject, (cost) => cost.peakMebibytes);
  const stages = (subject: string) =>
    of(subject, (cost) => cost.stageMilliseconds.reduce((sum, each) => sum + each, 0));
  const updates = await updatesPerStep();
  return [
    {
      what: "time: planning production / importing the SDK packages it uses",
      measured: ratio(milliseconds("production"), milliseconds("packages"), "ms"),
      bound: "at most 2.0",
    },
    {
      what: "peak memory of the same two processes",
      measured: ratio(peak("production"), peak("packages"), "MiB"),
      bound: "at most 2.0",
    },
    {
      what: "time: planning production / importing only the SDK files it uses",
      measured: ratio(milliseconds("production"), milliseconds("modules"), "ms"),
      bound: "none: a floor to watch",
    },
    {
      what: "time of planning 4 stages in one process / planning 1",
      measured: ratio(stages(four), stages("production"), "ms"),
      bound: "at most 4 (linear)",
    },
    {
      what: "cloud resources that a step of the rollout updates, at most",
      measured: `staging ${updates.staging}, production ${updates.production}`,
      bound: "1",
    },
  ];
}

function ratio(value: number, base: number, unit: string): string {
  return `${(value / base).toFixed(2)} (${value.toFixed(0)} ${unit} / ${base.toFixed(0)} ${unit})`;
}

function renderTable(rows: readonly Row[]): string {
  return [
    "| what | measured | bound |",
    "|---|---|---|",
    ...rows.map(({ what, measured, bound }) => `| ${what} | ${measured} | ${bound} |`),
  ].join("\n");
}

interface BenchFlags {
  readonly rounds: number;
  readonly write?: boolean;
}

const bench = buildCommand<BenchFlags>({
  docs: { brief: "Measure planning, as ratios within this run, and the CLI." },
  parameters: {
    flags: {
      rounds: {
        kind: "parsed",
        parse: countFlag,
        placeholder: "number",
        default: "5",
        brief: "Rounds that count. One more comes first, and does not.",
      },
      write: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Write the tables into docs/benchmarks.md.",
      },
    },
  },
  async func({ rounds, write = false }) {
    const tables = {
      planning: renderTable(await measureRows(rounds)),
      commands: renderTable(await measureCommands(rounds)),
    };
    for (const [name, table] of Object.entries(tables)) {
      console.log(`${table}\n`);
      if (write) writeTable(name, table);
    }
  },
});

/** Puts a table between its two marks in the document. */
function writeTable(name: string, table: string): void {
  const text = readFileSync(document, "utf8");
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [before, after] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  writeFileSync(document, `${text.slice(0, before)}\n${table}\n${text.slice(after)}`);
}

process.exitCode = await runProgram({
  name: "npm run bench --",
  root: bench,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
