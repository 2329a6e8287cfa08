import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { measureUsers } from "../../../rehearsal/load/user-load.ts";
import { chosenColourHeader } from "../../../rehearsal/local/balancer/forward.ts";

/** A server that stores rows and counts requests, and tells of both what a test wants it to tell. */
async function startPortal({ countsTwice = false, forgets = 0, fails = 0 } = {}) {
  const rows: string[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    void (async () => {
      let body = "";
      for await (const part of request) body += String(part);
      requests += countsTwice && request.method === "POST" ? 2 : 1;
      const headers = { [chosenColourHeader]: "blue", "x-colour": "blue" };
      if (requests <= fails) {
        response.writeHead(500, headers).end();
        return;
      }
      if (request.method === "POST") rows.push((JSON.parse(body) as { readonly id: string }).id);
      response.writeHead(200, headers).end();
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    publicHost: "api.example.com",
    fleet: { requestCount: async () => requests },
    database: { storedIds: async () => rows.slice(forgets) },
  };
}

describe("measureUsers", () => {
  const problems = async (faults: Parameters<typeof startPortal>[0]) => {
    const { checks } = await measureUsers(await startPortal(faults), { users: 60, seconds: 1 });
    return checks.filter(({ held }) => !held).map(({ what }) => what);
  };

  it("sends what so many users send, and counts the same at both ends", async () => {
    const load = await measureUsers(await startPortal(), { users: 60, seconds: 1 });
    expect(load).toMatchObject({ sent: 40, lost: 0 });
    expect(load.checks.filter(({ held }) => !held)).toEqual([]);
  });

  it.each([
    ["a request that fails", { fails: 1 }, "no request is lost"],
    ["requests that a task counts twice", { countsTwice: true }, "clients and tasks count the same requests"],
    ["an acknowledged row that is gone", { forgets: 1 }, "each acknowledged row is stored, and no other"],
  ])("sees %s", async (_, faults, what) => {
    expect(await problems(faults)).toEqual([what]);
  });
});
