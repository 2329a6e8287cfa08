import type { Colour } from "../../rollout/colour.ts";

/** Starts a rollback: the candidate's composite alarm went off. */
interface AlarmInput {
  /** Name of the alarm. The machine refuses one that is not the candidate's. */
  readonly alarmName: string;
  /** The colour that is no longer to have traffic. */
  readonly candidate: Colour;
}

/** Starts a check: roll back if the candidate's alarm is firing or the latch is set while a weight is out. */
export interface CheckInput {
  readonly check: true;
  /** The colour whose weight is looked at. */
  readonly candidate: Colour;
}

/** What an execution of the rollback's state machine is started with. */
export type MachineInput = AlarmInput | CheckInput;

/** The input of a check, as the schedule gives it each minute and as a person or the CLI may give it at any time. */
export function checkInput(candidate: Colour): CheckInput {
  return { check: true, candidate };
}
