import { once } from "node:events";
import { Agent, request as openRequest, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocketServer } from "ws";
import { type Balancer, startBalancer } from "../../../../rehearsal/local/balancer/balancer.ts";
import { openWebSocketProbe } from "../../../../rehearsal/local/load/websocket-probe.ts";
import { readRoutes } from "../../../../rehearsal/local/routes.ts";
import { judgeSplit } from "../../../../rehearsal/local/split.ts";
import { type Backend, startBackend } from "../fixtures/backend.ts";
import { candidateHost, plannedTraffic, publicHost } from "../fixtures/planned-traffic.ts";

const blueArn = "arn:portal-staging-blue";
const greenArn = "arn:portal-staging-green";
const agent = new Agent({ keepAlive: true });

interface Answer {
  readonly statusCode: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

async function ask(balancer: Balancer, host: string, options: { path?: string; body?: string } = {}): Promise<Answer> {
  const request = openRequest({
    host: "127.0.0.1",
    port: balancer.port,
    agent,
    path: options.path ?? "/",
    method: options.body === undefined ? "GET" : "POST",
    headers: { host },
  });
  request.end(options.body);
  const [response] = await once(request, "response");
  return { statusCode: response.statusCode, body: await text(response), headers: response.headers };
}

async function startWith(greenPercent: number, targets: { blue?: Backend; green?: Backend }): Promise<Balancer> {
  // Intervals of 10 s pass in 20 ms, the draining delay of 60 s in 120 ms.
  const balancer = await startBalancer({ seed: 1, timeFactor: 500 });
  onTestFinished(() => balancer.close());
  balancer.applyRoutes(readRoutes(plannedTraffic(greenPercent)));
  if (targets.blue !== undefined) balancer.registerTarget({ targetGroupArn: blueArn, port: targets.blue.port });
  if (targets.green !== undefined) balancer.registerTarget({ targetGroupArn: greenArn, port: targets.green.port });
  await stateOf(balancer, Object.keys(targets).length, "healthy");
  return balancer;
}

/** Waits until that many targets are in a state. */
async function stateOf(balancer: Balancer, count: number, state: string): Promise<void> {
  await vi.waitFor(
    () => {
      const targets = balancer.status().flatMap((group) => group.targets);
      expect(targets.filter((target) => target.state === state)).toHaveLength(count);
    },
    { timeout: 5000, interval: 5 },
  );
}

describe("routing", () => {
  it("routes by host, whatever its case and port", async () => {
    const balancer = await startWith(0, { blue: await startBackend("blue"), green: await startBackend("green") });
    expect((await ask(balancer, publicHost)).body).toBe("blue");
    expect((await ask(balancer, `${publicHost.toUpperCase()}:443`)).body).toBe("blue");
    expect((await ask(balancer, candidateHost)).body).toBe("green");
  });

  it("gives a host that no rule names the listener's own answer", async () => {
    const blue = await startBackend("blue");
    const balancer = await startWith(0, { blue });
    const answer = await ask(balancer, "elsewhere.example.com");
    expect(answer).toMatchObject({ statusCode: 404, body: '{"detail":"Not Found"}' });
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(blue.received).toHaveLength(0);
  });

  it("passes bodies and headers on, and adds what a load balancer adds", async () => {
    const blue = await startBackend("blue", (request, response) => request.pipe(response.writeHead(201)));
    const balancer = await startWith(0, { blue });
    const body = "x".repeat(300_000);
    const answer = await ask(balancer, publicHost, { path: "/couples?x=1", body });
    expect(answer.statusCode).toBe(201);
    expect(answer.body).toBe(body);
    expect(answer.headers["x-colour"]).toBe("blue");
    const [received] = blue.received;
    expect(received?.url).toBe("/couples?x=1");
    expect(received?.headers).toMatchObject({
      host: publicHost,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-port": "443",
    });
  });

  it("splits by weight and tells the generation of the routes", async () => {
    const balancer = await startWith(25, { blue: await startBackend("blue"), green: await startBackend("green") });
    const answers = await Promise.all(Array.from({ length: 400 }, () => ask(balancer, publicHost)));
    const green = answers.filter((answer) => answer.body === "green").length;
    expect(judgeSplit(25, green, answers.length).held).toBe(true);
    expect(answers[0]?.headers["x-rehearsal-generation"]).toBe("1");
    expect(balancer.applyRoutes(readRoutes(plannedTraffic(0)))).toBe(2);
    expect((await ask(balancer, publicHost)).headers["x-rehearsal-generation"]).toBe("2");
  });

  it("takes turns between the targets of a group", async () => {
    const [one, two] = [await startBackend("one"), await startBackend("two")];
    const balancer = await startWith(0, { blue: one });
    balancer.registerTarget({ targetGroupArn: blueArn, port: two.port });
    await stateOf(balancer, 2, "healthy");
    for (let count = 0; count < 6; count++) await ask(balancer, publicHost);
    expect([one.received.length, two.received.length]).toEqual([3, 3]);
  });

  it("refuses a target of a group that the routes do not name", async () => {
    const balancer = await startWith(0, { blue: await startBackend("blue") });
    expect(() => balancer.registerTarget({ targetGroupArn: "arn:other", port: 1 })).toThrow(
      "The routes name no target group arn:other.",
    );
  });
});

describe("a change of routes", () => {
  it("lets a request end where it started and sends the next one elsewhere", async () => {
    const held = Promise.withResolvers<ServerResponse>();
    const blue = await startBackend("blue", (_, response) => held.resolve(response));
    const balancer = await startWith(0, { blue, green: await startBackend("green") });
    const first = ask(balancer, publicHost);
    const response = await held.promise;
    balancer.applyRoutes(readRoutes(plannedTraffic(100)));
    expect((await ask(balancer, publicHost)).body).toBe("green");
    response.end("blue, late");
    expect(await first).toMatchObject({ statusCode: 200, body: "blue, late" });
  });

  it("leaves a WebSocket with its target", async () => {
    const blue = await startBackend("blue");
    const green = await startBackend("green");
    for (const [colour, { server }] of Object.entries({ blue, green })) {
      const sockets = new WebSocketServer({ server, path: "/events" });
      sockets.on("connection", (socket) => socket.on("message", () => socket.send(JSON.stringify({ colour }))));
    }
    const balancer = await startWith(0, { blue, green });
    const before = await openWebSocketProbe(balancer.port, publicHost);
    balancer.applyRoutes(readRoutes(plannedTraffic(100)));
    const after = await openWebSocketProbe(balancer.port, publicHost);
    expect([await before.echo(), await after.echo()]).toEqual(["blue", "green"]);
    before.close();
    after.close();
  });
});

describe("health", () => {
  it("takes a failing target out and brings it back", async () => {
    const [one, two] = [await startBackend("one"), await startBackend("two")];
    const balancer = await startWith(0, { blue: one });
    balancer.registerTarget({ targetGroupArn: blueArn, port: two.port });
    await stateOf(balancer, 2, "healthy");
    two.healthStatus = 500;
    await stateOf(balancer, 1, "unhealthy");
    for (let count = 0; count < 4; count++) expect((await ask(balancer, publicHost)).body).toBe("one");
    two.healthStatus = 200;
    await stateOf(balancer, 2, "healthy");
  });

  it("fails open when every target is unhealthy, as a load balancer does", async () => {
    const blue = await startBackend("blue");
    const balancer = await startWith(0, { blue });
    blue.healthStatus = 500;
    await stateOf(balancer, 1, "unhealthy");
    expect(await ask(balancer, publicHost)).toMatchObject({ statusCode: 200, body: "blue" });
  });

  it("answers 503 where no target is registered, or none was checked yet", async () => {
    const balancer = await startWith(0, { blue: await startBackend("blue") });
    expect((await ask(balancer, candidateHost)).statusCode).toBe(503);
    balancer.applyRoutes(readRoutes(plannedTraffic(100)));
    expect((await ask(balancer, publicHost)).statusCode).toBe(503);
  });
});

describe("a target that breaks", () => {
  it("is answered 502 and not tried again", async () => {
    const blue = await startBackend("blue", (request) => request.socket.destroy());
    const balancer = await startWith(0, { blue });
    const answer = await ask(balancer, publicHost);
    expect(answer).toMatchObject({ statusCode: 502, body: "502 Bad Gateway\n" });
    expect(blue.received).toHaveLength(1);
  });

  it("is answered 502 when nothing listens any more", async () => {
    const blue = await startBackend("blue");
    const balancer = await startWith(0, { blue });
    blue.server.closeAllConnections();
    blue.server.close();
    expect((await ask(balancer, publicHost)).statusCode).toBe(502);
  });

  it("is answered 504 when it says nothing for the idle timeout", async () => {
    const blue = await startBackend("blue", () => {});
    const balancer = await startWith(0, { blue });
    balancer.applyRoutes({ ...readRoutes(plannedTraffic(0)), idleTimeoutSeconds: 0.05 });
    expect(await ask(balancer, publicHost)).toMatchObject({ statusCode: 504, body: "504 Gateway Timeout\n" });
  });

  it("cuts an answer off that it does not finish, instead of making one up", async () => {
    const blue = await startBackend("blue", (request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half");
      setTimeout(() => request.socket.destroy(), 20);
    });
    const balancer = await startWith(0, { blue });
    await expect(ask(balancer, publicHost)).rejects.toThrow("aborted");
  });
});

describe("draining", () => {
  it("ends at once when nothing is in flight", async () => {
    const blue = await startBackend("blue");
    const balancer = await startWith(0, { blue });
    await balancer.deregisterTarget({ targetGroupArn: blueArn, port: blue.port });
    expect(balancer.status()[0]?.targets).toEqual([]);
    expect((await ask(balancer, publicHost)).statusCode).toBe(503);
  });

  it("takes no new request and waits for the ones in flight", async () => {
    const held = Promise.withResolvers<ServerResponse>();
    const blue = await startBackend("blue", (_, response) => held.resolve(response));
    const balancer = await startWith(0, { blue });
    const first = ask(balancer, publicHost);
    const response = await held.promise;
    const drained = balancer.deregisterTarget({ targetGroupArn: blueArn, port: blue.port });
    expect((await ask(balancer, publicHost)).statusCode).toBe(503);
    response.end("finished");
    expect((await first).body).toBe("finished");
    await drained;
    expect(balancer.status()[0]?.targets).toEqual([]);
  });

  it("breaks off what is still in flight after the planned delay", async () => {
    const blue = await startBackend("blue", () => {});
    const balancer = await startWith(0, { blue });
    const first = ask(balancer, publicHost);
    await vi.waitFor(() => expect(blue.received).toHaveLength(1));
    const [outcome] = await Promise.allSettled([
      first,
      balancer.deregisterTarget({ targetGroupArn: blueArn, port: blue.port }),
    ]);
    expect(outcome.status).toBe("rejected");
  });

  it("refuses to drain what is not there", async () => {
    const balancer = await startWith(0, { blue: await startBackend("blue") });
    await expect(balancer.deregisterTarget({ targetGroupArn: greenArn, port: 1 })).rejects.toThrow(
      "Target group portal-staging-green has no target on port 1.",
    );
  });
});
