import { buildCommand } from "@stricli/core";
import { countFlag, type ProgramContext, runProgram } from "../../cli/program.ts";
import { renderTable } from "../../cli/terminal.ts";
import { stages } from "../../rollout/names.ts";
import { projectFolder } from "../plan/project-folder.ts";
import { runLoad } from "./run-load.ts";
import type { UserLoad } from "./user-load.ts";

/** Guide T2. */
const guideUsers = [10, 50, 100] as const;

interface LoadFlags {
  readonly stage: (typeof stages)[number];
  readonly seconds: number;
}

const load = buildCommand<LoadFlags, [], ProgramContext>({
  docs: {
    brief: "Load the planned stage on this machine with 10, 50 and 100 users, and count each request at both ends.",
  },
  parameters: {
    flags: {
      stage: { kind: "enum", values: stages, default: "staging", brief: "What to load." },
      seconds: {
        kind: "parsed",
        parse: countFlag,
        placeholder: "number",
        default: "20",
        brief: "How long each number of users sends requests.",
      },
    },
  },
  async func({ stage, seconds }) {
    const measured: UserLoad[] = [];
    await runLoad({ projectFolder, stage, users: guideUsers, seconds, onMeasured: (one) => measured.push(one) });
    for (const line of renderTable(columns, measured.map(row))) this.process.stdout.write(`${line}\n`);
    const failed = measured.flatMap(({ users, checks }) =>
      checks.filter(({ held }) => !held).map(({ what, found }) => `${users} users: ${what}: ${found}`),
    );
    for (const line of failed) this.process.stdout.write(`${line}\n`);
    const checks = measured.reduce((sum, one) => sum + one.checks.length, 0);
    this.process.stdout.write(failed.length === 0 ? `All ${checks} checks held.\n` : "");
    this.process.exitCode = failed.length === 0 && measured.length === guideUsers.length ? 0 : 1;
  },
});

const columns = ["users", "requests", "a second", "lost", "rows", "mean ms", "p50 ms", "p95 ms", "max ms"].map(
  (heading) => ({ heading, figures: true }),
);

function row({ users, seconds, sent, lost, acknowledgedRows, latencyMilliseconds }: UserLoad): string[] {
  const { mean, p50, p95, max } = latencyMilliseconds;
  return [
    String(users),
    String(sent),
    (sent / seconds).toFixed(1),
    String(lost),
    String(acknowledgedRows),
    ...[mean, p50, p95, max].map((milliseconds) => milliseconds.toFixed(1)),
  ];
}

process.exitCode = await runProgram({
  name: "npm run load --",
  root: load,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
