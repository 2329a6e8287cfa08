import { parseDurationSeconds } from "../../rollout/duration.ts";
import { weightsByColour } from "../../rollout/weights.ts";
import { sampleImageDigest } from "../local/sample-api/sample-image.ts";
import type { RefusalReport } from "../report/report-schema.ts";
import type { Attempt } from "./rehearsed-program.ts";
import { candidateOf, type StageContext } from "./stage-context.ts";

/** What trying them takes: no traffic, since none may move. */
export type IllegalMovesContext = Pick<StageContext, "program" | "config" | "terminal">;

interface IllegalMove extends Attempt {
  readonly name: string;
  /** Words of the refusal that is expected; any other error would prove nothing about this rule. */
  readonly refusedWith: RegExp;
}

/**
 * Tries, from the first step and while it carries traffic, what must not be done. None of it changes anything: the program
 * refuses before it registers a resource.
 */
export async function tryIllegalMoves(context: IllegalMovesContext): Promise<readonly RefusalReport[]> {
  const { program, terminal } = context;
  const reports: RefusalReport[] = [];
  for (const move of illegalMoves(context)) {
    terminal.status(`  ${program.stage}: trying ${move.name}`);
    const refusal = await program.attempt(move);
    reports.push({
      name: move.name,
      edit: { ...move.edit },
      at: move.at.toISOString(),
      held: refusal !== undefined && isRefusal(refusal) && move.refusedWith.test(refusal.message),
      message: refusal?.message ?? "the program accepted it",
    });
  }
  return reports;
}

function illegalMoves({ program, config }: IllegalMovesContext): readonly IllegalMove[] {
  const [standingStep] = config.rollout.steps;
  const bakeSeconds = parseDurationSeconds(standingStep?.bake ?? "0s");
  const weights = config.rollout.steps.map(({ weight }) => weight);
  const [, next = 100, afterNext = 100] = weights;
  const standing = program.plan.record.weightPercent;
  const baked = new Date(program.now.getTime() + bakeSeconds * 1000);
  const early = new Date(program.now.getTime() + (bakeSeconds * 1000) / 3);
  const freezeWindow = {
    from: program.now.toISOString(),
    until: new Date(baked.getTime() + 86_400_000).toISOString(),
    reason: "rehearsed freeze",
  };
  return [
    {
      name: `skip a step: ${standing} % to ${afterNext} %`,
      edit: { candidateWeight: afterNext },
      at: baked,
      refusedWith: /its next step is/,
    },
    {
      name: "go on before the bake is over",
      edit: { candidateWeight: next },
      at: early,
      refusedWith: /bakes for/,
    },
    {
      name: "swap the candidate's image under traffic",
      edit: { [`images.${candidateOf(program)}`]: sampleImageDigest("1.2.0") },
      at: baked,
      refusedWith: /an image changes only at weight 0/,
    },
    {
      name: "push traffic out over a set latch",
      edit: { candidateWeight: next },
      at: baked,
      latch: {
        state: "set",
        at: program.now.toISOString(),
        reason: "rehearsed alarm",
        rolledBack: candidateOf(program),
      },
      refusedWith: /while it is set the only accepted weight is 0/,
    },
    {
      name: "go on from a split that AWS does not have",
      edit: { candidateWeight: next },
      at: baked,
      realWeights: weightsByColour(program.plan.record.liveColour, 0),
      refusedWith: /the public rule in AWS gives/,
    },
    {
      name: "rise inside a freeze window",
      edit: { candidateWeight: next, "rollout.freezeWindows": [freezeWindow] },
      at: baked,
      refusedWith: /no weight may rise until/,
    },
  ];
}

/** Whether the rules of the rollout refused, rather than that something broke. */
export function isRefusal({ message }: Error): boolean {
  return message.startsWith("Rollout refused.");
}
