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

/** What is asked once the traffic has moved, in parts that are begun at different times. Nothing here fails: an answer can be missing. */
export interface ReceiverQuestion {
  /** Begins to ask for the traffic, too. Called once the latch is done, since it loads another client. */
  askForLoad(): void;
  /** What has been answered, within 10 s. */
  answer(): Promise<{ readonly receiver: Receiver; readonly publicPath: PublicPath | undefined }>;
}

/** Begins to ask how many healthy tasks both colours have, and whether all requests of the public host come to them. */
export function askForReceiver(
  world: Pick<RolloutWorld, "stackFile" | "now">,
  rescue: Pick<RescueAws, "readTargets" | "readTraffic" | "readPublicPath">,
  { address }: Pick<RollbackPlace, "address">,
  colour: Colour,
): ReceiverQuestion {
  const from = otherColour(colour);
  const targetsOf = (one: Colour) => orNothing(rescue.readTargets(address, one));
  const targets = Promise.all([targetsOf(colour), targetsOf(from)]);
  const path = orNothing(rescue.readPublicPath(address));
  let load: Promise<NeededTasks | undefined> = Promise.resolve(undefined);
  return {
    askForLoad() {
      load = orNothing(neededTasks(world, rescue, address, colour));
    },
    async answer() {
      const [asked, publicPath, needed] = await Promise.all([inTime(targets), inTime(path), inTime(load)]);
      const [tasks, tasksFrom] = asked ?? [];
      return { receiver: { colour, from, tasks, tasksFrom, load: needed }, publicPath };
    },
  };
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

async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch(() => undefined);
}

async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  const limit = new AbortController();
  const late = setTimeout(withinSeconds * 1000, undefined, { signal: limit.signal }).catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    limit.abort();
  }
}
