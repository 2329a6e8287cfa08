import type { AlarmChange } from "../../local/alarms/alarm-watch.ts";
import { isLost, preciseNow, type RequestRecord } from "../../local/load/request.ts";
import type { StartedExecution } from "../../local/rollback/automatic-rollback.ts";
import { candidateOf, type StageContext } from "../stage-context.ts";
import { hasNoTraffic, publicWeights } from "./public-weights.ts";

/**
 * Share of the candidate's requests that fail once it is made to: so many that the alarm needs no luck. It is evaluated each
 * 3 s (a minute, 20 times faster), so the second evaluation after the fault sees 3 s of it and more: at 25 % of 400 requests
 * a second 120 failures, where 3 are planned as the minimum. Even if the colour had had all the other traffic in the 15 s of
 * the short window, 6000 requests, 120 failures are 2 % of them, where 1 % is planned.
 */
export const errorRate = 0.4;

/** Seconds that the alarm and the machine may take: five shortened minutes are 15. */
const limitSeconds = 30;

/** A candidate that failed, and what the rollback did about it by itself. */
export interface BrokenCandidate {
  /** When the fault began. */
  readonly failsFrom: number;
  readonly alarm: AlarmChange;
  readonly execution: StartedExecution;
  /** Generation of the routes that the machine left. */
  readonly generation: number;
  /** Every request until twice the answers that a split is judged by had been given under those routes. */
  readonly records: readonly RequestRecord[];
  /** Requests that the candidate's process counted between the first and the second half of them. */
  readonly candidateRequestsAfter: number;
}

/** Makes the candidate fail while it has traffic, waits for what the planned rollback does, and mends it. */
export async function breakCandidate({
  balancer,
  fleet,
  program,
  rollback,
  settings,
  terminal,
  traffic,
}: StageContext): Promise<BrokenCandidate> {
  const candidate = candidateOf(program);
  const early = rollback.changes.findLast(({ colour }) => colour === candidate);
  if (early?.to === "ALARM") {
    throw new Error(`${early.name} went off by ${early.firing.join(", ")} before anything was made to fail.`);
  }
  const api = fleet.api(candidate);
  terminal.status(`  ${program.stage}: ${candidate} fails`);
  // From before it is told, or a request that fails while the acknowledgement is under way counts as lost otherwise.
  const failsFrom = preciseNow();
  await api.setFaults({ errorRate });
  const execution = await rollback.until("an execution that the planned alarm starts", limitSeconds, () =>
    rollback.executions.find(({ startedBy, startedAt }) => startedBy === "alarm" && startedAt >= failsFrom),
  );
  const alarm = rollback.changes.find(({ to, at }) => to === "ALARM" && at >= failsFrom);
  const current = await balancer.current();
  if (alarm === undefined || current === undefined) throw new Error("The machine ran without an alarm or a balancer.");

  // With traffic left on the candidate the check would move it again and again, and nothing could be measured.
  if (!hasNoTraffic(current.routes, candidate)) {
    throw new Error(`The machine ended in ${execution.endState} and left ${publicWeights(current.routes)}.`);
  }

  terminal.status(`  ${program.stage}: rolled back by the machine`);
  const { generation } = current;
  await traffic.answersUnder(generation, settings.answersPerStep);
  const countedAtFirst = await api.requestCount();
  const records = await traffic.until(
    "as many answers again",
    20,
    (all) => all.filter((record) => record.generation === generation).length >= 2 * settings.answersPerStep,
  );
  const countedAtLast = await api.requestCount();
  await api.setFaults({});
  return {
    failsFrom,
    alarm,
    execution,
    generation,
    records: [...records],
    candidateRequestsAfter: countedAtLast - countedAtFirst,
  };
}

/** The requests that failed since the fault. */
export function failuresOf({ failsFrom, records }: Pick<BrokenCandidate, "failsFrom" | "records">) {
  return records.filter((record) => record.endedAt >= failsFrom && isLost(record));
}
