import { otherColour } from "../../rollout/core/colour.ts";
import { parseDurationSeconds } from "../../rollout/core/duration.ts";
import type { MoveReport } from "../report/report-schema.ts";
import { type ExpectedChanges, makeMove, notThePublicRule, onlyThePublicRule } from "./make-move.ts";
import type { Edit } from "./rehearsed-program.ts";
import type { StageContext } from "./stage-context.ts";

/** Told of each move as it is done. */
export type OnMove = (move: MoveReport) => Promise<void> | void;

/**
 * Takes the configured steps one by one, each after the bake of the one before, up to a weight.
 *
 * @param upToPercent the last step to take
 */
export async function walkSteps(context: StageContext, upToPercent: number, onMove: OnMove): Promise<void> {
  const { config, program } = context;
  for (const { weight, bake } of config.rollout.steps) {
    if (weight > upToPercent) return;
    await onMove(await makeMove(context, `${weight} %`, { candidateWeight: weight }, onlyThePublicRule));
    // The bake passes on the virtual clock. What must not be done before it is over is tried elsewhere.
    program.wait(parseDurationSeconds(bake));
  }
}

/** Makes the candidate live: the live colour flips and the weight goes to 0 in one edit. Public traffic does not move. */
export async function promote(context: StageContext): Promise<MoveReport> {
  const { liveColour } = context.program.plan.record;
  const edit: Edit = { liveColour: otherColour(liveColour), candidateWeight: 0 };
  return await makeMove(context, "promote", edit, notThePublicRule);
}

/** Gives the candidate's colour another image, at weight 0: nothing that serves the public changes. */
export async function changeCandidateImage(context: StageContext, digest: string): Promise<MoveReport> {
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
  return await makeMove(context, `new ${candidate}`, { [`images.${candidate}`]: digest }, nothingLive);
}
