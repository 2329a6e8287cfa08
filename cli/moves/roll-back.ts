import type { RescuePort, RollbackPlace } from "../../infra/aws/rescue.ts";
import { type Colour, otherColour } from "../../rollout/colour.ts";
import { clearLatch, type Latch, type SetLatch } from "../../rollout/latch.ts";
import { fitReason } from "../../rollout/reason.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { formatSplit, type Split, weightsByColour } from "../../rollout/split.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { wholeSecond } from "../evidence/whole-second.ts";
import type { RolloutWorld } from "../world.ts";
import { converge } from "./converge.ts";
import { rollbackEvidence } from "./rollback-evidence.ts";
import { type Settled, settle } from "./settle.ts";

/** What is asked for. */
export interface RollbackRequest {
  /** Why; it stands in the latch, in the notice and in the evidence. None is refused: it is made to fit instead. */
  readonly reason: string;
  /** The colour that gets all public traffic; default the live one. The other one is a return after promote. */
  readonly to: Colour | undefined;
}

/** How a rollback ended. */
export interface RollbackResult {
  /** The split as it was read back from AWS, or as AWS accepted it where it could not be read. */
  readonly split: Split;
  /** Milliseconds from the command's first call until AWS had accepted the weights. */
  readonly trafficMilliseconds: number;
  /** Whether the latch stands when the command ends. */
  readonly isLatched: boolean;
  /** What was done other than asked for, a sentence each. */
  readonly notes: readonly string[];
  /** What is still to be done, a sentence each; empty where everything is. */
  readonly problems: readonly string[];
  readonly evidence: Evidence;
  readonly evidencePath: string;
}

/**
 * Takes the candidate off the public path: the traffic first, by AWS's second call and before anything is asked of Pulumi;
 * the latch second; people third; then the stack file and an update, so that config, record and AWS agree again.
 *
 * Whatever fails after the traffic undoes nothing and stops none of the rest; it is told at the end. Everything can be done
 * twice, so that a rollback that was cut off is run again.
 *
 * @throws {Error} only where the traffic itself could not be moved
 */
export async function rollBack(world: RolloutWorld, { reason: given, to }: RollbackRequest): Promise<RollbackResult> {
  const { reason, whole, change } = fitReason(given);
  const startedAt = wholeSecond(world.now());
  const firstCallAt = world.now().getTime();
  const rescue = await world.openRescue();
  const place = await rescue.find();
  const live = to ?? place.address.liveColour;
  await refuseEmptyReturn(rescue, place, live);

  const problems: string[] = [];
  const attempt = async (what: string, run: () => Promise<void>) => {
    try {
      await run();
    } catch (error) {
      problems.push(`${what} ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const rolledBack = otherColour(live);
  const latch: SetLatch = { state: "set", at: startedAt.toISOString(), reason, rolledBack };
  const isReturn = live !== place.address.liveColour;
  // One whose parameter is missing counts as set, but has no reason that could stand: it is written.
  let isLatched = place.latch.state === "set" && place.latch.isMissing !== true;
  const writeLatch = async (value: Latch) => {
    await rescue.writeLatch(value);
    isLatched = value.state === "set";
  };
  // The check each minute holds that a set latch means all traffic to the colour that is live: it would undo a return.
  if (isReturn && place.latch.state === "set") {
    await attempt("The latch that stood could not be cleared, so the check each minute may undo this.", () =>
      writeLatch(clearLatch),
    );
  }
  const accepted = await rescue.moveAllTraffic(place.address, live);
  const trafficMilliseconds = world.now().getTime() - firstCallAt;
  world.say(`AWS accepted ${formatSplit(accepted)} after ${(trafficMilliseconds / 1000).toFixed(1)} s`);
  // The first reason stands: it says why the traffic was returned.
  if (!isReturn && !isLatched) {
    await attempt("The latch is not set, so run no update.", () => writeLatch(latch));
  }
  await attempt("Nobody was told.", () =>
    rescue.publish(
      place.address,
      `Rolled back by hand: ${rolledBack} is off the public path`,
      `${live} serves all public traffic. Reason: ${reason}. To go on: npm run rollout -- resume --stage ${world.stage}; docs/runbook.md.`,
    ),
  );
  const settled = await readBack(world, rescue, place, live, problems);
  let before: RolloutRecord | undefined;
  await attempt(
    "Traffic is back, but config and record do not say so yet. When it is mended, run this command again.",
    async () => {
      before = await converge(world, { live, isReturn, now: startedAt });
    },
  );
  if (isReturn && before !== undefined) await attempt("The latch is not set.", () => writeLatch(latch));

  const evidence = await rollbackEvidence(world, { startedAt, live, reason: whole, before, settled, problems });
  const split = settled?.split ?? accepted;
  const evidencePath = await world.evidence.write(evidence);
  const notes = change === undefined ? [] : [`${change} The evidence has all of it.`];
  return { split, trafficMilliseconds, isLatched, notes, problems, evidence, evidencePath };
}

/** All public traffic to a colour without a healthy task would be an outage of its own. */
async function refuseEmptyReturn(rescue: RescuePort, { address }: RollbackPlace, to: Colour): Promise<void> {
  if (to === address.liveColour) return;
  const { healthy } = await rescue.readTargets(address, to);
  if (healthy > 0) return;
  throw new Error(
    `${to} has no healthy task, so nothing was moved: it would answer nobody. It was retired, or its tasks are failing; a release that fixes ${address.liveColour} is the way on.`,
  );
}

async function readBack(
  world: RolloutWorld,
  rescue: RescuePort,
  { address }: RollbackPlace,
  live: Colour,
  problems: string[],
): Promise<Settled | undefined> {
  const expected = weightsByColour(live, 0);
  try {
    const settled = await settle(world, {
      readSplit: () => rescue.readSplit(address),
      readTargets: (colour) => rescue.readTargets(address, colour),
      expected,
      healthyTasks: 1,
    });
    problems.push(...settled.problems);
    return settled;
  } catch (error) {
    problems.push(`The weights could not be read back. ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
