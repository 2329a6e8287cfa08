import { wantedRollout } from "../../infra/rollout/wanted.ts";
import { otherColour } from "../../rollout/colour.ts";
import { type Decision, decide } from "../../rollout/decide.ts";
import { namingStage, type Refusal } from "../../rollout/move.ts";
import { reasonProblems } from "../../rollout/reason.ts";
import { isOldVersion, judgeReturn, returnPlaceOf } from "../../rollout/return.ts";
import { standingProblems } from "../../rollout/standing-problems.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { RefusedError } from "../outcome.ts";
import type { SavedPlan } from "../pulumi.ts";
import { gateOf, type Snapshot, type SnapshotGate } from "../snapshot.ts";
import type { SettingsEdit } from "../stack-file/edit.ts";
import { returnHint } from "./rollback-words.ts";

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
  /** Why a plan does not fit this move; empty if it does. */
  readonly judgePlan: (plan: SavedPlan) => readonly string[];
}

/** A move that is asked for. */
export interface AskedMove extends Pick<AcceptedMove, "action" | "name" | "to" | "judgePlan"> {
  readonly edit: Pick<SettingsEdit, "liveColour" | "candidateWeight">;
  /** The written reason, where one was given. */
  readonly reason: string | undefined;
}

/**
 * Judges a move by the rules, by what stands in its way and by the gate, and reports every problem at once.
 *
 * A written reason lets a step skip its bake or its order, as in config, and replaces requests that a gate would wait for. It
 * never helps against a gate that fails.
 *
 * @throws {RefusedError} naming every reason why not; with exit code 3 where only data is missing
 */
export function acceptMove(snapshot: Snapshot, asked: AskedMove): AcceptedMove {
  const { record, addresses } = snapshot;
  const reason = asked.reason?.trim();
  const decision = decideEdit(snapshot, asked.edit, reason);
  const gate = gateOf(snapshot);
  const standing = standingProblems({
    ...snapshot,
    plannedTaskDefinitionArns: addresses.taskDefinitionArns,
  }).map((problem) => namingStage(problem, snapshot.stage));
  // A firing alarm stands in the way already, and fails the gate as well in words of its own.
  const failed = gate.findings.filter(({ verdict, value }) => verdict === "fail" && value !== "ALARM");
  const problems = [
    ...reasonProblems(reason),
    ...configProblems(snapshot, asked.edit),
    ...refusalsOf(decision, snapshot.stage),
    ...standing,
    ...failed.map(({ sentence }) => sentence),
  ];
  const report = { move: { action: asked.action, from: standingOf(record), to: asked.to }, gate };
  if (problems.length > 0) throw new RefusedError(asked.name, [...new Set(problems)], { report });
  if (gate.verdict === "not enough data" && reason === undefined) {
    throw new RefusedError(asked.name, [...missingData(gate), overrideHint(snapshot.stage)], { exitCode: 3, report });
  }
  const { name, action, to, judgePlan } = asked;
  return {
    action,
    name,
    to,
    judgePlan,
    edit: { ...asked.edit, ...overrideEdit(snapshot, decision) },
    reason: reason ?? null,
    overridden: decision.accepted ? decision.overridden : [],
    gate,
  };
}

function overrideHint(stage: string): string {
  return `Ask again later, see how long it takes with npm run rollout -- forecast --stage ${stage}, or give a written --reason, which is recorded.`;
}

function missingData({ findings }: SnapshotGate): string[] {
  return findings.filter(({ verdict }) => verdict === "not enough data").map(({ sentence }) => sentence);
}

function standingOf({ liveColour, weightPercent }: Snapshot["record"]): AcceptedMove["to"] {
  return { liveColour, weightPercent };
}

/** What of the config an edit may change, as the rules read it. */
export type ConfigEdit = Partial<Pick<Snapshot["config"], "liveColour" | "candidateWeight" | "images">>;

/**
 * Asks the rules of the rollout about an edit of the config, as the program will when it is made.
 *
 * An older reason in config does not count here: whoever skips a bake by a command gives the reason with it.
 *
 * @param reason the written reason that is given with the edit
 */
export function decideEdit(
  { config, record, schedule, latch, split, takenAt }: Snapshot,
  edit: ConfigEdit,
  reason: string | undefined,
): Decision {
  const { rolloutOverride: _standing, ...settings } = config;
  return decide({
    previous: record,
    wanted: wantedRollout({ ...settings, ...edit, ...(reason === undefined ? {} : { rolloutOverride: reason }) }),
    schedule,
    latch,
    realWeights: split,
    now: takenAt,
  });
}

/** What the rules refuse, in the words of the command line. */
export function refusalsOf(decision: Decision, stage: string): string[] {
  return decision.accepted ? [] : decision.refusals.map(({ message }) => commandWording(message, stage));
}

/**
 * Finds a change in the stack file that this command did not make, and must not overwrite. The file may already ask for what
 * the move edits, as after a run that was interrupted.
 */
export function configProblems(
  { config, record }: Pick<Snapshot, "config" | "record">,
  edit: Pick<SettingsEdit, "liveColour" | "candidateWeight">,
): string[] {
  const problems: string[] = [];
  const deployed = record.weightPercent;
  const next = edit.candidateWeight ?? deployed;
  if (config.candidateWeight !== deployed && config.candidateWeight !== next) {
    const wanted = next === deployed ? "" : ` and ${next} is next`;
    problems.push(
      `candidateWeight is ${config.candidateWeight} in the stack file, but ${deployed} is deployed${wanted}. Set it back to ${deployed}, or check out the deployed version.`,
    );
  }
  if (config.liveColour !== record.liveColour && config.liveColour !== (edit.liveColour ?? record.liveColour)) {
    problems.push(
      `liveColour is ${config.liveColour} in the stack file, but ${record.liveColour} is deployed. Set it back, or check out the deployed version.`,
    );
  }
  return problems;
}

/** Why there is nothing to roll out after a promote; undefined where there is. */
export function oldVersionProblem(
  { record, schedule, latch, takenAt }: Pick<Snapshot, "record" | "schedule" | "latch" | "takenAt">,
  stage: string,
): string | undefined {
  if (record.weightPercent > 0 || !isOldVersion(record)) return undefined;
  const candidate = otherColour(record.liveColour);
  const judged = judgeReturn(returnPlaceOf(record, schedule.rollbackWindowSeconds, latch), stage, takenAt);
  const hint = returnHint(judged, stage, takenAt);
  return `${candidate} still has the release that was live before ${record.liveColour} was promoted, which is the previous release, not a new one. Set images.${candidate} to a new release.${hint === undefined ? "" : ` ${hint}`}`;
}

/**
 * A given reason is written beside the number, and the program takes it into the history. One that was used is removed.
 *
 * @param decision what the rules said to the move with this reason
 */
export function overrideEdit({ config, record }: Snapshot, decision: Decision): Pick<SettingsEdit, "rolloutOverride"> {
  if (decision.accepted && decision.override !== undefined) return { rolloutOverride: decision.override };
  const spent = record.history.some(({ override }) => override !== undefined && override === config.rolloutOverride);
  return spent ? { rolloutOverride: null } : {};
}

/**
 * A refusal of the rules in the words of the command line. The rules speak to whoever edits a stack file, and know no
 * stage.
 */
function commandWording(message: string, stage: string): string {
  return namingStage(message, stage).replaceAll("set rolloutOverride to a reason", 'give a written --reason "…"');
}
