/** What the mutations of listener rules share: the planned rules and colours, and the parts of a rule. */
import { listener, listenerRule, targetGroup } from "../../../policies/kinds.ts";
import { outputOf, type Target, the } from "./mutation.ts";

export const publicRule = the(listenerRule, "public");
export const candidateRule = the(listenerRule, "candidate");
export const http = the(listener, "http");
export const blue = the(targetGroup, "blue");
export const green = the(targetGroup, "green");

/** The hosts of the public rule in the plans. */
export const publicHosts = { production: "api.celebrant-portal.com", staging: "api.staging.celebrant-portal.com" };

/** The actions of a rule that forwards with weights for blue and green. */
export function split(blueWeight: number, greenWeight: number) {
  return [
    {
      type: "forward",
      forward: {
        targetGroups: [
          { arn: outputOf(blue), weight: blueWeight },
          { arn: outputOf(green), weight: greenWeight },
        ],
      },
    },
  ];
}

/** The actions of a rule that forwards to one target group. */
export function forwardTo(group: Target) {
  return [{ type: "forward", targetGroupArn: outputOf(group) }];
}

/** The conditions of a rule for some hosts. */
export function host(...values: string[]) {
  return [{ hostHeader: { values } }];
}
