import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Route, Routes, WeightedTargetGroup } from "../routes.ts";
import { chooseByWeight } from "./choose-by-weight.ts";
import { answer, forwardRequest } from "./forward-request.ts";
import { forwardUpgrade, refuseUpgrade } from "./forward-upgrade.ts";
import { seededRandom } from "./seeded-random.ts";
import type { Target } from "./target.ts";
import { TargetGroup, type TargetGroupStatus } from "./target-group.ts";

/** How a local balancer runs. */
export interface BalancerOptions {
  /** Seed of the draw that picks a target group for each request. */
  readonly seed: number;
  /** How many times faster than planned health check intervals and draining delays pass. Timeouts are never scaled. */
  readonly timeFactor: number;
}

/** The routes in force. */
interface CurrentRoutes {
  readonly routes: Routes;
  /** What requests that are routed by them carry. */
  readonly generation: number;
}

/** A running balancer. */
export interface Balancer {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /**
   * Swaps all routes at once. A request that was already routed ends where it started. A target group keeps its
   * targets, by ARN; one that is gone breaks off what it has.
   *
   * @returns the generation that requests routed from now on carry
   */
  applyRoutes(routes: Routes): number;
  /** What it routes by now, read from the balancer itself; undefined before the first routes. */
  current(): CurrentRoutes | undefined;
  /**
   * Gives one rule other weights and leaves the rest as it is, as ModifyRule does.
   *
   * @returns the generation that requests routed from now on carry
   * @throws {Error} when there is no such rule
   */
  reweigh(change: { readonly ruleArn: string; readonly targetGroups: readonly WeightedTargetGroup[] }): number;
  /** Registers a process with a target group: it has traffic once it passed one health check. */
  registerTarget(target: { readonly targetGroupArn: string; readonly port: number }): void;
  /** Ends after the target has drained. */
  deregisterTarget(target: { readonly targetGroupArn: string; readonly port: number }): Promise<void>;
  status(): readonly TargetGroupStatus[];
  close(): Promise<void>;
}

/**
 * Starts a reverse proxy on a free port of 127.0.0.1: **a model of an Application Load Balancer, not one**. It has the
 * planned rules' hosts and weights, the planned health checks, draining, fail-open and the answers 404, 502, 503 and 504. It
 * has no TLS, no zones, no firewall and no AWS API.
 */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const groups = new Map<string, TargetGroup>();
  let current: { readonly routes: Routes; readonly byHost: ReadonlyMap<string, Route> } | undefined;
  let generation = 0;
  let random = seededRandom(options.seed);

  /** The target of a request, or the status code that the client gets instead. */
  function route(request: IncomingMessage): Target | 404 | 503 {
    const host = (request.headers.host ?? "").toLowerCase().replace(/:\d+$/, "");
    const match = current?.byHost.get(host);
    if (match === undefined) return current === undefined ? 503 : 404;
    const chosen = chooseByWeight(match.targetGroups, match.targetGroups.length > 1 ? random() : 0);
    return (chosen && groups.get(chosen.arn)?.pick()) ?? 503;
  }

  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const target = route(request);
    if (typeof target === "object") {
      const idleTimeoutSeconds = current?.routes.idleTimeoutSeconds ?? 60;
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
      if (group === undefined) groups.set(planned.arn, new TargetGroup(planned, options.timeFactor));
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
    registerTarget: ({ targetGroupArn, port }) => groupOf(targetGroupArn).register(port),
    deregisterTarget: ({ targetGroupArn, port }) => groupOf(targetGroupArn).deregister(port),
    status: () => [...groups.values()].map((group) => group.status()),
    async close() {
      await Promise.all([...groups.values()].map((group) => group.close()));
      server.closeAllConnections();
      server.close();
    },
  };
}
