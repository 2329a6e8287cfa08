/**
 * The words in which the table is written and updates are described. Colours have no names here: what serves the public at
 * weight 0 is live, and the other one is the candidate.
 */

/** A release by its letter. */
export type Release = string;

/**
 * The one setting of the stack file that the tasks see, and its values. It is a secret by its version: a changed value of one is
 * held to the same rows as any other setting, and its version must besides exist as long as a task may start with it.
 */
export const settingName = "PAYMENT_KEY";
export const settingKey = `applicationSecrets.${settingName}`;
export type Setting = "version 1" | "version 2";

/** What a written reason can allow. */
export const reasons = ["bake", "order", "data", "schedule", "warm", "returned", "grace", settingKey] as const;
export type Reason = (typeof reasons)[number];

/** The guide's kind of schedule: three steps, an hour each, and hours in which a return is possible. */
const normal = { bakes: { 10: 1, 50: 1, 100: 1 }, limits: {}, returnsAtLimit: false, freezes: false, returnHours: 100 };

/**
 * A schedule: its steps' bakes in hours, their limits in hours and whether a step that reaches one is returned, whether a
 * freeze window is in it, and how long after a promote a return is possible.
 */
export interface ScheduleWords {
  readonly bakes: Readonly<Record<number, number>>;
  readonly limits: Readonly<Record<number, number>>;
  readonly returnsAtLimit: boolean;
  readonly freezes: boolean;
  readonly returnHours: number;
}

/** The schedules that an edit can choose between, in both directions: back from a step less is a step more. */
export const schedules = {
  normal,
  "longer bakes": { ...normal, bakes: { 10: 2, 50: 2, 100: 2 } },
  "a shorter bake": { ...normal, bakes: { 10: 0.5, 50: 1, 100: 1 } },
  "a step less": { ...normal, bakes: { 10: 1, 100: 1 } },
  "a limit": { ...normal, limits: { 10: 5, 50: 5 }, returnsAtLimit: true },
  "a longer limit": { ...normal, limits: { 10: 6, 50: 5 }, returnsAtLimit: true },
  "a limit that only tells": { ...normal, limits: { 10: 5, 50: 5 } },
  "a freeze window": { ...normal, freezes: true },
  "a longer return window": { ...normal, returnHours: 1000 },
} satisfies Record<string, ScheduleWords>;
export type ScheduleName = keyof typeof schedules;

/** Where a rollout stands after an update. */
export interface Standing {
  /** Per cent of public traffic for the candidate. */
  readonly weight: number;
  readonly live: Release | null;
  readonly candidate: Release | null;
  /** Whole hours since weight and live colour last changed; 2 is two or more, and no bake is longer. */
  readonly hoursAtWeight: 0 | 1 | 2;
  /** The last promote, unless a return has undone it. */
  readonly promoted: Promoted | null;
  /** The release that the last return took off the public path, and its setting; forgotten by the next promote. */
  readonly returnedFrom: { readonly release: Release | null; readonly setting: Setting | null } | null;
  /** As the last update had it. */
  readonly schedule: ScheduleName;
  /** The stack file's, as the last update had it, and what each colour runs with; null for a colour without a release. */
  readonly settings: { readonly inFile: Setting; readonly live: Setting | null; readonly candidate: Setting | null };
}

/** A promote that can be undone: its window is the one that the schedule had then. */
export interface Promoted {
  /** The release promoted away from. */
  readonly awayFrom: Release | null;
  readonly windowHours: number;
  readonly isWindowOpen: boolean;
}

/** What an edit asks for. `live` and `candidate` are the releases of the colours that are so before the update. */
export interface Asked {
  readonly weight: number;
  /** Whether the candidate is to be live. */
  readonly flips: boolean;
  readonly live: Release | null;
  readonly candidate: Release | null;
  readonly schedule: ScheduleName;
  readonly setting: Setting;
}

/** The record of a rollback. A deleted one counts as set and names nobody. */
export type LatchSeen =
  | { readonly is: "clear" | "deleted" }
  | { readonly is: "set"; readonly rolledBack: RolledBack | null };

/** The colour that a rollback took traffic from, and the release that it had then. */
interface RolledBack {
  readonly colour: "live" | "candidate";
  readonly release: Release | null;
}

/** What the gate would answer. `taskless` is a candidate without a healthy task. */
export const gateAnswers = ["pass", "alarm", "taskless", "no data", "unreadable"] as const;
export type GateAnswer = (typeof gateAnswers)[number];

/** What the public rule in AWS really does. */
interface AwsSeen {
  /** Per cent of public traffic that the candidate gets, whatever the weights sum to; 0 where nobody gets any. */
  readonly candidateShare: number;
  /** Whether the rule has exactly the split of the last update. */
  readonly isAsRecorded: boolean;
  /** Whether it has exactly the split that is asked for. */
  readonly isAsAsked: boolean;
}

/** A `contract` migration that ran after the last edit, or before the last promote. */
export interface ContractSeen {
  /** The release whose image it ran from. */
  readonly broughtBy: Release;
  readonly isBeforePromote: boolean;
}

/** One update: where the rollout stands, what is asked for, and what is so when it runs. */
export interface Update {
  /** Null before the first deployment. */
  readonly before: Standing | null;
  readonly asked: Asked;
  readonly aws: AwsSeen | "unreadable";
  readonly latch: LatchSeen;
  /** Null where none ran. */
  readonly contract: ContractSeen | null;
  readonly isFreezeOver: boolean;
}
