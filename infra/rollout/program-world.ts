import type { PublicRuleAddress } from "../../rollout/rollback-address.ts";
import type { Split } from "../../rollout/split.ts";

/**
 * The public rule in AWS, without the engine in between. Each function is one API call.
 *
 * Every function throws an `Error` whose message says what was asked, what AWS answered and what to do.
 */
export interface PublicRuleAws {
  /** Gives each colour its per cent of the public traffic. @returns the split that AWS answers with */
  writeSplit(address: PublicRuleAddress, split: Split): Promise<Split>;
  /** Per cent of public traffic by colour, as the rule has it now. */
  readSplit(address: PublicRuleAddress): Promise<Split>;
}

/** What the program reaches besides the engine. */
export interface ProgramWorld {
  /** Tells whoever reads the preview or the update of something that does not stop it. */
  readonly warn: (message: string) => Promise<void>;
  /**
   * Opens the public rule of a region. It is called only by an update that must take traffic back. Without it the program
   * writes nothing itself: a plan that is made offline.
   */
  readonly openPublicRule?: ((region: string) => Promise<PublicRuleAws>) | undefined;
}

/** Environment variable that fixes the time of an update, ISO 8601. */
export const updateTimeVariable = "ROLLOUT_UPDATE_TIME";

/** The mark makes Pulumi print the message alone, and spares the commands, which read this file, Pulumi's SDK. */
class UpdateTimeError extends RangeError {
  readonly __pulumiRunError = true;
}

/**
 * The one clock of an update. A preview saved as a plan and the `up` bound to it must write the same time into the
 * record, so the CLI gives both the same one; by hand it is the wall clock.
 *
 * @throws {RangeError} when the variable holds no instant
 */
export function updateClock(environment: Readonly<Record<string, string | undefined>>, wallClock: Date): Date {
  const given = environment[updateTimeVariable];
  if (given === undefined || given === "") return wallClock;
  const time = new Date(given);
  if (Number.isNaN(time.getTime())) {
    throw new UpdateTimeError(
      `${updateTimeVariable} is "${given}" but must be a moment such as 2026-11-23T14:20:00Z. Unset it to use the wall clock.`,
    );
  }
  return time;
}
