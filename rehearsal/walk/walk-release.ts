import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { otherColour } from "../../rollout/colour.ts";
import { bakeSecondsAt } from "../../rollout/schedule.ts";
import { parseDurationSeconds } from "../../rollout/time.ts";
import { sampleImageDigest } from "../local/sample-api/sample-api.ts";
import type { MoveReport } from "../report/report-schema.ts";
import type { ReleaseCourse } from "./course.ts";
import { applyAndMeasure, type ExpectedChanges, makeMove, notThePublicRule, onlyThePublicRule } from "./make-move.ts";
import type { Edit } from "./rehearsed-program.ts";
import type { StageContext } from "./stage-context.ts";

/** What else is done between the steps of a release. */
export interface WalkOptions {
  /** Told of each move as it is done. */
  readonly onMove: (move: MoveReport) => void;
  /** Done while the first of the steps carries traffic, before its bake is over. */
  readonly atFirstStep?: () => Promise<void>;
}

/**
 * Takes a release's steps one by one, each after the bake of the one before, which passes on the virtual clock, and waits
 * for the bake of the last. The next step is planned while the one before is being measured, since the load runs on either
 * way.
 */
export async function walkSteps(
  context: StageContext,
  { release, weights }: ReleaseCourse,
  options: WalkOptions,
): Promise<void> {
  const { config, program } = context;
  const schedule = scheduleOf(config.rollout);
  const waitForBake = () => program.wait(bakeSecondsAt(schedule, program.plan.record.weightPercent));
  const plan = (index: number) => {
    const candidateWeight = weights[index];
    return candidateWeight === undefined ? undefined : program.deploy({ candidateWeight });
  };
  waitForBake();
  let deployment = await plan(0);
  for (const [index, weight] of weights.entries()) {
    if (deployment === undefined) return;
    const prepareNext = async () => {
      if (index === 0) await options.atFirstStep?.();
      waitForBake();
      return await plan(index + 1);
    };
    const name = `${release} at ${weight} %`;
    const [move, next] = await Promise.all([
      applyAndMeasure(context, name, deployment, onlyThePublicRule),
      prepareNext(),
    ]);
    options.onMove(move);
    deployment = next;
  }
}

/** Makes the candidate live: the live colour flips and the weight goes to 0 in one edit. Public traffic does not move. */
export async function promote(context: StageContext, { release }: ReleaseCourse): Promise<MoveReport> {
  const { liveColour } = context.program.plan.record;
  const edit: Edit = { liveColour: otherColour(liveColour), candidateWeight: 0 };
  return await makeMove(context, `${release} promoted`, edit, notThePublicRule);
}

/**
 * Brings a new release in as the candidate once nobody can return to the old one: its migration, and its image at weight
 * 0, where nothing that serves the public changes.
 */
export async function bringIn(context: StageContext, { release }: ReleaseCourse): Promise<MoveReport> {
  const { config, database, program, webSocket } = context;
  program.wait(parseDurationSeconds(config.rollout.rollbackWindow));
  // The one that is open has stayed with the old colour, whose processes are replaced now.
  await webSocket.reopen();
  await database.migrate(release);
  const candidate = otherColour(program.plan.record.liveColour);
  const nothingLive: ExpectedChanges = (changes) => {
    const touched = changes.filter(
      ({ name, type }) => type.includes("listenerRule") || name.endsWith(`-${otherColour(candidate)}`),
    );
    return {
      what: "neither a rule nor the live colour changes",
      held: touched.length === 0 && changes.length > 0,
      found: changes.map(({ kind, name }) => `${kind} ${name}`).join(", "),
    };
  };
  const edit = { [`images.${candidate}`]: sampleImageDigest(release) };
  return await makeMove(context, `${release} at 0 %`, edit, nothingLive);
}
