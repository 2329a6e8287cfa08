import { parseLatch } from "../../../rollout/latch.ts";
import { readRoutes } from "../../local/routes.ts";
import type { Check, RollbackReport } from "../../report/report-schema.ts";
import { calledActions } from "../../report/terminal.ts";
import { isRefusal } from "../illegal-moves.ts";
import { onlyThePublicRule } from "../make-move.ts";
import type { StageContext } from "../stage-context.ts";
import { describeExecution } from "./describe-execution.ts";
import { publicWeights } from "./public-weights.ts";

/** What shows that a rollback stays. */
export type HeldByLatch = Pick<RollbackReport, "repeated" | "refused" | "agreed">;

/**
 * Shows that the traffic stays back: the machine started once more does nothing, the unchanged config is refused by the
 * real program under the latch that the machine wrote, and the edit to weight 0 makes config and AWS agree again.
 *
 * @param input what the alarm had started the machine with
 */
export async function holdByLatch(
  context: StageContext,
  input: unknown,
): Promise<{ readonly held: HeldByLatch; readonly checks: readonly Check[] }> {
  const { balancer, program, rollback, terminal } = context;
  const latchText = rollback.latch;
  const before = await balancer.current();
  const repeated = await rollback.execute(input);
  const afterRepetition = await balancer.current();

  terminal.status(`  ${program.stage}: running the unchanged config over the latch`);
  const latch = parseLatch(latchText);
  const standing = program.plan.record.weightPercent;
  const refusal = await program.attempt({ edit: {}, at: program.now, latch });

  terminal.status(`  ${program.stage}: setting the weight to 0`);
  const edit = { candidateWeight: 0 };
  const { changes, plan, planMilliseconds } = await program.deploy(edit, latch);
  const planned = publicWeights(readRoutes(plan));
  const running = publicWeights(afterRepetition?.routes);
  rollback.apply(plan);
  await balancer.applyRoutes(readRoutes(plan));

  const held = {
    repeated: describeExecution(repeated),
    refused: refusal?.message ?? "the program accepted it",
    agreed: {
      edit,
      planMilliseconds,
      changes: changes.map((change) => ({ ...change, properties: [...change.properties] })),
    },
  };
  const untouched = before?.generation === afterRepetition?.generation && rollback.latch === latchText;
  return {
    held,
    checks: [
      {
        what: "a second execution changes nothing",
        held: repeated.succeeded && untouched && repeated.calls.length === 1,
        found: `${calledActions(held.repeated)}, then ${repeated.endState}`,
      },
      {
        what: `an unchanged ${standing} % is refused under the latch that the machine wrote`,
        held: refusal !== undefined && isRefusal(refusal) && /the only accepted weight is 0/.test(refusal.message),
        found: held.refused,
      },
      { ...onlyThePublicRule(changes), what: "weight 0 is accepted and changes the public rule alone" },
      { what: "config and AWS agree again, without moving traffic", held: planned === running, found: running },
    ],
  };
}
