import type { ServerResponse } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { WebSocketServer } from "ws";
import type { Balancer } from "../../../../rehearsal/local/balancer/balancer.ts";
import { openWebSocketProbe } from "../../../../rehearsal/local/load/websocket-probe.ts";
import { readRoutes } from "../../../../rehearsal/local/routes.ts";
import { candidateHost, plannedTraffic, publicHost } from "../fixtures/planned-traffic.ts";
import { ask, blueArn, greenArn, startBackend, startWith, stateOf } from "../fixtures/run-traffic.ts";

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

describe("counts", () => {
  const countsOf = (balancer: Balancer, ...groups: readonly string[]) =>
    groups.map((group) => balancer.status().find(({ name }) => name === `portal-staging-${group}`)?.counts);
  const none = { 2: 0, 3: 0, 4: 0, 5: 0 };
  const noneOwn = { 502: 0, 503: 0, 504: 0 };

  it("are what tasks answered, by the group whose task was chosen, without health checks", async () => {
    const statuses = [200, 201, 302, 404, 500];
    const blue = await startBackend("blue", (_, response) => response.writeHead(statuses.shift() ?? 0).end());
    const balancer = await startWith(0, { blue, green: await startBackend("green") });
    for (let count = 0; count < 5; count++) await ask(balancer, publicHost);
    await ask(balancer, candidateHost);
    expect(countsOf(balancer, "blue", "green-own", "green")).toEqual([
      { chosen: 5, answered: { 2: 2, 3: 1, 4: 1, 5: 1 }, own: noneOwn },
      { chosen: 1, answered: { ...none, 2: 1 }, own: noneOwn },
      { chosen: 0, answered: none, own: noneOwn },
    ]);
  });

  it("have a task that hangs up or is silent as the balancer's own answer, with the colour that was chosen", async () => {
    const blue = await startBackend("blue", (request) => request.url === "/up" && request.socket.destroy());
    const balancer = await startWith(0, { blue });
    const answer = await ask(balancer, publicHost, { path: "/up" });
    expect(answer.headers).toMatchObject({ "x-rehearsal-colour": "blue" });
    expect(answer.headers["x-colour"]).toBeUndefined();
    balancer.applyRoutes({ ...readRoutes(plannedTraffic(0)), idleTimeoutSeconds: 0.05 });
    await ask(balancer, publicHost);
    expect(countsOf(balancer, "blue")[0]).toEqual({ chosen: 2, answered: none, own: { 502: 1, 503: 0, 504: 1 } });
  });

  it("choose no task where there is none", async () => {
    const balancer = await startWith(0, { blue: await startBackend("blue") });
    await ask(balancer, candidateHost);
    expect(countsOf(balancer, "green-own")[0]).toEqual({ chosen: 0, answered: none, own: { ...noneOwn, 503: 1 } });
  });

  it("have a WebSocket among the chosen, and in no answer", async () => {
    const blue = await startBackend("blue");
    const sockets = new WebSocketServer({ server: blue.server, path: "/events" });
    sockets.on("connection", (socket) => socket.on("message", () => socket.send(JSON.stringify({ colour: "blue" }))));
    const balancer = await startWith(0, { blue });
    const probe = await openWebSocketProbe(balancer.port, publicHost);
    expect(await probe.echo()).toBe("blue");
    probe.close();
    expect(countsOf(balancer, "blue")[0]).toEqual({ chosen: 1, answered: none, own: noneOwn });
  });
});

describe("connection errors", () => {
  it("are counted of a target that refuses connections, and stay counted when it is gone", async () => {
    const blue = await startBackend("blue");
    const balancer = await startWith(0, { blue });
    expect(balancer.status()[0]?.connectionErrors).toBe(0);
    blue.server.close();
    blue.server.closeAllConnections();
    for (let count = 0; count < 3; count++) expect((await ask(balancer, publicHost)).statusCode).toBe(502);
    const counted = balancer.status()[0]?.connectionErrors;
    expect(counted).toBeGreaterThan(0);
    await balancer.deregisterTarget({ targetGroupArn: blueArn, port: blue.port });
    expect(balancer.status()[0]?.connectionErrors).toBe(counted);
  });

  it("are not what an answer that breaks off is counted as", async () => {
    const blue = await startBackend("blue", (request) => request.socket.destroy());
    const balancer = await startWith(0, { blue });
    expect((await ask(balancer, publicHost)).statusCode).toBe(502);
    expect(balancer.status()[0]?.connectionErrors).toBe(0);
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
