/**
 * The sample API: a small stand-in for the portal's service, as a process of its own. It answers /health, stores and reads
 * couples in PostgreSQL as the application role, echoes on the WebSocket /events, names its colour and release in every
 * answer, and ends on SIGTERM as a container should: no new connections, what is in flight is finished.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";
import { type ApiRequest, fromEnvironment } from "./api-settings.ts";
import { type ApiAnswer, readCouple, storeCouple } from "./couples.ts";
import { serveEvents } from "./events.ts";

const settings = fromEnvironment(process.env);
const { colour, release, database, stopTimeoutSeconds } = settings;
let { faults } = settings;
const pool = new Pool({ ...database, max: 6, connectionTimeoutMillis: 5000 });
// A connection that breaks while it is idle must not end the process: the next query opens another.
pool.on("error", () => {});
let requests = 0;
let stopping = false;

async function respond(request: IncomingMessage): Promise<ApiAnswer> {
  const path = request.url ?? "/";
  if (path === "/health") {
    // For this process alone, as docs/api-container.md asks: an outage of the database must not end every task.
    return faults.failingHealth === true
      ? { statusCode: 503, body: { status: "fault" } }
      : { statusCode: 200, body: {} };
  }
  requests++;
  if (faults.latencyMilliseconds) await sleep(faults.latencyMilliseconds);
  if (Math.random() < (faults.errorRate ?? 0)) return { statusCode: 500, body: { error: "fault" } };
  if (request.method === "POST" && path === "/couples") return await storeCouple(pool, request, release);
  const id = /^\/couples\/([0-9a-f-]{36})$/.exec(path)?.[1];
  if (request.method === "GET" && id !== undefined) return await readCouple(pool, id);
  return { statusCode: 404, body: { error: "no such path" } };
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { statusCode, body } = await respond(request).catch((error: unknown) => ({
    statusCode: 500,
    body: { error: String(error) },
  }));
  // What was not read, as with an injected error, must not be mistaken for the next request.
  request.resume();
  const text = JSON.stringify(body);
  response.writeHead(statusCode, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "x-colour": colour,
    "x-release": release,
    ...(stopping ? { connection: "close" } : {}),
  });
  response.end(text);
}

// Longer than the load balancer keeps an idle connection, or it would send a request on one that just closed.
const server = createServer({ keepAliveTimeout: 3_600_000 }, (request, response) => void handle(request, response));
const events = serveEvents(server, colour);

process.once("SIGTERM", () => {
  stopping = true;
  setTimeout(() => process.exit(1), stopTimeoutSeconds * 1000).unref();
  server.close(() => void pool.end().finally(() => process.exit(0)));
  server.closeIdleConnections();
  events.close();
});
process.on("message", (request: ApiRequest) => {
  if (request.kind === "faults") faults = request.faults;
  process.send?.({ kind: request.kind, requests });
});
// Nobody is left to stop this process, so it stops by itself.
process.once("disconnect", () => process.exit(0));

// A release that cannot connect never serves, so it never becomes healthy.
await pool.query("select 1");
server.listen(0, "127.0.0.1", () => {
  process.send?.({ kind: "listening", port: (server.address() as AddressInfo).port });
});
