import * as pulumi from "@pulumi/pulumi";
import { decide, freshReason, withSpentReason } from "../../rollout/decide.ts";
import { namingStage, type Refusal, refusalHeading } from "../../rollout/move.ts";
import type { GateFigures } from "../../rollout/record.ts";
import { failureText } from "../messages.ts";
import { askGate, figuresOf, type GateRequest } from "./ask-gate.ts";
import { type GateFile, gateFileVariable } from "./gate-file.ts";
import type { ProgramWorld } from "./program-world.ts";

/** Raised when the program refuses the number that the config names; nothing was registered. */
export class RolloutRefusedError extends pulumi.RunError {
  /** One message for each rule that refuses. */
  readonly refusals: readonly string[];
  /** What the file of the verdict holds. */
  readonly judged: GateFile;

  constructor(judged: GateFile) {
    const refusals = judged.refusals.map(({ message }) => message);
    super(refusals.length === 1 ? `${refusalHeading} ${refusals[0]}` : listed(refusals));
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
  readonly world: Pick<ProgramWorld, "warn" | "tell" | "lookAtStage" | "gateFile">;
}

/** Why a move was let through, as the record's history keeps it. */
export interface MoveAcceptance {
  /** The written reason that went with it. */
  readonly override?: string | undefined;
  readonly gate?: GateFigures | undefined;
}

/**
 * Asks the rules and the gate whether the configured number may be set now. Every refusal is told at once.
 *
 * A written reason lets through what a reason can let through, and each thing that it does is told.
 *
 * @throws {RolloutRefusedError} naming every refusal
 */
export async function judgeMove(request: MoveRequest): Promise<MoveAcceptance> {
  const { move, stage, world } = request;
  const decision = decide(move);
  const gate = await askGate(request);
  const reason = freshReason(move);
  const isLet = ({ overridable }: Refusal) => overridable && reason !== undefined;
  const messageOf = ({ message }: Refusal) => namingStage(message, stage);
  const refusals = [
    ...(decision.accepted ? [] : decision.refusals),
    ...gate.refusals.filter((refusal) => !isLet(refusal)).map((refusal) => withSpentReason(refusal, move)),
  ];
  const overridden = [...(decision.accepted ? decision.overridden : []), ...gate.refusals.filter(isLet)].map(messageOf);
  const at = move.now.toISOString();
  const figures = gate.asked === null ? null : (figuresOfPreview(world, at) ?? figuresOf(gate.asked));
  const judged: GateFile = {
    at,
    refusals: refusals.map((refusal) => ({ rule: refusal.rule, message: messageOf(refusal) })),
    overridden: refusals.length > 0 ? [] : overridden,
    gate: gate.asked,
    figures,
  };
  await keep(judged, world);
  if (refusals.length > 0) throw new RolloutRefusedError(judged);
  for (const message of overridden) await world.warn(`rolloutOverride "${reason}" lets this through: ${message}`);
  if (gate.note !== undefined) await world.tell(gate.note);
  return { override: decision.accepted ? decision.override : undefined, gate: figures ?? undefined };
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

/**
 * The figures that the preview of the same update wrote. An update that is bound to its plan has to write the same ones into
 * the record.
 */
function figuresOfPreview({ gateFile }: Pick<ProgramWorld, "gateFile">, at: string): GateFigures | null {
  const written = gateFile?.read();
  return written?.at === at ? written.figures : null;
}
