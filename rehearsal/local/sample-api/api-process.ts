/**
 * The sample API: a small stand-in for the portal's API that runs as a process of its own. It answers /health, stores and
 * reads couples in PostgreSQL as the application's role, has the features of {@link createPortal}, echoes on the WebSocket
 * /events, and names its colour in every answer. On SIGTERM it accepts no new connection, finishes the requests in flight, and exits.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Pool } from "pg";
import { type WebSocket, WebSocketServer } from "ws";
import { createPortal, type PortalStore, sampleVerify } from "./portal.ts";
import { insertStatement } from "./releases.ts";
import { type ApiMessage, type ApiRequest, type ApiSettings, type Faults, settingsVariable } from "./sample-api.ts";

const settings = process.env[settingsVariable];
if (settings === undefined) throw new Error(`${settingsVariable} is not set. startSampleApi sets it.`);
const { colour, release, database, stopTimeoutSeconds, allowedOrigins = [] } = JSON.parse(settings) as ApiSettings;
let faults: Faults = {};
let requests = 0;
let connectionFailures = 0;
let stopping = false;

const pool = new Pool({ ...database, max: 6, connectionTimeoutMillis: 5000 });
// A connection that breaks while it is idle must not end the process: the next query opens another one.
pool.on("error", () => {});

interface ApiAnswer {
  readonly statusCode: number;
  readonly body: unknown;
}

/** The portal's things in the database, as the application's role. */
const store: PortalStore = {
  async put(kind, id, content) {
    await pool.query(
      "insert into portal_items (kind, id, content) values ($1, $2, $3) on conflict (kind, id) do update set content = $3",
      [kind, id, content],
    );
  },
  async get(kind, id) {
    const found = await pool.query<{ content: string }>(
      "select content from portal_items where kind = $1 and id = $2",
      [kind, id],
    );
    return found.rows[0]?.content;
  },
  async remove(kind, id) {
    const removed = await pool.query("delete from portal_items where kind = $1 and id = $2", [kind, id]);
    return removed.rowCount === 1;
  },
};

const portal = createPortal({
  store,
  allowedOrigins,
  isReady: () =>
    pool.query("select 1").then(
      () => true,
      () => false,
    ),
  faults: () => faults.portal ?? [],
});

/** How much of the next fault of each kind is due, where shares are spread evenly. */
const due = new Map<string, number>();

/** Whether this request is among the share that a fault meets. */
function happens(kind: "crashRate" | "hangRate" | "hangUpRate" | "errorRate"): boolean {
  const share = faults[kind] ?? 0;
  if (faults.evenly !== true) return Math.random() < share;
  const sum = (due.get(kind) ?? 0) + share;
  // A share such as 0.1 is a little less or more than it says, which must not move a fault by one request.
  const isDue = sum >= 1 - 1e-9;
  due.set(kind, isDue ? sum - 1 : sum);
  return isDue;
}

/** @returns undefined where the connection is to be broken off */
async function respond(request: IncomingMessage): Promise<ApiAnswer | undefined> {
  const path = request.url ?? "/";
  if (path === "/health") {
    // Only this process's own health, as docs/api-container.md asks: a database outage must not end every task.
    return faults.failingHealth === true
      ? { statusCode: 503, body: { status: "fault" } }
      : { statusCode: 200, body: {} };
  }
  requests++;
  if (faults.latencyMilliseconds) await sleep(faults.latencyMilliseconds);
  if (happens("crashRate")) process.exit(1);
  if (happens("hangRate")) return await new Promise(() => {});
  if (happens("hangUpRate")) return undefined;
  if (happens("errorRate")) return { statusCode: 500, body: { error: "fault" } };
  if (faults.status !== undefined) return { statusCode: faults.status, body: { error: "fault" } };
  if (request.method === "POST" && path === "/couples") return await storeCouple(request);
  const id = /^\/couples\/([0-9a-f-]{36})$/.exec(path)?.[1];
  if (request.method === "GET" && id !== undefined) return await readCouple(id);
  return { statusCode: 404, body: { error: "not found" } };
}

