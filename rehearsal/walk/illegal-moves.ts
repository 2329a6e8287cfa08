import { scheduleOf } from "../../infra/rollout/wanted.ts";
import type { StageSight } from "../../rollout/gate/stage-sight.ts";
import { nothingMeasured } from "../../rollout/measurements.ts";
import { refusalHeading } from "../../rollout/move.ts";
import { weightsByColour } from "../../rollout/split.ts";
import { addSeconds } from "../../rollout/time.ts";
import { preciseNow } from "../local/load/request.ts";
import type { RefusalReport } from "../report/report-schema.ts";
import { firing, withoutTasks } from "./rehearsed-gate.ts";
import type { Attempt } from "./rehearsed-program.ts";
import type { StageWorld } from "./stage-world.ts";

type IllegalMovesWorld = Pick<StageWorld, "config" | "events" | "program" | "terminal">;

interface IllegalMove extends Attempt {
  readonly name: string;
  /** Words of the expected refusal. Another error would prove nothing about this rule. */
  readonly refusedWith: RegExp;
}

/**
 * Tries moves that must be refused, while the first step has traffic. None of them changes anything, because the program
 * refuses before it registers a resource.
 *
 * @param sight what the gate is shown, made worse by some of the moves
 */
export async function tryIllegalMoves(world: IllegalMovesWorld, sight: StageSight): Promise<readonly RefusalReport[]> {
  const { program, terminal } = world;
  const reports: RefusalReport[] = [];
  for (const move of illegalMoves(world, sight)) {
    terminal.status(`  ${program.stage}: trying ${move.name}`);
    const refusal = await program.attempt(move);
    world.events.push({
      at: preciseNow(),
      kind: "refused",
      text: refusal === undefined ? `accepted, but illegal: ${move.name}` : move.name,
    });
    reports.push({
      name: move.name,
      edit: move.edit,
      at: move.at.toISOString(),
      held: refusal !== undefined && isRefusal(refusal) && move.refusedWith.test(refusal.message),
      message: refusal?.message ?? "the program accepted it",
    });
  }
  return reports;
}

/** Whether an error is a refusal by the rollout's rules. Of an error of the planner's thread only the message is left. */
export function isRefusal({ message }: Error): boolean {
  return message.startsWith(refusalHeading);
}

function illegalMoves({ program, config }: IllegalMovesWorld, sight: StageSight): readonly IllegalMove[] {
  const { candidate, now } = program;
  const { liveColour, weightPercent: standing, images } = program.plan.record;
  const { steps } = scheduleOf(config.rollout);
  const [bakeSeconds, next, afterNext] = [steps[0]?.bakeSeconds ?? 0, steps[1]?.weightPercent, steps[2]?.weightPercent];
  const baked = addSeconds(now, bakeSeconds);
  const goOn = next === undefined ? { liveColour: candidate, candidateWeight: 0 } : { candidateWeight: next };
  const moves: IllegalMove[] = [
    {
      name: "go on before the bake is over",
      edit: goOn,
      at: addSeconds(now, bakeSeconds / 3),
      refusedWith: /bakes for/,
    },
    {
      name: "change the candidate's image while it has traffic",
      edit: { [`images.${candidate}`]: images[liveColour] },
      at: baked,
      refusedWith: /An image changes only at weight 0/,
    },
    {
      name: "change a setting that live runs with too",
      edit: { "alerts.memoryPercent": 71 },
      at: baked,
      refusedWith: /You changed alerts\.memoryPercent from/,
    },
    {
      name: "raise the weight while the latch is set",
      edit: { candidateWeight: next ?? standing },
      at: baked,
      latch: { state: "set", at: now.toISOString(), reason: "rehearsed alarm", rolledBack: candidate },
      refusedWith: /While it is set, the only accepted weight is 0/,
    },
    {
      name: "go on from another split than AWS has",
      edit: { candidateWeight: next ?? standing },
      at: baked,
      realWeights: weightsByColour(liveColour, 0),
      refusedWith: /The public rule in AWS gives/,
    },
    {
      name: "go on while the candidate's alarm fires",
      edit: { ...goOn, rolloutOverride: "rehearsal: an alarm is no reason" },
      at: baked,
      sight: firing(sight),
      refusedWith: /Alarm .* is firing/,
    },
    {
      name: "go on without a healthy task",
      edit: { ...goOn, rolloutOverride: "rehearsal: no reason makes a task" },
      at: baked,
      sight: withoutTasks(sight),
      refusedWith: /has 0 healthy tasks/,
    },
    {
      name: "go on with too few requests for a verdict, without a reason",
      edit: goOn,
      at: baked,
      sight: { ...sight, measured: nothingMeasured },
      refusedWith: /The candidate has had no traffic yet/,
    },
  ];
  // A schedule with one step has no step to rise to, and a schedule with two steps has none to skip.
  if (next !== undefined) {
    const freezeWindow = {
      from: now.toISOString(),
      until: addSeconds(baked, 86_400).toISOString(),
      reason: "rehearsed freeze",
    };
    moves.push({
      name: "raise the weight in a freeze window",
      edit: { candidateWeight: next, "rollout.freezeWindows": [freezeWindow] },
      at: baked,
      refusedWith: /no weight may rise until/,
    });
  }
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
