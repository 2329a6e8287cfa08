import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { parseLatch } from "../../rollout/latch.ts";
import { bakeSecondsAt, stepAfter } from "../../rollout/schedule.ts";
import { addSeconds } from "../../rollout/time.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { RollbackReport } from "../report/report-schema.ts";
import { breakCandidate, failuresOf } from "./rollback/break-candidate.ts";
import { holdByLatch } from "./rollback/hold-by-latch.ts";
import { measureRollback } from "./rollback/measure-rollback.ts";
import { rollbackChecks } from "./rollback/rollback-checks.ts";
import { undoLateUpdate } from "./rollback/undo-late-update.ts";
import { candidateOf, type StageContext } from "./stage-context.ts";

/**
 * Makes the candidate fail while it has traffic. What follows is the planned rollback's own doing: the planned alarm
 * notices, the planned event starts the planned machine, and the machine takes the traffic back, sets the latch and tells
 * people. Then what must not bring the candidate back is tried.
 */
export async function failAndRollBack(context: StageContext): Promise<RollbackReport> {
  const { program, rollback, settings } = context;
  const candidate = candidateOf(program);
  const [broken, late] = await Promise.all([breakCandidate(context), planNextUpdate(context)]);
  const measured = measureRollback(broken, candidate, settings.timeFactor);
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
  const undoing = rollback.hasCheck ? await undoLateUpdate(context, late) : undefined;
  const holding = await holdByLatch(context, broken.execution.input);
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
 * The update that somebody may have under way when the alarm goes off, planned while all was well: the next step, or
 * after the last one another update of the same weight.
 */
async function planNextUpdate({ config, program }: StageContext): Promise<StagePlan> {
  const schedule = scheduleOf(config.rollout);
  const { weightPercent } = program.plan.record;
  const candidateWeight = stepAfter(schedule, weightPercent)?.weightPercent ?? weightPercent;
  const at = addSeconds(program.now, bakeSecondsAt(schedule, weightPercent));
  return await program.foresee({ edit: { candidateWeight }, at });
}
