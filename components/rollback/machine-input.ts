/**
 * What an execution of the rollback's state machine is started with. No input names a colour: the machine reads from the
 * two listener rules in AWS which colour is live.
 *
 * - an alarm's name: that composite alarm went off. The machine acts only where it is the candidate's
 * - a check: roll back if the candidate's alarm is firing or the latch is set while a weight is out
 * - anything else, such as `{}` by hand: roll back now
 */
export type MachineInput = { readonly alarmName: string } | { readonly check: true } | Readonly<Record<string, never>>;

/** The input of a check, as the schedule gives it each minute and as a person or the CLI may give it at any time. */
export const checkInput = { check: true } as const satisfies MachineInput;
