import { defineCommand, runMain } from "citty";
import { stages } from "../infra/config/schema/stage-config.ts";

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
    seed: {
      type: "string",
      valueHint: "number",
      default: "1",
      description: "Seed of the draws that split the traffic.",
    },
  },
  async run({ args }) {
    const { runRehearsal } = await import("./walk/run-rehearsal.ts");
    const held = await runRehearsal({
      stages: stages.filter((stage) => args.stage === "both" || args.stage === stage),
      reportPath: args.json,
      settings: { seed: Number.parseInt(args.seed, 10), timeFactor: 20, requestsPerSecond: 400, answersPerStep: 400 },
    });
    process.exitCode = held ? 0 : 1;
  },
});

await runMain(command);
