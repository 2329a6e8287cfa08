import { isLost, type RequestRecord } from "../../local/load/request-record.ts";
import { preciseNow } from "../../local/load/send-request.ts";
import type { AlarmRecord, StartedExecution } from "../../local/rollback/automatic-rollback.ts";
import { candidateOf, type StageContext } from "../stage-context.ts";

/**
 * Share of the candidate's requests that fail once it is made to. Against the planned 1 % this needs no luck: with the
 * candidate's traffic steady the short window is above it once a fortieth of it has passed, and with the minutes shortened
 * 20 times the second evaluation after the fault, 3 to 6 s on, sees a fifth of the window and more; at 25 % of 400
 * requests a second that is 120 failures, of which the planned minimum is 3.
 */
export const errorRate = 0.4;

/** Seconds that the alarm and the machine may take: five shortened minutes are 15. */
const limitSeconds = 30;

/** A candidate that failed, and what the rollback did about it by itself. */
export interface BrokenCandidate {
  /** When the fault began. */
  readonly failsFrom: number;
  readonly alarm: AlarmRecord;
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
