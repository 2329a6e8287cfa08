import type { RecordedOutputs } from "../../infra/stack-outputs.ts";
import { byColour, type Colour, colours } from "../../rollout/colour.ts";
import type { TargetCounts } from "../../rollout/gate/stage-sight.ts";
import { countText } from "../../rollout/gate/verdict.ts";
import { areSameKeys, firstSigningKeys, signingKeysText } from "../../rollout/signing-keys.ts";
import { formatSplit, isSameSplit, type Split, weightsByColour } from "../../rollout/split.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { recordOf, type Standing } from "../snapshot.ts";
import { UnfinishedMoveError } from "../telling/tell-people.ts";
import type { RolloutWorld } from "../world.ts";

/** What a move left behind. */
export interface TakenMove {
  readonly evidence: Evidence;
  readonly evidencePath: string;
}

/**
 * Finishes a move that was made: AWS and the record must agree with it, and the frontend follows. An alarm that was firing before sends no event, so the
 * rollback's check is started.
 *
 * @throws {Error} if they do not agree; the evidence is then still begun, and the next run looks again
 */
export async function endMove(world: RolloutWorld, standing: Standing, begun: Evidence): Promise<TakenMove> {
  const { aws, candidate, config } = standing;
  const expected = weightsByColour(begun.to.liveColour, begun.to.weightPercent);
  const healthyTasks = byColour((colour) => (config.images[colour] === undefined ? 0 : config.api.minTasks));
  const settled = await settle(world, { ...aws, expected, healthyTasks });
  const outputs = await world.pulumi.outputs();
  const record = recordOf(world.stage, outputs);
  const problems = [...settled.problems];
  if (record.liveColour !== begun.to.liveColour || record.weightPercent !== begun.to.weightPercent) {
    problems.push(
      `The record has ${record.liveColour} live with ${record.weightPercent} % on the candidate, but this command left ${begun.to.liveColour} with ${begun.to.weightPercent} %.`,
    );
  }
  if (begun.signingKeys !== undefined && !areSameKeys(record.signingKeys, begun.signingKeys)) {
    problems.push(
      `The record has ${signingKeysText(record.signingKeys ?? firstSigningKeys)}, but this command left ${signingKeysText(begun.signingKeys)}.`,
    );
  }
  if (begun.to.weightPercent > 0) {
    const composite = (await aws.readAlarms(candidate)).alarms[standing.addresses.compositeAlarmNames[candidate]];
    if (composite === "ALARM") {
      await aws.startCheck();
      problems.push(
        `The candidate's alarm is firing. It was firing before the weight rose, so it sends no event. The rollback's check was started instead, and the traffic is being returned.`,
      );
    }
  }
  if (problems.length > 0) {
    throw new UnfinishedMoveError(
      `The update was applied, but the checks after it failed. ${problems.join(" ")} Run npm run rollout -- status --stage ${world.stage}. When in doubt, roll back.`,
    );
  }
  const { split, healthyTasks: found } = settled;
  // Before the evidence is done: a run that is killed here is finished by the next one, which has the frontend follow again.
  const frontend = followed.includes(begun.action)
    ? await (await import("../frontend/move-frontend.ts")).followMove(world, { ...standing, record, split })
    : undefined;
  const at = world.now().toISOString();
  const evidence: Evidence = {
    ...begun,
    ...(begun.signingKeys === undefined
      ? {}
      : { signingKeys: { ...begun.signingKeys, acceptedUntil: record.signingKeys?.acceptedUntil ?? null } }),
    ...(begun.restore === undefined ? {} : { restore: { ...begun.restore, instance: instanceNamed(outputs) } }),
    outcome: "done",
    finishedAt: at,
    readBack: { at, split: { ...split }, healthyTasks: { ...found } },
    ...(frontend === undefined ? {} : { frontend }),
  };
  return { evidence, evidencePath: await world.evidence.write(evidence) };
}

/** The instance that the API works with now. Which one a restore has made matters to the next one. */
function instanceNamed({ databaseInstanceIdentifier }: RecordedOutputs): string | null {
  return typeof databaseInstanceIdentifier === "string" ? databaseInstanceIdentifier : null;
}

/** The moves that the frontend follows: they change what stands. */
const followed: readonly Evidence["action"][] = ["advance", "apply", "promote"];

/** What is read back, and what it has to be. */
export interface SettleRequest {
  readonly readSplit: () => Promise<Split>;
  readonly readTargets: (colour: Colour) => Promise<TargetCounts>;
  readonly expected: Split;
  /** Healthy tasks that a colour with a weight must have. */
  readonly healthyTasks: Readonly<Record<Colour, number>>;
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
    : [`The public rule in AWS gives ${formatSplit(split)}, but ${formatSplit(expected)} was asked for.`];
  for (const colour of colours) {
    if (expected[colour] > 0 && healthyTasks[colour] < needed[colour]) {
      problems.push(
        `${colour} serves ${expected[colour]} % of the public with ${countText(healthyTasks[colour], "healthy task")}, but needs at least ${needed[colour]}.`,
      );
    }
  }
  return { split, healthyTasks, problems };
}
