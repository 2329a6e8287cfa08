import { z } from "zod";
import type { FrontendAction } from "../../rollout/frontend/follow-api.ts";
import type {
  FrontendSight,
  ReadyDeployment,
  ReleaseStage,
  RollingRelease,
} from "../../rollout/frontend/frontend-sight.ts";
import { readJson } from "../../rollout/json.ts";
import { plainLine } from "../../rollout/plain-text.ts";
import { once } from "../aws/client.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";

/**
 * What is asked of Vercel for one stage's frontend.
 *
 * Every function throws an `Error` whose message says what was asked, what Vercel answered and what to do.
 */
export interface FrontendVercel {
  /** Looks at the project, by three calls side by side. */
  look(): Promise<FrontendSight>;
  /** The newest production deployments that are ready, newest first, by one call. */
  readDeployments(): Promise<readonly ReadyDeployment[]>;
  /** Does what was decided, by one call. */
  act(action: FrontendAction, projectId: string): Promise<void>;
}

/** Whose frontend it is, and who asks. */
export interface VercelRequest {
  readonly frontend: Pick<StageConfig["frontend"], "projectName" | "teamId">;
  readonly token: string;
  /** Where Vercel's API is. Default: its own address. */
  readonly url?: string | undefined;
}

/** Environment variable of the token, as the provider reads it too. */
export const vercelTokenVariable = "VERCEL_API_TOKEN";

/** How long one call may take. Vercel's calls answer in well under a second. */
const withinMilliseconds = 10_000;

/** Newest production deployments that are looked at. */
const mostDeployments = 20;

/**
 * Vercel by its SDK. The SDK's functions are loaded one by one and when they are first called: all of it takes seconds.
 *
 * @see Vercel REST API, "Rolling Release", "Projects", "List deployments"
 */
export function openVercel({ frontend, token, url }: VercelRequest): FrontendVercel {
  const { projectName, teamId } = frontend;
  const client = once(async () => {
    const { VercelCore } = await import("@vercel/sdk/core.js");
    return new VercelCore({ bearerToken: token, timeoutMs: withinMilliseconds, ...(url ? { serverURL: url } : {}) });
  });
  const team = teamId === undefined ? {} : { teamId };

  async function readRolling(): Promise<RollingRelease | undefined> {
    const { rollingReleaseGetRollingRelease } = await import("@vercel/sdk/funcs/rollingReleaseGetRollingRelease.js");
    const { rollingRelease } = await explained("the frontend's rolling release could not be read", async () =>
      rollingReleaseGetRollingRelease(await client(), { idOrName: projectName, state: "ACTIVE", ...team }),
    );
    return rollingOf(rollingRelease);
  }

  async function readDeployments(): Promise<readonly ReadyDeployment[]> {
    const { deploymentsGetDeployments } = await import("@vercel/sdk/funcs/deploymentsGetDeployments.js");
    const { deployments } = await explained("the frontend's deployments could not be read", async () =>
      deploymentsGetDeployments(await client(), {
        app: projectName,
        target: "production",
        state: "READY",
        limit: mostDeployments,
        ...team,
      }),
    );
    const states = { STAGED: "staged", ROLLING: "rolling", PROMOTED: "promoted" } as const;
    return deployments
      .toSorted((one, other) => other.createdAt - one.createdAt)
      .map(({ uid, readySubstate, createdAt }) => ({
        id: uid,
        state: readySubstate === undefined ? "unknown" : states[readySubstate],
        createdAt: new Date(createdAt).toISOString(),
      }));
  }

  async function readProject(): Promise<Pick<FrontendSight, "projectId" | "serving">> {
    const { projectsGetProject } = await import("@vercel/sdk/funcs/projectsGetProject.js");
    const { id, targets } = await explained("the frontend's project could not be read", async () =>
      projectsGetProject(await client(), { idOrName: projectName, ...team }),
    );
    return { projectId: id, serving: targets?.["production"]?.id };
  }

  return {
    async look() {
      const [project, [newest], rolling] = await Promise.all([readProject(), readDeployments(), readRolling()]);
      return { ...project, newest, rolling };
    },
    readDeployments,
    async act(action, projectId) {
      const core = await client();
      switch (action.kind) {
        case "start": {
          const { rollingReleaseStartRollingRelease } = await import(
            "@vercel/sdk/funcs/rollingReleaseStartRollingRelease.js"
          );
          await explained("the frontend's rolling release could not be started", () =>
            rollingReleaseStartRollingRelease(core, {
              idOrName: projectId,
              requestBody: { canaryDeploymentId: action.deployment },
              ...team,
            }),
          );
          return;
        }
        case "approve": {
          const { rollingReleaseApproveRollingReleaseStage } = await import(
            "@vercel/sdk/funcs/rollingReleaseApproveRollingReleaseStage.js"
          );
          await explained("the frontend's next stage could not be approved", () =>
            rollingReleaseApproveRollingReleaseStage(core, {
              idOrName: projectId,
              requestBody: { nextStageIndex: action.stageIndex, canaryDeploymentId: action.deployment },
              ...team,
            }),
          );
          return;
        }
        case "complete": {
          const { rollingReleaseCompleteRollingRelease } = await import(
            "@vercel/sdk/funcs/rollingReleaseCompleteRollingRelease.js"
          );
          await explained("the frontend's rolling release could not be completed", () =>
            rollingReleaseCompleteRollingRelease(core, {
              idOrName: projectId,
              requestBody: { canaryDeploymentId: action.deployment },
              ...team,
            }),
          );
          return;
        }
        case "publish": {
          const { projectsRequestPromote } = await import("@vercel/sdk/funcs/projectsRequestPromote.js");
          await explained("the frontend could not be sent to its visitors", () =>
            projectsRequestPromote(core, { projectId, deploymentId: action.deployment, ...team }),
          );
          return;
        }
        case "take back": {
          const { projectsRequestRollback } = await import("@vercel/sdk/funcs/projectsRequestRollback.js");
          await explained("the frontend could not be taken back", () =>
            projectsRequestRollback(core, { projectId, deploymentId: action.to, ...team }),
          );
          return;
        }
      }
    },
  };
}

