import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { otherColour } from "../../rollout/colour.ts";
import { judgedTypes } from "../../rollout/names.ts";
import { bakeSecondsAt } from "../../rollout/schedule.ts";
import { parseDurationSeconds } from "../../rollout/time.ts";
import { preciseNow } from "../local/load/request.ts";
import { sampleImageDigest } from "../local/sample-api/sample-api.ts";
import type { MoveReport } from "../report/report-schema.ts";
import { migrateChecked, tryUnchecked } from "./checked-migration.ts";
import type { ReleaseCourse } from "./course.ts";
import {
  applyAndMeasure,
  type ExpectedChanges,
  listChanges,
  makeMove,
  notThePublicRule,
  onlyThePublicRule,
} from "./make-move.ts";
import { askRehearsedGate } from "./rehearsed-gate.ts";
import type { StageWorld } from "./stage-world.ts";
import { tryUnverified, verifyCandidate } from "./verified-release.ts";

/** What else happens between the steps of a release. */
interface WalkOptions {
  /** Gets each move when it is done. */
  readonly onMove: (move: MoveReport) => void;
  /** Whether the first step is tried before the release is verified, which has to be refused. Default false. */
  readonly triesUnverified?: boolean;
  /** Called while the first step has traffic, before its bake is over. */
  readonly atFirstStep?: () => Promise<void>;
}

/**
 * Takes a release's steps one by one. Before the first the release is verified on its own host. Each step waits for the bake
 * of the one before, on the virtual clock, and for the gate's verdict on the requests of the one before. The last bake passes as well.
 *
 * @returns since when the last step has had its traffic, milliseconds since 1970
 */
export async function walkSteps(
  world: StageWorld,
  { release, weights }: ReleaseCourse,
  options: WalkOptions,
): Promise<number> {
  const { config, program } = world;
  const schedule = scheduleOf(config.rollout);
  const waitForBake = () => program.wait(bakeSecondsAt(schedule, program.plan.record.weightPercent));
  let since = preciseNow();
  waitForBake();
  for (const [index, candidateWeight] of weights.entries()) {
    const gated = await askRehearsedGate(world, since, { candidateWeight });
    const { edit, sight } = gated;
    const isFirst = program.plan.record.weightPercent === 0;
    const isTried = isFirst && options.triesUnverified === true;
    const step = { edit, sight, at: program.now };
    const unverified = isTried ? [await tryUnverified(world, step), await tryUnchecked(program, step)] : [];
    const verified = isFirst ? await verifyCandidate(world) : undefined;
    const deployment = await program.deploy(edit, { sight, verifications: verified?.verifications });
    since = preciseNow();
    const expected: ExpectedChanges = (changes, plan) => [
      onlyThePublicRule(changes),
      gated.checkGate(plan),
      ...unverified,
      ...(verified === undefined ? [] : [verified.check]),
    ];
    const [move] = await Promise.all([
      applyAndMeasure(world, `${release} at ${candidateWeight} %`, deployment, expected),
      index === 0 ? options.atFirstStep?.() : undefined,
    ]);
    options.onMove(move);
    waitForBake();
  }
  return since;
}

/**
 * Promotes the candidate: one edit changes the live colour and sets the weight to 0. Public traffic does not move.
 *
 * @param since when the last step got its traffic, milliseconds since 1970
 */
export async function promoteCandidate(
  world: StageWorld,
  { release }: ReleaseCourse,
  since: number,
): Promise<MoveReport> {
  const gated = await askRehearsedGate(world, since, { liveColour: world.program.candidate, candidateWeight: 0 });
  const expected: ExpectedChanges = (changes, plan) => [notThePublicRule(changes), gated.checkGate(plan)];
  return await makeMove(world, `${release} promoted`, gated.edit, expected, gated.sight);
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
  const { candidate } = program;
  const data = await migrateChecked({ database, program }, candidate, release);
  const nothingLive: ExpectedChanges = (changes) => {
    const touched = changes.filter(
      ({ name, type }) => type === judgedTypes.listenerRule || name.endsWith(`-${otherColour(candidate)}`),
    );
    const nothing = {
      what: "neither a rule nor the live colour changes",
      held: touched.length === 0 && changes.length > 0,
      found: listChanges(changes),
    };
    return [nothing, data];
  };
  const edit = { [`images.${candidate}`]: sampleImageDigest(release) };
  return await makeMove(world, `${release} at 0 %`, edit, nothingLive);
}
