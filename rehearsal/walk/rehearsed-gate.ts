import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { byColour, type Colour, otherColour } from "../../rollout/colour.ts";
import { judgeExposure } from "../../rollout/gate/exposure.ts";
import { defaultConfidence, type RequestCounts } from "../../rollout/gate/gate-input.ts";
import { gateInputOf, type StageSight } from "../../rollout/gate/stage-sight.ts";
import { type PeriodOfColour, type StepCounts, stepCounts } from "../../rollout/gate/step-counts.ts";
import { type Verdict, verdictText } from "../../rollout/gate/verdict.ts";
import { type HourOfTraffic, slowerThanSeconds } from "../../rollout/measurements.ts";
import { plannedPath } from "../../rollout/public-path.ts";
import { isLost, type RequestRecord } from "../local/load/request.ts";
import { tally } from "../local/load/tally.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import { readOutput } from "../plan/planned-resource.ts";
import { type Check, gateCheckName } from "../report/report-schema.ts";
import type { Edit } from "./rehearsed-program.ts";
import type { StageWorld } from "./stage-world.ts";

type WatchedWorld = Pick<StageWorld, "balancer" | "config" | "program" | "rollback" | "traffic">;

/**
 * What this run shows of the rollout, in the place of what AWS would show: the requests of the load since a moment, the
 * health that the local balancer finds, and the states of the planned composite alarms.
 *
 * One process stands for all tasks of a service, so a healthy one counts as the tasks that are planned. The alarms of shared
 * parts have nothing on this machine to watch, so the gate is not shown them. Live carried the whole load alone at the
 * beginning: that is the traffic that its tasks are known to carry, told as an hour at the load's rate.
 *
 * @param since requests that ended from then on are counted, milliseconds since 1970
 */
export async function lookAtRehearsal(world: WatchedWorld, since: number): Promise<StageSight> {
  const { balancer, config, program, rollback, traffic } = world;
  const { plan } = program;
  const live = plan.record.liveColour;
  const candidate = otherColour(live);
  const [groups, all] = await Promise.all([balancer.status(), traffic.all()]);
  const groupArns = readOutput(plan, "targetGroupArns");
  const definitions = readOutput(plan, "taskDefinitionArns");
  const records = all.filter(({ endedAt }) => endedAt >= since);
  const ofColour = byColour((colour) => records.filter((record) => record.colour === colour));
  const countsOf = (colour: typeof live): RequestCounts => {
    // What the balancer answered for a task that hung up is that colour's failure, too.
    const chosen = records.filter((record) => record.chosen === colour);
    return { requests: chosen.length, errors: chosen.filter(isLost).length };
  };
  const timesOf = (colour: typeof live) => {
    // As a load balancer measures them. A client on a busy machine waits longer, for no fault of the candidate.
    const times = ofColour[colour].map((record) => ({ ...record, latencyMilliseconds: targetMilliseconds(record) }));
    const { mean, p95 } = tally(times).latencyMilliseconds;
    return times.length === 0 ? {} : { averageMilliseconds: mean, p95Milliseconds: p95 };
  };
  const tasks = config.api.minTasks;
  return {
    targets: byColour((colour) => {
      const targets = groups.find(({ arn }) => arn === groupArns[colour])?.targets ?? [];
      const healthy = targets.some(({ state }) => state === "healthy");
      return healthy ? { healthy: tasks, notHealthy: 0 } : { healthy: 0, notHealthy: targets.length };
    }),
    services: byColour((colour) => {
      const taskDefinitionArn = definitions[colour];
      if (taskDefinitionArn === null) return null;
      return { taskDefinitionArn, rollout: "COMPLETED" as const, runningTasks: tasks, desiredTasks: tasks };
    }),
    // The local balancer has the planned rules and no others.
    publicPath: plannedPath(new URL(readOutput(plan, "endpoints").api).hostname),
    alarms: Object.fromEntries(rollback.alarmsOf(candidate).map(({ name, state }) => [name, state])),
    measured: {
      counts: { candidate: countsOf(candidate), live: countsOf(live) },
      responseTimes: { candidate: timesOf(candidate), live: timesOf(live) },
      steps: [stepSince(since, plan.record.weightPercent, records, candidate)],
    },
    traffic: [hourAtRateOf(all, tasks)],
  };
}

/** How long the target took, or the client waited where no target answered. */
function targetMilliseconds({ targetMilliseconds: measured, latencyMilliseconds }: RequestRecord): number {
  return measured ?? latencyMilliseconds;
}

/** The step as a minute after the other, of which each is a second of this run. */
function stepSince(
  since: number,
  weightPercent: number,
  records: readonly RequestRecord[],
  candidate: Colour,
): StepCounts {
  const secondOf = ({ endedAt }: RequestRecord) => Math.floor((endedAt - since) / 1000);
  const seconds = 1 + records.reduce((latest, record) => Math.max(latest, secondOf(record)), 0);
  const bySecond = Map.groupBy(records, secondOf);
  const periodsOf = (colour: Colour) =>
    Array.from({ length: seconds }, (_, second): PeriodOfColour => {
      const chosen = (bySecond.get(second) ?? []).filter((record) => record.chosen === colour);
      return {
        requests: chosen.length,
        answered: chosen.length,
        failed: chosen.filter(isLost).length,
        refused: 0,
        slow: slowerThanSeconds.map((limit) => chosen.filter((one) => targetMilliseconds(one) > limit * 1000).length),
        byBalancer: 0,
      };
    });
  const from = Math.floor(since);
  return stepCounts(
    {
      weightPercent,
      from: new Date(from).toISOString(),
      until: new Date(from + seconds * 60_000).toISOString(),
      periodSeconds: 60,
      slowerThanSeconds,
    },
    { candidate: periodsOf(candidate), live: periodsOf(otherColour(candidate)) },
  );
}

