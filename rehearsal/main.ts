import { randomInt } from "node:crypto";
import { buildCommand } from "@stricli/core";
import { countFlag, type ProgramContext, runProgram } from "../cli/program.ts";
import { stages } from "../rollout/names.ts";
import { projectFolder } from "./plan/project-folder.ts";

const rehearsed = [...stages, "both"] as const;

interface RehearsalFlags {
  readonly stage: (typeof rehearsed)[number];
  readonly json: string;
  readonly html: string;
  readonly answers: number;
  readonly seed?: number;
}

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
      answers: {
        ...count,
        default: "400",
        brief: "Answers of the load that each step waits for. A small step is judged by more of them.",
      },
      seed: {
        ...count,
        optional: true,
        brief: "Seed of the draws that split the traffic, to repeat a run. Another one each time without it.",
      },
    },
  },
  async func({ stage, json, html, answers, seed = randomInt(1, 1_000_000) }) {
    const { runRehearsal } = await import("./walk/run-rehearsal.ts");
    const held = await runRehearsal({
      projectFolder,
      stages: stages.filter((one) => stage === "both" || stage === one),
      reportPath: json,
      pagePath: html,
      settings: { seed, answersPerStep: answers, timeFactor: 60, requestsPerSecond: 400 },
    });
    this.process.exitCode = held ? 0 : 1;
  },
});

process.exitCode = await runProgram({
  name: "npm run rehearse --",
  root: rehearse,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
