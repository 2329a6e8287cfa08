import { buildCommand } from "@stricli/core";
import { type ProgramContext, runProgram } from "../../cli/program.ts";
import { stages } from "../../rollout/names.ts";
import { projectFolder } from "../plan/project-folder.ts";

const validated = [...stages, "both"] as const;

interface ValidationFlags {
  readonly stage: (typeof validated)[number];
}

const validate = buildCommand<ValidationFlags, [], ProgramContext>({
  docs: {
    brief:
      "Judge the API calls of each planned AWS resource by the service models that AWS publishes, by moto and by cfn-lint. Needs python3 (3.10 or newer), and once a package index.",
  },
  parameters: {
    flags: { stage: { kind: "enum", values: validated, default: "both", brief: "What to judge." } },
  },
  async func({ stage }) {
    const { runValidation } = await import("./run-validation.ts");
    const chosen = stages.filter((one) => stage === "both" || stage === one);
    this.process.exitCode = await runValidation({ stages: chosen, projectFolder });
  },
});

process.exitCode = await runProgram({
  name: "npm run validate --",
  root: validate,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
