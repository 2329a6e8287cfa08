import type { StageAws } from "../../infra/aws/stage-aws.ts";
import type { FrontendVercel } from "../../infra/vercel/frontend-vercel.ts";
import { vercelTokenVariable } from "../../infra/vercel/frontend-vercel.ts";
import { otherColour } from "../../rollout/colour.ts";
import {
  type FrontendAction,
  type FrontendDecision,
  type FrontendQuestion,
  followApi,
} from "../../rollout/frontend/follow-api.ts";
import { frontendQuestion } from "../../rollout/frontend/frontend-question.ts";
import { outWithPromoted, type ReleasedFrontend } from "../../rollout/frontend/released-frontend.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { messageOf } from "../outcome.ts";
import type { Standing } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import { decisionText, frontendCommand } from "./frontend-words.ts";

/** What became of the frontend, for a person and for the evidence. */
export type FrontendOutcome = NonNullable<Evidence["frontend"]>;

type FrontendWorld = Pick<RolloutWorld, "stage" | "now" | "openFrontend">;

/** Where the stage stands. */
type FrontendStanding = Pick<Standing, "record" | "split" | "latch" | "config" | "schedule"> & {
  readonly aws: Pick<StageAws, "readReleasedFrontend" | "writeReleasedFrontend">;
};

/** What is to be done with the frontend, and all that it is decided by. */
export interface LookedAtFrontend {
  readonly vercel: FrontendVercel;
  readonly question: FrontendQuestion;
  readonly decision: FrontendDecision;
}

/**
 * Looks at Vercel, and decides.
 *
 * @returns undefined without a token for Vercel
 * @throws {Error} where Vercel or AWS does not answer
 */
export async function lookAtFrontend(
  { now, openFrontend }: Pick<FrontendWorld, "now" | "openFrontend">,
  { config, aws, ...standing }: FrontendStanding,
): Promise<LookedAtFrontend | undefined> {
  const vercel = openFrontend(config.frontend);
  if (vercel === undefined) return undefined;
  const [sight, released] = await Promise.all([vercel.look(), aws.readReleasedFrontend()]);
  const { compatible, rollingRelease = [] } = config.frontend;
  const question = frontendQuestion({
    ...standing,
    isCompatible: compatible,
    stagesPercent: rollingRelease.map(({ targetPercentage }) => targetPercentage),
    sight,
    released,
    now: now(),
  });
  return { vercel, question, decision: followApi(question) };
}

/**
 * Has the frontend follow the API by one call of Vercel, where there is something to do.
 *
 * @throws {Error} where Vercel or AWS does not answer
 */
export async function moveFrontend(world: FrontendWorld, standing: FrontendStanding): Promise<FrontendOutcome> {
  const looked = await lookAtFrontend(world, standing);
  if (looked === undefined) return notAsked(world);
  const { question, decision } = looked;
  if (decision.kind === "act") await actOn(world, standing, looked, decision.action);
  return outcomeOf(decision, decisionText(decision, question, clockOf(world, standing)));
}

/**
 * The same after a move of the API. The move is made and stays: what fails here is told with the command to run. A frontend
 * that is behind harms nobody.
 */
export async function followMove(world: FrontendWorld, standing: FrontendStanding): Promise<FrontendOutcome> {
  try {
    return await moveFrontend(world, standing);
  } catch (error) {
    const text = `The frontend was not moved. ${messageOf(error)} The API's step stands. Run ${frontendCommand(world.stage)}.`;
    return { did: "failed", deployment: null, text };
  }
}

/** What is told where nobody can ask Vercel. */
export function notAsked({ stage }: Pick<FrontendWorld, "stage">): FrontendOutcome {
  return {
    did: "not asked",
    deployment: null,
    text: `The frontend was not looked at, because ${vercelTokenVariable} is not set. Set it, and run ${frontendCommand(stage)}.`,
  };
}

/** A decision as it is told. */
function outcomeOf(decision: FrontendDecision, text: string): FrontendOutcome {
  if (decision.kind !== "act") return { did: decision.kind, deployment: null, text };
  const { action } = decision;
  return { did: action.kind, deployment: action.kind === "take back" ? action.to : action.deployment, text };
}

/** The clock that people read times by. */
export function clockOf({ stage, now }: Pick<FrontendWorld, "stage" | "now">, { config }: Pick<Standing, "config">) {
  return { stage, now: now(), timeZone: config.timeZone };
}

/**
 * Does what was decided. What is out is written down before the first visitor is sent to it, so that whoever returns the
 * traffic knows of it, whenever this ends.
 */
async function actOn(
  { now }: Pick<FrontendWorld, "now">,
  { aws, record, config }: FrontendStanding,
  { vercel, question }: LookedAtFrontend,
  action: FrontendAction,
): Promise<void> {
  const { sight, released, api, candidate } = question;
  const at = now().toISOString();
  if (action.kind === "take back") {
    if (released !== undefined) await aws.writeReleasedFrontend({ ...released, state: "returning", at });
    await vercel.act(action, sight.projectId);
    if (released !== undefined) await aws.writeReleasedFrontend({ ...released, state: "back", at });
    return;
  }
  const serving = sight.rolling?.base ?? sight.serving;
  const isKnown = released?.deployment === action.deployment && released.state === "out";
  if (serving !== undefined && !isKnown) {
    const promotedAt = record.promotedAt ?? undefined;
    const earlier = outWithPromoted(released, { liveColour: record.liveColour, promotedAt });
    const next: ReleasedFrontend = {
      version: 1,
      colour: api.hasCandidateRelease ? candidate.colour : otherColour(candidate.colour),
      candidateSince: candidate.since,
      state: "out",
      deployment: action.deployment,
      // A return goes to the API before the promote, and so to the frontend before it.
      before: !api.hasCandidateRelease && earlier !== undefined ? earlier.before : serving,
      projectId: sight.projectId,
      ...(config.frontend.teamId === undefined ? {} : { teamId: config.frontend.teamId }),
      at,
    };
    await aws.writeReleasedFrontend(next);
  }
  await vercel.act(action, sight.projectId);
}
