import { formatDuration } from "../../../rollout/time.ts";
import type { TaskResult } from "../../moves/end-task.ts";

/** Tells how a one-off task ended: with what it did, or with what failed and where to read on. */
export function renderTask({ how, log, evidence, evidencePath }: TaskResult): string {
  const { task, outcome, problems } = evidence;
  const { run, kind, colour, image, exitCode, startedAt, stoppedAt } = task;
  const ran = startedAt === null || stoppedAt === null ? "" : ` after ${duration(startedAt, stoppedAt)}`;
  const by = { started: "", joined: " It was running already.", ended: " An earlier run had started it." }[how];
  const kindWord = kind === null ? "" : ` (${kind})`;
  return [
    ...(outcome === "done"
      ? [`${run}${kindWord} from ${colour}, ${image}, ended with exit code ${exitCode}${ran}.${by}`]
      : problems.map((problem) => `${problem}${by}`)),
    `Log group ${log.group}, stream ${log.stream}:`,
    `  ${log.command}`,
    ...(outcome === "done" ? [] : ["Mend what it says and run the command again, which starts a new task."]),
    `Commit ${evidencePath}.`,
  ].join("\n");
}

function duration(startedAt: string, stoppedAt: string): string {
  const seconds = (new Date(stoppedAt).getTime() - new Date(startedAt).getTime()) / 1000;
  return formatDuration(Math.max(0, Math.round(seconds)));
}
