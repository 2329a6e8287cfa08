/** What the mutations of listener rules share: the planned rules and colours, and the parts of a rule. */
import { listener, listenerRule, targetGroup } from "../../../policies/kinds.ts";
import { outputOf, type Target, the } from "./mutation.ts";

export const publicRule = the(listenerRule, "public");
export const candidateRule = the(listenerRule, "candidate");
export const http = the(listener, "http");
export const blue = the(targetGroup, "blue");
export const green = the(targetGroup, "green");
export const blueOwn = the(targetGroup, "blue-own");
export const greenOwn = the(targetGroup, "green-own");

/** The hosts of the public rule in the plans. */
export const publicHosts = { production: "api.celebrant-portal.com", staging: "api.staging.celebrant-portal.com" };

/** The actions of a rule that forwards with weights for blue and green. */
export function split(blueWeight: number, greenWeight: number) {
  return splitBetween([blue, blueWeight], [green, greenWeight]);
}

/** The actions of the candidate's own rule with weights for blue and green. */
export function ownSplit(blueWeight: number, greenWeight: number) {
  return splitBetween([blueOwn, blueWeight], [greenOwn, greenWeight]);
}

function splitBetween(...groups: readonly (readonly [group: Target, weight: number])[]) {
  const targetGroups = groups.map(([group, weight]) => ({ arn: outputOf(group), weight }));
  return [{ type: "forward", forward: { targetGroups } }];
}

/** The actions of a rule that forwards to one target group. */
export function forwardTo(group: Target) {
  return [{ type: "forward", targetGroupArn: outputOf(group) }];
}

/** The conditions of a rule for some hosts. */
export function host(...values: string[]) {
  return [{ hostHeader: { values } }];
}
