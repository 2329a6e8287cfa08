import type { Step } from "../schedule.ts";
import { addSeconds } from "../time.ts";
import type { FrontendSight, RollingRelease } from "./frontend-sight.ts";
import { type CandidateRelease, outWith, type ReleasedFrontend } from "./released-frontend.ts";

/** Where the API stands, as far as the frontend depends on it. */
interface ApiStanding {
  /** Per cent of public traffic that the candidate has: the smaller of what AWS and the record say. */
  readonly weightPercent: number;
  /**
   * Whether the candidate is a release to roll out: it has an image, and is not the version that was live before the last
   * promote. A release that was rolled back is one, too.
   */
  readonly hasCandidateRelease: boolean;
  readonly isLatched: boolean;
}

/** What decides where the frontend goes. */
export interface FrontendQuestion {
  readonly api: ApiStanding;
  /** `frontend.compatible` of config: each version of the pages works with each version of the API. */
  readonly isCompatible: boolean;
  /** Per cent of visitors at each of Vercel's stages, as configured. Empty: the frontend goes out whole. */
  readonly stagesPercent: readonly number[];
  readonly sight: FrontendSight;
  /** The frontend that last went out with a release; undefined where none is known. */
  readonly released: ReleasedFrontend | undefined;
  readonly candidate: CandidateRelease;
  /** The API's schedule: a stage of the frontend stands as long as the step of its weight bakes. */
  readonly steps: readonly Step[];
  readonly now: Date;
}

/** What is to be done at Vercel. Each is one call. */
export type FrontendAction =
  /** Begins a rolling release at its first stage. */
  | { readonly kind: "start"; readonly deployment: string; readonly percent: number }
  /** Approves the next stage. */
  | { readonly kind: "approve"; readonly deployment: string; readonly stageIndex: number; readonly percent: number }
  /** Gives the deployment of a rolling release every visitor. */
  | { readonly kind: "complete"; readonly deployment: string; readonly percent: 100 }
  /** Gives a deployment every visitor at once, where there are no stages or nothing serves yet. */
  | { readonly kind: "publish"; readonly deployment: string; readonly percent: 100 }
  /** Gives every visitor the deployment from before. */
  | { readonly kind: "take back"; readonly to: string; readonly percent: 0 };

/** What the frontend waits for. */
type FrontendWait =
  /** The API stands below what the next stage needs. */
  | { readonly for: "api"; readonly needsPercent: number }
  /** The stage is still being watched. */
  | { readonly for: "bake"; readonly until: Date; readonly percent: number }
  /** A rollback happened, and nobody has resumed. */
  | { readonly for: "resume" };

/** What is to be done with the frontend now. */
export type FrontendDecision =
  | { readonly kind: "act"; readonly action: FrontendAction }
  | { readonly kind: "wait"; readonly wait: FrontendWait }
  /** Nothing is ready that visitors do not have already. */
  | { readonly kind: "nothing" };

/**
 * The most visitors, per cent, that may have the candidate release's frontend. Its pages call the public host, which is tied to no
 * colour: with the API at 5 %, 95 % of a new page's calls reach the old API. So the new pages wait for the whole API, unless both
 * versions are declared compatible; then they are never ahead of it.
 */
function mostVisitorsPercent(question: FrontendQuestion): number {
  const { api, isCompatible } = question;
  const { weightPercent, hasCandidateRelease } = api;
  if (isOfEarlierRelease(question)) return 100;
  // No release is on its way: a new page can only meet the API that is live.
  if (weightPercent === 0) return hasCandidateRelease ? 0 : 100;
  return isCompatible || weightPercent === 100 ? weightPercent : 0;
}

/**
 * Whether the rolling release that is under way began with an earlier release of the API, which is live by now. One that
 * the commands know nothing of counts as the candidate's: nobody can tell otherwise.
 */
function isOfEarlierRelease({ sight, released, candidate }: FrontendQuestion): boolean {
  const isKnown = sight.rolling !== undefined && sight.rolling.deployment === released?.deployment;
  return isKnown && released.state === "out" && outWith(released, candidate) === undefined;
}

/** Per cent of visitors that have the frontend of the release on its way. */
export function visitorsPercent(question: Pick<FrontendQuestion, "sight" | "released" | "candidate">): number {
  const { sight, released, candidate } = question;
  if (sight.rolling !== undefined) return sight.rolling.stage.percent;
  return outWith(released, candidate) === undefined ? 0 : 100;
}

