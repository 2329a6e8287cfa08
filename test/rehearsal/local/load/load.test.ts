import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type LoadRecord, startLoad } from "../../../../rehearsal/local/load/load.ts";
import { preciseNow } from "../../../../rehearsal/local/load/request.ts";

const requests = 20;

/** A server that answers nobody until it is told to, and then everybody at once. */
async function startStalled() {
  const waiting: ServerResponse[] = [];
  const state = { stalled: true };
  const server = createServer((_, response) => {
    if (state.stalled) waiting.push(response);
    else response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    waiting,
    release() {
      state.stalled = false;
      for (const response of waiting) response.end();
      return preciseNow();
    },
  };
}

function load(port: number, maxInFlight: number, leaveOutAfterSeconds?: number) {
  return startLoad({
    ...{ port, host: "api.example.com", requestsPerSecond: 100, maxInFlight, writeShare: 1 },
    ...{ maxRequests: requests, maxSeconds: 60, seed: 1 },
    ...(leaveOutAfterSeconds === undefined ? {} : { leaveOutAfterSeconds }),
  });
}

async function allOf(running: ReturnType<typeof load>): Promise<readonly LoadRecord[]> {
  const ended: LoadRecord[] = [];
  await vi.waitFor(
    () => {
      ended.push(...running.drain());
      expect(ended).toHaveLength(requests);
    },
    { timeout: 60_000, interval: 5 },
  );
  return ended;
}

describe("a load on a server that stalls", () => {
  it("goes on sending, as users do who know of no one else's wait", async () => {
    const server = await startStalled();
    const running = load(server.port, requests);
    await vi.waitFor(() => expect(server.waiting).toHaveLength(requests), { timeout: 60_000, interval: 5 });
    const releasedAt = server.release();
    for (const { dueAt, latencyMilliseconds } of await allOf(running)) {
      expect(latencyMilliseconds).toBeGreaterThanOrEqual(releasedAt - dueAt - 1);
    }
  });

  it("counts from when a request was due, also where it could not be sent", async () => {
    const server = await startStalled();
    const startedAt = preciseNow();
    const running = load(server.port, 1);
    await vi.waitFor(() => expect(server.waiting).toHaveLength(1), { timeout: 60_000, interval: 5 });
    // By now all of them are due, and one is under way.
    await vi.waitFor(() => expect(preciseNow() - startedAt).toBeGreaterThan(1000 * (requests / 100)), {
      timeout: 60_000,
      interval: 5,
    });
    const releasedAt = server.release();
    const records = await allOf(running);
    expect(records.filter(({ sentAt }) => sentAt >= releasedAt)).toHaveLength(requests - 1);
    for (const { dueAt, latencyMilliseconds } of records) {
      expect(latencyMilliseconds).toBeGreaterThanOrEqual(releasedAt - dueAt - 1);
    }
  });

  it("leaves out what could not be sent in time, where it may, and counts that", async () => {
    const server = await startStalled();
    const running = load(server.port, 1, 0.5);
    await vi.waitFor(() => expect(server.waiting).toHaveLength(1), { timeout: 60_000, interval: 5 });
    const stalledAt = preciseNow();
    await vi.waitFor(() => expect(preciseNow() - stalledAt).toBeGreaterThan(1000), { timeout: 60_000, interval: 5 });
    const releasedAt = server.release();
    const [, ...after] = await allOf(running);
    expect(running.leftOut()).toBeGreaterThanOrEqual(99);
    // All that was due before was left out, and none of the answers has waited for it.
    for (const { dueAt } of after) expect(dueAt).toBeGreaterThan(releasedAt - 500);
  });
});
