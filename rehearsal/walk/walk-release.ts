import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { otherColour } from "../../rollout/colour.ts";
import { judgedTypes } from "../../rollout/names.ts";
import { bakeSecondsAt } from "../../rollout/schedule.ts";
import { parseDurationSeconds } from "../../rollout/time.ts";
import { sampleImageDigest } from "../local/sample-api/sample-api.ts";
import type { MoveReport } from "../report/report-schema.ts";
import type { ReleaseCourse } from "./course.ts";
import {
  applyAndMeasure,
  type ExpectedChanges,
  listChanges,
  makeMove,
  notThePublicRule,
  onlyThePublicRule,
} from "./make-move.ts";
import type { StageWorld } from "./stage-world.ts";

/** What else happens between the steps of a release. */
interface WalkOptions {
  /** Gets each move when it is done. */
  readonly onMove: (move: MoveReport) => void;
  /** Called while the first step has traffic, before its bake is over. */
  readonly atFirstStep?: () => Promise<void>;
}

/**
 * Takes a release's steps one by one. Each step waits for the bake of the one before, on the virtual clock. The last bake
 * passes as well. The next step is planned while the current one is measured, because the load goes on in both cases.
 */
export async function walkSteps(
  world: StageWorld,
  { release, weights }: ReleaseCourse,
  options: WalkOptions,
): Promise<void> {
  const { config, program } = world;
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
      applyAndMeasure(world, name, deployment, onlyThePublicRule),
      prepareNext(),
    ]);
    options.onMove(move);
    deployment = next;
  }
}

/** Promotes the candidate: one edit changes the live colour and sets the weight to 0. Public traffic does not move. */
export async function promoteCandidate(world: StageWorld, { release }: ReleaseCourse): Promise<MoveReport> {
  const edit = { liveColour: world.program.candidate, candidateWeight: 0 };
  return await makeMove(world, `${release} promoted`, edit, notThePublicRule);
}

/**
 * Stages a new release in the candidate, once the rollback window is over: first its migration, then its image at weight 0.
 * Nothing that serves the public changes.
 */
export async function stageRelease(world: StageWorld, { release }: ReleaseCourse): Promise<MoveReport> {
  const { config, database, program, webSocket } = world;
  program.wait(parseDurationSeconds(config.rollout.rollbackWindow));
  // The open WebSocket has stayed with the old colour, whose processes are replaced now.
  await webSocket.reopen();
  await database.migrate(release);
  const { candidate } = program;
  const nothingLive: ExpectedChanges = (changes) => {
    const touched = changes.filter(
      ({ name, type }) => type === judgedTypes.listenerRule || name.endsWith(`-${otherColour(candidate)}`),
    );
    return {
      what: "neither a rule nor the live colour changes",
      held: touched.length === 0 && changes.length > 0,
      found: listChanges(changes),
    };
  };
  const edit = { [`images.${candidate}`]: sampleImageDigest(release) };
  return await makeMove(world, `${release} at 0 %`, edit, nothingLive);
}
