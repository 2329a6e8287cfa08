import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { readJson } from "../../../rollout/json.ts";

/** What of the portal can be made to go wrong, to show that a check notices. */
export type PortalFault =
  | "not ready"
  | "allows no origin"
  | "allows every origin"
  | "sends no headers"
  | "open paths"
  | "no log-in"
  | "token without rights"
  | "any password"
  | "no log-in limit"
  | "fails on malformed input"
  | "fails on oversized input"
  | "silent WebSocket"
  | "changes uploads"
  | "keeps uploads"
  | "loses fields"
  | "loses changes"
  | "keeps what is deleted"
  | "sends no mail"
  | "refuses payments";

/** Where the portal keeps things: by kind and id. */
export interface PortalStore {
  put(kind: string, id: string, content: string): Promise<void>;
  get(kind: string, id: string): Promise<string | undefined>;
  /** @returns whether there was one */
  remove(kind: string, id: string): Promise<boolean>;
}

export interface PortalAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** The account that the sample portal knows. */
export const sampleAccount = { user: "verify@example.com", password: "sample account of a rehearsal" } as const;

/** Wrong log-ins after which a process refuses all. */
const mostWrongLogIns = 20;
const mostBodyBytes = 1024 * 1024;
const token = "sample-token";

/** The collections that a user can create, read, update and delete. */
const collections = ["couples", "invoices", "ceremonies"];

/** `verify` of the stack file as it suits the sample portal. */
export const sampleVerify = {
  readinessPath: "/ready",
  protectedPaths: ["/api/v1/couples", "/api/v1/invoices"],
  securityHeaders: { "x-content-type-options": "nosniff" },
  logIn: { path: "/api/v1/auth/login", format: "json", limitedAfterAttempts: mostWrongLogIns + 1 },
  input: { path: "/api/v1/couples", oversizedMib: 2 },
  webSocket: { path: "/events", message: "still there?", answerContains: "still there?" },
  upload: { path: "/api/v1/files", itemPath: "/api/v1/files/{id}" },
  checkList: [
    {
      name: "couple",
      path: "/api/v1/couples",
      itemPath: "/api/v1/couples/{id}",
      body: { names: "{unique}", venue: "Botanic Gardens" },
      change: { venue: "State Library" },
    },
    {
      name: "invoice",
      path: "/api/v1/invoices",
      itemPath: "/api/v1/invoices/{id}",
      body: { reference: "{unique}", amountCents: 12_500 },
      change: { amountCents: 13_000 },
      changeMethod: "patch",
    },
    {
      name: "ceremony",
      path: "/api/v1/ceremonies",
      itemPath: "/api/v1/ceremonies/{id}",
      body: { title: "{unique}" },
    },
  ],
  mail: { path: "/api/v1/notifications", body: { to: "success@simulator.amazonses.com" } },
  payment: { path: "/api/v1/payments", body: { amountCents: 100, card: "pm_card_visa" } },
} as const;

/** What a portal is made of. */
export interface PortalParts {
  readonly store: PortalStore;
  /** Origins that a browser may call it from. */
  readonly allowedOrigins: readonly string[];
  /** Whether its database answers. */
  readonly isReady: () => Promise<boolean>;
  readonly faults: () => readonly PortalFault[];
}

/**
 * The part of the sample API that stands in for the portal's features: readiness, log-in, things that are created, read,
 * updated and deleted, files, mail and payments. A mail and a payment go nowhere.
 *
 * @returns a function that answers a request of one of its paths, and undefined for any other
 */
