import type { Colour } from "../../../rollout/colour.ts";
import { isLost, type RequestRecord } from "../../local/load/request.ts";
import { tally } from "../../local/load/tally.ts";
import { judgeSplit } from "../../local/split.ts";
import type { RollbackReport } from "../../report/report-schema.ts";
import { type BrokenCandidate, errorRate, failuresOf } from "./break-candidate.ts";
import { describeExecution } from "./describe-execution.ts";

/** What the requests and the execution show. */
export type MeasuredRollback = Pick<
  RollbackReport,
  | "fault"
  | "alarm"
  | "candidateErrorPercent"
  | "execution"
  | "trafficCall"
  | "trafficCallMilliseconds"
  | "lastCandidateAnswerMilliseconds"
  | "split"
  | "latencyMilliseconds"
  | "candidateRequestsAfter"
  | "lostAfter"
  | "failedByFault"
>;

/**
 * Computes what a rollback took and cost.
 *
 * @param timeFactor how many times faster than planned the alarm's periods passed: the time until the alarm is given at
 * the planned pace too, since it is these periods that it consists of
 */
export function measureRollback(broken: BrokenCandidate, candidate: Colour, timeFactor: number): MeasuredRollback {
  const { alarm, execution, failsFrom, generation, records } = broken;
  const failures = failuresOf(broken);
  const firstFailure = Math.min(alarm.at, ...failures.map(({ endedAt }) => endedAt));
  const ofCandidate = (from: number, until = Number.POSITIVE_INFINITY) =>
    records.filter(({ colour, endedAt }) => colour === candidate && endedAt >= from && endedAt <= until);
  const until = ofCandidate(failsFrom, alarm.at);
  const underNewRoutes = records.filter((record) => record.generation === generation);
  const moves = execution.calls.findIndex(({ action }) => action.endsWith(":modifyRule"));
  const movedAt = execution.calls[moves]?.answeredAt ?? execution.endedAt;
  const milliseconds = alarm.at - firstFailure;
  return {
    fault: `${candidate} answers ${errorRate * 100} % of its requests with 500`,
    alarm: {
      name: alarm.name,
      colour: alarm.colour,
      firing: [...alarm.firing],
      milliseconds,
      plannedPaceMilliseconds: milliseconds * timeFactor,
    },
    candidateErrorPercent: until.length === 0 ? 0 : (until.filter(isLost).length / until.length) * 100,
    execution: describeExecution(execution),
    trafficCall: moves + 1,
    trafficCallMilliseconds: movedAt - alarm.at,
    lastCandidateAnswerMilliseconds: latestEnd(ofCandidate(alarm.at), movedAt) - alarm.at,
    split: judgeSplit(0, underNewRoutes.filter(({ colour }) => colour === candidate).length, underNewRoutes.length),
    latencyMilliseconds: tally(underNewRoutes).latencyMilliseconds,
    candidateRequestsAfter: broken.candidateRequestsAfter,
    lostAfter: underNewRoutes.filter(isLost).length,
    failedByFault: failures.length,
  };
}

function latestEnd(records: readonly RequestRecord[], atLeast: number): number {
  return records.reduce((latest, { endedAt }) => Math.max(latest, endedAt), atLeast);
}