interface AnsweredStage {
  readonly index: number;
  readonly targetPercentage: number;
  readonly isFinalStage: boolean;
}

/** A rolling release as Vercel answers it. */
interface AnsweredRelease {
  readonly state: string;
  readonly activeStage: AnsweredStage | null;
  readonly nextStage: AnsweredStage | null;
  readonly canaryDeployment: { readonly id: string } | null;
  readonly currentDeployment: { readonly id: string } | null;
  readonly advancementType: string;
  readonly updatedAt: number;
}

/** One that was completed or taken back is over, and so is none. */
function rollingOf(answer: AnsweredRelease | null): RollingRelease | undefined {
  if (answer?.state !== "ACTIVE") return undefined;
  const { activeStage, nextStage, canaryDeployment, currentDeployment } = answer;
  if (activeStage === null || canaryDeployment === null || currentDeployment === null) {
    throw new Error(
      "Vercel: a rolling release is under way, and the answer names no stage or no deployment of it. Look at it in Vercel's dashboard, and complete or abort it there.",
    );
  }
  return {
    deployment: canaryDeployment.id,
    base: currentDeployment.id,
    stage: stageOf(activeStage),
    nextStage: nextStage === null ? undefined : stageOf(nextStage),
    advancesItself: answer.advancementType !== "manual-approval",
    since: new Date(answer.updatedAt).toISOString(),
  };
}

function stageOf({ index, targetPercentage, isFinalStage }: AnsweredStage): ReleaseStage {
  return { index, percent: targetPercentage, isFinal: isFinalStage };
}

type Answer<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: Error };

/** The value of an answer, or an error that says what was asked. The SDK throws nothing: it answers with errors. */
async function explained<Value>(what: string, ask: () => Promise<Answer<Value>> | PromiseLike<Answer<Value>>) {
  const answer = await ask();
  if (answer.ok) return answer.value;
  throw new Error(`Vercel: ${what}: ${whyOf(answer.error)}`, { cause: answer.error });
}

/** How Vercel names what it refuses. @see Vercel REST API, "Errors" */
const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

function whyOf(error: Error): string {
  const { statusCode, body } = error as { readonly statusCode?: unknown; readonly body?: unknown };
  if (typeof statusCode !== "number") {
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
    return `nothing answers within ${withinMilliseconds / 1000} s, or the answer could not be read: ${error.message}${cause}. Check the network, and run it again.`;
  }
  const said = refusal.safeParse(typeof body === "string" ? readJson(body) : body).data?.error;
  const words =
    said === undefined ? `HTTP status ${statusCode}` : plainLine(`${said.message} (${said.code}, ${statusCode})`);
  return statusCode === 401 || statusCode === 403
    ? `${words}. ${vercelTokenVariable} has to be a token of a member of the team who may deploy to production.`
    : `${words}.`;
}
