import type { NeededTasks } from "../receiver.ts";
import type { CapacityInput } from "./gate-input.ts";
import { countText, type Finding } from "./verdict.ts";

/**
 * Whether the healthy tasks are enough, in both directions: the candidate's for the next weight, the live colour's for
 * all traffic back.
 *
 * A task is trusted with what tasks have been seen to carry: what a live task carries now, or more where the caller has
 * proof of more. The live colour needs as many as the busiest hour of the last two weeks did, and never less than `minTasks`:
 * a rollback brings all of the traffic within seconds, and new tasks need minutes. Here a task is trusted with a fifth more
 * than it has been seen to carry: while a candidate has 5 %, live carries only 95 % of an hour that is busier than all before.
 */
export function judgeCapacity(capacity: CapacityInput): readonly Finding[] {
  return [judgeCandidate(capacity), judgeLive(capacity)];
}

function judgeCandidate(capacity: CapacityInput): Finding {
  const healthy = capacity.healthyTasks.candidate;
  const needed = candidateTasksNeeded(capacity);
  const target = `${capacity.nextWeightPercent} %`;
  const finding = { what: "candidate's capacity", value: countText(healthy, "healthy task") };
  if (needed === undefined) {
    return {
      ...finding,
      bound: "unknown",
      verdict: "not enough data",
      sentence: `The live colour has no healthy task to measure a task's share by, so nobody can say what ${target} of the traffic needs. Bring the live colour back to health first.`,
    };
  }
  const bound = `at least ${needed} for ${target} of the traffic`;
  return healthy >= needed
    ? {
        ...finding,
        bound,
        verdict: "pass",
        sentence: `The candidate's ${countText(healthy, "healthy task")} can carry ${target}.`,
      }
    : {
        ...finding,
        bound,
        verdict: "fail",
        sentence: `The candidate has ${countText(healthy, "healthy task")} and needs ${needed} for ${target} of the traffic. Raise its service's task count or api.minTasks, and wait until they are healthy.`,
      };
}

function judgeLive(capacity: CapacityInput): Finding {
  const { healthyTasks, minTasks } = capacity;
  const healthy = healthyTasks.live;
  const busy = tasksForBusiestHour(capacity);
  const needed = Math.max(minTasks, busy?.tasks ?? 0);
  const finding = {
    what: "live's capacity",
    value: countText(healthy, "healthy task"),
    bound: `at least ${needed} to take all traffic back`,
  };
  if (healthy >= needed) {
    return {
      ...finding,
      verdict: "pass",
      sentence: `The live colour's ${countText(healthy, "healthy task")} can take all traffic back.`,
    };
  }
  const sentence =
    healthy < minTasks || busy === undefined
      ? `The live colour has ${countText(healthy, "healthy task")}, fewer than the ${minTasks} of api.minTasks, so a rollback would overload it. Find out why its tasks are unhealthy before the next step.`
      : `The live colour has ${countText(healthy, "healthy task")} and needs ${needed} to take all traffic back: the busiest hour of the last two weeks had ${rate(busy.requestsPerMinute)} requests a minute, and one task has been seen to carry ${rate(busy.perTask)} and is trusted with a fifth more. Raise api.minTasks to ${needed}, and wait until they are healthy.`;
  return { ...finding, verdict: "fail", sentence };
}

/**
 * How much more a task is trusted with than it has been seen to carry. Tasks are scaled by their processor time long before they are
 * busy, so that a fifth more is no risk; without it the first hour that is busier than all before would refuse a step.
 */
const trustedWith = 1.2;

/** What the busiest hour needs, by what a task has been seen to carry; undefined where nobody has seen either. */
export function tasksForBusiestHour(
  capacity: Pick<CapacityInput, "busiestRequestsPerMinute" | "provenRequestsPerMinutePerTask">,
): NeededTasks | undefined {
  const { busiestRequestsPerMinute: requestsPerMinute = 0, provenRequestsPerMinutePerTask: perTask = 0 } = capacity;
  if (requestsPerMinute === 0 || perTask === 0) return undefined;
  return { tasks: Math.ceil(requestsPerMinute / (trustedWith * perTask) - 1e-9), requestsPerMinute, perTask };
}

function rate(perMinute: number): string {
  return String(Number(perMinute.toPrecision(3)));
}

/** Undefined where the weight rises and nothing shows what a task can carry. */
function candidateTasksNeeded(capacity: CapacityInput): number | undefined {
  const { minTasks, weightPercent, nextWeightPercent, requestsPerMinuteTotal, healthyTasks } = capacity;
  // What it already carries is judged by its errors and response time, not by arithmetic.
  if (nextWeightPercent <= weightPercent) return minTasks;
  const livePercent = 100 - weightPercent;
  const proven = capacity.provenRequestsPerMinutePerTask ?? 0;
  const provenPercent = requestsPerMinuteTotal > 0 ? (100 * proven) / requestsPerMinuteTotal : 0;
  const tasksBy = [
    ...(healthyTasks.live > 0 ? [(nextWeightPercent * healthyTasks.live) / livePercent] : []),
    ...(provenPercent > 0 ? [nextWeightPercent / provenPercent] : []),
  ];
  return tasksBy.length === 0 ? undefined : Math.max(minTasks, Math.ceil(Math.min(...tasksBy) - 1e-9));
}
