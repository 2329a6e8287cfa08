import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import { startBalancer } from "../../../../rehearsal/local/balancer/balancer.ts";
import { openWebSocketProbe } from "../../../../rehearsal/local/load/websocket-probe.ts";
import { readRoutes } from "../../../../rehearsal/local/routes.ts";
import { judgeSplit } from "../../../../rehearsal/local/split.ts";
import { candidateHost, plannedTraffic, publicHost } from "../fixtures/planned-traffic.ts";
import { ask, blueArn, greenArn, startBackend, startWith, stateOf } from "../fixtures/run-traffic.ts";

describe("a clock that is turned", () => {
  it("checks targets when it is asked to, and not by itself", async () => {
    const blue = await startBackend("blue");
    const balancer = await startBalancer({ seed: 1, timeFactor: 500, checksOnDemand: true });
    onTestFinished(() => balancer.close());
    balancer.applyRoutes(readRoutes(plannedTraffic(0)));
    balancer.registerTarget({ targetGroupArn: blueArn, port: blue.port });
    await stateOf(balancer, 1, "healthy");
    blue.healthStatus = 503;
    // By itself it would have checked five times.
    await sleep(100);
    await stateOf(balancer, 1, "healthy");
    for (let count = 0; count < 10; count++) await balancer.checkTargets();
    await stateOf(balancer, 1, "unhealthy");
  });

  it("gives up a silent target after the time that it is told", async () => {
    const green = await startBackend("green", () => {});
    const balancer = await startBalancer({ seed: 1, timeFactor: 500, idleTimeoutSeconds: 0.05 });
    onTestFinished(() => balancer.close());
    balancer.applyRoutes(readRoutes(plannedTraffic(100)));
    balancer.registerTarget({ targetGroupArn: greenArn, port: green.port });
    await stateOf(balancer, 1, "healthy");
    expect(await ask(balancer, publicHost)).toMatchObject({ statusCode: 504 });
  });

  it("tells how long a target took until its headers, and nothing where none answered", async () => {
    const green = await startBackend("green", (_, response) => setTimeout(() => response.end("green"), 60));
    const balancer = await startWith(100, { green });
    const took = Number((await ask(balancer, publicHost)).headers["x-rehearsal-target-milliseconds"]);
    expect(took).toBeGreaterThan(55);
    green.server.closeAllConnections();
    green.server.close();
    const failed = await ask(balancer, publicHost);
    expect(failed.statusCode).toBe(502);
    expect(failed.headers["x-rehearsal-target-milliseconds"]).toBeUndefined();
  });
});

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

describe("a change of one rule's weights", () => {
  it("moves the requests of that rule alone, from the next one on", async () => {
    const balancer = await startWith(100, { blue: await startBackend("blue"), green: await startBackend("green") });
    expect((await ask(balancer, publicHost)).body).toBe("green");
    const targetGroups = [
      { arn: blueArn, weight: 100 },
      { arn: greenArn, weight: 0 },
    ];
    const ruleArn = "arn:portal-staging-public";
    expect(balancer.reweigh({ ruleArn, targetGroups })).toBe(2);
    expect((await ask(balancer, publicHost)).body).toBe("blue");
    expect((await ask(balancer, candidateHost)).body).toBe("green");
    expect(balancer.current()).toMatchObject({
      generation: 2,
      routes: { routes: [{ arn: ruleArn, targetGroups }, {}] },
    });
  });

  it("refuses a rule that is not there", async () => {
    const balancer = await startWith(0, { blue: await startBackend("blue") });
    expect(() => balancer.reweigh({ ruleArn: "arn:other", targetGroups: [] })).toThrow(
      "The routes have no rule arn:other.",
    );
    expect(balancer.current()?.generation).toBe(1);
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
