import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGateFile } from "../../infra/rollout/gate-file.ts";
import { formatSplit, isSameSplit, weightsByColour } from "../../rollout/split.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { wholeSecond } from "../evidence/evidence-folder.ts";
import { messageOf, RefusedError } from "../outcome.ts";
import { type HeldInterrupts, holdInterrupts } from "../process.ts";
import type { SavedPlan } from "../pulumi.ts";
import type { Standing } from "../snapshot.ts";
import { editStackFile } from "../stack-file/edit.ts";
import { UnfinishedMoveError } from "../telling/tell-people.ts";
import type { RolloutWorld } from "../world.ts";
import { type AskedMove, refusedByProgram } from "./decide.ts";
import { beginEvidence, type JudgedPlan } from "./evidence.ts";
import { endMove, type TakenMove } from "./read-back.ts";

/**
 * Takes a move: edit the stack file, preview, judge the plan, update bound to it, read back until AWS agrees, evidence.
 *
 * It can be killed anywhere. Before the update nothing but the file has changed, and the next run edits it to the same;
 * within it Pulumi writes the record or the next update does, since AWS then has what it asks for; after it the evidence
 * is begun and the next run ends it.
 *
 * @returns undefined where the file asks for nothing that is not deployed; then nothing was updated
 * @throws {RefusedError} for a plan that is another; the file is as it was
 */
export async function takeMove(
  world: RolloutWorld,
  standing: Standing,
  move: AskedMove,
): Promise<TakenMove | undefined> {
  const interrupts = holdInterrupts();
  try {
    return await takeUnless(interrupts, world, standing, move);
  } finally {
    interrupts.release();
  }
}

/** An interrupt before the update ends the move with nothing changed. In the update it is Pulumi's, which ends in order. */
async function takeUnless(
  interrupts: HeldInterrupts,
  world: RolloutWorld,
  standing: Standing,
  move: AskedMove,
): Promise<TakenMove | undefined> {
  const { stackFile, pulumi } = world;
  const updateTime = wholeSecond(world.now());
  const onLine = (line: string) => world.say(`  ${line}`);
  const before = await stackFile.read();
  const after = editStackFile(before, move.edit);
  const restore = async () => {
    if (after === before || (await stackFile.read()) !== after) return false;
    await stackFile.write(before);
    return true;
  };
  if (after !== before) await stackFile.write(after);
  return await withPlanFile(async (files) => {
    let evidence: Evidence;
    try {
      world.say(`${move.name}: previewing`);
      const judged = await previewMove(world, standing, move, { updateTime, ...files });
      endIfInterrupted(interrupts);
      if (isNothing(move, judged.plan)) return undefined;
      evidence = await beginEvidence(world, standing, move, updateTime, judged);
      endIfInterrupted(interrupts);
      await world.evidence.write(evidence);
    } catch (error) {
      const restored = (await restore()) ? `, and ${stackFile.name} was restored` : "";
      throw interrupts.hasCome ? interruptedBefore(move, restored) : previewFailed(move, restored, error);
    }
    if (interrupts.hasCome) {
      const restored = (await restore()) ? `, and ${stackFile.name} was restored` : "";
      await world.evidence.write({ ...evidence, outcome: "interrupted", finishedAt: world.now().toISOString() });
      throw interruptedBefore(move, restored);
    }
    world.say(`${move.name}: updating`);
    try {
      const updating = pulumi.update({ updateTime, ...files, onLine });
      interrupts.release();
      await updating;
    } catch (error) {
      throw await afterFailure(world, standing, {
        evidence,
        restore,
        error,
        refused: () => refusalIn(files, standing, move),
      });
    }
    world.say(`${move.name}: reading back from AWS`);
    return await endMove(world, standing, evidence);
  });
}

/** Whether a file that is applied asks for nothing that is not deployed. */
export function isNothing({ action }: Pick<AskedMove, "action">, { changes, outputs }: SavedPlan): boolean {
  return action === "apply" && changes.length + outputs.length === 0;
}

function endIfInterrupted({ hasCome }: HeldInterrupts): void {
  if (hasCome) throw new Error("It was interrupted.");
}

/** @param restored the end of a sentence: what was put back */
export function interruptedBefore({ name }: Pick<AskedMove, "name">, restored: string): Error {
  return new Error(
    `${name} is not taken, because it was interrupted before its update began. Nothing was changed${restored}.`,
  );
}

/** An update that was bound to its plan and failed. */
interface FailedUpdate {
  readonly evidence: Evidence;
  /** Puts the stack file back. @returns whether the move had edited it */
  readonly restore: () => Promise<boolean>;
  readonly error: unknown;
  /** What the program refused, where it did: an alarm can have fired since the preview. */
  readonly refused: () => RefusedError | undefined;
}

