import { parseLatch } from "../../rollout/latch.ts";
import { formatSplit, isSameSplit, percentOf } from "../../rollout/split.ts";
import { preciseNow } from "../local/load/request.ts";
import { publicSplit, type Routes, readRoutes } from "../local/routes.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { Check, RollbackReport, UndoneReport } from "../report/report-schema.ts";
import { calledActions } from "../report/terminal.ts";
import { describeExecution } from "./break-candidate.ts";
import { isRefusal } from "./illegal-moves.ts";
import { onlyThePublicRule } from "./make-move.ts";
import type { StageWorld } from "./stage-world.ts";

/** Answers after the check's execution that show where the traffic goes. */
const answersAfter = 100;

/**
 * Applies an update that was planned before the rollback, under a clear latch, and waits for the planned check to take its
 * traffic back. The latch refuses what is planned from now on. It cannot refuse an update in flight.
 *
 * @param late the update's plan
 */
export async function undoLateUpdate(
  world: StageWorld,
  late: StagePlan,
): Promise<{ readonly undone: UndoneReport; readonly checks: readonly Check[] }> {
  const { program, rollback, terminal, traffic } = world;
  const { candidate } = program;
  const latchBefore = rollback.latch;
  const noticesBefore = rollback.notices.length;
  const routes = readRoutes(late);
  terminal.status(`  ${program.stage}: an update in flight lands after the rollback`);
  const landedAt = preciseNow();
  const landed = await world.balancer.applyRoutes(routes);
  const landing = { at: preciseNow(), kind: "update", text: "an update in flight lands after the rollback" } as const;
  world.events.push({ ...landing, greenPercent: publicSplit(routes).green });
  // A check that runs while the update lands may have read the weights before. The next one has not.
  const execution = await rollback.until("a check that moves traffic", 30, () =>
    rollback.executions.find(
      ({ startedBy, calls, endedAt }) =>
        startedBy === "check" && endedAt >= landedAt && calls.some(({ action }) => action.endsWith(":modifyRule")),
    ),
  );
  const { generation, routes: routesAfter } = await currentRoutes(world);
  const after = await traffic.answersUnder(generation, answersAfter);
  const between = (await traffic.all()).filter((record) => record.generation === landed);
  const movedAt = execution.calls.find(({ action }) => action.endsWith(":modifyRule"))?.answeredAt ?? execution.endedAt;
  const notice = rollback.notices[noticesBefore] ?? null;
  const strays = after.filter(({ colour }) => colour === candidate).length;
  const splitAfter = publicSplit(routesAfter);
  const undone = {
    plannedPercent: percentOf(publicSplit(routes), candidate),
    milliseconds: movedAt - landedAt,
    candidateAnswers: between.filter(({ colour }) => colour === candidate).length,
    execution: describeExecution(execution),
    notice,
  };
  return {
    undone,
    checks: [
      {
        what: "an update that lands while the latch is set is undone by the planned check",
        held: execution.succeeded && percentOf(splitAfter, candidate) === 0 && strays === 0,
        found: `${calledActions(undone.execution)}; ${formatSplit(splitAfter)}; ${strays} of ${after.length} by the candidate`,
      },
      {
        what: "the latch keeps its first reason",
        held: rollback.latch === latchBefore,
        found: rollback.latch,
      },
      {
        what: "one notice tells of the undone update",
        held: rollback.notices.length === noticesBefore + 1 && notice?.subject.includes("undone") === true,
        found: notice?.subject ?? "nothing",
      },
    ],
  };
}

/** What shows that a rollback stays. */
export type HeldByLatch = Pick<RollbackReport, "repeated" | "refused" | "agreed">;

/**
 * Shows that the traffic stays with the live colour. A second execution of the machine does nothing. The real program
 * refuses the unchanged config under the latch that the machine wrote. The edit to weight 0 makes config and AWS agree again.
 *
 * @param input the input with which the alarm started the machine
 */
export async function holdByLatch(
  world: StageWorld,
  input: unknown,
): Promise<{ readonly held: HeldByLatch; readonly checks: readonly Check[] }> {
  const { balancer, program, rollback, terminal } = world;
  const latchText = rollback.latch;
  const before = await currentRoutes(world);
  const repeated = await rollback.execute(input);
  const afterRepetition = await currentRoutes(world);

  terminal.status(`  ${program.stage}: trying the unchanged config under the latch`);
  const latch = parseLatch(latchText);
  const standing = program.plan.record.weightPercent;
  const refusal = await program.attempt({ edit: {}, at: program.now, latch });

  terminal.status(`  ${program.stage}: setting the weight to 0`);
  const edit = { candidateWeight: 0 };
  const { changes, plan, planMilliseconds } = await program.deploy(edit, { latch });
  const routes = readRoutes(plan);
  const running = publicSplit(afterRepetition.routes);
  rollback.apply(plan);
  await balancer.applyRoutes(routes);

  const held = {
    repeated: describeExecution(repeated),
    refused: refusal?.message ?? "the program accepted it",
    agreed: { edit, planMilliseconds, changes },
  };
  const untouched = before.generation === afterRepetition.generation && rollback.latch === latchText;
  return {
    held,
    checks: [
      {
        what: "a second execution changes nothing",
        held: repeated.succeeded && untouched && repeated.calls.length === 1,
        found: `${calledActions(held.repeated)}, then ${repeated.endState}`,
      },
      {
        what: `the unchanged ${standing} % is refused under the latch that the machine wrote`,
        held: refusal !== undefined && isRefusal(refusal) && /the only accepted weight is 0/.test(refusal.message),
        found: held.refused,
      },
      { ...onlyThePublicRule(changes), what: "weight 0 is accepted and changes only the public rule" },
      {
        what: "config and AWS agree again, and no traffic moves",
        held: isSameSplit(publicSplit(routes), running),
        found: formatSplit(running),
      },
    ],
  };
}

async function currentRoutes({ balancer }: Pick<StageWorld, "balancer">): Promise<{
  readonly generation: number;
  readonly routes: Routes;
}> {
  const current = await balancer.current();
  if (current === undefined) throw new Error("The balancer has no routes yet.");
  return current;
}
