import { defineCommand } from "citty";
import { runStrictly } from "../cli/terminal/run-strictly.ts";
import { stages } from "../infra/config/schema/stage-config.ts";
import { projectFolder } from "./plan/project-folder.ts";

const command = defineCommand({
  meta: {
    name: "npm run rehearse --",
    description:
      "Rehearse the whole rollout on this machine: real processes and a real PostgreSQL, driven by what the program plans.",
  },
  args: {
    stage: { type: "enum", options: [...stages, "both"], default: "both", description: "What to rehearse." },
    json: {
      type: "string",
      valueHint: "file",
      default: "rehearsal-report.json",
      description: "Where everything measured is written.",
    },
    answers: {
      type: "string",
      valueHint: "number",
      default: "400",
      description: "Answers that each split is judged by: more of them take longer and judge more sharply.",
    },
    seed: {
      type: "string",
      valueHint: "number",
      default: "1",
      description: "Seed of the draws that split the traffic.",
    },
  },
  async run({ args }) {
    const settings = {
      seed: readWholeNumber("seed", args.seed),
      answersPerStep: readWholeNumber("answers", args.answers),
      timeFactor: 20,
      requestsPerSecond: 400,
    };
    const { runRehearsal } = await import("./walk/run-rehearsal.ts");
    const held = await runRehearsal({
      projectFolder,
      stages: stages.filter((stage) => args.stage === "both" || args.stage === stage),
      reportPath: args.json,
      settings,
    });
    process.exitCode = held ? 0 : 1;
  },
});

function readWholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new RangeError(`--${name} is "${text}" but must be a whole number from 1 up. Leave it out for the default.`);
  }
  return Number(text);
}

await runStrictly(command);
