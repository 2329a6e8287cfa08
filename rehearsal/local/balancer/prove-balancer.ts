import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Colour, otherColour } from "../../../rollout/colour.ts";
import type { Check } from "../../report/report-schema.ts";
import { preciseNow, type RequestRecord, sendRequest } from "../load/request.ts";
import { echoedFrames, openWebSocket } from "../load/websocket-probe.ts";
import { type Routes, routeOf } from "../routes.ts";
import { type Balancer, type BalancerOptions, startBalancer } from "./balancer.ts";
import { type Answer, type Stub, startStub } from "./stub-target.ts";

/** What the planned balancer is tried with. */
export interface BalancerProof extends BalancerOptions {
  readonly routes: Routes;
  /** Seconds that a task has to end its requests: `api.stopTimeoutSeconds`. A request that takes half of it must not be lost. */
  readonly stopTimeoutSeconds: number;
  /** Starts the balancer that is tried. Default: the local one. */
  readonly start?: (options: BalancerOptions) => Promise<Balancer>;
}

/**
 * Tries what the walk does not come to: a sick target beside a healthy one, a request that is slow while its target is
 * deregistered, a colour without a task, and each frame of a WebSocket over a step. On the planned target groups, with a balancer and a few targets of its own.
 */
export async function proveBalancer(proof: BalancerProof): Promise<readonly Check[]> {
  const { routes, timeFactor, seed, start = startBalancer } = proof;
  const balancer = await start({ seed, timeFactor });
  const targets: Stub[] = [];
  const stub = async (answer?: Answer) => {
    const made = await startStub(answer);
    targets.push(made);
    return made;
  };
  try {
    const trial = beginTrial(balancer, routes, stub);
    return [
      await countsEachOnce(trial),
      await leavesSickTargets(trial),
      await drains(trial, (500 * proof.stopTimeoutSeconds) / timeFactor),
      await staysWithTheColour(trial),
      await keepsWebSockets(trial),
    ];
  } finally {
    await balancer.close();
    for (const { close } of targets) close();
  }
}

interface Trial {
  readonly balancer: Balancer;
  readonly routes: Routes;
  readonly stub: (answer?: Answer) => Promise<Stub>;
  /** Gives all public traffic to a colour. */
  readonly giveAllTo: (colour: Colour) => void;
  readonly register: (colour: Colour, stub: Stub) => Promise<void>;
  readonly send: (kind: RequestRecord["kind"], count: number) => Promise<readonly RequestRecord[]>;
}

function beginTrial(balancer: Balancer, routes: Routes, stub: Trial["stub"]): Trial {
  const { targetGroupArns } = routes;
  const publicRule = routeOf(routes, "public");
  return {
    balancer,
    routes,
    stub,
    giveAllTo(colour) {
      const targetGroups = publicRule.targetGroups.map(({ arn }) => ({
        arn,
        weight: arn === targetGroupArns[colour] ? 100 : 0,
      }));
      const rule = { ...publicRule, targetGroups };
      balancer.applyRoutes({ ...routes, routes: routes.routes.map((one) => (one === publicRule ? rule : one)) });
    },
    async register(colour, { port }) {
      balancer.registerTarget({ targetGroupArn: targetGroupArns[colour], port });
      await stateOf(balancer, port, "healthy");
    },
    async send(kind, count) {
      const agent = new Agent({ keepAlive: true, maxSockets: 4 });
      const target = { port: balancer.port, host: publicRule.hosts[0] ?? "", agent, timeoutSeconds: 10 };
      const ended = await Promise.all(
        Array.from({ length: count }, () => sendRequest(target, kind, randomUUID(), preciseNow())),
      );
      agent.destroy();
      return ended;
    },
  };
}

/** Requests of each kind. */
const each = 50;

async function countsEachOnce({ balancer, register, giveAllTo, stub, send, routes }: Trial): Promise<Check> {
  const target = await stub();
  giveAllTo("blue");
  await register("blue", target);
  const sent = [...(await send("write", each)), ...(await send("read", each))];
  const answered = sent.filter(({ statusCode }) => statusCode === 200).length;
  const ids = new Set(sent.map(({ id }) => id));
  const once = target.received.length === sent.length && new Set(target.received).size === ids.size;
  const counted = groupOf(balancer, routes.targetGroupArns.blue)?.counts.chosen ?? 0;
  await balancer.deregisterTarget({ targetGroupArn: routes.targetGroupArns.blue, port: target.port });
  return {
    what: "each request reaches one task once, and client, balancer and task count the same",
    held: answered === sent.length && once && counted === sent.length,
    found: `${answered} answers to ${sent.length} requests; counted by the balancer ${counted}, by the task ${target.received.length}`,
  };
}

