import type { GateFile } from "../../infra/rollout/gate-file.ts";
import { wantedAfter } from "../../infra/rollout/wanted.ts";
import { type Decision, decide } from "../../rollout/decide.ts";
import { askedFor, namingStage } from "../../rollout/move.ts";
import { allowances, allowedByDefault, reasonFor } from "../../rollout/override.ts";
import { reasonProblems } from "../../rollout/reason.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { isReturnedFrom } from "../../rollout/return.ts";
import type { SigningKeys } from "../../rollout/signing-keys.ts";
import { reasonUsedAt } from "../../rollout/used-reasons.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { RefusedError } from "../outcome.ts";
import type { SavedPlan } from "../pulumi.ts";
import type { Standing } from "../snapshot.ts";
import type { SettingsEdit } from "../stack-file/edit.ts";

/** A move that a command makes: an edit of the stack file, and what the plan of it has to be. */
export interface AskedMove {
  readonly action: "advance" | "apply" | "promote" | "restore" | "retire" | "rotate";
  /** What it is called in messages: `The step to 25 %`. */
  readonly name: string;
  readonly to: Evidence["to"];
  /** The keys after a rotation. */
  readonly signingKeys?: SigningKeys;
  /** What a restore brings back. */
  readonly restore?: Evidence["restore"];
  readonly edit: SettingsEdit;
  /** The written reason; null where none was given. */
  readonly reason: string | null;
  /** Why a plan does not fit this move; empty if it does. */
  readonly judgePlan: (plan: SavedPlan) => readonly string[];
}

/**
 * Completes the edit of a move with its written reason, and finds what the command itself has to refuse. The rules and the
 * gate are asked by the program, in the preview.
 *
 * @throws {RefusedError} naming every reason why not
 */
export function prepareMove(
  standing: Standing,
  asked: Omit<AskedMove, "reason">,
  givenReason: string | undefined,
  problems: readonly string[] = [],
): AskedMove {
  const reason = givenReason?.trim();
  const found = [...reasonProblems(reason), ...configProblems(standing, asked.edit, reason), ...problems];
  if (found.length > 0) throw new RefusedError(asked.name, found);
  return {
    ...asked,
    reason: reason ?? null,
    edit: { ...asked.edit, ...overrideEdit(standing, reason, allowedFor(standing, asked)) },
  };
}

/**
 * What the program refused, in the words of the command line; with exit code 3 where only data is missing.
 *
 * @returns undefined where the program refused nothing, and something else failed
 */
export function refusedByProgram(
  { action, name, to }: AskedMove,
  { record, stage }: Standing,
  judged: GateFile | undefined,
): RefusedError | undefined {
  if (judged === undefined || judged.refusals.length === 0) return undefined;
  // A file that is applied has its number in it, and the refusals name it; a command's own move is in its name.
  const wording = (message: string) =>
    action === "apply" ? namingStage(message, stage) : commandWording(withoutEdit(message, to, record), stage);
  // The file stays as it is where it is applied; a command's own edit of it is taken back.
  const lines = action === "apply" ? (judged.lines ?? []) : [];
  const exitCode = judged.refusals.every(({ rule }) => rule === "data") ? 3 : 1;
  const from = { liveColour: record.liveColour, weightPercent: record.weightPercent };
  return new RefusedError(
    name,
    judged.refusals.map(({ message }, index, { length }) =>
      [wording(message), ...(index === length - 1 ? lines : [])].join("\n"),
    ),
    { exitCode, report: { move: { action, from, to }, gate: judged.gate } },
  );
}

/** A refusal of a command without what its own edit of the file is: the command's name has said it. */
function withoutEdit(message: string, to: AskedMove["to"], previous: RolloutRecord): string {
  return withoutAsked(message, to, previous).replace(/^You removed images\.\w+\. /, "");
}

/** A refusal without what was asked for, where that stands before it already or nobody has asked yet. */
export function withoutAsked(message: string, to: AskedMove["to"], previous: RolloutRecord): string {
  const asked = askedFor({ previous, wanted: { ...to, images: previous.images } });
  return message.startsWith(`${asked} `) ? message.slice(asked.length + 1) : message;
}

