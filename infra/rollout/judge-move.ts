import * as pulumi from "@pulumi/pulumi";
import { type DataDemand, dataProblem } from "../../rollout/data-evidence.ts";
import { applyReason, decide } from "../../rollout/decide.ts";
import type { ReleasedFrontend } from "../../rollout/frontend/released-frontend.ts";
import type { Latch } from "../../rollout/latch.ts";
import { type Move, namingStage, type Refusal, refusalHeading } from "../../rollout/move.ts";
import type { Because } from "../../rollout/next-record.ts";
import { type Allowance, liftedParts, partNames } from "../../rollout/override.ts";
import { freshOverride } from "../../rollout/override-use.ts";
import { needsVerification, type VerificationDemand, verificationProblem } from "../../rollout/verification.ts";
import type { NamedText } from "../config/parse-yaml.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";
import { failureText } from "../messages.ts";
import { askGate, figuresOf, type GateRequest } from "./ask-gate.ts";
import { type GateFile, gateFileVariable } from "./gate-file.ts";
import { judgeFrontend } from "./judge-frontend.ts";
import { type JudgedFirstStep, judgeStaging } from "./judge-staging.ts";
import type { ProgramWorld } from "./program-world.ts";

/** Raised when the program refuses the number that the config names; nothing was registered. */
export class RolloutRefusedError extends pulumi.RunError {
  /** One message for each rule that refuses. */
  readonly refusals: readonly string[];
  /** What the file of the verdict holds. */
  readonly judged: GateFile;

  constructor(judged: GateFile) {
    const refusals = judged.refusals.map(({ message }) => message);
    const words = refusals.length === 1 ? `${refusalHeading} ${refusals[0]}` : listed(refusals);
    super([words, ...(judged.lines ?? [])].join("\n"));
    this.refusals = refusals;
    this.judged = judged;
  }
}

/** Several refusals of the same thing name it once. */
function listed(refusals: readonly string[]): string {
  const [asked = ""] = /^You asked [^.]*\. /.exec(refusals[0] ?? "") ?? [];
  const isShared = asked !== "" && refusals.every((refusal) => refusal.startsWith(asked));
  const lines = refusals.map((refusal) => `- ${isShared ? refusal.slice(asked.length) : refusal}`);
  return [isShared ? `${refusalHeading} ${asked.trimEnd()}` : refusalHeading, ...lines].join("\n");
}

/** A move and all that it is judged by. */
export interface MoveRequest extends GateRequest {
  readonly config: GateRequest["config"] & Pick<StageConfig, "frontend">;
  readonly world: Pick<
    ProgramWorld,
    "warn" | "tell" | "lookAtStage" | "lookAtFrontend" | "readStagingRecord" | "gateFile" | "keepRefusedLook"
  >;
  /** What stands of `verify`. Default: nothing is required. */
  readonly verification?: VerificationDemand | undefined;
  /** What stands of the data before and after a migration. Default: nothing is required. */
  readonly data?: DataDemand | undefined;
  /** The frontend that last went out with a release. Default: none is known. */
  readonly released?: ReleasedFrontend | undefined;
  /** What else refuses the update, besides the rules of the rollout. No written reason lets it through. */
  readonly alsoRefused?: readonly Refusal[] | undefined;
  /** The stack file, where it is at hand: a refusal shows the lines that it speaks of. */
  readonly stackFile?: NamedText | undefined;
}

/**
 * Asks the rules and the gate whether the configured number may be set now. Every refusal is told at once.
 *
 * A written reason lets through what a reason can let through, and each thing that it does is told.
 *
 * @throws {RolloutRefusedError} naming every refusal
 */
