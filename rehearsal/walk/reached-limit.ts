import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { parseLatch } from "../../rollout/latch.ts";
import { type LimitedStep, limitedSteps, limitReason } from "../../rollout/rollback-machine.ts";
import { formatSplit, percentOf, type Split } from "../../rollout/split.ts";
import { formatDuration } from "../../rollout/time.ts";
import { preciseNow } from "../local/load/request.ts";
import { AutomaticRollback, type StartedExecution } from "../local/rollback/automatic-rollback.ts";
import { publicSplit, readRoutes } from "../local/routes.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { Check, ReachedLimitReport } from "../report/report-schema.ts";
import { calledActions } from "../report/terminal.ts";
import { describeExecution } from "./break-candidate.ts";
import type { StageWorld } from "./stage-world.ts";

/** What a reached limit is shown on. */
export type LimitWorld = Pick<StageWorld, "config" | "events"> & {
  readonly terminal: Pick<StageWorld["terminal"], "status">;
  readonly program: Pick<StageWorld["program"], "candidate" | "stage">;
  readonly balancer: Pick<StageWorld["balancer"], "applyRoutes" | "current" | "reweigh" | "status">;
  readonly traffic: Pick<StageWorld["traffic"], "answersUnder">;
};

/** Seconds of the turned clock from one evaluation and check to the next. In AWS a minute passes between them. */
const turnSeconds = 3600;

/** Answers after the machine's execution that show where the traffic goes. */
const answersAfter = 100;

/**
 * Lets a step stand until its limit, on a clock that is turned by the hour, and shows that the planned alarm then has the
 * planned machine return the traffic. It has metrics, a latch and a machine of its own, so that the stage's own automatic
 * rollback must have ended.
 *
 * @param standing the plan of an update that gave the candidate traffic
 * @returns null where the step has no limit at which traffic goes back
 */
export async function reachLimit(world: LimitWorld, standing: StagePlan): Promise<ReachedLimitReport | null> {
  const { balancer, config, events, program, terminal, traffic } = world;
  const schedule = scheduleOf(config.rollout);
  const step = limitedSteps(schedule.steps).find((one) => one.weightPercent === standing.record.weightPercent);
  if (step === undefined || schedule.onLimit !== "rollback") return null;

  terminal.status(`  ${program.stage}: ${formatDuration(step.limitSeconds)} pass at ${step.weightPercent} %`);
  let at = preciseNow();
  const rollback = new AutomaticRollback({
    balancer,
    // Nothing fails: the load's own requests have other times.
    traffic: { all: async () => [] },
    timeFactor: 1,
    now: () => new Date(at),
    clock: () => at,
  });
  const turn = async () => {
    at += turnSeconds * 1000;
    await rollback.passMinute();
  };
  rollback.apply(standing);
  // The hour before the step, in which the check tells another weight.
  await turn();
  const routes = readRoutes(standing);
  const text = `the step to ${step.weightPercent} % stands once more, until its limit`;
  events.push({ at: preciseNow(), kind: "update", text, greenPercent: publicSplit(routes).green });
  await balancer.applyRoutes(routes);
  const stoodSince = at;
  const isOver = () => at - stoodSince > (step.limitSeconds + 2 * turnSeconds) * 1000;
  let splitBefore = await splitOf(balancer);
  while (returningExecutions(rollback).length === 0 && !isOver()) {
    splitBefore = await splitOf(balancer);
    await turn();
  }
  const current = await balancer.current();
  if (current === undefined) throw new Error("The balancer has no routes.");
  const after = publicSplit(current.routes);
  const [execution] = returningExecutions(rollback);
  if (execution !== undefined) {
    const returns = "the rollback machine, started by the alarm on the limit, returns the traffic";
    events.push({ at: preciseNow(), kind: "rollback", text: returns, greenPercent: after.green });
  }
  const answers = await traffic.answersUnder(current.generation, answersAfter);
  const reached = {
    weightPercent: step.weightPercent,
    limitSeconds: step.limitSeconds,
    stoodSeconds: (at - stoodSince) / 1000,
    checks: rollback.executions.filter(({ startedBy }) => startedBy === "check").length,
    execution: execution === undefined ? null : describeExecution(execution),
    latch: { at: "", reason: "", ...parseLatch(rollback.latch) },
    notices: [...rollback.notices],
  };
  const strays = answers.filter(({ colour }) => colour === program.candidate).length;
  const alarm = rollback.limitChanges.map(({ name, to }) => `${name} ${to}`).join(", ") || "none";
  const facts = {
    step,
    stood: percentOf(splitBefore, program.candidate),
    after,
    returned: percentOf(after, program.candidate) === 0 && strays === 0,
    strays,
    alarm,
  };
  return { ...reached, assertions: limitChecks(reached, facts) };
}

async function splitOf(balancer: LimitWorld["balancer"]): Promise<Split> {
  const current = await balancer.current();
  if (current === undefined) throw new Error("The balancer has no routes.");
  return publicSplit(current.routes);
}

function returningExecutions({ executions }: AutomaticRollback): readonly StartedExecution[] {
  return executions.filter(({ calls }) => calls.some(({ action }) => action.endsWith(":modifyRule")));
}

/** What the checks look at besides the report itself. */
interface LimitFacts {
  readonly step: LimitedStep;
  /** Per cent that the candidate had an hour before the end. */
  readonly stood: number;
  readonly after: Split;
  readonly returned: boolean;
  /** Answers of the candidate under the machine's routes. */
  readonly strays: number;
  /** The alarms on limits that changed, in words. */
  readonly alarm: string;
}

/** The checks of a reached limit. */
function limitChecks(
  reached: Omit<ReachedLimitReport, "assertions">,
  { step, stood, after, returned, strays, alarm }: LimitFacts,
): readonly Check[] {
  const { execution, latch, limitSeconds, notices, stoodSeconds } = reached;
  return [
    {
      what: "the step stands until its limit, and an hour more at most",
      held: stood === step.weightPercent && stoodSeconds >= limitSeconds && stoodSeconds <= limitSeconds + turnSeconds,
      found: `${stood} % until ${formatDuration(stoodSeconds)}`,
    },
    {
      what: "the planned alarm on the limit starts the planned machine",
      held: execution?.startedBy === "alarm" && execution.succeeded,
      found: `${alarm}; ${execution === null ? "no execution" : `by ${execution.startedBy}, ${execution.endState}`}`,
    },
    {
      what: "the machine moves the traffic with its second call",
      held: execution?.calls.findIndex(({ action }) => action.endsWith(":modifyRule")) === 1,
      found: execution === null ? "no execution" : calledActions(execution),
    },
    {
      what: "all traffic is with the live colour",
      held: returned,
      found: `${formatSplit(after)}; ${strays} of ${answersAfter} answers by the candidate`,
    },
    {
      what: "the latch names the limit",
      held: latch.state === "set" && latch.reason === limitReason(step),
      found: `${latch.state}, ${latch.reason}`,
    },
    {
      what: "one notice tells of it",
      held: notices.length === 1 && notices[0]?.message.includes(limitReason(step)) === true,
      found: notices.map(({ subject }) => subject).join("; ") || "nothing",
    },
  ];
}
