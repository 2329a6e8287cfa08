import { preciseNow } from "../../local/load/request.ts";
import { readRoutes } from "../../local/routes.ts";
import type { StagePlan } from "../../plan/plan-stage.ts";
import type { Check, UndoneReport } from "../../report/report-schema.ts";
import { calledActions } from "../../report/terminal.ts";
import { plannedPercent } from "../planned-share.ts";
import { candidateOf, type StageContext } from "../stage-context.ts";
import { describeExecution } from "./describe-execution.ts";
import { hasNoTraffic, publicWeights } from "./public-weights.ts";

/** Answers after which the split that the check left is taken for settled. */
const answersAfter = 100;

/**
 * Lets an update land that was planned before the rollback and had a clear latch then, and waits for the planned check to
 * take its traffic back: the latch refuses what is planned from now on, but not what is under way.
 *
 * @param late the update's plan
 */
export async function undoLateUpdate(
  context: StageContext,
  late: StagePlan,
): Promise<{ readonly undone: UndoneReport; readonly checks: readonly Check[] }> {
  const { balancer, program, rollback, terminal, traffic } = context;
  const candidate = candidateOf(program);
  const latchBefore = rollback.latch;
  const noticesBefore = rollback.notices.length;
  const routes = readRoutes(late);
  terminal.status(`  ${program.stage}: an update in flight lands after the rollback`);
  const landedAt = preciseNow();
  const landed = await balancer.applyRoutes(routes);
  // A check that was under way when it landed may have read the weights before: the one after it does not.
  const execution = await rollback.until("a check that moves traffic", 30, () =>
    rollback.executions.find(
      ({ startedBy, calls, endedAt }) =>
        startedBy === "check" && endedAt >= landedAt && calls.some(({ action }) => action.endsWith(":modifyRule")),
    ),
  );
  const current = await balancer.current();
  const after = await traffic.answersUnder(current?.generation ?? landed, answersAfter);
  const between = (await traffic.all()).filter(({ generation }) => generation === landed);
  const movedAt = execution.calls.find(({ action }) => action.endsWith(":modifyRule"))?.answeredAt ?? execution.endedAt;
  const notice = rollback.notices[noticesBefore] ?? null;
  const strays = after.filter(({ colour }) => colour === candidate).length;
  const undone = {
    plannedPercent: plannedPercent(routes, candidate),
    milliseconds: movedAt - landedAt,
    candidateAnswers: between.filter(({ colour }) => colour === candidate).length,
    execution: describeExecution(execution),
    notice,
  };
  return {
    undone,
    checks: [
      {
        what: "an update that lands over the set latch is undone by the planned check",
        held: execution.succeeded && hasNoTraffic(current?.routes, candidate) && strays === 0,
        found: `${calledActions(undone.execution)}; ${publicWeights(current?.routes)}; ${strays} of ${after.length} to the candidate`,
      },
      {
        what: "the latch keeps its first reason",
        held: rollback.latch === latchBefore,
        found: rollback.latch,
      },
      {
        what: "people are told of the undone update, once",
        held: rollback.notices.length === noticesBefore + 1 && notice?.subject.includes("undone") === true,
        found: notice?.subject ?? "nothing",
      },
    ],
  };
}
