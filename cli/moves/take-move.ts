import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatSplit, isSameSplit, weightsByColour } from "../../rollout/split.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { wholeSecond } from "../evidence/evidence-folder.ts";
import { RefusedError } from "../outcome.ts";
import type { SavedPlan } from "../pulumi.ts";
import type { Snapshot } from "../snapshot.ts";
import { editStackFile } from "../stack-file/edit.ts";
import type { RolloutWorld } from "../world.ts";
import type { AcceptedMove } from "./decide.ts";
import { beginEvidence } from "./evidence.ts";
import { endMove, type TakenMove } from "./read-back.ts";

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
  const updateTime = wholeSecond(world.now());
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
      const plan = await previewMove(world, move, { updateTime, planPath });
      evidence = await beginEvidence(world, snapshot, move, updateTime, plan);
      await world.evidence.write(evidence);
    } catch (error) {
      await restore();
      throw previewFailed(move, stackFile.name, error);
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

/** Asks AWS whether an update that failed has moved the traffic. */
async function afterFailure(
  world: RolloutWorld,
  { aws, split: before }: Snapshot,
  failed: { readonly evidence: Evidence; readonly restore: () => Promise<void>; readonly error: unknown },
): Promise<Error> {
  const { evidence, restore, error } = failed;
  const said = error instanceof Error ? error.message : String(error);
  const asked = weightsByColour(evidence.to.liveColour, evidence.to.weightPercent);
  const now = await aws.readSplit().catch(() => undefined);
  if (now !== undefined && !isSameSplit(now, before) && !isSameSplit(now, asked)) {
    return new Error(
      `The update failed, and AWS now gives ${formatSplit(now)}. That is neither the old split nor the one that was asked for: a rollback happened meanwhile, or something else moved the traffic. Look with npm run rollout -- status --stage ${world.stage}. If the traffic was returned, run npm run rollout -- rollback --stage ${world.stage}, which makes config and record agree with AWS. The error was: ${said}`,
      { cause: error },
    );
  }
  const moves = !isSameSplit(before, asked);
  if (now === undefined || !isSameSplit(now, before) || !moves) {
    const found = now === undefined ? "AWS could not be asked" : `AWS now gives ${formatSplit(now)}`;
    return new Error(
      `The update failed, and ${found}. Run this command again, which finishes the move, or roll back. The error was: ${said}`,
      { cause: error },
    );
  }
  await restore();
  await world.evidence.write({ ...evidence, outcome: "interrupted", finishedAt: world.now().toISOString() });
  return new Error(
    `The update failed and moved no traffic. AWS still gives ${formatSplit(now)}, and ${world.stackFile.name} was restored. The error was: ${said}`,
    { cause: error },
  );
}

/**
 * Previews a move whose edit is in the stack file, and judges the saved plan.
 *
 * @throws {RefusedError} for a plan that does not fit the move
 */
async function previewMove(
  { pulumi }: Pick<RolloutWorld, "pulumi">,
  move: AcceptedMove,
  request: { readonly updateTime: Date; readonly planPath: string },
): Promise<SavedPlan> {
  const plan = await pulumi.preview(request);
  const problems = move.judgePlan(plan);
  if (problems.length > 0) throw new RefusedError(move.name, problems);
  return plan;
}

/** Says first that nothing was changed, which is what a reader wants to know. */
function previewFailed({ name }: AcceptedMove, stackFileName: string, error: unknown): Error {
  if (error instanceof RefusedError) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new Error(
    `${name} is not taken, because the preview failed. Nothing was changed, and ${stackFileName} was restored. The error was:\n${said}`,
    { cause: error },
  );
}

/** What a preview alone would say of a move; the stack file is as it was afterwards. */
export async function tryMove(world: RolloutWorld, move: AcceptedMove): Promise<SavedPlan> {
  const { stackFile } = world;
  const before = await stackFile.read();
  try {
    await stackFile.write(editStackFile(before, move.edit));
    return await withPlanFile((planPath) => previewMove(world, move, { updateTime: world.now(), planPath }));
  } catch (error) {
    throw previewFailed(move, stackFile.name, error);
  } finally {
    await stackFile.write(before);
  }
}

/** Gives a path for a plan in a folder that nobody else can read and that is removed afterwards: plans hold config. */
async function withPlanFile<T>(use: (planPath: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "rollout-plan-"));
  try {
    return await use(join(folder, "plan.json"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
