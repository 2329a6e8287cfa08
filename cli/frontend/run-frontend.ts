import { aheadOfApi, type FrontendDecision, type FrontendQuestion } from "../../rollout/frontend/follow-api.ts";
import type { CommandOutcome } from "../outcome.ts";
import { readStanding } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import { decisionText, frontendCommand } from "./frontend-words.ts";
import { clockOf, lookAtFrontend, moveFrontend, notAsked } from "./move-frontend.ts";

/** Has the frontend follow the API once, or says what would be done. */
export async function runFrontend(world: RolloutWorld, dryRun: boolean): Promise<CommandOutcome> {
  const standing = await readStanding(world);
  if (!dryRun) {
    const outcome = await moveFrontend(world, standing);
    return { exitCode: outcome.did === "not asked" ? 1 : 0, text: outcome.text, json: outcome };
  }
  const looked = await lookAtFrontend(world, standing);
  if (looked === undefined) {
    const outcome = notAsked(world);
    return { exitCode: 1, text: outcome.text, json: outcome };
  }
  const { question, decision } = looked;
  const text =
    decision.kind === "act"
      ? `${standingText(question)} ${plannedText(decision)}`
      : decisionText(decision, question, clockOf(world, standing));
  return { exitCode: 0, text, json: { outcome: "planned", decision, sight: question.sight } };
}

/** Where the frontend stands, for `status`: one line or two. */
export async function frontendStatus(
  world: Pick<RolloutWorld, "stage" | "now" | "openFrontend">,
  standing: Parameters<typeof lookAtFrontend>[1],
) {
  const looked = await lookAtFrontend(world, standing);
  if (looked === undefined) return { ...notAsked(world), isAhead: null };
  const { question, decision } = looked;
  const ahead = aheadOfApi(question);
  const stands =
    ahead === undefined
      ? standingText(question)
      : `It is AHEAD of the API: ${ahead.percent} % of the visitors have it, and ${ahead.mostPercent} % may.`;
  const text =
    decision.kind === "act"
      ? `${stands} ${plannedText(decision)} Run ${frontendCommand(world.stage)}.`
      : decisionText(decision, question, clockOf(world, standing));
  return { did: decision.kind, deployment: question.sight.newest?.id ?? null, text, isAhead: ahead !== undefined };
}

function standingText({ sight }: FrontendQuestion): string {
  if (sight.rolling !== undefined) {
    const { deployment, base, stage } = sight.rolling;
    return `The frontend ${deployment} serves ${stage.percent} % of the visitors, and ${base} the others.`;
  }
  return sight.serving === undefined ? "No frontend serves." : `The frontend ${sight.serving} serves every visitor.`;
}

/** What would be done. */
function plannedText({ action }: Extract<FrontendDecision, { readonly kind: "act" }>): string {
  if (action.kind === "take back") return `Next: every visitor gets ${action.to} again.`;
  return `Next: ${action.deployment} for ${action.percent} % of the visitors.`;
}
