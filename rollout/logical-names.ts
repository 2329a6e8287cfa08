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

/** Logical name of the SSM parameter that holds the rollback address, by which a plan is judged as well. */
export function rollbackAddressName(stageName: string): string {
  return `${stageName}${rollbackAddressEnding}`;
}

/** Whether a logical name is the one that `rollbackAddressName` gives, in any stage. */
export function isRollbackAddressName(logicalName: string): boolean {
  return logicalName.endsWith(rollbackAddressEnding);
}

const rollbackAddressEnding = "-rollback-address";

/** Whether the logical name of a listener rule is the one that `ruleName` gives to this role, in any stage. */
export function isRuleName(logicalName: string, role: RuleRole): boolean {
  return logicalName.endsWith(`-${role}`);
}

/**
 * Alarms of one colour that the rehearsal tells apart by the ends of their logical names: `error-rate` fires when too many
 * requests fail, over a short window or, as `error-rate-hourly`, over a long one. `weighted` is in ALARM as long as the
 * colour gets public traffic, and is no fault.
 */
export type ColourAlarm = "error-rate" | "weighted";

/** Whether the logical name of an alarm is that of this alarm, of either colour and in any stage. */
export function isColourAlarm(logicalName: string, alarm: ColourAlarm): boolean {
  return logicalName.endsWith(`-${alarm}`) || logicalName.endsWith(`-${alarm}-hourly`);
}
