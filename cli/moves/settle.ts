import type { TargetCounts } from "../../infra/aws/public-rule.ts";
import { type Colour, colours } from "../../rollout/colour.ts";
import { countText } from "../../rollout/gate/verdict.ts";
import { formatSplit, isSameSplit, type Split } from "../../rollout/split.ts";
import type { RolloutWorld } from "../world.ts";

/** What is read back, and what it has to be. */
export interface SettleRequest {
  readonly readSplit: () => Promise<Split>;
  readonly readTargets: (colour: Colour) => Promise<TargetCounts>;
  readonly expected: Split;
  /** Healthy tasks that each colour with a weight must have. */
  readonly healthyTasks: number;
}

/** How AWS answered in the end. */
export interface Settled {
  readonly split: Split;
  readonly healthyTasks: Readonly<Record<Colour, number>>;
  /** Why it does not agree; empty where it does. */
  readonly problems: readonly string[];
}

/** Seconds between two looks, and until the last one. */
const everySeconds = 2;
const withinSeconds = 60;

/**
 * Reads weights and health back until they are what they should be: an accepted API call is not moved traffic.
 *
 * @returns the last answer, within a minute, whether or not it agrees
 */
export async function settle(world: Pick<RolloutWorld, "sleep" | "now">, request: SettleRequest): Promise<Settled> {
  const until = world.now().getTime() + withinSeconds * 1000;
  for (;;) {
    const answer = await look(request);
    if (answer.problems.length === 0 || world.now().getTime() >= until) return answer;
    await world.sleep(everySeconds * 1000);
  }
}

async function look({ readSplit, readTargets, expected, healthyTasks: needed }: SettleRequest): Promise<Settled> {
  const [split, blue, green] = await Promise.all([readSplit(), readTargets("blue"), readTargets("green")]);
  const healthyTasks = { blue: blue.healthy, green: green.healthy };
  const problems = isSameSplit(split, expected)
    ? []
    : [`The public rule in AWS gives ${formatSplit(split)} where ${formatSplit(expected)} was asked for.`];
  for (const colour of colours) {
    if (expected[colour] > 0 && healthyTasks[colour] < needed) {
      problems.push(
        `${colour} serves ${expected[colour]} % of the public with ${countText(healthyTasks[colour], "healthy task")}, where at least ${needed} are needed.`,
      );
    }
  }
  return { split, healthyTasks, problems };
}
