import { weightsByColour } from "../../rollout/split.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { readRecord, type Snapshot } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import { settle } from "./settle.ts";

/** What a move left behind. */
export interface TakenMove {
  readonly evidence: Evidence;
  readonly evidencePath: string;
}

/**
 * Ends a move that was made: AWS has to agree, the record has to tell of it, and an alarm that fires already has to start
 * the rollback, for it will send no event.
 *
 * @throws {Error} where it does not agree; the evidence then is still begun, and the next run looks again
 */
export async function endMove(world: RolloutWorld, snapshot: Snapshot, begun: Evidence): Promise<TakenMove> {
  const { aws, candidate, config } = snapshot;
  const expected = weightsByColour(begun.to.liveColour, begun.to.weightPercent);
  const healthyTasks = config.api.minTasks;
  const settled = await settle(world, { ...aws, expected, healthyTasks });
  const record = await readRecord(world);
  const problems = [...settled.problems];
  if (record.liveColour !== begun.to.liveColour || record.weightPercent !== begun.to.weightPercent) {
    problems.push(
      `The record has ${record.liveColour} live with ${record.weightPercent} % on the candidate, where this command left ${begun.to.liveColour} with ${begun.to.weightPercent} %.`,
    );
  }
  if (begun.to.weightPercent > 0) {
    const composite = (await aws.readAlarms(candidate))[snapshot.addresses.compositeAlarmNames[candidate]];
    if (composite === "ALARM") {
      await aws.startCheck();
      problems.push(
        `The candidate's alarm is firing. It was before the weight rose and so sends no event: the rollback's check was started, and the traffic is being returned. Look with npm run rollout -- status --stage ${world.stage}.`,
      );
    }
  }
  if (problems.length > 0) {
    throw new Error(
      `The update is made, and all is not well. ${problems.join(" ")} Run npm run rollout -- status --stage ${world.stage}; when in doubt, roll back.`,
    );
  }
  const at = world.now().toISOString();
  const { split, healthyTasks: found } = settled;
  const evidence: Evidence = {
    ...begun,
    outcome: "done",
    finishedAt: at,
    readBack: { at, split: { ...split }, healthyTasks: { ...found } },
  };
  return { evidence, evidencePath: await world.evidence.write(evidence) };
}
