import { formatSplit, isSameSplit } from "../core/real-split.ts";
import type { Refusal } from "../core/refusal.ts";
import { weightsByColour } from "../core/weights.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { SavedPlan } from "../ports/pulumi.ts";
import { editStackFile, type SettingsEdit } from "../stack-file/edit-settings.ts";
import { gateEvidence, type SnapshotGate } from "../world/gate.ts";
import { readRecord, type Snapshot } from "../world/snapshot.ts";
import type { RolloutWorld } from "../world/world.ts";
import { RefusedError } from "./refused-error.ts";
import { withPlanFile } from "./saved-plan-file.ts";
import { settle } from "./settle.ts";

/** A move that the rules and the gate let through. */
export interface AcceptedMove {
  readonly action: "advance" | "promote" | "retire";
  /** What it is called in messages: `The step to 25 %`. */
  readonly name: string;
  readonly to: Evidence["to"];
  readonly edit: SettingsEdit;
  readonly reason: string | null;
  readonly overridden: readonly Refusal[];
  readonly gate: SnapshotGate | null;
  /** Why a plan is another one than this move's; empty where it is this. */
  readonly judgePlan: (plan: SavedPlan) => readonly string[];
}

/** What a move left behind. */
export interface TakenMove {
  readonly evidence: Evidence;
  readonly evidencePath: string;
}

/**
 * Takes a move: edit the stack file, preview, judge the plan, update bound to it, read back until AWS agrees, evidence.
 *
 * It can be killed anywhere. Before the update nothing but the file has changed, and the next run edits it to the same;
 * within it Pulumi writes the record or the next update does, since AWS then has what it asks for; after it the evidence
 * is begun and the next run ends it.
 *
 * @throws {RefusedError} for a plan that is another; the file is as it was
 */
export async function takeMove(world: RolloutWorld, snapshot: Snapshot, move: AcceptedMove): Promise<TakenMove> {
  const { stackFile, pulumi } = world;
  // To the second, which is what the names of evidence files tell apart.
  const updateTime = new Date(Math.floor(world.now().getTime() / 1000) * 1000);
  const onLine = (line: string) => world.say(`  ${line}`);
  const before = await stackFile.read();
  const after = editStackFile(before, move.edit);
  const restore = async () => {
    if (after !== before && (await stackFile.read()) === after) await stackFile.write(before);
  };
  if (after !== before) await stackFile.write(after);
  return await withPlanFile(async (planPath) => {
    let evidence: Evidence;
    try {
      world.say(`${move.name}: previewing`);
      const plan = await pulumi.preview({ updateTime, planPath });
      const problems = move.judgePlan(plan);
      if (problems.length > 0) throw new RefusedError(move.name, problems);
      evidence = await beginEvidence(world, snapshot, move, updateTime, plan);
      await world.evidence.write(evidence);
    } catch (error) {
      await restore();
      throw error;
    }
    world.say(`${move.name}: updating`);
    try {
      await pulumi.update({ updateTime, planPath, onLine });
    } catch (error) {
      throw await afterFailure(world, snapshot, { evidence, restore, error });
    }
    world.say(`${move.name}: reading back from AWS`);
    return await endMove(world, snapshot, evidence);
  });
}

/** What a preview alone would say of a move; the stack file is as it was afterwards. */
export async function tryMove({ pulumi, ...world }: RolloutWorld, move: AcceptedMove): Promise<SavedPlan> {
  const { stackFile } = world;
  const before = await stackFile.read();
  try {
    await stackFile.write(editStackFile(before, move.edit));
    return await withPlanFile(async (planPath) => {
      const plan = await pulumi.preview({ updateTime: world.now(), planPath });
      const problems = move.judgePlan(plan);
      if (problems.length > 0) throw new RefusedError(move.name, problems);
      return plan;
    });
  } finally {
    await stackFile.write(before);
  }
}

/**
 * Ends a move that was made: AWS has to agree, the record has to tell of it, and an alarm that fires already has to start
 * the rollback, for it will send no event.
 *
 * @throws {Error} where it does not agree; the evidence then is still begun, and the next run looks again
 */
export async function endMove(world: RolloutWorld, snapshot: Snapshot, begun: Evidence): Promise<TakenMove> {
  const { cloud, candidate, config } = snapshot;
  const expected = weightsByColour(begun.to.liveColour, begun.to.weightPercent);
  const healthyTasks = config.api.minTasks;
  const settled = await settle(world, { ...cloud, expected, healthyTasks });
  const record = await readRecord(world);
  const problems = [...settled.problems];
  if (record.liveColour !== begun.to.liveColour || record.weightPercent !== begun.to.weightPercent) {
    problems.push(
      `The record has ${record.liveColour} live with ${record.weightPercent} % on the candidate, where this command left ${begun.to.liveColour} with ${begun.to.weightPercent} %.`,
    );
  }
  if (begun.to.weightPercent > 0) {
    const composite = (await cloud.readAlarms(candidate))[snapshot.addresses.compositeAlarmNames[candidate]];
    if (composite === "ALARM") {
      await cloud.startCheck(candidate);
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

async function beginEvidence(
  world: RolloutWorld,
  snapshot: Snapshot,
  move: AcceptedMove,
  updateTime: Date,
  plan: SavedPlan,
): Promise<Evidence> {
  const { record } = snapshot;
  return {
    version: 1,
    stage: world.stage,
    action: move.action,
    outcome: "begun",
    at: updateTime.toISOString(),
    finishedAt: null,
    by: await world.repository.author(),
    from: { liveColour: record.liveColour, weightPercent: record.weightPercent },
    to: move.to,
    images: { ...record.images },
    reason: move.reason,
    overridden: move.overridden.map(({ message }) => message),
    gate: move.gate === null ? null : gateEvidence(snapshot, move.gate),
    plan: {
      changes: plan.changes.map(({ type, name, operations, properties }) => ({
        type,
        name,
        operations: [...operations],
        properties: [...properties],
      })),
      outputs: [...plan.outputs],
    },
    readBack: null,
    problems: [],
  };
}

/** An update that failed has moved the traffic or has not; AWS knows. */
async function afterFailure(
  world: RolloutWorld,
  { cloud, split: before }: Snapshot,
  failed: { readonly evidence: Evidence; readonly restore: () => Promise<void>; readonly error: unknown },
): Promise<Error> {
  const { evidence, restore, error } = failed;
  const said = error instanceof Error ? error.message : String(error);
  const now = await cloud.readSplit().catch(() => undefined);
  const moves = !isSameSplit(before, weightsByColour(evidence.to.liveColour, evidence.to.weightPercent));
  if (now === undefined || !isSameSplit(now, before) || !moves) {
    const found = now === undefined ? "AWS does not answer now" : `AWS now gives ${formatSplit(now)}`;
    return new Error(
      `The update failed, and ${found}. Run the command again, which ends what was begun, or roll back. It said: ${said}`,
      { cause: error },
    );
  }
  await restore();
  await world.evidence.write({ ...evidence, outcome: "interrupted", finishedAt: world.now().toISOString() });
  return new Error(
    `The update failed and moved no traffic: AWS gives ${formatSplit(now)} as before, and ${world.stackFile.name} is as it was. It said: ${said}`,
    { cause: error },
  );
}
