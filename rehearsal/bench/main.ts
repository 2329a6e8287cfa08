import { buildCommand } from "@stricli/core";
import { countFlag, runProgram } from "../../cli/program.ts";
import { writeDocumentTable } from "../document-table.ts";
import { measureCommands, measurePlanning, type Row } from "./costs.ts";
import { measureRehearsal } from "./rehearsal-costs.ts";

const document = new URL("../../docs/benchmarks.md", import.meta.url);

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
  docs: { brief: "Measure planning, as ratios within this run, the CLI, and the rehearsal." },
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
      planning: renderTable(await measurePlanning(rounds)),
      commands: renderTable(await measureCommands(rounds)),
      rehearsal: renderTable(await measureRehearsal()),
    };
    for (const [name, table] of Object.entries(tables)) {
      console.log(`${table}\n`);
      if (write) writeDocumentTable(document, name, table);
    }
  },
});

process.exitCode = await runProgram({
  name: "npm run bench --",
  root: bench,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