/** How far the frontend is ahead of the API. */
export interface AheadOfApi {
  /** Per cent of visitors that have it. */
  readonly percent: number;
  /** Per cent that may have it. */
  readonly mostPercent: number;
  /** The deployment that everybody gets when it is taken back. */
  readonly to: string;
}

/** Whether more visitors have the release's frontend than may, or one still has to be taken back. */
export function aheadOfApi(question: FrontendQuestion): AheadOfApi | undefined {
  const { sight, released, candidate } = question;
  const out = outWith(released, candidate);
  const percent = visitorsPercent(question);
  const mostPercent = out?.state === "returning" ? 0 : mostVisitorsPercent(question);
  const to = sight.rolling?.base ?? out?.before;
  return percent > mostPercent && to !== undefined ? { percent, mostPercent, to } : undefined;
}

/**
 * Decides where the frontend goes, one call at a time. It is never ahead of the API: what is ahead is taken back, whoever has
 * brought it there. It rises by one stage at a time, each after the bake that the API's schedule has for this weight. While the
 * API is on its way, its own bakes are what is waited for.
 */
export function followApi(question: FrontendQuestion): FrontendDecision {
  const { sight } = question;
  const ahead = aheadOfApi(question);
  if (ahead !== undefined) return act({ kind: "take back", to: ahead.to, percent: 0 });
  return sight.rolling === undefined ? begin(question) : goOn(question, sight.rolling);
}

function begin(question: FrontendQuestion): FrontendDecision {
  const { sight, api, released, stagesPercent } = question;
  const { newest, serving } = sight;
  if (newest === undefined || newest.id === serving) return { kind: "nothing" };
  // One that was taken back goes out again with a release that somebody has resumed.
  const wasTakenBack = released?.state === "back" && released.deployment === newest.id;
  if (newest.state !== "staged" && !wasTakenBack) return { kind: "nothing" };
  const deployment = newest.id;
  // Visitors get an error now; any page is better.
  if (serving === undefined) return act({ kind: "publish", deployment, percent: 100 });
  if (api.isLatched) return wait({ for: "resume" });
  const [first = 100] = stagesPercent;
  const whole = stagesPercent.length === 0;
  if (mostVisitorsPercent(question) < first) return wait({ for: "api", needsPercent: neededPercent(question, first) });
  return act(whole ? { kind: "publish", deployment, percent: 100 } : { kind: "start", deployment, percent: first });
}

function goOn(question: FrontendQuestion, { deployment, stage, nextStage, since }: RollingRelease): FrontendDecision {
  const { api, steps, now } = question;
  if (api.isLatched) return wait({ for: "resume" });
  const percent = nextStage?.percent ?? 100;
  if (mostVisitorsPercent(question) < percent) {
    return wait({ for: "api", needsPercent: neededPercent(question, percent) });
  }
  // While the API is on its way, its own step has baked before it came here.
  const until = addSeconds(new Date(since), bakeOf(steps, stage.percent));
  const isApiWhole = api.weightPercent === 100 || api.weightPercent === 0;
  if (isApiWhole && now < until) return wait({ for: "bake", until, percent: stage.percent });
  if (nextStage === undefined || nextStage.isFinal) return act({ kind: "complete", deployment, percent: 100 });
  return act({ kind: "approve", deployment, stageIndex: nextStage.index, percent });
}

/** The API's weight that a stage needs. */
function neededPercent({ isCompatible, steps }: FrontendQuestion, percent: number): number {
  if (!isCompatible) return 100;
  return steps.map(({ weightPercent }) => weightPercent).find((weight) => weight >= percent) ?? 100;
}

/** The bake of the schedule's largest weight that is no more than the stage's visitors, or of its first step. */
function bakeOf(steps: readonly Step[], percent: number): number {
  return (steps.findLast(({ weightPercent }) => weightPercent <= percent) ?? steps[0])?.bakeSeconds ?? 0;
}

function act(action: FrontendAction): FrontendDecision {
  return { kind: "act", action };
}

function wait(reason: FrontendWait): FrontendDecision {
  return { kind: "wait", wait: reason };
}
