import { type FeedbackLimit, feedbackOverSteps } from "../../rollout/gate/feedback.ts";
import type { GateInput } from "../../rollout/gate/gate-input.ts";
import { gateQuestion } from "../../rollout/gate/gate-question.ts";
import type { GateJudgement } from "../../rollout/gate/judge-gate.ts";
import { roundedFigures } from "../../rollout/gate/system-figures.ts";
import type { ClosedWindow } from "../../rollout/measurements.ts";
import { askedFor, loweringIsAllowed, type Move, namingStage, type Refusal } from "../../rollout/move.ts";
import type { GateFigures } from "../../rollout/record.ts";
import type { Stage, StageConfig } from "../config/schema/stage-config.ts";
import { failureText, takeBackHint } from "../messages.ts";
import { parseStageAddresses, type RecordedOutputs } from "../stack-outputs.ts";
import type { ProgramWorld } from "./program-world.ts";
import { systemLimitsOf } from "./system-limits.ts";

/** A gate's verdict and all that it rests on. */
export interface AskedGate extends GateJudgement {
  /** What requests were measured over; null where no whole minute had passed. */
  readonly window: ClosedWindow | null;
  readonly input: GateInput;
}

/** A move that may need a gate, and what it is asked by. */
export interface GateRequest {
  readonly move: Move;
  readonly stage: Stage;
  readonly config: Pick<StageConfig, "alerts" | "api" | "database" | "hosts" | "objectives" | "rollout">;
  /** What the last update left behind. */
  readonly outputs: RecordedOutputs;
  readonly world: Pick<ProgramWorld, "lookAtStage">;
}

/** What came of asking the gate. */
export interface GateAnswer {
  /** Null where it was not asked: no rise, no AWS at hand, or none that could be read. */
  readonly asked: AskedGate | null;
  readonly refusals: readonly Refusal[];
  /** What a reader of the preview wants to know, in one line; undefined where there is nothing to say. */
  readonly note?: string | undefined;
}

const notAsked: GateAnswer = { asked: null, refusals: [] };

/**
 * Asks AWS about a rise or a promote, and judges it. A lower weight asks nothing and waits for nothing.
 *
 * AWS that cannot be read refuses, for silence is not health. A plan that is made offline has no AWS at all: it says that
 * nothing was asked, and the preview and the update will ask.
 */
export async function askGate({ move, stage, config, outputs, world }: GateRequest): Promise<GateAnswer> {
  const { previous: record } = move;
  const question = gateQuestion(move);
  if (question === undefined || record === null) return notAsked;
  if (world.lookAtStage === undefined) {
    return {
      ...notAsked,
      note: "Gate: not asked, because this plan is made without AWS. The preview and the update ask it.",
    };
  }
  try {
    // Loaded only where it is asked: a plan that is made offline has no use for its statistics.
    const { describeVerdict, judgeRise } = await import("../../rollout/gate/judge-rise.ts");
    const addresses = parseStageAddresses(stage, outputs);
    const sight = await world.lookAtStage({ addresses, record, config });
    const { errorRatePercent, responseTimeSeconds, minimumErrors } = config.alerts;
    const objectivePercent = config.objectives.errorRatePercent;
    const { refusals, ...judged } = judgeRise({
      question,
      move,
      thresholds: {
        errorRatePercent,
        responseTimeSeconds,
        minTasks: config.api.minTasks,
        guardrails: config.rollout.guardrails,
        objectivePercent,
        minimumErrors,
        feedbackLimit: feedbackLimitOf(config.rollout),
        systemLimits: systemLimitsOf(config, addresses),
      },
      plannedTaskDefinitionArns: addresses.taskDefinitionArns,
      sight,
    });
    const findings = judged.findings.map((finding) => ({ ...finding, sentence: namingStage(finding.sentence, stage) }));
    return {
      asked: { ...judged, findings, window: sight.window ?? null },
      refusals,
      note: `Gate: ${describeVerdict(judged)}`,
    };
  } catch (error) {
    const message = `${askedFor(move)} The gate could not be asked: ${namingStage(failureText(error), stage)}. No weight rises on what nobody could look at. ${loweringIsAllowed} ${takeBackHint(stage)}`;
    return { asked: null, refusals: [{ rule: "gate", message, allowance: null }] };
  }
}

/** From when on users' feedback objects; undefined where it is shown only, and where there is none. */
export function feedbackLimitOf({ feedback }: StageConfig["rollout"]): FeedbackLimit | undefined {
  if (feedback?.objectAbovePercent === undefined) return undefined;
  return { objectAbovePercent: feedback.objectAbovePercent, fewestAnswers: feedback.fewestAnswers };
}

/** What the record's history keeps of a verdict. */
export function figuresOf({ verdict, window, input, exposure }: AskedGate): GateFigures {
  const countsOf = (role: "candidate" | "live") => ({
    ...input.counts[role],
    ...p95Of(input.responseTimes[role].p95Milliseconds),
  });
  return {
    verdict,
    window: window === null ? null : { from: window.from, until: window.until },
    candidate: countsOf("candidate"),
    live: countsOf("live"),
    ...(verdict === "pass" && exposure !== undefined ? { exposure } : {}),
    ...feedbackFigures(input.feedback),
    ...(input.system === undefined ? {} : { system: roundedFigures(input.system) }),
  };
}

/** The answers about the candidate, over all steps of its release. */
function feedbackFigures(feedback: GateInput["feedback"]): Pick<GateFigures, "feedback"> {
  const steps = feedback?.steps ?? null;
  return steps === null ? {} : { feedback: feedbackOverSteps(steps, "candidate") };
}

function p95Of(milliseconds: number | undefined): { readonly p95Milliseconds?: number } {
  return milliseconds === undefined ? {} : { p95Milliseconds: Math.round(milliseconds) };
}
