import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain } from "./command.ts";

/** `status`: where the rollout stands, and whether it may go on. */
export const status = buildCommand({
  docs: explain("Show the record, live weights, drift, tasks, alarms, latch, time left in the bake, and the gate.", [
    {
      line: "npm run rollout -- status --stage production",
      purpose: "Everything that a step depends on, on one screen.",
    },
    {
      line: "npm run --silent rollout -- status --stage production --json | jq .gate.verdict",
      purpose: "The verdict alone.",
    },
  ]),
  parameters: { flags: commonFlags },
  func: action(async ({ stage }: CommonFlags, openWorld) => {
    const [{ describeStage }, { renderStatus }, { readSnapshot }] = await Promise.all([
      import("../reports/status-report.ts"),
      import("../reports/status-report.ts"),
      import("../snapshot.ts"),
    ]);
    const described = describeStage(stage, await readSnapshot(await openWorld(stage)));
    return { exitCode: 0, text: renderStatus(described), json: described };
  }),
});
