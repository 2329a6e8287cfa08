import type { RollbackPlace } from "../../infra/aws/latch-and-address.ts";
import type { RescueAws } from "../../infra/aws/rescue.ts";
import { type FrontendVercel, type VercelRequest, vercelTokenVariable } from "../../infra/vercel/frontend-vercel.ts";
import { otherColour } from "../../rollout/colour.ts";
import { outWith, outWithPromoted, type ReleasedFrontend } from "../../rollout/frontend/released-frontend.ts";
import { isOldRelease } from "../../rollout/return.ts";
import { messageOf } from "../outcome.ts";
import type { RolloutWorld } from "../world.ts";
import { frontendCommand } from "./frontend-words.ts";
import type { FrontendOutcome } from "./move-frontend.ts";

/** A rollback or a return whose traffic has moved. */
export interface ReturnedApi {
  readonly place: RollbackPlace;
  /** Whether it goes back behind the last promote. */
  readonly isReturn: boolean;
}

/**
 * Takes the frontend back that is out with the release. It comes after the API's traffic and latch, and stops none of the rest:
 * what fails is told with the command to run.
 *
 * What the commands wrote down when it went out is enough for one call, so that a Vercel that shows nothing is asked all the
 * same. A rolling release that somebody began by hand is found by looking.
 *
 * @returns undefined where no frontend is out with the release
 */
export async function returnFrontend(
  world: Pick<RolloutWorld, "stage" | "now" | "openFrontend" | "stackFile">,
  rescue: Pick<RescueAws, "writeReleasedFrontend">,
  { place, isReturn }: ReturnedApi,
): Promise<FrontendOutcome | undefined> {
  const out = releasedWith(place, isReturn);
  const project = projectOf(world, out);
  const vercel = project && world.openFrontend(project);
  if (vercel === undefined) {
    if (out === undefined) return undefined;
    return failed(world, out, `${vercelTokenVariable} is not set. Set it.`);
  }
  try {
    return out === undefined
      ? await abortUnknown(vercel, { place, isReturn })
      : await takeBack(world, rescue, vercel, out);
  } catch (error) {
    return failed(world, out, messageOf(error));
  }
}

/** The frontend that went out with what is being taken back. */
function releasedWith({ address, released }: RollbackPlace, isReturn: boolean): ReleasedFrontend | undefined {
  const { liveColour, lastPromote, candidateSince = "" } = address;
  return isReturn
    ? outWithPromoted(released, { liveColour, promotedAt: lastPromote?.at })
    : outWith(released, { colour: otherColour(liveColour), since: candidateSince });
}

/** By what was written down; a mistake in the stack file must keep nobody from rolling back. */
function projectOf(
  { stackFile }: Pick<RolloutWorld, "stackFile">,
  out: ReleasedFrontend | undefined,
): VercelRequest["frontend"] | undefined {
  if (out !== undefined) return { projectName: out.projectId, teamId: out.teamId };
  try {
    return stackFile.readConfig().frontend;
  } catch {
    return undefined;
  }
}

async function takeBack(
  { now }: Pick<RolloutWorld, "now">,
  rescue: Pick<RescueAws, "writeReleasedFrontend">,
  vercel: FrontendVercel,
  out: ReleasedFrontend,
): Promise<FrontendOutcome> {
  const at = now().toISOString();
  const to = out.before;
  await rescue.writeReleasedFrontend({ ...out, state: "returning", at });
  await vercel.act({ kind: "take back", to, percent: 0 }, out.projectId).catch(async (refused: unknown) => {
    // The machine may have taken it back before.
    const sight = await vercel.look().catch(() => undefined);
    if (sight === undefined || sight.rolling !== undefined || sight.serving !== to) throw refused;
  });
  await rescue.writeReleasedFrontend({ ...out, state: "back", at });
  return { did: "take back", deployment: to, text: `The frontend is back: every visitor gets ${to} again.` };
}

/** A rolling release that no command began. After a promote one may go on: a rollback then takes no release back. */
async function abortUnknown(
  vercel: FrontendVercel,
  { place, isReturn }: ReturnedApi,
): Promise<FrontendOutcome | undefined> {
  const sight = await vercel.look().catch(() => undefined);
  const { rolling } = sight ?? {};
  const isOfEarlier = rolling !== undefined && rolling.deployment === place.released?.deployment;
  if (sight === undefined || rolling === undefined || isOfEarlier) return undefined;
  if (!isReturn && isOldRelease(place.address)) return undefined;
  await vercel.act({ kind: "take back", to: rolling.base, percent: 0 }, sight.projectId);
  return {
    did: "take back",
    deployment: rolling.base,
    text: `The frontend is back: every visitor gets ${rolling.base} again. A rolling release of ${rolling.deployment} was under way that no command had begun.`,
  };
}

function failed(
  { stage }: Pick<RolloutWorld, "stage">,
  out: ReleasedFrontend | undefined,
  why: string,
): FrontendOutcome {
  const which = out === undefined ? "The frontend's rolling release" : `The frontend ${out.deployment}`;
  const byHand = out === undefined ? "" : ` Or in Vercel's dashboard: Instant Rollback to ${out.before}.`;
  return {
    did: "failed",
    deployment: out?.deployment ?? null,
    text: `${which} is still out, though the API is back. ${why} Run ${frontendCommand(stage)}.${byHand}`,
  };
}
