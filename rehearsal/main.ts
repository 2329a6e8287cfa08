import { randomInt } from "node:crypto";
import { join } from "node:path";
import { buildCommand } from "@stricli/core";
import { exitCodes } from "../cli/outcome.ts";
import { countFlag, type ProgramContext, runProgram } from "../cli/program.ts";
import { stages } from "../rollout/names.ts";
import { projectFolder } from "./plan/project-folder.ts";

const rehearsed = [...stages, "both"] as const;

interface RehearsalFlags {
  readonly stage: (typeof rehearsed)[number];
  readonly json: string;
  readonly html: string;
  readonly markdown?: string;
  readonly answers: number;
  readonly seed?: number;
  readonly scenario?: readonly string[];
  readonly all?: boolean;
  readonly list?: boolean;
  readonly restore?: boolean;
}

/** `not judged`: something did not hold, on a machine that was too slow to tell a fault from its slowness. */
const exitCodeOf = {
  held: exitCodes.done,
  "not held": exitCodes.refusedOrFailed,
  "not judged": exitCodes.notEnoughData,
} as const;

const toggle = { kind: "boolean", optional: true, withNegated: false } as const;
const count = { kind: "parsed", parse: countFlag, placeholder: "number" } as const;

const rehearse = buildCommand<RehearsalFlags, [], ProgramContext>({
  docs: {
    brief:
      "Rehearse the whole rollout on this machine, with real processes and PostgreSQL, from the planned resources.",
  },
  parameters: {
    flags: {
      stage: { kind: "enum", values: rehearsed, default: "both", brief: "What to rehearse." },
      json: {
        kind: "parsed",
        parse: String,
        placeholder: "file",
        default: "rehearsal-report.json",
        brief: "Where everything measured is written.",
      },
      html: {
        kind: "parsed",
        parse: String,
        placeholder: "file",
        default: "rehearsal-report.html",
        brief: "Where the report for people is written.",
      },
      markdown: {
        kind: "parsed",
        parse: String,
        optional: true,
        placeholder: "file",
        brief: "Where the report is written as Markdown, for a pull request. By default nowhere.",
      },
      answers: {
        ...count,
        default: "400",
        brief: "Answers of the load that each step waits for. A small step is judged by more of them.",
      },
      seed: {
        ...count,
        optional: true,
        brief:
          "Seed of the draws that split the traffic, to repeat a run. Another one each time without it; of scenarios, 1.",
      },
      scenario: {
        kind: "parsed",
        parse: String,
        variadic: true,
        optional: true,
        placeholder: "name",
        brief: "Run this scenario, and no rehearsal of stages. Repeat it for more.",
      },
      all: { ...toggle, brief: "Run every scenario, and no rehearsal of stages." },
      list: { ...toggle, brief: "List the scenarios, and run nothing." },
      restore: { ...toggle, brief: "Restore a PostgreSQL that is written to, to a moment, and rehearse nothing else." },
    },
  },
  async func({
    stage,
    json,
    html,
    markdown,
    answers,
    seed,
    scenario = [],
    all = false,
    list = false,
    restore = false,
  }) {
    if (restore) {
      const { runRestore } = await import("./restore/run-restore.ts");
      const { held, lines } = await runRestore();
      this.process.stdout.write(`${lines.join("\n")}\n`);
      this.process.exitCode = held ? exitCodes.done : exitCodes.refusedOrFailed;
      return;
    }
    const files = { reportPath: json, pagePath: html, markdownPath: markdown };
    if (list || all || scenario.length > 0) {
      const { listScenarios, readScenarios, scenariosFolder, scenariosNamed } = await import(
        "./walk/scenario/read-scenarios.ts"
      );
      const known = readScenarios(join(projectFolder, scenariosFolder));
      if (list) {
        this.process.stdout.write(listScenarios(known));
        return;
      }
      const scenarios = all ? known : scenariosNamed(known, scenario);
      const { runScenarios } = await import("./walk/scenario/run-scenarios.ts");
      const result = await runScenarios({
        projectFolder,
        scenarios,
        ...files,
        seed: seed ?? 1,
      });
      this.process.exitCode = exitCodeOf[result];
      return;
    }
    const { runRehearsal } = await import("./walk/run-rehearsal.ts");
    const result = await runRehearsal({
      projectFolder,
      stages: stages.filter((one) => stage === "both" || stage === one),
      ...files,
      settings: {
        seed: seed ?? randomInt(1, 1_000_000),
        answersPerStep: answers,
        timeFactor: 120,
        requestsPerSecond: 500,
      },
    });
    this.process.exitCode = exitCodeOf[result];
  },
});

process.exitCode = await runProgram({
  name: "npm run rehearse --",
  root: rehearse,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
