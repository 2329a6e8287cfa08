import type { Colour } from "../../rollout/colour.ts";
import type { Latch } from "../../rollout/latch.ts";
import type { RollbackAddress } from "../../rollout/rollback-address.ts";
import type { Split } from "../../rollout/split.ts";
import type { TargetCounts } from "./cloud.ts";

/** Where the rule is, and how the latch stands. */
export interface RollbackPlace {
  readonly address: RollbackAddress;
  readonly latch: Latch;
}

/**
 * What a rollback asks of AWS: without Pulumi, and each function one API call.
 *
 * Every function throws an `Error` whose message says what was asked, what AWS answered and what to do.
 */
export interface RescuePort {
  find(): Promise<RollbackPlace>;
  /** Gives one colour all public traffic. @returns the split that AWS answers with */
  moveAllTraffic(address: RollbackAddress, to: Colour): Promise<Split>;
  writeLatch(latch: Latch): Promise<void>;
  /** Per cent of public traffic by colour, as the public rule has it now. */
  readSplit(address: RollbackAddress): Promise<Split>;
  readTargets(address: RollbackAddress, colour: Colour): Promise<TargetCounts>;
  /** Tells everyone who is told of alarms. */
  publish(address: RollbackAddress, subject: string, message: string): Promise<void>;
}
