import { enableCompileCache } from "node:module";
import { join } from "node:path";
import type { ProgramContext } from "../../cli/program.ts";
import { projectFolder } from "../plan/project-folder.ts";

// Before anything of the program is loaded. Where the folder cannot be written, nothing is kept and nothing fails.
enableCompileCache(join(projectFolder, ".cache", "compile"));
const [{ buildCommand }, { runProgram }, { stages }] = await Promise.all([
  import("@stricli/core"),
  import("../../cli/program.ts"),
  import("../../rollout/names.ts"),
]);

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
