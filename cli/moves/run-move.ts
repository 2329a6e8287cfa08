import { otherColour } from "../../rollout/colour.ts";
import { verdictText } from "../../rollout/gate/verdict.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { formatSplit, isSameSplit, weightsByColour } from "../../rollout/split.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { CommandOutcome } from "../outcome.ts";
import { shownFindings } from "../reports/gate-report.ts";
import { readStanding, type Standing } from "../snapshot.ts";
import { editStackFile } from "../stack-file/edit.ts";
import { tellOfFailure, tellOfMove } from "../telling/tell-people.ts";
import { splitWords } from "../terminal.ts";
import type { RolloutWorld } from "../world.ts";
import { moveTitle } from "./asked-move.ts";
import type { AskedMove } from "./decide.ts";
import type { JudgedPlan } from "./evidence.ts";
import { endMove, type TakenMove } from "./read-back.ts";
import { rotationText } from "./rotation.ts";
import { isNothing, takeMove, tryMove } from "./take-move.ts";

/** How a move is to be run. */
export interface MoveRun {
  /**
   * Says which move is asked for, from where the stage stands, or throws.
   *
   * @param earlierReason the written reason of an earlier run of it, which was interrupted when AWS had its weights
   */
  readonly ask: (standing: Standing, earlierReason: string | undefined) => AskedMove | Promise<AskedMove>;
  /** Preview only; nothing is changed. */
  readonly dryRun: boolean;
  /** Edit and commit only, for a pull request. */
  readonly commit: boolean;
  /** Whether this run takes its own move too, after it has finished that of an earlier one. Default false. */
  readonly goesOn?: boolean;
}

/**
 * Runs a move from question to evidence.
 *
 * A move that an earlier run made and did not finish is finished first. Then nothing else is done, unless the run says so:
 * whoever runs an interrupted command again wants that one finished, and not the next step.
 */
export async function runMove(
  world: RolloutWorld,
  { ask, dryRun, commit, goesOn = false }: MoveRun,
): Promise<CommandOutcome> {
  const standing = await readStanding(world);
  const unfinished = await unfinishedMoves(world, standing.record);
  if (unfinished.standing !== undefined && !dryRun) {
    world.say(`An earlier run was interrupted after its update at ${unfinished.standing.at}: finishing it`);
    const ended = await endMove(world, standing, unfinished.standing);
    await tellOfMove(world, standing, ended.evidence);
    if (!goesOn) return taken(world, ended, "ended");
  }
  const cutOff = movedAndLost(standing, unfinished.lost);
  if (cutOff !== undefined) {
    world.say(`An earlier run was interrupted during its update at ${cutOff.at}, and AWS has its weights`);
  }
  const move = await ask(standing, cutOff?.reason ?? undefined);
  if (dryRun) return await dryRunOf(world, standing, move);
  if (commit) return await commitOf(world, standing, move);
  const done = await takeMove(world, standing, move).catch(async (error: unknown) => {
    await tellOfFailure(world, standing, move.name, error);
    throw error;
  });
  if (done === undefined) return nothingToDo(world, standing);
  await closeLostMoves(
    world,
    // One of the same second is the one that was just done.
    unfinished.lost.filter(({ at }) => at !== done.evidence.at),
  );
  await tellOfMove(world, standing, done.evidence);
  return taken(world, done, "done");
}

function nothingToDo({ stackFile }: RolloutWorld, { record, split }: Standing): CommandOutcome {
  const { liveColour, weightPercent } = record;
  return {
    exitCode: 0,
    text: `${stackFile.name} asks for nothing that is not deployed: ${liveColour} is live with ${weightPercent} % on the candidate. AWS gives ${formatSplit(split)}.`,
    json: { outcome: "nothing to do", split },
  };
}

/** What a command says of a move that it made. */
export function taken(
  world: RolloutWorld,
  { evidence, evidencePath }: TakenMove,
  outcome: "done" | "ended",
): CommandOutcome {
  const { readBack } = evidence;
  const split = readBack === null ? "" : ` AWS gives ${splitWords(readBack.split)}.`;
  return {
    exitCode: 0,
    text: `${outcomeText(evidence, world)}${split}${evidence.frontend === undefined ? "" : `\n${evidence.frontend.text}`}\nCommit ${world.stackFile.name} and ${evidencePath}.`,
    json: { outcome, evidencePath, evidence },
  };
}

function outcomeText(
  { action, to, signingKeys, stage, at }: TakenMove["evidence"],
  { stackFile }: RolloutWorld,
): string {
  if (signingKeys !== undefined) {
    return rotationText(signingKeys, stage, { now: new Date(at), timeZone: stackFile.readConfig().timeZone });
  }
  if (action === "retire")
    return `${otherColour(to.liveColour)} is retired and runs no tasks; ${to.liveColour} is live.`;
  return `${to.liveColour} is live with ${to.weightPercent} % on the candidate.`;
}

