import type { ServerResponse } from "node:http";
import { describe, expect, it, vi } from "vitest";
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