/** Asks AWS whether an update that failed has moved the traffic. */
async function afterFailure(
  world: RolloutWorld,
  { aws, split: before }: Standing,
  failed: FailedUpdate,
): Promise<Error> {
  const { evidence, restore, error } = failed;
  // The program refuses before it registers anything.
  const refusal = failed.refused();
  if (refusal !== undefined) {
    await restore();
    await world.evidence.write({ ...evidence, outcome: "interrupted", finishedAt: world.now().toISOString() });
    return refusal;
  }
  const said = messageOf(error);
  const asked = weightsByColour(evidence.to.liveColour, evidence.to.weightPercent);
  const now = await aws.readSplit().catch(() => undefined);
  if (now !== undefined && !isSameSplit(now, before) && !isSameSplit(now, asked)) {
    return new UnfinishedMoveError(
      `The update failed, and AWS now gives ${formatSplit(now)}. That is neither the old split nor the one that was asked for: a rollback happened meanwhile, or something else moved the traffic. Look with npm run rollout -- status --stage ${world.stage}. If the traffic was returned, run npm run rollout -- rollback --stage ${world.stage}, which makes config and record agree with AWS. The error was: ${said}`,
      { cause: error },
    );
  }
  const moves = !isSameSplit(before, asked);
  if (now === undefined || !isSameSplit(now, before) || !moves) {
    const found = now === undefined ? "AWS could not be asked" : `AWS now gives ${formatSplit(now)}`;
    return new UnfinishedMoveError(
      `The update failed, and ${found}. Run this command again, which finishes the move, or roll back. The error was: ${said}`,
      { cause: error },
    );
  }
  const isRestored = await restore();
  await world.evidence.write({ ...evidence, outcome: "interrupted", finishedAt: world.now().toISOString() });
  const file = isRestored ? `, and ${world.stackFile.name} was restored` : "";
  return new Error(
    `The update failed and moved no traffic. AWS still gives ${formatSplit(now)}${file}. The error was: ${said}`,
    { cause: error },
  );
}

/** Where a preview leaves its plan and the program its verdict. */
interface PlanFiles {
  readonly planPath: string;
  readonly gatePath: string;
}

/**
 * Previews a move whose edit is in the stack file, and judges the saved plan. The program asks the rules and the gate.
 *
 * @throws {RefusedError} for what the program refuses, and for a plan that does not fit the move
 */
async function previewMove(
  { pulumi }: Pick<RolloutWorld, "pulumi">,
  standing: Standing,
  move: AskedMove,
  request: PlanFiles & { readonly updateTime: Date },
): Promise<JudgedPlan> {
  let plan: SavedPlan;
  try {
    plan = await pulumi.preview(request);
  } catch (error) {
    throw refusalIn(request, standing, move) ?? error;
  }
  const problems = move.judgePlan(plan);
  if (problems.length > 0) throw new RefusedError(move.name, problems);
  return { plan, judged: openGateFile(request.gatePath)?.read() };
}

function refusalIn({ gatePath }: PlanFiles, standing: Standing, move: AskedMove): RefusedError | undefined {
  return refusedByProgram(move, standing, openGateFile(gatePath)?.read());
}

/** Says first that nothing was changed, which is what a reader wants to know. */
function previewFailed({ name }: AskedMove, restored: string, error: unknown): Error {
  if (error instanceof RefusedError) return error;
  const said = messageOf(error);
  return new Error(
    `${name} is not taken, because the preview failed. Nothing was changed${restored}. The error was:\n${said}`,
    { cause: error },
  );
}

/** What a preview alone would say of a move; the stack file is as it was afterwards. */
export async function tryMove(world: RolloutWorld, standing: Standing, move: AskedMove): Promise<JudgedPlan> {
  const { stackFile } = world;
  const before = await stackFile.read();
  const after = editStackFile(before, move.edit);
  const interrupts = holdInterrupts();
  try {
    if (after !== before) await stackFile.write(after);
    const judged = await withPlanFile((files) =>
      previewMove(world, standing, move, { updateTime: world.now(), ...files }),
    );
    endIfInterrupted(interrupts);
    return judged;
  } catch (error) {
    const restored = after === before ? "" : `, and ${stackFile.name} was restored`;
    throw interrupts.hasCome ? interruptedBefore(move, restored) : previewFailed(move, restored, error);
  } finally {
    if (after !== before) await stackFile.write(before);
    interrupts.release();
  }
}

/** Gives paths in a folder that nobody else can read and that is removed afterwards: plans hold config. */
export async function withPlanFile<T>(use: (files: PlanFiles) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "rollout-plan-"));
  try {
    return await use({ planPath: join(folder, "plan.json"), gatePath: join(folder, "gate.json") });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
