import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { type Colour, otherColour } from "../../rollout/colour.ts";
import { parseLatch } from "../../rollout/latch.ts";
import { isFailureAlarm } from "../../rollout/names.ts";
import { bakeSecondsAt, stepAfter } from "../../rollout/schedule.ts";
import { addSeconds } from "../../rollout/time.ts";
import type { AlarmChange } from "../local/alarms/alarm-watch.ts";
import type { RequestRecord } from "../local/load/request.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { Check, RollbackReport } from "../report/report-schema.ts";
import { calledActions } from "../report/terminal.ts";
import { holdByLatch, undoLateUpdate } from "./after-rollback.ts";
import { breakCandidate, failuresOf, type MeasuredRollback, measureRollback } from "./break-candidate.ts";
import type { StageWorld } from "./stage-world.ts";

/**
 * Makes the candidate fail while it has traffic. Everything after that the planned rollback does by itself: the planned
 * alarm fires, the planned event starts the planned machine, and the machine takes the traffic back, sets the latch and sends
 * a notice. Then everything that must not give the candidate traffic again is tried.
 */
export async function failAndRollBack(world: StageWorld): Promise<RollbackReport> {
  const { program, rollback } = world;
  const { candidate } = program;
  const [broken, late] = await Promise.all([breakCandidate(world), planNextUpdate(world)]);
  const measured = measureRollback(broken, candidate);
  const latch = rollback.latch;
  const notices = [...rollback.notices];
  const checks = rollbackChecks({
    candidate,
    measured,
    latch,
    notices,
    changesBefore: rollback.changes.filter(({ at }) => at < broken.failsFrom),
    failures: failuresOf(broken),
  });
  const undoing = rollback.hasCheck ? await undoLateUpdate(world, late) : undefined;
  const holding = await holdByLatch(world, broken.execution.input);
  return {
    ...measured,
    latch: { at: "", reason: "", ...parseLatch(latch) },
    notices,
    undone: undoing?.undone ?? null,
    ...holding.held,
    checks: [...checks, ...(undoing?.checks ?? []), ...holding.checks],
  };
}

/**
 * Plans the update that somebody may have in flight when the alarm fires: the next step, or after the last step an update
 * with the same weight.
 */
async function planNextUpdate({ config, program }: StageWorld): Promise<StagePlan> {
  const schedule = scheduleOf(config.rollout);
  const { weightPercent } = program.plan.record;
  const candidateWeight = stepAfter(schedule, weightPercent)?.weightPercent ?? weightPercent;
  const at = addSeconds(program.now, bakeSecondsAt(schedule, weightPercent));
  return await program.foresee({ edit: { candidateWeight }, at });
}

/** Guide B1: how long a rollback may take, once it is decided. */
const guideMilliseconds = 300_000;

/**
 * How long the alarms may take to notice a release that turns bad late: the shortest window is seven failing minutes of ten.
 * The minute check, which notices one that fails from its first request in three minutes, has no counts in a rehearsal.
 */
const noticedMilliseconds = 600_000;

/** What the checks of a rollback look at. */
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

/** The checks of the rollback itself. */
export function rollbackChecks(evidence: RollbackEvidence): readonly Check[] {
  const { candidate, changesBefore, failures, latch, measured, notices } = evidence;
  const { alarm, execution, split } = measured;
  const written = parseLatch(latch);
  const others = failures.filter(({ colour }) => colour !== candidate).length;
  const failedCalls = execution.calls.filter(({ error }) => error !== undefined);
  return [
    {
      what: "no alarm fires before the fault",
      held: changesBefore.length === 0,
      found: changesBefore.map(({ name, to }) => `${name} ${to}`).join(", ") || "none",
    },
    {
      what: "the candidate's planned alarm fires by the error rate",
      held: alarm.colour === candidate && alarm.firing.some((name) => isFailureAlarm(name)),
      found: `${alarm.name} by ${alarm.firing.join(", ")}`,
    },
    {
      what: "the planned machine moves the traffic with its second call",
      held: measured.trafficCall === 2,
      found: calledActions(execution),
    },
    {
      what: "the execution and all its calls succeed",
      held: execution.succeeded && failedCalls.length === 0,
      found: failedCalls.map(({ action, error }) => `${action}: ${error}`).join("; ") || execution.endState,
    },
    {
      what: "the latch is set, with the alarm as its reason",
      held: written.state === "set" && written.reason === alarm.name && written.rolledBack === candidate,
      found: latch,
    },
    {
      what: "one notice tells of the rollback",
      held: notices.length === 1 && notices[0]?.subject.startsWith("Rolled back") === true,
      found: notices.map(({ subject }) => subject).join("; ") || "nothing",
    },
    {
      what: "the notice says how many healthy tasks the live colour has",
      held: notices.every(({ message }) =>
        new RegExp(`\\. ${otherColour(candidate)} has [1-9]\\d* healthy tasks?( or more)?\\. `).test(message),
      ),
      found: notices.map(({ message }) => message).join("; "),
    },
    {
      what: "under the machine's routes the candidate answers no public request",
      held: split.held,
      found: `${split.candidateAnswers} of ${split.answers}`,
    },
    {
      what: "under the machine's routes the candidate's process counts no request",
      held: measured.candidateRequestsAfter === 0,
      found: `${measured.candidateRequestsAfter} more`,
    },
    {
      what: "no request fails after the rollback",
      held: measured.lostAfter === 0,
      found: `${measured.lostAfter} failed`,
    },
    {
      what: "only the candidate's requests fail",
      held: others === 0,
      found: `${others} of ${failures.length} were not`,
    },
    {
      what: "the alarm fires within 10 failing minutes",
      held: alarm.plannedPaceMilliseconds <= noticedMilliseconds,
      found: `${alarm.plannedPaceMilliseconds / 60_000} min`,
    },
    {
      what: "the traffic is back within 5 minutes of the alarm (guide B1)",
      held: measured.lastCandidateAnswerMilliseconds < guideMilliseconds,
      found: `${(measured.lastCandidateAnswerMilliseconds / 1000).toFixed(1)} s`,
    },
  ];
}
