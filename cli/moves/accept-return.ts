import type { FoundPlace, RescueAws } from "../../infra/aws/rescue.ts";
import type { Latch } from "../../rollout/latch.ts";
import { judgeReturn, type ReturnPlace } from "../../rollout/return.ts";
import { messageOf, RefusedError } from "../outcome.ts";
import type { RolloutWorld } from "../world.ts";

/** What one read of AWS found, and which migrations ran since. */
export type KnownPlace = FoundPlace & Pick<ReturnPlace, "contracts">;

/**
 * Holds a return against its rules, and asks whether anybody would answer: all public traffic to a colour without a healthy
 * task would be an outage of its own.
 *
 * @throws {RefusedError} naming every reason why not
 */
export async function acceptReturn(world: RolloutWorld, rescue: RescueAws, place: KnownPlace): Promise<void> {
  const { to, problems } = judgeReturn(place, world.stage, { now: world.now(), timeZone: place.timeZone });
  const refuse = (reasons: readonly string[]) => new RefusedError(`The return to ${to}`, reasons);
  if (problems.length > 0) throw refuse(problems.map(({ why, todo }) => `Nothing was moved: ${why}. ${todo}`));
  const { healthy } = await rescue.readTargets(place.address, to).catch((error: unknown) => {
    throw new Error(`No traffic was moved. ${messageOf(error)}`, { cause: error });
  });
  if (healthy > 0) return;
  throw refuse([
    `Nothing was moved: ${to} has no healthy task, so it would answer nobody. Look at its service's events. If its tasks cannot be started, roll out a fixed release as images.${to}.`,
  ]);
}

/**
 * Sets the latch again that a return had cleared: the traffic stays where it was, so the latch does too.
 *
 * @throws {Error} with both failures where it cannot be set
 */
export async function setAgain(rescue: RescueAws, stood: Latch, cause: unknown): Promise<void> {
  await rescue.writeLatch(stood).catch((error: unknown) => {
    const [moved, latch] = [cause, error].map(messageOf);
    throw new Error(
      `${moved} The latch that stood was cleared for the return and could not be set again, so run no update before it is set: docs/runbook.md, Set the latch. ${latch}`,
      { cause },
    );
  });
}