async function leavesSickTargets({ balancer, register, giveAllTo, stub, send, routes }: Trial): Promise<Check> {
  const [well, sick] = [await stub(), await stub()];
  giveAllTo("blue");
  await register("blue", well);
  await register("blue", sick);
  sick.isHealthy = false;
  const noticed = await stateOf(balancer, sick.port, "unhealthy");
  const before = sick.received.length;
  const sent = await send("read", each);
  const toSick = sick.received.length - before;
  for (const { port } of [well, sick]) {
    await balancer.deregisterTarget({ targetGroupArn: routes.targetGroupArns.blue, port });
  }
  return {
    what: "a task that fails its health checks gets no request",
    held: noticed && toSick === 0 && well.received.length >= sent.length,
    found: noticed ? `${toSick} of ${sent.length}` : "it stays healthy",
  };
}

/** A busy machine can be late by more than the planned delay. A delay that is too short is so each time. */
const attempts = 5;

async function drains(trial: Trial, milliseconds: number): Promise<Check> {
  let found = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    const outcome = await drainOnce(trial, milliseconds);
    found = outcome.found;
    if (outcome.held) break;
  }
  return {
    what: "a request in flight may end while its task is deregistered",
    held: found === "answered with 200",
    found,
  };
}

async function drainOnce({ balancer, register, giveAllTo, stub, send, routes }: Trial, milliseconds: number) {
  const arrived = Promise.withResolvers<void>();
  const slow = await stub((response) => {
    arrived.resolve();
    setTimeout(() => response.end(), milliseconds);
  });
  giveAllTo("blue");
  await register("blue", slow);
  const sent = send("write", 1);
  await arrived.promise;
  await balancer.deregisterTarget({ targetGroupArn: routes.targetGroupArns.blue, port: slow.port });
  const [record] = await sent;
  const held = record?.statusCode === 200;
  return { held, found: held ? "answered with 200" : (record?.error ?? `answered with ${record?.statusCode}`) };
}

async function staysWithTheColour({ register, giveAllTo, stub, send }: Trial): Promise<Check> {
  const other = await stub();
  giveAllTo("green");
  await register(otherColour("green"), other);
  const sent = await send("read", each);
  const refused = sent.filter(({ statusCode }) => statusCode === 503).length;
  return {
    what: "a colour without a task answers 503, and nothing falls over to the other",
    held: refused === sent.length && other.received.length === 0,
    found: `${refused} of ${sent.length} answered with 503, ${other.received.length} by the other colour`,
  };
}

/** Frames of a WebSocket before and after a step. */
const frames = 50;

async function keepsWebSockets({ balancer, register, giveAllTo, stub, routes }: Trial): Promise<Check> {
  const [before, after] = [await stub(), await stub()];
  giveAllTo("blue");
  await register("blue", before);
  await register("green", after);
  const host = routeOf(routes, "public").hosts[0] ?? "";
  let found: string;
  try {
    const socket = await openWebSocket(balancer.port, host);
    const first = await echoedFrames(socket, frames);
    giveAllTo("green");
    const second = await echoedFrames(socket, frames);
    socket.terminate();
    found = `${first} of ${frames} frames before the step and ${second} of ${frames} after it, by ${before.sockets} connection`;
  } catch (error) {
    found = error instanceof Error ? error.message : String(error);
  }
  return {
    what: "an open WebSocket stays with its task over a step, and loses no frame",
    held:
      found === `${frames} of ${frames} frames before the step and ${frames} of ${frames} after it, by 1 connection`,
    found,
  };
}

/** Nothing takes so long but what does not happen. */
const longestMilliseconds = 10_000;

async function stateOf(balancer: Balancer, port: number, state: string): Promise<boolean> {
  const until = preciseNow() + longestMilliseconds;
  while (preciseNow() < until) {
    const targets = balancer.status().flatMap((group) => group.targets);
    if (targets.some((target) => target.port === port && target.state === state)) return true;
    await sleep(5);
  }
  return false;
}

function groupOf(balancer: Balancer, arn: string) {
  return balancer.status().find((group) => group.arn === arn);
}
