import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { findOperation } from "./description.ts";

/** Vercel on loopback, for one project of a team. */
export interface VercelStandIn {
  readonly url: string;
  readonly projectId: string;
  /** Operations that were asked to change something, with their deployment and stage. */
  readonly calls: readonly string[];
  /** Builds a production deployment, as a push to the production branch does. @returns its id */
  push(): string;
  /** Begins a rolling release by hand, as the dashboard does. */
  startByHand(deployment: string): void;
  /** Answers every request with this status from now on; undefined: as usual. */
  failWith(status: number | undefined): void;
  /** The deployment that serves, and the per cent of visitors of a rolling release. */
  readonly standing: { readonly serving: string | undefined; readonly percent: number | undefined };
  stop(): Promise<void>;
}

/** What a stand-in is begun with. */
export interface VercelOptions {
  readonly projectName: string;
  readonly teamId?: string;
  readonly token: string;
  /** Per cent of visitors by stage. Empty: the team's plan has no rolling releases. */
  readonly stagesPercent: readonly number[];
  readonly now?: () => Date;
}

interface Deployment {
  readonly id: string;
  readonly createdAt: number;
  state: "STAGED" | "ROLLING" | "PROMOTED";
}

interface Rolling {
  readonly deployment: Deployment;
  readonly base: Deployment;
  state: "ACTIVE" | "COMPLETE" | "ABORTED";
  stage: number;
  readonly startedAt: number;
  updatedAt: number;
}

/** A refusal in Vercel's form. */
class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Stands in for Vercel: deployments that wait, rolling releases by stages, promote and rollback. What it is asked and what it
 * answers is held against the description beside it; a request that the description does not have is answered with 400.
 *
 * @see Vercel, "Rolling Releases": a promote begins a rolling release, and one that is under way has to be completed or taken back
 *   before another begins
 */
