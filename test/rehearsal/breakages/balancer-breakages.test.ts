import { once } from "node:events";
import { createServer, type IncomingMessage, request as openRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { type Balancer, type BalancerOptions, startBalancer } from "../../../rehearsal/local/balancer/balancer.ts";
import { proveBalancer } from "../../../rehearsal/local/balancer/prove-balancer.ts";
import { Target } from "../../../rehearsal/local/balancer/target-group.ts";
import { readRoutes } from "../../../rehearsal/local/routes.ts";
import type { StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { type Break, brokenImages, change, failures, planToBreak, retext } from "./break-plan.ts";

const config = readConfig("staging", brokenImages);
let plan: StagePlan;
beforeAll(async () => {
  plan = await planToBreak();
});

const stopTimeoutSeconds = config.api.stopTimeoutSeconds;
/** As in a rehearsal: half a second is between an answer and the end of draining. */
const timeFactor = 60;
const prove = async (start?: (options: BalancerOptions) => Promise<Balancer>, breaks: Break = (one) => one) =>
  failures(await proveBalancer({ routes: readRoutes(breaks(plan)), seed: 1, timeFactor, stopTimeoutSeconds, start }));

/** A proxy in front of a balancer that sends each POST a second time. */
async function twice(options: BalancerOptions): Promise<Balancer> {
  const balancer = await startBalancer(options);
  const proxy = createServer((incoming, outgoing) => {
    void (async () => {
      let body = "";
      for await (const part of incoming) body += String(part);
      const send = async () => {
        const sent = openRequest({
          ...{ host: "127.0.0.1", port: balancer.port, method: incoming.method, path: incoming.url },
          headers: { host: incoming.headers.host },
        });
        sent.end(body);
        const [answer] = await once(sent, "response");
        answer.resume();
        return answer.statusCode as number;
      };
      if (incoming.method === "POST") await send();
      outgoing.writeHead(await send()).end();
    })();
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const close = async () => {
    proxy.closeAllConnections();
    proxy.close();
    await balancer.close();
  };
  return { ...balancer, port: (proxy.address() as AddressInfo).port, close };
}

/** A colour without a task leaves its requests to the other. */
async function fallingOver(options: BalancerOptions): Promise<Balancer> {
  const balancer = await startBalancer(options);
  return {
    ...balancer,
    applyRoutes: (routes) =>
      balancer.applyRoutes({
        ...routes,
        routes: routes.routes.map((route) => ({
          ...route,
          targetGroups: route.targetGroups.map((group) => ({
            ...group,
            weight: group.arn === routes.targetGroupArns.blue ? 100 : 0,
          })),
        })),
      }),
  };
}

describe("a broken balancer", () => {
  it("is no finding where nothing is broken", async () => {
    expect(await prove()).toEqual([]);
  });

  const undrained = "a request in flight may end while its task is deregistered";

  it("is seen: draining is cut off in the plan", async () => {
    const breaks = change("TargetGroup", /./, () => ({ deregistrationDelay: 0 }));
    expect((await prove(undefined, breaks)).join()).toContain(undrained);
  });

  it("is seen: draining is cut off by the balancer", async () => {
    const { drain } = Target.prototype;
    const broken = vi.spyOn(Target.prototype, "drain").mockImplementation(function (this: Target) {
      return drain.call(this, 0);
    });
    onTestFinished(() => broken.mockRestore());
    expect((await prove()).join()).toContain(undrained);
  });

  const anyStatusIsHealth = retext("TargetGroup", /./, /^200$/, "200-599");

  it("is seen: a sick task stays healthy by the plan", async () => {
    expect(await prove(undefined, anyStatusIsHealth)).toEqual([
      "a task that fails its health checks gets no request: it stays healthy",
    ]);
  });

  it("is seen: a task that is told to be sick gets requests", async () => {
    const keptIn = async (options: BalancerOptions): Promise<Balancer> => {
      const balancer = await startBalancer(options);
      const status = () =>
        balancer.status().map((group) => ({
          ...group,
          targets: group.targets.map((target, index) =>
            index === 1 ? { ...target, state: "unhealthy" as const } : target,
          ),
        }));
      return { ...balancer, status };
    };
    expect((await prove(keptIn, anyStatusIsHealth)).join()).toMatch(/gets no request: [1-9]\d* of 50/);
  });

  it("is seen: each POST is sent twice", async () => {
    expect((await prove(twice)).join()).toContain("each request reaches one task once");
  });

  it("is seen: a colour without a task falls over to the other", async () => {
    expect((await prove(fallingOver)).join()).toContain("nothing falls over to the other");
  });
});

/** A proxy in front of a balancer that does something else with upgrades. */
async function upgrading(
  options: BalancerOptions,
  onUpgrade: (upgrade: { readonly client: Duplex; readonly request: IncomingMessage; readonly port: number }) => void,
): Promise<Balancer> {
  const balancer = await startBalancer(options);
  const proxy = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const sent = openRequest({ host: "127.0.0.1", port: balancer.port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502);
      answer.pipe(outgoing);
    });
    incoming.pipe(sent);
  });
  proxy.on("upgrade", (request, client) => onUpgrade({ client, request, port: balancer.port }));
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const close = async () => {
    proxy.closeAllConnections();
    proxy.close();
    await balancer.close();
  };
  return { ...balancer, port: (proxy.address() as AddressInfo).port, close };
}

/** Connects a client with the balancer. @param passes what of the client's words gets through; default all */
function connectThrough(
  { client, request, port }: { readonly client: Duplex; readonly request: IncomingMessage; readonly port: number },
  passes: (words: Buffer) => readonly Buffer[] = (words) => [words],
): void {
  const upstream = connect(port, "127.0.0.1");
  const lines = request.rawHeaders.flatMap((name, index, all) =>
    index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : [],
  );
  upstream.write(`GET ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  upstream.on("error", () => client.destroy()).pipe(client);
  client.on("error", () => upstream.destroy());
  client.once("close", () => upstream.destroy());
  client.on("data", (words: Buffer) => {
    for (const passed of passes(words)) upstream.write(passed);
  });
}

/** The frames of a client: two bytes of header, four of mask, and a text of up to 125 bytes. */
function framesOf(words: Buffer): readonly Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0, length = 0; at < words.length; at += length) {
    length = 6 + ((words[at + 1] ?? 0) & 127);
    frames.push(words.subarray(at, at + length));
  }
  return frames;
}

describe("a broken WebSocket", () => {
  const kept = "an open WebSocket stays with its task over a step, and loses no frame";

  it("is seen: the balancer drops it at a step", async () => {
    const dropping = async (options: BalancerOptions): Promise<Balancer> => {
      const clients: Duplex[] = [];
      const balancer = await upgrading(options, (upgrade) => {
        clients.push(upgrade.client);
        connectThrough(upgrade);
      });
      const applyRoutes: Balancer["applyRoutes"] = (routes) => {
        for (const client of clients) client.destroy();
        return balancer.applyRoutes(routes);
      };
      return { ...balancer, applyRoutes };
    };
    expect(await prove(dropping)).toEqual([
      `${kept}: 50 of 50 frames before the step and 0 of 50 after it, by 1 connection`,
    ]);
  });

  it("is seen: the upgrade is answered with 200", async () => {
    const flat = (options: BalancerOptions) =>
      upgrading(options, ({ client }) => client.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    expect(await prove(flat)).toEqual([`${kept}: Unexpected server response: 200`]);
  });

  it("is seen: frames are lost", async () => {
    let frames = 0;
    const lossy = (options: BalancerOptions) =>
      upgrading(options, (upgrade) =>
        connectThrough(upgrade, (words) => framesOf(words).filter(() => ++frames % 10 !== 0)),
      );
    expect((await prove(lossy)).join()).toMatch(new RegExp(`^${kept}: \\d of 50 frames before`));
  });
});
