import type { FrontendDecision, FrontendQuestion } from "../../rollout/frontend/follow-api.ts";
import type { Stage } from "../../rollout/names.ts";
import { type Clock, formatInstant } from "../../rollout/time.ts";

/** The line that has the frontend follow the API. */
export function frontendCommand(stage: Stage): string {
  return `npm run rollout -- frontend --stage ${stage}`;
}

interface Told extends Clock {
  readonly stage: Stage;
}

/** What was done with the frontend, or why it waits; a sentence or two. */
export function decisionText(decision: FrontendDecision, question: FrontendQuestion, told: Told): string {
  const { sight, isCompatible } = question;
  if (decision.kind === "nothing") {
    return sight.serving === undefined
      ? "The frontend has no production deployment that is ready. Push to its production branch, or run npx vercel --prod in the frontend's folder."
      : `The frontend ${sight.serving} serves every visitor, and no newer one is ready.`;
  }
  if (decision.kind === "act") {
    const { action } = decision;
    switch (action.kind) {
      case "take back":
        return `The frontend was taken back: every visitor gets ${action.to} again.`;
      case "publish":
        return sight.serving === undefined
          ? `The frontend ${action.deployment} serves every visitor: nothing served before.`
          : `The frontend ${action.deployment} serves every visitor. It went out whole, because frontend.rollingRelease has no stages.`;
      case "complete":
        return `The frontend ${action.deployment} serves every visitor.`;
      default:
        return `The frontend ${action.deployment} serves ${action.percent} % of the visitors. Its next stage: ${frontendCommand(told.stage)}.`;
    }
  }
  const { wait } = decision;
  const which = sight.rolling?.deployment ?? sight.newest?.id ?? "";
  const stands = sight.rolling === undefined ? "waits" : `stays at ${sight.rolling.stage.percent} % of the visitors`;
  switch (wait.for) {
    case "api": {
      const why = isCompatible ? "" : ", because frontend.compatible is false";
      return `The frontend ${which} ${stands} until the API stands at ${wait.needsPercent} %${why}.`;
    }
    case "bake":
      return `The frontend ${which} ${stands} until ${formatInstant(wait.until, told)}. Then run ${frontendCommand(told.stage)}.`;
    case "resume":
      return `The frontend ${which} ${stands} until somebody has resumed: the latch is set.`;
  }
}
