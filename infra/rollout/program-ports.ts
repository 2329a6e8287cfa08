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
