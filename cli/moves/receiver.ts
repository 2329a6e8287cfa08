import { setTimeout } from "node:timers/promises";
import type { RollbackPlace } from "../../infra/aws/latch-and-address.ts";
import type { RescueAws } from "../../infra/aws/rescue.ts";
import { type Colour, otherColour } from "../../rollout/colour.ts";
import { tasksForBusiestHour } from "../../rollout/gate/capacity.ts";
import { busiestRequestsPerMinute, historyHours, provenRequestsPerMinutePerTask } from "../../rollout/measurements.ts";
import type { PublicPath } from "../../rollout/public-path.ts";
import type { NeededTasks, Receiver } from "../../rollout/receiver.ts";
import type { RolloutWorld } from "../world.ts";

/** Seconds that the notice waits for what is asked once the traffic has moved. People are told of the move whatever AWS answers. */
const withinSeconds = 10;

/** What people are told once the traffic has moved. */
export interface Answered {
  readonly receiver: Receiver;
  /** Undefined where AWS did not answer. */
  readonly publicPath: PublicPath | undefined;
}

/**
 * Asks how many healthy tasks both colours have, how many the receiver needs, and whether all requests of the public host come to
 * them. Asked once the latch is set. Nothing here fails: an answer that does not come within 10 s is missing.
 */
export async function askForReceiver(
  world: Pick<RolloutWorld, "stackFile" | "now">,
  rescue: Pick<RescueAws, "readTargets" | "readTraffic" | "readPublicPath">,
  { address }: Pick<RollbackPlace, "address">,
  colour: Colour,
): Promise<Answered> {
  const from = otherColour(colour);
  const [tasks, tasksFrom, load, publicPath] = await Promise.all([
    orNothing(rescue.readTargets(address, colour)),
    orNothing(rescue.readTargets(address, from)),
    orNothing(neededTasks(world, rescue, address, colour)),
    orNothing(rescue.readPublicPath(address)),
  ]);
  return { receiver: { colour, from, tasks, tasksFrom, load }, publicPath };
}

/** What the busiest hour needs, by what the receiver's tasks have carried, and never less than `api.minTasks`. */
async function neededTasks(
  world: Pick<RolloutWorld, "stackFile" | "now">,
  rescue: Pick<RescueAws, "readTraffic">,
  address: RollbackPlace["address"],
  colour: Colour,
): Promise<NeededTasks | undefined> {
  const { errorRatePercent, minTasks } = thresholds(world);
  const traffic = await rescue.readTraffic(address, colour, { hours: historyHours, now: world.now() });
  const needed = tasksForBusiestHour({
    busiestRequestsPerMinute: busiestRequestsPerMinute(traffic),
    provenRequestsPerMinutePerTask: provenRequestsPerMinutePerTask(traffic, errorRatePercent),
  });
  return needed === undefined ? undefined : { ...needed, tasks: Math.max(minTasks, needed.tasks) };
}

/** From the stack file. A mistake in it must not keep anybody from being told; then every hour counts as carried well. */
function thresholds({ stackFile }: Pick<RolloutWorld, "stackFile">) {
  try {
    const { alerts, api } = stackFile.readConfig();
    return { errorRatePercent: alerts.errorRatePercent, minTasks: api.minTasks };
  } catch {
    return { errorRatePercent: 100, minTasks: 1 };
  }
}

/** Undefined where the answer fails or is late. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  const limit = new AbortController();
  const late = setTimeout(withinSeconds * 1000, undefined, { signal: limit.signal }).catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } catch {
    return undefined;
  } finally {
    limit.abort();
  }
}
