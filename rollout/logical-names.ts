import { type Colour, colours } from "./colour.ts";

/**
 * The two listener rules of a stage: `public` serves the public host and carries the weights, `candidate` serves the
 * candidate's own host.
 */
export type RuleRole = "public" | "candidate";

/**
 * Logical name of a listener rule. A plan is judged by it: the program gives the name, and the commands and the rehearsal
 * look for it. Changing it replaces the rule of every deployed stage.
 *
 * @param stageName what the logical names of the stage begin with, such as `portal-production`
 */
export function ruleName(stageName: string, role: RuleRole): string {
  return `${stageName}-${role}`;
}

/** Whether the logical name of a listener rule is the one that `ruleName` gives to this role, in any stage. */
export function isRuleName(logicalName: string, role: RuleRole): boolean {
  return logicalName.endsWith(`-${role}`);
}

/**
 * The colour that a logical name ends with, such as `portal-production-blue`. A colour's target group, service and alarms
 * have such a name, or begin with it.
 *
 * @returns undefined where it ends with none
 */
export function colourOfName(logicalName: string): Colour | undefined {
  return colours.find((colour) => logicalName.endsWith(`-${colour}`));
}
