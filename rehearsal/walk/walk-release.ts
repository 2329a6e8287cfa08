import { otherColour } from "../../rollout/colour.ts";
import { parseDurationSeconds } from "../../rollout/duration.ts";
import type { SampleRelease } from "../local/sample-api/releases.ts";
import { sampleImageDigest } from "../local/sample-api/sample-image.ts";
import type { MoveReport } from "../report/report-schema.ts";
import { applyAndMeasure, type ExpectedChanges, makeMove, notThePublicRule, onlyThePublicRule } from "./make-move.ts";
import type { Edit } from "./rehearsed-program.ts";
import type { StageContext } from "./stage-context.ts";

/** What else is done between the steps of a release. */
export interface WalkOptions {
  /** The last step to take. */
  readonly upToPercent: number;
  /** Told of each move as it is done. */
  readonly onMove: (move: MoveReport) => void;
  /** Done while the first step carries traffic, before its bake is over. */
  readonly atFirstStep?: () => Promise<void>;
}

/**
 * Takes the configured steps one by one, each after the bake of the one before, which passes on the virtual clock. The next
 * step is planned while the one before is being measured, since the load runs on either way.
 *
 * @param release named in the report
 */
export async function walkSteps(context: StageContext, release: string, options: WalkOptions): Promise<void> {
  const { config, program } = context;
  const steps = config.rollout.steps.filter(({ weight }) => weight <= options.upToPercent);
  const plan = (index: number) => {
    const step = steps[index];
    return step === undefined ? undefined : program.deploy({ candidateWeight: step.weight });
  };
  let deployment = await plan(0);
  for (const [index, { weight, bake }] of steps.entries()) {
    if (deployment === undefined) return;
    const prepareNext = async () => {
      if (index === 0) await options.atFirstStep?.();
      program.wait(parseDurationSeconds(bake));
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
export async function promote(context: StageContext, release: string): Promise<MoveReport> {
  const { liveColour } = context.program.plan.record;
  const edit: Edit = { liveColour: otherColour(liveColour), candidateWeight: 0 };
  return await makeMove(context, `${release} promoted`, edit, notThePublicRule);
}

/** Gives the candidate's colour another image, at weight 0: nothing that serves the public changes. */
export async function changeCandidateImage(context: StageContext, release: SampleRelease): Promise<MoveReport> {
  const candidate = otherColour(context.program.plan.record.liveColour);
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
  return await makeMove(
    context,
    `${release} at 0 %`,
    { [`images.${candidate}`]: sampleImageDigest(release) },
    nothingLive,
  );
}