export async function startVercel(options: VercelOptions): Promise<VercelStandIn> {
  const { projectName, teamId, token, stagesPercent, now = () => new Date() } = options;
  const projectId = "prj_standIn";
  const deployments: Deployment[] = [];
  const calls: string[] = [];
  let serving: Deployment | undefined;
  let rolling: Rolling | undefined;
  let failure: number | undefined;

  const find = (id: unknown) => {
    const found = deployments.find((one) => one.id === id);
    if (found === undefined) throw new Refused(404, "not_found", "Deployment not found");
    return found;
  };
  const shown = ({ id, createdAt }: Deployment) => ({
    ...{ id, createdAt, name: projectName, url: `${id}.vercel.app`, readyState: "READY", target: "production" },
  });
  const stageShown = (index: number) => ({
    ...{ index, targetPercentage: stagesPercent[index], isFinalStage: index === stagesPercent.length - 1 },
    ...{ requireApproval: index < stagesPercent.length - 1, duration: null },
  });
  const rollingShown = () => {
    if (rolling === undefined) return { rollingRelease: null };
    const isActive = rolling.state === "ACTIVE";
    const last = stagesPercent.length - 1;
    return {
      rollingRelease: {
        state: rolling.state,
        currentDeployment: shown(rolling.base),
        canaryDeployment: shown(rolling.deployment),
        queuedDeploymentId: null,
        advancementType: "manual-approval",
        stages: stagesPercent.map((_, index) => stageShown(index)),
        activeStage: isActive ? stageShown(rolling.stage) : null,
        nextStage: isActive && rolling.stage < last ? stageShown(rolling.stage + 1) : null,
        startedAt: rolling.startedAt,
        updatedAt: rolling.updatedAt,
        substate: null,
      },
    };
  };
  const active = (deployment?: unknown): Rolling => {
    if (rolling?.state !== "ACTIVE") throw new Refused(404, "not_found", "No active rolling release");
    if (deployment !== undefined && rolling.deployment.id !== deployment) {
      throw new Refused(400, "bad_request", "The canary deployment is another one");
    }
    return rolling;
  };
  const start = (deployment: Deployment) => {
    if (stagesPercent.length === 0) throw new Refused(403, "forbidden", "Rolling Releases are not available");
    if (rolling?.state === "ACTIVE") {
      if (rolling.deployment === deployment) return;
      throw new Refused(409, "conflict", "A rolling release is already active");
    }
    if (serving === undefined) throw new Refused(422, "no_base", "There is no current production deployment");
    const at = now().getTime();
    deployment.state = "ROLLING";
    rolling = { deployment, base: serving, state: "ACTIVE", stage: 0, startedAt: at, updatedAt: at };
  };
  const serve = (deployment: Deployment) => {
    deployment.state = "PROMOTED";
    serving = deployment;
  };
  const complete = (release: Rolling) => {
    release.state = "COMPLETE";
    release.updatedAt = now().getTime();
    serve(release.deployment);
  };

  /** @returns the answer's status and body */
  const answer = (id: string, parts: Readonly<Record<string, string>>, body: unknown): [number, unknown?] => {
    const given = (body ?? {}) as { readonly canaryDeploymentId?: string; readonly nextStageIndex?: number };
    const project = parts["idOrName"] ?? parts["projectId"];
    if (project !== projectId && project !== projectName) throw new Refused(404, "not_found", "Project not found");
    switch (id) {
      case "getProject":
        return [200, projectShown()];
      case "getRollingRelease":
        return [200, rollingShown()];
      case "startRollingRelease":
        calls.push(`start ${given.canaryDeploymentId}`);
        start(find(given.canaryDeploymentId));
        return [200, rollingShown()];
      case "approveRollingReleaseStage": {
        calls.push(`approve ${given.canaryDeploymentId} stage ${given.nextStageIndex}`);
        const release = active(given.canaryDeploymentId);
        if (given.nextStageIndex !== release.stage + 1) {
          throw new Refused(400, "bad_request", "The stage is not the next one");
        }
        release.stage = given.nextStageIndex;
        release.updatedAt = now().getTime();
        if (release.stage === stagesPercent.length - 1) complete(release);
        return [200, rollingShown()];
      }
      case "completeRollingRelease":
        calls.push(`complete ${given.canaryDeploymentId}`);
        complete(active(given.canaryDeploymentId));
        return [200, rollingShown()];
      case "requestPromote": {
        calls.push(`promote ${parts["deploymentId"]}`);
        const deployment = find(parts["deploymentId"]);
        if (stagesPercent.length > 0 && serving !== undefined) start(deployment);
        else serve(deployment);
        return [201];
      }
      case "requestRollback": {
        calls.push(`rollback to ${parts["deploymentId"]}`);
        const deployment = find(parts["deploymentId"]);
        if (deployment.state === "STAGED") throw new Refused(422, "not_eligible", "It has never served production");
        if (rolling?.state === "ACTIVE") {
          rolling.state = "ABORTED";
          rolling.updatedAt = now().getTime();
          rolling.deployment.state = "PROMOTED";
        } else if (serving === deployment) {
          throw new Refused(409, "conflict", "The deployment is already serving production");
        }
        serve(deployment);
        return [201];
      }
      default:
        throw new Refused(404, "not_found", `There is no ${id}`);
    }
  };
  const projectShown = () => ({
    ...{ id: projectId, name: projectName, accountId: "team_standIn", alias: [], directoryListing: false },
    ...{ nodeVersion: "24.x", deploymentExpiration: {} },
    defaultResourceConfig: { functionDefaultRegions: ["syd1"] },
    resourceConfig: { functionDefaultRegions: ["syd1"] },
    targets: { production: serving === undefined ? null : targetShown(serving) },
  });
  const targetShown = ({ id, createdAt }: Deployment) => ({
    ...{ id, createdAt, createdIn: "syd1", creator: null, deploymentHostname: id, name: projectName, plan: "pro" },
    ...{ private: false, readyState: "READY", type: "LAMBDAS", url: `${id}.vercel.app` },
  });
  const listShown = () => ({
    deployments: deployments.toReversed().map(({ id, createdAt, state }) => ({
      ...{ uid: id, name: projectName, projectId, url: `${id}.vercel.app`, inspectorUrl: null, type: "LAMBDAS" },
      ...{ created: createdAt, createdAt, creator: { uid: "user_1" }, readyState: "READY", readySubstate: state },
      target: "production",
    })),
    pagination: { count: deployments.length, next: null, prev: null },
  });

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = "GET", url = "/", headers } = request;
    const { pathname, searchParams } = new URL(url, "http://vercel");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = Buffer.concat(chunks).toString();
    const body: unknown = sent === "" ? undefined : JSON.parse(sent);
    const query = Object.fromEntries(searchParams);
    const operation = findOperation({ method, path: pathname, query, body });
    let status: number;
    let content: unknown;
    try {
      if (failure !== undefined) throw new Refused(failure, "internal_error", "Vercel has a fault");
      if (headers.authorization !== `Bearer ${token}`) throw new Refused(403, "forbidden", "Not authorized");
      if (query["teamId"] !== teamId) throw new Refused(403, "forbidden", "Not authorized in this team");
      if (operation === undefined) throw new Refused(400, "unknown", `The description has no ${method} ${pathname}`);
      if (operation.problems.length > 0) throw new Refused(400, "bad_request", operation.problems.join("; "));
      [status, content] =
        operation.id === "getDeployments" ? [200, listShown()] : answer(operation.id, operation.parts, body);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      status = error.status;
      content = { error: { code: error.code, message: error.message } };
    }
    const wrong = operation?.judgeAnswer(status, content) ?? [];
    if (wrong.length > 0) throw new Error(`The stand-in answered what the description does not have: ${wrong}`);
    response.writeHead(status, content === undefined ? {} : { "content-type": "application/json" });
    response.end(content === undefined ? undefined : JSON.stringify(content));
  };
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    projectId,
    calls,
    push() {
      const id = `dpl_${deployments.length + 1}`;
      deployments.push({ id, createdAt: now().getTime() + deployments.length, state: "STAGED" });
      return id;
    },
    startByHand: (deployment) => start(find(deployment)),
    failWith(status) {
      failure = status;
    },
    get standing() {
      const percent = rolling?.state === "ACTIVE" ? stagesPercent[rolling.stage] : undefined;
      return { serving: serving?.id, percent };
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