/** Connections that were not given back. */
const leaked: Client[] = [];

/** What a statement is sent by: the pool, or a connection of its own that is never given back. */
async function connection(): Promise<Pool | Client> {
  if (faults.leaksConnections !== true) return pool;
  const client = new Client({ ...database, connectionTimeoutMillis: 5000 });
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    connectionFailures++;
    throw error;
  }
  leaked.push(client);
  return client;
}

/** POST /couples stores `{ id, names }` and answers once it is committed. */
async function storeCouple(request: IncomingMessage): Promise<ApiAnswer> {
  const couple = (await json(request)) as { readonly id?: unknown; readonly names?: unknown };
  if (typeof couple.id !== "string" || typeof couple.names !== "string") {
    return { statusCode: 422, body: { error: "id and names must be strings" } };
  }
  await (await connection()).query({
    name: "store-couple",
    text: insertStatement(release),
    values: [couple.id, couple.names, release],
  });
  return { statusCode: 201, body: { id: couple.id } };
}

/** GET /couples/:id. */
async function readCouple(id: string): Promise<ApiAnswer> {
  const found = await (await connection()).query({
    name: "read-couple",
    text: "select id, names, written_by from couples where id = $1",
    values: [id],
  });
  return found.rows.length === 0
    ? { statusCode: 404, body: { error: "no such couple" } }
    : { statusCode: 200, body: found.rows[0] };
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const ofPortal = await portal(request).catch((error: unknown) => ({
    statusCode: 500,
    headers: {},
    body: JSON.stringify({ error: String(error) }),
  }));
  if (ofPortal !== undefined) {
    response.writeHead(ofPortal.statusCode, { ...ofPortal.headers, "x-colour": colour });
    response.end(ofPortal.body);
    return;
  }
  const answer = await respond(request).catch((error: unknown) => ({
    statusCode: 500,
    body: { error: String(error) },
  }));
  if (answer === undefined) {
    request.socket.destroy();
    return;
  }
  const { statusCode, body } = answer;
  // A body that was not read, as with a fault, must not be taken for the next request.
  request.resume();
  const text = JSON.stringify(body);
  response.writeHead(statusCode, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "x-colour": colour,
    ...sampleVerify.securityHeaders,
    ...(stopping && { connection: "close" }),
  });
  response.end(text);
}

// Longer than the load balancer keeps an idle connection. Otherwise it would send a request on a connection just closed.
const server = createServer({ keepAliveTimeout: 3_600_000 }, (request, response) => void handle(request, response));

/** GET /events: a WebSocket that repeats what it receives, with the colour. */
const sockets = new WebSocketServer({ server, path: "/events" });
sockets.on("connection", (socket: WebSocket) => {
  socket.on("message", (data) => socket.send(JSON.stringify({ colour, heard: String(data) })));
  socket.on("error", () => socket.terminate());
});

process.once("SIGTERM", () => {
  stopping = true;
  setTimeout(() => process.exit(1), stopTimeoutSeconds * 1000).unref();
  server.close(
    () => void Promise.all([pool.end(), ...leaked.map((client) => client.end())]).finally(() => process.exit(0)),
  );
  server.closeIdleConnections();
  // 1001 is "going away" (RFC 6455, 7.4.1): the client knows to connect again.
  for (const socket of sockets.clients) socket.close(1001);
  sockets.close();
});

const tell = (message: ApiMessage) => void process.send?.(message);
process.on("message", (request: ApiRequest) => {
  if (request.kind === "faults") faults = request.faults;
  tell({ kind: request.kind, requests, connectionFailures });
});
// Nobody is left who could end this process.
process.once("disconnect", () => process.exit(0));

// A release that cannot connect to its database never listens, so it never becomes healthy.
await pool.query("select 1");
server.listen(0, "127.0.0.1", () => tell({ kind: "listening", port: (server.address() as AddressInfo).port }));