/** What of the config an edit may change, as the rules read it. */
export type ConfigEdit = Partial<Pick<Standing["config"], "liveColour" | "candidateWeight" | "images">>;

/**
 * Asks the rules of the rollout about an edit of the config, as the program will when it is made.
 *
 * An older reason in config does not count here: whoever skips a bake by a command gives the reason with it.
 *
 * @param reason the written reason that is given with the edit
 */
export function decideEdit(standing: Standing, edit: ConfigEdit, reason: string | undefined): Decision {
  const { rolloutOverride: _reason, rolloutOverrideAllows: _allows, ...settings } = standing.config;
  return decideConfig(standing, { ...settings, ...edit, ...(reason === undefined ? {} : { rolloutOverride: reason }) });
}

/** Asks the rules about the stack file as it stands, with the reason that it has: what `apply` would ask for. */
export function decideFile(standing: Standing): Decision {
  return decideConfig(standing, standing.config);
}

function decideConfig(
  { record, schedule, latch, split, takenAt, contracts }: Standing,
  config: Standing["config"],
): Decision {
  return decide({
    previous: record,
    // A command decrypts nothing. The program compares the values of secrets.
    wanted: wantedAfter(config, record, () => undefined).wanted,
    schedule,
    latch,
    realWeights: split,
    contracts,
    now: takenAt,
    timeZone: config.timeZone,
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
function configProblems(
  { config, record }: Pick<Standing, "config" | "record">,
  edit: Pick<SettingsEdit, "liveColour" | "candidateWeight">,
  reason: string | undefined,
): string[] {
  const problems: string[] = [];
  const { rolloutOverride } = config;
  if (rolloutOverride !== undefined && rolloutOverride !== reason && !isUsed(record, rolloutOverride)) {
    problems.push(
      `rolloutOverride is "${rolloutOverride}" in the stack file, and no update has used it. If this move needs it, give it with --reason. If not, remove it.`,
    );
  }
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

/**
 * A given reason is written beside the number with what it allows, and the program takes it into the history. One that was
 * used is removed.
 */
function overrideEdit(
  { config, record }: Standing,
  reason: string | undefined,
  allows: string | null,
): Pick<SettingsEdit, "rolloutOverride" | "rolloutOverrideAllows"> {
  if (reason !== undefined) return { rolloutOverride: reason, rolloutOverrideAllows: allows };
  return config.rolloutOverride !== undefined && isUsed(record, config.rolloutOverride)
    ? { rolloutOverride: null, rolloutOverrideAllows: null }
    : {};
}

/**
 * What a reason has to allow for a command; null for a step and a promote, where it allows what a reason does by default. The
 * first step of a release that was returned from takes that besides, and the verdict of `verify` and the checks of the data where they
 * are required, and in production an image that did not run in staging.
 */
function allowedFor({ stage, config, record }: Standing, { action }: Pick<AskedMove, "action">): string | null {
  if (action === "retire") return "warm";
  if (action === "rotate") return "grace";
  if (action === "restore") return "replace-database";
  if (action !== "advance" || record.weightPercent > 0) return null;
  const further = [
    ...(isReturnedFrom(record) ? ["returned"] : []),
    ...(config.verify.required ? ["verify"] : []),
    ...(stage === "production" ? ["staging"] : []),
    ...(config.verify.integrityRequired ? ["integrity"] : []),
  ];
  return further.length === 0 ? null : [...allowedByDefault, ...further].join(", ");
}

/** Whether an update has used this reason. */
export function isUsed(record: RolloutRecord, reason: string): boolean {
  return reasonUsedAt(record, reason) !== undefined;
}

/**
 * A refusal of the rules in the words of the command line. The rules speak to whoever edits a stack file, and know no
 * stage.
 */
function commandWording(message: string, stage: string): string {
  const words = allowances.map(reasonFor).toSorted((one, other) => other.length - one.length);
  return words.reduce(
    (text, word) => text.replaceAll(word, 'give a written --reason "…"'),
    namingStage(message, stage),
  );
}