async function dryRunOf(world: RolloutWorld, standing: Standing, move: AskedMove): Promise<CommandOutcome> {
  const judged = await tryMove(world, standing, move);
  return isNothing(move, judged.plan) ? nothingToDo(world, standing) : planned(move, judged);
}

/** What a command says of a move that it has only planned. */
export function planned({ name, to }: Pick<AskedMove, "name" | "to">, { plan, judged }: JudgedPlan): CommandOutcome {
  const listed = plan.changes.map(({ operations, type, name: of }) => `  ${operations.join(", ")} ${type} ${of}`);
  return {
    exitCode: 0,
    text: [
      `${name} may be taken. It would change, besides the record:`,
      ...(listed.length > 0 ? listed : ["  nothing"]),
    ].join("\n"),
    json: { outcome: "planned", to, plan, gate: judged?.gate ?? null },
  };
}

async function commitOf(world: RolloutWorld, standing: Standing, move: AskedMove): Promise<CommandOutcome> {
  const { stackFile, repository, stage } = world;
  const { judged } = await tryMove(world, standing, move);
  const before = await stackFile.read();
  const after = editStackFile(before, move.edit);
  if (after !== before) await stackFile.write(after);
  const commit = await repository
    .commit([stackFile.name], commitMessage(stage, move, judged?.gate ?? null))
    .catch(async (error: unknown) => {
      await stackFile.write(before);
      throw error;
    });
  return {
    exitCode: 0,
    text: `${stackFile.name} was edited and committed as ${commit}. Nothing was deployed. Open a pull request. When it is merged, run npm run rollout -- apply --stage ${stage}: it asks the gate again and updates.`,
    json: { outcome: "committed", commit, to: move.to, gate: judged?.gate ?? null },
  };
}

function commitMessage(stage: string, move: AskedMove, gate: Evidence["gate"]): string {
  const { reason, restore } = move;
  const subject = restore === undefined ? moveTitle(stage, move) : `Restore the database of ${stage} to ${restore.to}`;
  const findings = shownFindings(gate?.findings ?? []).map(
    ({ what, verdict, value }) => `- ${what}: ${verdict} (${value})`,
  );
  const why = reason === null ? [] : ["", `Reason: ${reason}`];
  const verdict = gate === null ? [] : ["", `The gate's verdict: ${verdictText(gate)}.`];
  return [subject, ...verdict, ...findings, ...why].join("\n");
}

/** What earlier runs left open. */
interface UnfinishedMoves {
  /** The standing step's own: its update was made, and nobody has read back since. */
  readonly standing: Evidence | undefined;
  /** Begun, and never in the record: another run has to take that step. */
  readonly lost: readonly Evidence[];
}

/** What is begun and ended by its own command. */
const otherThanMoves: readonly Evidence["action"][] = ["rollback", "task", "cut-over", "cut-back"];

/** Finds the evidence of moves that was begun and not ended; a rollback and a task are no moves, and end by themselves. */
async function unfinishedMoves(
  { evidence }: Pick<RolloutWorld, "evidence">,
  record: RolloutRecord,
): Promise<UnfinishedMoves> {
  const begun = (await evidence.list()).filter(
    ({ outcome, action }) => outcome === "begun" && !otherThanMoves.includes(action),
  );
  const latest = record.history.at(-1)?.at;
  // Nobody can tell any more of a move that is older than the history.
  const isToldOf = (at: string) => record.dropped === undefined || Date.parse(at) > Date.parse(record.dropped.until);
  return {
    standing: begun.find(({ at }) => at === latest),
    lost: begun.filter(({ at }) => isToldOf(at) && !record.history.some((entry) => entry.at === at)),
  };
}

/**
 * The latest lost step whose weights AWS has all the same: no other move changes weights. Whoever finishes it needs no new reason: the traffic is out.
 *
 * @returns undefined where AWS is as recorded
 */
function movedAndLost({ record, split }: Standing, lost: readonly Evidence[]): Evidence | undefined {
  if (isSameSplit(split, weightsByColour(record.liveColour, record.weightPercent))) return undefined;
  const hasItsWeights = ({ to }: Evidence) => isSameSplit(split, weightsByColour(to.liveColour, to.weightPercent));
  return lost.findLast((evidence) => evidence.action === "advance" && hasItsWeights(evidence));
}

/** Says of lost moves that they were interrupted, once another run has taken over. */
async function closeLostMoves(world: RolloutWorld, lost: readonly Evidence[]): Promise<void> {
  for (const evidence of lost) {
    await world.evidence.write({ ...evidence, outcome: "interrupted", finishedAt: world.now().toISOString() });
  }
}
