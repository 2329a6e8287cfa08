import { candidateSince } from "../../rollout/candidate-since.ts";
import { otherColour } from "../../rollout/colour.ts";
import { aheadOfApi } from "../../rollout/frontend/follow-api.ts";
import { frontendQuestion } from "../../rollout/frontend/frontend-question.ts";
import { outWith, type ReleasedFrontend } from "../../rollout/frontend/released-frontend.ts";
import { gateQuestion } from "../../rollout/gate/gate-question.ts";
import { askedFor, loweringIsAllowed, type Move, type Refusal } from "../../rollout/move.ts";
import { reasonFor } from "../../rollout/override.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";
import { failureText } from "../messages.ts";
import { vercelTokenVariable } from "../vercel/frontend-vercel.ts";
import type { ProgramWorld } from "./program-world.ts";

/** A move, and the frontend that may be out with it. */
export interface FrontendRequest {
  readonly move: Move;
  readonly config: Pick<StageConfig, "frontend">;
  /** The frontend that last went out with a release; undefined where none is known. */
  readonly released?: ReleasedFrontend | undefined;
  readonly world: Pick<ProgramWorld, "lookAtFrontend" | "lookAtStage">;
}

/**
 * Holds a rise and a promote against the frontend: one that is ahead of the API meets the old API with most of its calls, and a
 * further step must not hide that. No written reason lets it through, because taking the frontend back takes seconds.
 *
 * Vercel that cannot be asked refuses as missing data does; without a token, where AWS says that a frontend is out with this
 * release. A lower weight asks nothing and waits for nothing.
 */
export async function judgeFrontend({ move, config, released, world }: FrontendRequest): Promise<readonly Refusal[]> {
  const { previous: record } = move;
  if (record === null || gateQuestion(move) === undefined) return [];
  if (world.lookAtFrontend === undefined) {
    const candidate = { colour: otherColour(record.liveColour), since: candidateSince(record) };
    const isOut = outWith(released, candidate) !== undefined && record.weightPercent < 100;
    // A plan that is made offline asks nobody.
    return isOut && world.lookAtStage !== undefined ? [unknown(move, noToken)] : [];
  }
  const { compatible, rollingRelease = [] } = config.frontend;
  try {
    const sight = await world.lookAtFrontend(config.frontend);
    const ahead = aheadOfApi(
      frontendQuestion({
        record,
        split: move.realWeights,
        latch: move.latch,
        schedule: move.schedule,
        isCompatible: compatible,
        stagesPercent: rollingRelease.map(({ targetPercentage }) => targetPercentage),
        sight,
        released,
        now: move.now,
      }),
    );
    if (ahead === undefined) return [];
    const { percent, mostPercent, to } = ahead;
    const rule = compatible
      ? "The frontend is never ahead of the API"
      : "The frontend waits until the API stands at 100 %, because frontend.compatible is false";
    const message = `${askedFor(move)} The release's frontend serves ${percent} % of the visitors, and ${mostPercent} % may have it now. ${rule}. Run npm run rollout -- frontend --stage <stage>, which gives every visitor ${to} again. ${loweringIsAllowed}`;
    return [{ rule: "frontend", message, allowance: null }];
  } catch (error) {
    return [unknown(move, `${failureText(error)}.`)];
  }
}

const noToken = `One is out with this release, and without ${vercelTokenVariable} in the environment nobody can ask Vercel how far. Set it.`;

function unknown(move: Move, why: string): Refusal {
  const message = `${askedFor(move)} It is not known whether the frontend is ahead of the API. ${why} Preview again, or ${reasonFor("data")}. ${loweringIsAllowed}`;
  return { rule: "data", message, allowance: "data" };
}