/** An hour at the rate of this run's load, of which each second stands for a minute, with all of it carried by live. */
function hourAtRateOf(records: readonly RequestRecord[], tasks: number): HourOfTraffic {
  const first = records.reduce((earliest, { dueAt }) => Math.min(earliest, dueAt), Number.POSITIVE_INFINITY);
  const last = records.reduce((latest, { endedAt }) => Math.max(latest, endedAt), first + 1);
  const requests = Math.round((60 * records.length) / ((last - first) / 1000));
  return {
    from: new Date(Math.floor(first)).toISOString(),
    requests,
    liveErrors: 0,
    liveRequests: requests,
    liveRequestsPerTask: requests / tasks,
  };
}

/**
 * What the gate has to say, by arithmetic of its own: with no error among n requests the threshold is shown where the mean
 * of ((1 - p) / (1 - threshold))^n is at least 20, over the rates p = threshold * u^(10/3) for u from 0 to 1. Before the
 * first step nothing is waited for.
 */
function expectedVerdict({ config, program }: WatchedWorld, { measured }: StageSight): Verdict {
  const { requests, errors } = measured.counts.candidate;
  if (errors > 0) return "fail";
  if (program.plan.record.weightPercent === 0) return "pass";
  const threshold = config.alerts.errorRatePercent / 100;
  const points = Array.from({ length: 10_000 }, (_, index) => (index + 0.5) / 10_000);
  const grown = points.map((u) => ((1 - threshold * u ** (10 / 3)) / (1 - threshold)) ** requests);
  return grown.reduce((sum, one) => sum + one, 0) / grown.length >= 20 ? "pass" : "not enough data";
}

/**
 * Whether a rise passes by exposure where its requests are too few to show the threshold. A second simulation holds that
 * figure (`test/rehearsal/simulate/harm.test.ts`), so the rehearsal takes it from the gate's own question.
 */
function passesByExposure({ config, program }: WatchedWorld, sight: StageSight, { candidateWeight }: Edit): boolean {
  const { liveColour: live, weightPercent } = program.plan.record;
  const { errorRatePercent, responseTimeSeconds, minimumErrors } = config.alerts;
  if (typeof candidateWeight !== "number" || candidateWeight <= weightPercent) return false;
  const {
    exposure,
    counts,
    steps = [],
  } = gateInputOf(sight, {
    candidate: otherColour(live),
    live,
    errorRatePercent,
    responseTimeSeconds,
    minTasks: config.api.minTasks,
    weightPercent,
    nextWeightPercent: candidateWeight,
    schedule: scheduleOf(config.rollout),
    objectivePercent: config.objectives.errorRatePercent,
    minimumErrors,
  });
  if (exposure === undefined) return false;
  const question = { exposure, counts: counts.candidate, steps, confidence: defaultConfidence };
  return judgeExposure(question).figures !== undefined;
}

/** A rise or a promote as the rehearsal asks for it. */
export interface GatedEdit {
  readonly edit: Edit;
  readonly sight: StageSight;
  /** Checks what the program made of the gate. */
  readonly checkGate: (plan: StagePlan) => Check;
}

/**
 * Completes an edit that raises the weight or promotes: what the program is shown, the written reason where this run has too
 * few requests, and what the gate has to answer.
 *
 * A run sends as many requests in seconds as it can. Where they are too few for a verdict, a person would wait; the rehearsal
 * gives a reason instead, and checks that the gate asked for one.
 */
export async function askRehearsedGate(world: WatchedWorld, since: number, edit: Edit): Promise<GatedEdit> {
  const sight = await lookAtRehearsal(world, since);
  const byThreshold = expectedVerdict(world, sight);
  const expected =
    byThreshold === "not enough data" && passesByExposure(world, sight, edit) ? ("pass" as const) : byThreshold;
  const { weightPercent } = world.program.plan.record;
  const { requests, errors } = sight.measured.counts.candidate;
  const reason = `rehearsal: ${requests} requests at ${weightPercent} % are too few for a verdict`;
  const needsReason = expected === "not enough data";
  return {
    // One that was used serves no other move, and may stay where it is.
    edit: needsReason ? { ...edit, rolloutOverride: reason } : edit,
    sight,
    checkGate({ judged, record }) {
      const gate = judged?.gate;
      const kept = record.history.at(-1)?.gate?.candidate;
      const found =
        gate === undefined || gate === null
          ? "not asked"
          : `${verdictText(gate)}, on ${requests} requests with ${errors} errors`;
      return {
        what: gateCheckName,
        held:
          gate?.verdict === expected &&
          (judged?.overridden.length ?? 0) > 0 === needsReason &&
          kept?.requests === requests &&
          kept.errors === errors,
        found: needsReason ? `${found}, so a reason was given` : found,
      };
    },
  };
}

/** A sight in which the candidate's alarms fire. */
export function firing(sight: StageSight): StageSight {
  return { ...sight, alarms: Object.fromEntries(Object.keys(sight.alarms).map((name) => [name, "ALARM" as const])) };
}

/** A sight in which no colour has a healthy task. */
export function withoutTasks(sight: StageSight): StageSight {
  return { ...sight, targets: byColour(() => ({ healthy: 0, notHealthy: 1 })) };
}
