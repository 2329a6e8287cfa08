import { type Colour, otherColour } from "../../../rollout/colour.ts";
import { parseLatch } from "../../../rollout/latch.ts";
import { isColourAlarm } from "../../../rollout/names.ts";
import type { AlarmChange } from "../../local/alarms/alarm-watch.ts";
import type { RequestRecord } from "../../local/load/request.ts";
import type { Check, RollbackReport } from "../../report/report-schema.ts";
import { calledActions } from "../../report/terminal.ts";
import type { MeasuredRollback } from "./measure-rollback.ts";

/** Guide B1: how long a rollback may take. */
const guideMilliseconds = 300_000;

/** What the checks look at. */
export interface RollbackEvidence {
  readonly candidate: Colour;
  readonly measured: MeasuredRollback;
  /** The latch parameter's value after the machine ended. */
  readonly latch: string;
  readonly notices: RollbackReport["notices"];
  /** Changes of composite alarms before the fault. */
  readonly changesBefore: readonly AlarmChange[];
  readonly failures: readonly Pick<RequestRecord, "colour">[];
}

/** Everything that must hold of a rollback itself. */
export function rollbackChecks(evidence: RollbackEvidence): readonly Check[] {
  const { candidate, changesBefore, failures, latch, measured, notices } = evidence;
  const { alarm, execution, split } = measured;
  const written = parseLatch(latch);
  const others = failures.filter(({ colour }) => colour !== candidate).length;
  const failedCalls = execution.calls.filter(({ error }) => error !== undefined);
  const backMilliseconds = alarm.plannedPaceMilliseconds + measured.lastCandidateAnswerMilliseconds;
  return [
    {
      what: "no alarm goes off while nothing is wrong",
      held: changesBefore.length === 0,
      found: changesBefore.map(({ name, to }) => `${name} ${to}`).join(", ") || "none",
    },
    {
      what: "the planned alarm notices it by its error rate",
      held: alarm.colour === candidate && alarm.firing.some((name) => isColourAlarm(name, "error-rate")),
      found: `${alarm.name} by ${alarm.firing.join(", ")}`,
    },
    {
      what: "the planned machine moves the traffic with its second call",
      held: measured.trafficCall === 2,
      found: calledActions(execution),
    },
    {
      what: "every call of the machine succeeds, and so does the execution",
      held: execution.succeeded && failedCalls.length === 0,
      found: failedCalls.map(({ action, error }) => `${action}: ${error}`).join("; ") || execution.endState,
    },
    {
      what: "the latch is set and says why",
      held: written.state === "set" && written.reason === alarm.name && written.rolledBack === candidate,
      found: latch,
    },
    {
      what: "people are told, once",
      held: notices.length === 1 && notices[0]?.subject.startsWith("Rolled back") === true,
      found: notices.map(({ subject }) => subject).join("; ") || "nothing",
    },
    {
      what: "they are told that the live colour has healthy tasks",
      held: notices.every(({ message }) => message.includes(`. ${otherColour(candidate)} has healthy tasks. `)),
      found: notices.map(({ message }) => message).join("; "),
    },
    {
      what: "no request reaches the candidate under the machine's routes",
      held: split.held,
      found: `${split.candidateAnswers} of ${split.answers}`,
    },
    {
      what: "the candidate's own count stands still",
      held: measured.candidateRequestsAfter === 0,
      found: `${measured.candidateRequestsAfter} more`,
    },
    {
      what: "no request fails after the rollback",
      held: measured.lostAfter === 0,
      found: `${measured.lostAfter} failed`,
    },
    { what: "nothing but the candidate failed", held: others === 0, found: `${others} of ${failures.length}` },
    {
      what: "the traffic is back within 5 minutes of the first failure, alarm periods as long as planned (guide B1)",
      held: backMilliseconds < guideMilliseconds,
      found: `${(backMilliseconds / 1000).toFixed(1)} s`,
    },
  ];
}
