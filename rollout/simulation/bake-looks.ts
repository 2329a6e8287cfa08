import type { Step } from "../schedule.ts";
import type { Draws } from "./random.ts";
import { type RolloutToSimulate, StandingRollout, type Way } from "./simulate-rollout.ts";

/** The longest bake that is looked at. */
export const longestBakeHours = 7 * 24;

/** By which way each step passes when its bake is over, of so many rollouts, which go on whether it does or not. */
export function looksAtBakeEnds(
  rollout: RolloutToSimulate,
  rollouts: number,
  draws: Draws,
): readonly (readonly (Way | undefined)[])[] {
  return Array.from({ length: rollouts }, () => {
    const standing = new StandingRollout(rollout, draws);
    return rollout.steps.map((step) => {
      bake(standing, step);
      return standing.ask();
    });
  });
}

/** How long a step takes to pass, whole hours in seconds; absent where more than {@link longestBakeHours}. */
export interface TimeToPass {
  /** The bake after which the gate passes with the given power when it is asked once. */
  readonly bakeSecondsToPass?: number;
  /** After so long it has passed with the given power where it is asked each hour from the bake's end on. */
  readonly askedSecondsToPass?: number;
}

/**
 * Looks each hour after the bake of the last step at rollouts in which the steps before it took their bakes.
 *
 * @param power the share of the rollouts that has to pass, above 0 and at most 1
 */
export function timeToPass(rollout: RolloutToSimulate, power: number, rollouts: number, draws: Draws): TimeToPass {
  const before = rollout.steps.slice(0, -1);
  const [last] = rollout.steps.slice(-1);
  if (last === undefined) return {};
  const standing = Array.from({ length: rollouts }, () => {
    const one = new StandingRollout(rollout, draws);
    for (const step of before) bake(one, step);
    one.takeStep(last);
    return { one, since: one.now, hasPassed: false };
  });
  const isEnough = (passed: readonly unknown[]) => passed.length / rollouts >= power;
  let found: TimeToPass = {};
  for (let hour = Math.floor(last.bakeSeconds / 3600) + 1; hour <= longestBakeHours; hour++) {
    const passing = standing.filter((each) => {
      each.one.advance(each.since + hour * 60);
      const passes = each.one.ask() !== undefined;
      each.hasPassed ||= passes;
      return passes;
    });
    if (found.askedSecondsToPass === undefined && isEnough(standing.filter(({ hasPassed }) => hasPassed))) {
      found = { askedSecondsToPass: hour * 3600 };
    }
    if (isEnough(passing)) return { ...found, bakeSecondsToPass: hour * 3600 };
  }
  return found;
}

function bake(standing: StandingRollout, step: Step): void {
  standing.takeStep(step);
  standing.advance(standing.now + Math.ceil(step.bakeSeconds / 60));
}