export async function judgeMove(request: MoveRequest): Promise<Because> {
  const { move, stage, world } = request;
  const decision = decide(move);
  const [gate, frontend, staging] = await Promise.all([
    askGate(request),
    judgeFrontend(request),
    judgeStaging(request),
  ]);
  const unverified = judgeFirstStep(request, request.verification, verificationProblem, verifyNotes);
  const unchecked = judgeFirstStep(request, request.data, dataProblem, integrityNotes);
  const found = [...staging.refusals, ...unverified.refusals, ...unchecked.refusals, ...frontend, ...gate.refusals];
  const byReason = applyReason(found, move);
  const messageOf = ({ message }: Refusal) => namingStage(message, stage);
  const ofRules = decision.accepted ? [] : decision.refusals;
  const refusals = [...ofRules, ...byReason.refusals, ...(request.alsoRefused ?? [])];
  const passed = [...(decision.accepted ? decision.overridden : []), ...byReason.overridden];
  const at = move.now.toISOString();
  const preview = writtenByPreview(world, at);
  const figures = gate.asked === null ? null : (preview?.figures ?? figuresOf(gate.asked));
  const lifted = liftedParts(freshOverride(move)?.allows ?? []);
  // What the file says goes into the record and lifts nothing: only the config's reason does.
  const letThrough = preview?.overrode.filter((name) => liftedParts([name]).length === 0);
  const overrode = [
    ...new Set([
      ...(letThrough ??
        passed.flatMap(({ allowance }): readonly Allowance[] => (allowance === null ? [] : [allowance]))),
      ...lifted.map((part) => `replace-${part}` as const),
    ]),
  ];
  const overridden = passed.map(messageOf);
  const judged: GateFile = {
    at,
    refusals: refusals.map((refusal) => ({ rule: refusal.rule, message: messageOf(refusal) })),
    lines: await linesIn(request.stackFile, refusals.map(messageOf)),
    overridden: refusals.length > 0 ? [] : overridden,
    gate: gate.asked,
    figures,
    overrode,
  };
  await keep(judged, world);
  if (byReason.refusals.length > 0 && gate.asked !== null) await keepLook(request, judged);
  if (refusals.length > 0) throw new RolloutRefusedError(judged);
  const override = freshOverride(move)?.reason;
  for (const message of overridden) await world.warn(`rolloutOverride "${override}" lets this through: ${message}`);
  for (const part of lifted) {
    await world.warn(
      `rolloutOverride "${override}" lifts Pulumi's protection of the ${partNames[part]} for this update. The next update protects what is there then.`,
    );
  }
  for (const note of [staging.note, unverified.note, unchecked.note, gate.note])
    if (note !== undefined) await world.tell(note);
  return { override, overrode, gate: figures ?? undefined, latchSetAt: setAt(move.latch) };
}

/** What is told of a demand on the first step that refuses nothing. */
interface DemandNotes {
  readonly offline: string;
  readonly passed: string;
}

const verifyNotes: DemandNotes = {
  offline:
    "Verify: not asked, because this plan is made without AWS. The preview and the update want a verdict about this release.",
  passed: "Verify: this release passed on the candidate's own host.",
};

const integrityNotes: DemandNotes = {
  offline:
    "Integrity: not asked, because this plan is made without AWS. The preview and the update want checks of the data before and after the migration, where this release brought one.",
  passed: "Integrity: no migration of this release stands without a check of the data.",
};

/** Holds the first step against what commands have left in AWS. A plan that is made offline knows nothing of it, and says so. */
function judgeFirstStep<Demand extends { readonly required: boolean }>(
  { move, world }: MoveRequest,
  demand: Demand | undefined,
  problemOf: (move: Move, demand: Demand) => Refusal | undefined,
  notes: DemandNotes,
): JudgedFirstStep {
  if (demand?.required !== true || !needsVerification(move)) return { refusals: [] };
  if (world.lookAtStage === undefined) return { refusals: [], note: notes.offline };
  const problem = problemOf(move, demand);
  return problem === undefined ? { refusals: [], note: notes.passed } : { refusals: [problem] };
}

/** A latch that somebody deleted does not tell when it was set. */
function setAt(latch: Latch): string | undefined {
  return latch.state === "set" && latch.isMissing !== true ? latch.at : undefined;
}

/** The lines that refusals speak of: those of the keys that they name, and those of the move itself. */
async function linesIn(stackFile: NamedText | undefined, messages: readonly string[]): Promise<readonly string[]> {
  if (stackFile === undefined || messages.length === 0) return [];
  const { linesOfNamedKeys } = await import("../config/file-lines.ts");
  const ofMove = messages.some((message) => message.startsWith("You asked")) ? ["liveColour", "candidateWeight"] : [];
  return linesOfNamedKeys(stackFile, [...ofMove, ...messages]);
}

/** Writes the verdict where it is asked for. A disk that is full must not keep anybody from taking traffic back. */
async function keep(judged: GateFile, { gateFile, warn }: Pick<ProgramWorld, "gateFile" | "warn">): Promise<void> {
  try {
    gateFile?.write(judged);
  } catch (error) {
    await warn(
      `The gate's verdict could not be written into the file that ${gateFileVariable} names: ${failureText(error)}.`,
    );
  }
}

/** Keeps what the gate was shown. A disk that is full must not hide the refusal. */
async function keepLook({ move, stage, world }: MoveRequest, judged: GateFile): Promise<void> {
  try {
    world.keepRefusedLook?.({ stage, wanted: move.wanted, judged });
  } catch (error) {
    await world.warn(`What the gate was shown could not be kept: ${failureText(error)}.`);
  }
}

/**
 * What the preview of the same update wrote. An update that is bound to its plan has to write the same into the record: the
 * same figures, and the same that a reason let through.
 */
function writtenByPreview({ gateFile }: Pick<ProgramWorld, "gateFile">, at: string): GateFile | undefined {
  const written = gateFile?.read();
  return written?.at === at ? written : undefined;
}
