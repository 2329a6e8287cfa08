import { type Colour, otherColour } from "./colour.ts";
import type { ContractMigration } from "./contract-migrations.ts";
import type { Latch } from "./latch.ts";
import type { Allowance, Override } from "./override.ts";
import type { ImagesByColour, RolloutRecord } from "./record.ts";
import type { LabelsByColour } from "./releases.ts";
import type { Schedule } from "./schedule.ts";
import type { Settings } from "./settings.ts";
import type { WantedSigningKeys } from "./signing-keys.ts";
import { isSameSplit, percentOf, type Split, weightsByColour } from "./split.ts";

/** What the config asks for. */
export interface WantedRollout {
  readonly liveColour: Colour;
  /** Per cent of public traffic for the candidate. */
  readonly weightPercent: number;
  readonly images: ImagesByColour;
  /** What people call them. Absent where nobody needs it. */
  readonly labels?: LabelsByColour | undefined;
  /** Absent where the config names none: the first key signs, and no other is accepted. */
  readonly signingKeys?: WantedSigningKeys;
  /** The settings that both colours run with. Absent where nobody judges them. */
  readonly settings?: Settings | undefined;
  /** What guards a rollout and may change at any weight, but not in the edit of a rise. Absent where nobody judges it. */
  readonly safeguards?: Settings | undefined;
  /** What the tasks see of them, part of a release. Absent where nobody judges them. */
  readonly taskSettings?: Settings | undefined;
  /** Whether a changed setting restarts live's tasks at once, for quick trials in staging. Default false. */
  readonly changesLiveInPlace?: boolean | undefined;
  /** The written reason, and what it allows. */
  readonly override?: Override;
}

/** Everything that decides whether a number may be set now. */
export interface Move {
  /** What the last finished update left behind; null on a stack's first deployment. */
  readonly previous: RolloutRecord | null;
  readonly wanted: WantedRollout;
  readonly schedule: Schedule;
  readonly latch: Latch;
  /**
   * What the public rule in AWS gives each colour, as it stands there: per cent, unless somebody wrote other weights by
   * hand. Absent where nothing is deployed yet, and where nobody could ask; then it is taken to be what the record says.
   */
  readonly realWeights?: Readonly<Record<Colour, number>> | undefined;
  /** The `contract` migrations that ran, oldest first. Absent where nobody can tell: then none is taken to have run. */
  readonly contracts?: readonly ContractMigration[] | undefined;
  /** Whether the deployed stack has target groups for the candidate's own host. Absent where nobody judges it: it has. */
  readonly hasOwnHostGroups?: boolean | undefined;
  /** The one clock of this update. */
  readonly now: Date;
  /** The zone that people read times in, by its IANA name; UTC alone where it is absent. */
  readonly timeZone?: string | undefined;
}

/**
 * What a move is:
 * - `first`: nothing was deployed before
 * - `stay`, `up`, `down`: the live colour stays
 * - `promote`: from 100 % the candidate becomes live at weight 0; public traffic does not move
 * - `return`: at weight 0 the old colour becomes live again; all public traffic moves
 * - `mixed`: the live colour flips in any other way, which no rule allows
 */
export type MoveKind = "first" | "stay" | "up" | "down" | "promote" | "return" | "mixed";

/** Classifies a move by its two weights and live colours alone. */
export function moveKind({ previous, wanted }: Pick<Move, "previous" | "wanted">): MoveKind {
  if (previous === null) return "first";
  if (previous.liveColour === wanted.liveColour) {
    if (wanted.weightPercent === previous.weightPercent) return "stay";
    return wanted.weightPercent > previous.weightPercent ? "up" : "down";
  }
  if (wanted.weightPercent !== 0) return "mixed";
  if (previous.weightPercent === 100) return "promote";
  return previous.weightPercent === 0 ? "return" : "mixed";
}

/**
 * The split that AWS really has, where it is another than the record's.
 *
 * @returns undefined where both agree, where nothing was deployed before, and where AWS was not asked
 */
export function driftedSplit({ previous, realWeights }: Pick<Move, "previous" | "realWeights">): Split | undefined {
  if (previous === null || realWeights === undefined) return undefined;
  const recorded = weightsByColour(previous.liveColour, previous.weightPercent);
  return isSameSplit(realWeights, recorded) ? undefined : realWeights;
}

/**
 * Whether an accepted move writes a split that gives the candidate no more of the public traffic than AWS does now, or all
 * of it back to the live colour. The same share in weights of another sum is such a split: written, AWS has it as recorded.
 * A move that changes which colour is live is none: it takes nothing back, it gives.
 *
 * Where nobody could read what AWS has, all traffic to the live colour takes back whatever it is.
 */
export function takesTrafficBack({ previous, wanted, realWeights }: Pick<Move, "previous" | "wanted" | "realWeights">) {
  const { liveColour, weightPercent } = wanted;
  if (previous === null || previous.liveColour !== liveColour) return false;
  if (realWeights === undefined) return weightPercent === 0;
  if (isSameSplit(realWeights, weightsByColour(liveColour, weightPercent))) return false;
  return percentOf(realWeights, otherColour(liveColour)) >= weightPercent;
}

/** The rules of the rollout, by name. */
type RuleName =
  | "drift"
  | "first deployment"
  | "known step"
  | "order"
  | "bake"
  | "freeze"
  | "schedule"
  | "settings"
  | "latch"
  | "images"
  | "promote"
  | "back after promote"
  | "new release"
  | "returned release"
  | "migrations"
  | "signing key"
  | "own host"
  | "origin pulls"
  | "frontend"
  | "gate"
  | "data"
  | "verify"
  | "staging"
  | "integrity";

/** What the message of a refused update begins with. */
export const refusalHeading = "Rollout refused.";

/** Why a move is refused. */
export interface Refusal {
  readonly rule: RuleName;
  /** Names the value, the rule and what to do. */
  readonly message: string;
  /** What a written reason has to allow to let the move through; null where none can. */
  readonly allowance: Allowance | null;
}

/** One rule: looks at a move and refuses it or has nothing to say. */
export type Rule = (move: Move) => Refusal | readonly Refusal[] | undefined;

/** Ends every refusal of a rise, because on release day nobody should wonder. */
export const loweringIsAllowed = "You can lower the weight at any time.";

/** Puts a stage into a message of the rules, which know none and write `<stage>` into the lines that people copy. */
export function namingStage(message: string, stage: string): string {
  return message.replaceAll("<stage>", stage);
}

/** What the config asks for, as a refusal begins. */
export function askedFor({ previous, wanted }: Pick<Move, "previous" | "wanted">): string {
  return previous !== null && previous.liveColour !== wanted.liveColour
    ? `You asked to promote ${wanted.liveColour}.`
    : `You asked for ${wanted.weightPercent} %.`;
}
