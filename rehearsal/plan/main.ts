import { defineCommand } from "citty";
import { runStrictly } from "../../cli/terminal/run-strictly.ts";
import { stages } from "../../rollout/stage.ts";
import { projectFolder } from "./project-folder.ts";

const command = defineCommand({
  meta: {
    name: "npm run plan --",
    description:
      "Plan a stage in process, without credentials: components, policy findings, and what a config change would change.",
  },
  args: {
    stage: { type: "enum", options: [...stages], required: true, description: "The stage to plan." },
    set: {
      type: "string",
      valueHint: "key=value",
      description: "A config value that differs from the stack file; may be repeated.",
    },
    diff: {
      type: "string",
      valueHint: "key=value",
      description: "Compare with the plan under this value, as one update from it; may be repeated.",
    },
    against: {
      type: "string",
      valueHint: "plan.json",
      description: "Compare with a plan written by --json, such as the base branch's.",
    },
    record: {
      type: "string",
      valueHint: "record.json",
      description: "The stack's rollout record (pulumi stack output rollout); assumed when absent.",
    },
    at: { type: "string", valueHint: "time", description: "The update's clock, ISO 8601. Default now." },
    resources: { type: "boolean", description: "Name every resource instead of counting them." },
    json: { type: "boolean", description: "Print one JSON document." },
  },
  async run({ args, rawArgs }) {
    const { runPlan } = await import("./run-plan.ts");
    process.exitCode = await runPlan({
      stage: args.stage,
      projectFolder,
      rawArgs,
      against: args.against,
      record: args.record,
      at: args.at,
      listResources: args.resources ?? false,
      json: args.json ?? false,
    });
  },
});

await runStrictly(command);
