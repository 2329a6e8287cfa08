import type { Colour } from "../../rollout/colour.ts";
import { formatSplit, percentOf } from "../../rollout/split.ts";
import type { AlarmChange } from "../local/alarms/alarm-watch.ts";
import { isLost, preciseNow, type RequestRecord } from "../local/load/request.ts";
import { tally } from "../local/load/tally.ts";
import type { StartedExecution } from "../local/rollback/automatic-rollback.ts";
import { publicSplit } from "../local/routes.ts";
import { judgeSplit } from "../local/split.ts";
import type { ExecutionReport, RollbackReport } from "../report/report-schema.ts";
import type { StageWorld } from "./stage-world.ts";

/**
 * Share of the candidate's requests that fail. It is so large that the alarm fires without luck: a minute is failing where
 * more than 56 % of its requests failed, and a shortened minute of 0.5 s has 50 of the candidate's requests at 25 %.
 */
const errorRate = 0.8;

/**
 * Seconds that the alarm and the machine may take, also where this machine is slow: the alarm asks for seven failing minutes,
 * which are 3.5 s.
 */
const limitSeconds = 75;

/** A candidate that failed, and what the rollback did by itself. */
export interface BrokenCandidate {
  /** When the fault began. */
  readonly failsFrom: number;
  /** How many minutes had been evaluated then. */
  readonly minutesBefore: number;
  readonly alarm: AlarmChange;
  readonly execution: StartedExecution;
  /** Generation of the routes that the machine left. */
  readonly generation: number;
  /** All requests until those routes had twice as many answers as a split is judged by. */
  readonly records: readonly RequestRecord[];
  /** Requests that the candidate's process counted between the first and the second half of those answers. */
  readonly candidateRequestsAfter: number;
}

/** Makes the candidate fail while it has traffic, waits for the planned rollback, and removes the fault. */
export async function breakCandidate(world: StageWorld): Promise<BrokenCandidate> {
  const { balancer, fleet, program, rollback, settings, terminal, traffic } = world;
  const { candidate } = program;
  const last = rollback.changes.findLast(({ colour }) => colour === candidate);
  if (last?.to === "ALARM") {
    throw new Error(`${last.name} fired by ${last.firing.join(", ")} before the candidate was made to fail.`);
  }
  const api = fleet.api(candidate);
  terminal.status(`  ${program.stage}: ${candidate} fails`);
  // Before the process gets the fault: otherwise a request that fails before the acknowledgement would not count as its.
  const failsFrom = preciseNow();
  const minutesBefore = rollback.minutes;
  await api.setFaults({ errorRate });
  world.events.push({ at: failsFrom, kind: "fault", text: `${candidate} fails ${errorRate * 100} % of its requests` });
  const execution = await rollback.until("an execution that the planned alarm starts", limitSeconds, () =>
    rollback.executions.find(({ startedBy, startedAt }) => startedBy === "alarm" && startedAt >= failsFrom),
  );
  const alarm = rollback.changes.find(({ to, at }) => to === "ALARM" && at >= failsFrom);
  const current = await balancer.current();
  if (alarm === undefined || current === undefined) throw new Error("The machine ran without an alarm or a balancer.");

  // If the candidate kept traffic, each check would move it again, and nothing could be measured.
  const split = publicSplit(current.routes);
  if (percentOf(split, candidate) !== 0) {
    throw new Error(`The machine ended in ${execution.endState} and left the public rule at ${formatSplit(split)}.`);
  }

  terminal.status(`  ${program.stage}: rolled back by the machine`);
  const { generation } = current;
  await traffic.answersUnder(generation, settings.answersPerStep);
  const countedBefore = await api.requestCount();
  const records = await traffic.until(
    "as many answers again",
    20,
    (all) => all.filter((record) => record.generation === generation).length >= 2 * settings.answersPerStep,
  );
  const candidateRequestsAfter = (await api.requestCount()) - countedBefore;
  await api.setFaults({});
  return { failsFrom, minutesBefore, alarm, execution, generation, records: [...records], candidateRequestsAfter };
}

/** The requests that failed from the fault on. */
export function failuresOf({ failsFrom, records }: Pick<BrokenCandidate, "failsFrom" | "records">) {
  return records.filter((record) => record.endedAt >= failsFrom && isLost(record));
}

/** What is computed from the requests and the execution. */
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

/** Computes how long a rollback took and what it cost. */
export function measureRollback(broken: BrokenCandidate, candidate: Colour): MeasuredRollback {
  const { alarm, execution, failsFrom, generation, minutesBefore, records } = broken;
  const failures = failuresOf(broken);
  const firstFailure = Math.min(alarm.at, ...failures.map(({ endedAt }) => endedAt));
  const ofCandidate = (from: number, until = Number.POSITIVE_INFINITY) =>
    records.filter(({ colour, endedAt }) => colour === candidate && endedAt >= from && endedAt <= until);
  const untilAlarm = ofCandidate(failsFrom, alarm.at);
  const underNewRoutes = records.filter((record) => record.generation === generation);
  const call = execution.calls.findIndex(({ action }) => action.endsWith(":modifyRule"));
  const movedAt = execution.calls[call]?.answeredAt ?? execution.endedAt;
  const lastEnd = ofCandidate(alarm.at).reduce((latest, { endedAt }) => Math.max(latest, endedAt), movedAt);
  return {
    fault: `${candidate} answers ${errorRate * 100} % of its requests with 500`,
    alarm: {
      name: alarm.name,
      colour: alarm.colour,
      firing: alarm.firing,
      milliseconds: alarm.at - firstFailure,
      // In minutes that were evaluated: on a machine that is late they are longer, and the alarm needs no more of them.
      plannedPaceMilliseconds: (alarm.minute - minutesBefore) * 60_000,
    },
    candidateErrorPercent: untilAlarm.length === 0 ? 0 : (untilAlarm.filter(isLost).length / untilAlarm.length) * 100,
    execution: describeExecution(execution),
    trafficCall: call + 1,
    trafficCallMilliseconds: movedAt - alarm.at,
    lastCandidateAnswerMilliseconds: lastEnd - alarm.at,
    split: judgeSplit(0, underNewRoutes.filter(({ colour }) => colour === candidate).length, underNewRoutes.length),
    latencyMilliseconds: tally(underNewRoutes).latencyMilliseconds,
    candidateRequestsAfter: broken.candidateRequestsAfter,
    lostAfter: underNewRoutes.filter(isLost).length,
    failedByFault: failures.length,
  };
}

/** An execution as it is reported. */
export function describeExecution(execution: StartedExecution): ExecutionReport {
  const { startedBy, input, calls, endState, succeeded, startedAt, endedAt } = execution;
  return {
    startedBy,
    input,
    calls: calls.map(({ state, action, at, answeredAt, error }) => {
      return { state, action, milliseconds: answeredAt - at, error };
    }),
    endState,
    succeeded,
    milliseconds: endedAt - startedAt,
  };
}
