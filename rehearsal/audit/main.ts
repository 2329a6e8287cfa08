import { buildCommand } from "@stricli/core";
import { type ProgramContext, runProgram } from "../../cli/program.ts";
import { stages } from "../../rollout/names.ts";
import { projectFolder } from "../plan/project-folder.ts";

const audited = [...stages, "both"] as const;

interface AuditFlags {
  readonly stage: (typeof audited)[number];
}

const audit = buildCommand<AuditFlags, [], ProgramContext>({
  docs: {
    brief:
      "Have the plans, the policies of roles, the workflows and the packages judged by scanners of others. Needs python3 (3.10 or newer), and once a package index.",
  },
  parameters: {
    flags: { stage: { kind: "enum", values: audited, default: "both", brief: "Which stage to judge." } },
  },
  async func({ stage }) {
    const { runAudit } = await import("./run-audit.ts");
    const chosen = stages.filter((one) => stage === "both" || stage === one);
    this.process.exitCode = await runAudit({ stages: chosen, projectFolder });
  },
});

process.exitCode = await runProgram({
  name: "npm run audit --",
  root: audit,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
