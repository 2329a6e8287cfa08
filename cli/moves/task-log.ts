import { apiContainerName, apiLogGroupName } from "../../components/api/names.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { stageName } from "../../infra/naming.ts";
import type { OneOffTask } from "../../rollout/one-off-tasks.ts";

/** Where a one-off task's log is. */
export interface TaskLog {
  readonly group: string;
  readonly stream: string;
  /** A line for a shell that prints it. */
  readonly command: string;
}

/** Finds a task's log by the names that the program gives: `<task>/<container>/<task id>`. */
export function taskLog(
  { stage, region, run }: { readonly stage: Stage; readonly region: string; readonly run: OneOffTask },
  taskArn: string,
): TaskLog {
  const group = apiLogGroupName(stageName(stage), "one-off-tasks");
  const stream = `${run}/${apiContainerName}/${taskArn.split("/").at(-1)}`;
  const words = `--region ${region} --log-group-name ${group} --log-stream-name ${stream}`;
  return {
    group,
    stream,
    command: `aws logs get-log-events ${words} --start-from-head --query 'events[].[message]' --output text`,
  };
}
