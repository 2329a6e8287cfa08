import { namingStage } from "../../rollout/move.ts";
import { publicPathProblems } from "../../rollout/public-path.ts";
import { weightsByColour } from "../../rollout/split.ts";
import { formatInstant } from "../../rollout/time.ts";
import { shownRelease } from "../reports/history-lines.ts";
import { reachedLimitLines } from "../reports/limit-report.ts";
import type { StageDescription } from "../reports/status-report.ts";
import { splitWords } from "../terminal.ts";
import type { Message } from "./message.ts";

/**
 * What of a stage needs a person and is told by no alarm: traffic that goes otherwise than was recorded, a planned alarm that
 * is not in AWS, and a limit that is reached.
 *
 * @returns undefined where nothing does
 */
export function needsMessage(seen: StageDescription): Message | undefined {
  const { stage, record, candidate, colours, split, drift, publicPath, limit, gate, at, timeZone } = seen;
  const clock = { now: new Date(at), timeZone };
  const recorded = splitWords(weightsByColour(record.liveColour, record.weightPercent));
  const path = publicPathProblems(publicPath).map((problem) => namingStage(problem, stage));
  const missing = gate.findings.filter(({ value }) => value === "MISSING").map(({ sentence }) => sentence);
  const reached = reachedLimitLines(limit, stage, clock).map((line) => line.trim());
  const drifts = [
    ...(drift ? [`AWS gives ${splitWords(split)}, and the record has ${recorded}.`] : []),
    ...path,
    ...missing,
  ];
  if (drifts.length + reached.length === 0) return undefined;
  const { image, label } = colours[candidate];
  return {
    stage,
    what: drifts.length > 0 ? "AWS is not as the last update left it" : "a step has reached its limit",
    release: `${candidate} ${shownRelease(image, label)}`,
    since: `${formatInstant(new Date(record.since), clock)} (the last update of the rollout)`,
    done: [...drifts, ...reached, "Nothing was changed by this look."],
    next: [`npm run rollout -- status --stage ${stage}`, "docs/runbook.md, Something is missing in AWS, and Roll back"],
  };
}
