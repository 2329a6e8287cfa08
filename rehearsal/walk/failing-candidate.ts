import { parseDurationSeconds } from "../../rollout/duration.ts";
import { parseLatch } from "../../rollout/latch.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { RollbackReport } from "../report/rollback-schema.ts";
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
  const [broken, late] = await Promise.all([breakCandidate(context), planNextStep(context)]);
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

/** The update that somebody may have under way when the alarm goes off: the next step, planned while all was well. */
async function planNextStep({ config, program }: StageContext): Promise<StagePlan> {
  const { steps } = config.rollout;
  const index = steps.findIndex(({ weight }) => weight === program.plan.record.weightPercent);
  const [standing, next] = [steps[index], steps[index + 1]];
  if (standing === undefined || next === undefined) throw new Error("There is no next step to be under way.");
  const at = new Date(program.now.getTime() + parseDurationSeconds(standing.bake) * 1000);
  return await program.foresee({ edit: { candidateWeight: next.weight }, at });
}
