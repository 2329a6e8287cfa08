import { otherColour } from "../../rollout/colour.ts";
import { askedFor, loweringIsAllowed, type Move, namingStage, type Refusal } from "../../rollout/move.ts";
import { reasonFor } from "../../rollout/override.ts";
import { hasBeenLive, stagingProblems } from "../../rollout/ran-in-staging.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { needsVerification } from "../../rollout/verification.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { failureText } from "../messages.ts";
import type { ProgramWorld } from "./program-world.ts";

/** A move, and how staging's record can be read. */
export interface StagingRequest {
  readonly move: Move;
  readonly stage: Stage;
  readonly world: Pick<ProgramWorld, "warn" | "lookAtStage" | "readStagingRecord">;
}

/** What a demand on the first step of public traffic refuses, and what is told of it. */
export interface JudgedFirstStep {
  readonly refusals: readonly Refusal[];
  readonly note?: string;
}

/**
 * Holds the first step of production against staging: the candidate's image must have had public traffic there, and must not have been
 * taken back. An image that has been live in production needs no staging. A written reason that allows `staging` stands in for it.
 *
 * The edit that brings the image into production is warned of the same, so that nobody learns of it on the day of the first step.
 *
 * A staging that cannot be read refuses as well. A plan that is made offline asks nothing, and says so.
 */
export async function judgeStaging({ move, stage, world }: StagingRequest): Promise<JudgedFirstStep> {
  const { previous, wanted } = move;
  if (stage !== "production" || previous === null || wanted.liveColour !== previous.liveColour) return { refusals: [] };
  const candidate = otherColour(wanted.liveColour);
  const image = wanted.images[candidate];
  const isFirstStep = needsVerification(move);
  const isNew = image !== previous.images[candidate];
  if (image === null || !(isFirstStep || isNew) || hasBeenLive(previous, image)) return { refusals: [] };
  if (world.readStagingRecord === undefined) {
    return { refusals: [], ...(isFirstStep && world.lookAtStage === undefined ? { note: offline } : {}) };
  }
  const problem = await stagingObjection(image, world.readStagingRecord);
  if (problem === null) return { refusals: [], ...(isFirstStep ? { note: passed } : {}) };
  if (!isFirstStep) {
    await world.warn(`${problem} Without that, the first step of public traffic will be refused.`);
    return { refusals: [] };
  }
  const reason = `If it must go out all the same, ${reasonFor("staging")}.`;
  return {
    refusals: [
      {
        rule: "staging",
        message: `${askedFor(move)} ${problem} ${reason} ${loweringIsAllowed}`,
        allowance: "staging",
      },
    ],
  };
}

const offline =
  "Staging: not asked, because this plan is made without AWS. The preview and the update want an image that has run in staging.";
const passed = "Staging: this image has had public traffic there.";

/**
 * What objects to an image's first public traffic in production, by staging's record, in sentences; null where nothing does.
 *
 * @param readStagingRecord gives null where staging has none, and may fail
 */
export async function stagingObjection(
  image: string,
  readStagingRecord: () => Promise<RolloutRecord | null>,
): Promise<string | null> {
  try {
    const record = await readStagingRecord();
    return record === null
      ? `The image ${image} has not run in staging: the stack staging has no record of a rollout. Take it through staging's steps first.`
      : (stagingProblems(record, image)[0] ?? null);
  } catch (error) {
    return `It is not known whether the image ${image} has run in staging: the outputs of the stack staging cannot be read (${namingStage(failureText(error), "staging")}). Run this where the state of both stacks can be read.`;
  }
}