export function createPortal(parts: PortalParts): (request: IncomingMessage) => Promise<PortalAnswer | undefined> {
  let wrongLogIns = 0;
  const has = (fault: PortalFault) => parts.faults().includes(fault);

  async function route(request: IncomingMessage): Promise<Omit<PortalAnswer, "headers"> | undefined> {
    const { method = "GET", url: path = "/" } = request;
    if (method === "OPTIONS") return { statusCode: 200, body: "" };
    if (path === "/ready") {
      const ready = !has("not ready") && (await parts.isReady());
      return json(ready ? 200 : 503, { ready });
    }
    if (path === sampleVerify.logIn.path && method === "POST") return await logIn(request);
    const [, kind = "", id] = /^\/api\/v1\/(\w+)(?:\/([\w-]+))?$/.exec(path) ?? [];
    if (![...collections, "files", "notifications", "payments"].includes(kind)) return undefined;
    if (request.headers.authorization !== `Bearer ${token}` && !has("open paths"))
      return json(401, { detail: "log in" });
    if (has("token without rights")) return json(403, { detail: "not allowed" });
    if (kind === "files") return await files(request, id);
    if (method === "GET" && id === undefined) return json(200, []);
    if (method === "POST") return await create(request, kind);
    return id === undefined ? json(405, {}) : await item(request, kind, id);
  }

  async function logIn(request: IncomingMessage) {
    const fields = (await readBody(request))?.toString("utf8");
    const { username, password } = (readJson(fields) ?? {}) as Record<string, unknown>;
    if (has("no log-in")) return json(500, { detail: "fault" });
    const isRight = username === sampleAccount.user && (password === sampleAccount.password || has("any password"));
    if (isRight) return json(200, { access_token: token });
    wrongLogIns += 1;
    return json(wrongLogIns > mostWrongLogIns && !has("no log-in limit") ? 429 : 401, { detail: "wrong" });
  }

  async function create(request: IncomingMessage, kind: string) {
    const body = await readBody(request);
    if (body === undefined) return json(has("fails on oversized input") ? 500 : 413, { detail: "too large" });
    const fields = readJson(body.toString("utf8"));
    if (typeof fields !== "object" || fields === null) {
      return json(has("fails on malformed input") ? 500 : 422, { detail: "no JSON object" });
    }
    if (kind === "notifications") return json(has("sends no mail") ? 503 : 202, { queued: !has("sends no mail") });
    if (kind === "payments") return json(has("refuses payments") ? 402 : 201, { status: "succeeded" });
    const id = randomUUID();
    const kept = has("loses fields") ? { names: "" } : fields;
    await parts.store.put(kind, id, JSON.stringify({ id, ...kept }));
    return json(201, { id });
  }

  async function item(request: IncomingMessage, kind: string, id: string) {
    const stored = await parts.store.get(kind, id);
    if (stored === undefined) return json(404, { detail: "not found" });
    if (request.method === "DELETE") {
      if (!has("keeps what is deleted")) await parts.store.remove(kind, id);
      return { statusCode: 204, body: "" };
    }
    if (request.method === "PUT" || request.method === "PATCH") {
      const change = readJson((await readBody(request))?.toString("utf8")) as object;
      const before = request.method === "PUT" ? { id } : (JSON.parse(stored) as object);
      if (!has("loses changes")) await parts.store.put(kind, id, JSON.stringify({ ...before, ...change }));
    }
    return { statusCode: 200, body: (await parts.store.get(kind, id)) ?? "" };
  }

  async function files(request: IncomingMessage, id: string | undefined) {
    if (id === undefined) {
      const body = await readBody(request);
      if (body === undefined) return json(413, { detail: "too large" });
      const type = request.headers["content-type"] ?? "";
      const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
      const file = form.get("file");
      if (!(file instanceof File)) return json(422, { detail: "no file" });
      const fileId = randomUUID();
      await parts.store.put("files", fileId, Buffer.from(await file.arrayBuffer()).toString("base64"));
      return json(201, { id: fileId });
    }
    const stored = await parts.store.get("files", id);
    if (stored === undefined) return json(404, { detail: "not found" });
    if (request.method === "DELETE") {
      if (has("keeps uploads")) return json(500, { detail: "fault" });
      await parts.store.remove("files", id);
      return { statusCode: 204, body: "" };
    }
    const content = Buffer.from(stored, "base64");
    return { statusCode: 200, body: has("changes uploads") ? content.subarray(1) : content };
  }

  return async (request) => {
    const { origin } = request.headers;
    const allowed =
      origin !== undefined &&
      !has("allows no origin") &&
      (has("allows every origin") || parts.allowedOrigins.includes(origin));
    const answer = await route(request);
    return answer === undefined
      ? undefined
      : {
          ...answer,
          headers: {
            ...(has("sends no headers") ? {} : sampleVerify.securityHeaders),
            ...(allowed ? { "access-control-allow-origin": origin } : {}),
          },
        };
  };
}

function json(statusCode: number, body: unknown) {
  return { statusCode, body: JSON.stringify(body) };
}

/** @returns undefined for a body that is too large; the rest of it is read and dropped */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= mostBodyBytes) parts.push(part);
  }
  return size > mostBodyBytes ? undefined : Buffer.concat(parts);
}

/** A store of this process alone. */
export function memoryStore(): PortalStore {
  const kept = new Map<string, string>();
  const key = (kind: string, id: string) => `${kind}/${id}`;
  return {
    async put(kind, id, content) {
      kept.set(key(kind, id), content);
    },
    get: async (kind, id) => kept.get(key(kind, id)),
    remove: async (kind, id) => kept.delete(key(kind, id)),
  };
}
