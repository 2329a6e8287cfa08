import { buildCommand } from "@stricli/core";
import { type ProgramContext, runProgram } from "../../cli/program.ts";
import { type Stage, stages } from "../../rollout/names.ts";
import { projectFolder } from "./project-folder.ts";

interface PlanFlags {
  readonly stage: Stage;
  readonly set?: readonly string[];
  readonly diff?: readonly string[];
  readonly against?: string;
  readonly record?: string;
  readonly at?: Date;
  readonly cost?: string;
  readonly resources?: boolean;
  readonly json?: boolean;
}

const text = { kind: "parsed", parse: String, optional: true } as const;
const settings = { ...text, variadic: true, placeholder: "key=value" } as const;
const toggle = { kind: "boolean", optional: true, withNegated: false } as const;

const plan = buildCommand<PlanFlags, [], ProgramContext>({
  docs: {
    brief:
      "Plan a stage in process, without credentials: components, policy findings, and what a change of config would change.",
  },
  parameters: {
    flags: {
      stage: { kind: "enum", values: stages, brief: "The stage to plan." },
      set: { ...settings, brief: "Use this value instead of the stack file's. Repeat it for more." },
      diff: {
        ...settings,
        brief: "Compare with the plan under this value, as one update from it. Repeat it for more.",
      },
      against: {
        ...text,
        placeholder: "plan.json",
        brief: "Compare with a plan that --json wrote, such as the base branch's.",
      },
      record: {
        ...text,
        placeholder: "record.json",
        brief: "The stack's rollout record (pulumi stack output rollout). By default one that fits the settings.",
      },
      at: {
        kind: "parsed",
        parse: parseTime,
        optional: true,
        placeholder: "time",
        brief: "The update's clock, ISO 8601. By default now.",
      },
      cost: {
        ...text,
        placeholder: "prices.yaml",
        brief: "Say what the stage costs each month by the prices in this file, and what the change adds.",
      },
      resources: { ...toggle, brief: "Name every resource instead of counting them." },
      json: { ...toggle, brief: "Print one JSON document." },
    },
  },
  async func({ stage, set = [], diff = [], against, record, at = new Date(), cost, resources = false, json = false }) {
    const { runPlan } = await import("./run-plan.ts");
    const options = { stage, projectFolder, set, diff, against, record, at, cost, listResources: resources, json };
    this.process.exitCode = await runPlan(options);
  },
});

function parseTime(input: string): Date {
  const time = new Date(input);
  if (Number.isNaN(time.getTime())) throw new RangeError("Give a moment, such as 2026-11-23T14:20:00Z.");
  return time;
}

process.exitCode = await runProgram({
  name: "npm run plan --",
  root: plan,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
