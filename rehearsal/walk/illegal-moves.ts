import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { otherColour } from "../../rollout/colour.ts";
import { weightsByColour } from "../../rollout/split.ts";
import { addSeconds } from "../../rollout/time.ts";
import type { RefusalReport } from "../report/report-schema.ts";
import type { Attempt } from "./rehearsed-program.ts";
import type { StageContext } from "./stage-context.ts";

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
  const { liveColour, weightPercent: standing, images } = program.plan.record;
  const { steps } = scheduleOf(config.rollout);
  const [bakeSeconds, next, afterNext] = [steps[0]?.bakeSeconds ?? 0, steps[1]?.weightPercent, steps[2]?.weightPercent];
  const candidate = otherColour(liveColour);
  const baked = addSeconds(program.now, bakeSeconds);
  const moves: IllegalMove[] = [
    {
      name: "go on before the bake is over",
      edit: next === undefined ? { liveColour: candidate, candidateWeight: 0 } : { candidateWeight: next },
      at: addSeconds(program.now, bakeSeconds / 3),
      refusedWith: /bakes for/,
    },
    {
      name: "swap the candidate's image under traffic",
      edit: { [`images.${candidate}`]: images[liveColour] },
      at: baked,
      refusedWith: /An image changes only at weight 0/,
    },
    {
      name: "push traffic out over a set latch",
      edit: { candidateWeight: next ?? standing },
      at: baked,
      latch: {
        state: "set",
        at: program.now.toISOString(),
        reason: "rehearsed alarm",
        rolledBack: candidate,
      },
      refusedWith: /While it is set, the only accepted weight is 0/,
    },
    {
      name: "go on from a split that AWS does not have",
      edit: { candidateWeight: next ?? standing },
      at: baked,
      realWeights: weightsByColour(liveColour, 0),
      refusedWith: /The public rule in AWS gives/,
    },
  ];
  // A schedule of one step has nothing to rise to, and one of two has no step to skip.
  if (next !== undefined) moves.push(riseInFreezeWindow(program.now, baked, next));
  if (afterNext !== undefined) {
    moves.push({
      name: `skip a step: ${standing} % to ${afterNext} %`,
      edit: { candidateWeight: afterNext },
      at: baked,
      refusedWith: /its next step is/,
    });
  }
  return moves;
}

function riseInFreezeWindow(now: Date, baked: Date, weightPercent: number): IllegalMove {
  const freezeWindow = {
    from: now.toISOString(),
    until: addSeconds(baked, 86_400).toISOString(),
    reason: "rehearsed freeze",
  };
  return {
    name: "rise inside a freeze window",
    edit: { candidateWeight: weightPercent, "rollout.freezeWindows": [freezeWindow] },
    at: baked,
    refusedWith: /no weight may rise until/,
  };
}

/** Whether the rules of the rollout refused, rather than that something broke. */
export function isRefusal({ message }: Error): boolean {
  return message.startsWith("Rollout refused.");
}
