import { buildCommand } from "@stricli/core";
import { runProgram } from "../../cli/program.ts";
import { writeDocumentTable } from "../document-table.ts";
import { projectFolder } from "../plan/project-folder.ts";
import { fitnessOf, renderFitness } from "./fitness-table.ts";

const document = new URL("../../docs/observability.md", import.meta.url);

interface FitnessFlags {
  readonly write?: boolean;
}

const fitness = buildCommand<FitnessFlags>({
  docs: { brief: "Fire every planned alarm of both stages by the smallest fault that it is for. Nothing is started." },
  parameters: {
    flags: {
      write: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Write the table into docs/observability.md.",
      },
    },
  },
  async func({ write = false }) {
    const now = new Date();
    const reports = {
      staging: await fitnessOf("staging", projectFolder, now),
      production: await fitnessOf("production", projectFolder, now),
    };
    const table = renderFitness(reports);
    console.log(table);
    for (const [stage, { checks }] of Object.entries(reports)) {
      for (const { what, held, found } of checks) console.log(`${held ? "✓" : "✗"} ${stage}: ${what}: ${found}`);
    }
    if (write) writeDocumentTable(document, "alarms", table);
    const held = Object.values(reports).every(({ checks }) => checks.every((check) => check.held));
    process.exitCode = held ? 0 : 1;
  },
});

process.exitCode = await runProgram({
  name: "npm run fitness --",
  root: fitness,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
