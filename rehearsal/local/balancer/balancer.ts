import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Route, Routes, WeightedTargetGroup } from "../routes.ts";
import { chooseByWeight, seededRandom } from "./draw.ts";
import { answer, forwardRequest, forwardUpgrade, refuseUpgrade } from "./forward.ts";
import { type Target, TargetGroup, type TargetGroupOptions, type TargetGroupStatus } from "./target-group.ts";

/** Settings of a local balancer. */
export interface BalancerOptions extends TargetGroupOptions {
  /** Seed of the random numbers that choose a target group for each request. */
  readonly seed: number;
  /** Seconds that a target may be silent, in the place of the planned ones. */
  readonly idleTimeoutSeconds?: number;
}

/** The routes in force. */
interface CurrentRoutes {
  readonly routes: Routes;
  /** Counts the changes of routes. An answer names the generation that its request was routed by. */
  readonly generation: number;
}

/** A running balancer. */
export interface Balancer {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /**
   * Replaces all routes at once. A request that was already routed ends where it started. A target group with the same ARN
   * keeps its targets. A target group that is gone breaks off its requests.
   *
   * @returns the new generation
   */
  applyRoutes(routes: Routes): number;
  /** The routes in force, read from the balancer itself; undefined before the first routes. */
  current(): CurrentRoutes | undefined;
  /**
   * Gives one rule new weights and leaves everything else as it is, like ModifyRule.
   *
   * @returns the new generation
   * @throws {Error} when there is no such rule
   */
  reweigh(change: { readonly ruleArn: string; readonly targetGroups: readonly WeightedTargetGroup[] }): number;
  /**
   * Chooses target groups for a host as for as many requests, and sends none.
   *
   * @returns the ARN of each choice; undefined where every weight is 0, or no rule has the host
   */
  draw(request: { readonly host: string; readonly count: number }): readonly (string | undefined)[];
  /** Registers a process with a target group. It gets traffic once it has passed one health check. */
  registerTarget(target: { readonly targetGroupArn: string; readonly port: number }): void;
  /** Resolves once the target has drained. */
  deregisterTarget(target: { readonly targetGroupArn: string; readonly port: number }): Promise<void>;
  /** Checks the health of every target once, now. */
  checkTargets(): Promise<void>;
  status(): readonly TargetGroupStatus[];
  close(): Promise<void>;
}

/**
 * Starts a reverse proxy on a free port of 127.0.0.1. It is a **model** of an Application Load Balancer: it has the planned
 * rules' hosts and weights, the planned health checks, draining, fail-open, and the answers 404, 502, 503 and 504. It has no
 * TLS, no zones, no firewall and no AWS API.
 */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const groups = new Map<string, TargetGroup>();
  let current: { readonly routes: Routes; readonly byHost: ReadonlyMap<string, Route> } | undefined;
  let generation = 0;
  let random = seededRandom(options.seed);

  function choose({ targetGroups }: Route): string | undefined {
    return chooseByWeight(targetGroups, targetGroups.length > 1 ? random() : 0)?.arn;
  }

  /** The target of a request, or the status code to answer with. */
  function route(request: IncomingMessage): Target | 404 | 503 {
    const host = (request.headers.host ?? "").toLowerCase().replace(/:\d+$/, "");
    const match = current?.byHost.get(host);
    if (match === undefined) return current === undefined ? 503 : 404;
    const group = groups.get(choose(match) ?? "");
    const target = group?.pick();
    if (target === undefined) group?.counter.answerItself(503);
    return target ?? 503;
  }

  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const target = route(request);
    if (typeof target === "object") {
      const idleTimeoutSeconds = options.idleTimeoutSeconds ?? current?.routes.idleTimeoutSeconds ?? 60;
      forwardRequest(request, response, target, { generation, idleTimeoutSeconds });
    } else if (target === 404 && current !== undefined) {
      const { statusCode, contentType, body } = current.routes.defaultAnswer;
      answer(response, statusCode, contentType, body);
    } else {
      answer(response, 503, "text/plain", "503 Service Temporarily Unavailable\n");
    }
  });
  server.on("upgrade", (request, socket, head) => {
    const target = route(request);
    if (typeof target === "object") forwardUpgrade(request, socket, head, target);
    else refuseUpgrade(socket, target, target === 404 ? "Not Found" : "Service Unavailable");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  function groupOf(arn: string): TargetGroup {
    const group = groups.get(arn);
    if (group === undefined) throw new Error(`The routes name no target group ${arn}.`);
    return group;
  }

  function applyRoutes(routes: Routes): number {
    const arns = new Set(routes.targetGroups.map(({ arn }) => arn));
    for (const [arn, group] of groups) {
      if (arns.has(arn)) continue;
      groups.delete(arn);
      void group.close();
    }
    for (const planned of routes.targetGroups) {
      const group = groups.get(planned.arn);
      if (group === undefined) groups.set(planned.arn, new TargetGroup(planned, options));
      else group.planned = planned;
    }
    const byHost = new Map(
      routes.routes.toReversed().flatMap((entry) => entry.hosts.map((host) => [host, entry] as const)),
    );
    current = { routes, byHost };
    generation++;
    random = seededRandom(options.seed + generation);
    return generation;
  }

  return {
    port: (server.address() as AddressInfo).port,
    applyRoutes,
    current: () => (current === undefined ? undefined : { routes: current.routes, generation }),
    reweigh({ ruleArn, targetGroups }) {
      if (current?.routes.routes.some(({ arn }) => arn === ruleArn) !== true) {
        throw new Error(`The routes have no rule ${ruleArn}.`);
      }
      const { routes } = current;
      return applyRoutes({
        ...routes,
        routes: routes.routes.map((entry) => (entry.arn === ruleArn ? { ...entry, targetGroups } : entry)),
      });
    },
    draw({ host, count }) {
      const match = current?.byHost.get(host);
      return Array.from({ length: count }, () => match && choose(match));
    },
    registerTarget: ({ targetGroupArn, port }) => groupOf(targetGroupArn).register(port),
    deregisterTarget: ({ targetGroupArn, port }) => groupOf(targetGroupArn).deregister(port),
    async checkTargets() {
      await Promise.all([...groups.values()].map((group) => group.check()));
    },
    status: () => [...groups.values()].map((group) => group.status()),
    async close() {
      await Promise.all([...groups.values()].map((group) => group.close()));
      server.closeAllConnections();
      server.close();
    },
  };
}
