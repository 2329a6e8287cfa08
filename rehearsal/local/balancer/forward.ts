import { type IncomingMessage, request as openRequest, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { OwnStatus } from "./group-counter.ts";
import type { Target } from "./target-group.ts";

/** Response header in which the local balancer names the generation of the routes that it used. */
export const generationHeader = "x-rehearsal-generation";

/** Response header in which the local balancer names the colour whose target it chose, also where it answers itself. */
export const chosenColourHeader = "x-rehearsal-colour";

/**
 * Response header in which the local balancer tells how long the target took, milliseconds: from sending the request to the
 * headers of the answer, as `TargetResponseTime` counts.
 */
export const targetTimeHeader = "x-rehearsal-target-milliseconds";

/** Answers a request without asking a target. */
export function answer(response: ServerResponse, statusCode: number, contentType: string, body: string): void {
  response.writeHead(statusCode, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** Which routes chose the target of a request, and how long the target may be silent. */
interface ForwardOptions {
  readonly generation: number;
  readonly idleTimeoutSeconds: number;
}

/**
 * Sends a request to a target and returns the target's answer. The client gets 502 when the connection to the target
 * breaks before the answer, and 504 when the target sends nothing for the idle timeout. The request is not tried again
 * (AWS: "Troubleshoot your Application Load Balancers").
 */
export function forwardRequest(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  options: ForwardOptions,
): void {
  const sentAt = performance.now();
  const upstream = openRequest({
    host: "127.0.0.1",
    port: target.port,
    method: request.method,
    path: request.url,
    headers: forwardedHeaders(request),
    agent: target.agent,
    timeout: options.idleTimeoutSeconds * 1000,
  });
  const exchange = { destroy: () => response.destroy() };
  target.begin(exchange);

  upstream.on("response", (reply) => {
    target.counter.answer(reply.statusCode);
    response.writeHead(reply.statusCode ?? 502, reply.statusMessage, [
      ...endToEndHeaders(reply.rawHeaders),
      ...[generationHeader, String(options.generation), chosenColourHeader, target.colour],
      ...[targetTimeHeader, (performance.now() - sentAt).toFixed(3)],
    ]);
    reply.pipe(response);
    reply.once("error", () => response.destroy());
  });
  upstream.once("timeout", () => {
    fail(response, target, options.generation, 504, "Gateway Timeout");
    upstream.destroy();
  });
  upstream.once("error", (error: NodeJS.ErrnoException) => {
    if (error.syscall === "connect") target.connectionErrors++;
    fail(response, target, options.generation, 502, "Bad Gateway");
  });
  response.once("close", () => {
    target.end(exchange);
    // The client left before the answer was complete, so nobody needs the rest of it.
    if (!response.writableFinished) upstream.destroy();
  });
  request.pipe(upstream);
}

function fail(
  response: ServerResponse,
  target: Target,
  generation: number,
  statusCode: OwnStatus,
  reason: string,
): void {
  if (response.writableEnded) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  target.counter.answerItself(statusCode);
  response.setHeader(generationHeader, String(generation));
  response.setHeader(chosenColourHeader, target.colour);
  answer(response, statusCode, "text/plain", `${statusCode} ${reason}\n`);
}

/**
 * Connects a client that asks for an upgrade, such as a WebSocket, with a target. The connection stays with this target
 * when the routes change. It counts as in flight until one side closes it.
 */
export function forwardUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, target: Target): void {
  const upstream = openRequest({
    host: "127.0.0.1",
    port: target.port,
    method: request.method,
    path: request.url,
    headers: [...forwardedHeaders(request), "Connection", "Upgrade", "Upgrade", request.headers.upgrade ?? "websocket"],
    agent: false,
  });
  const exchange = { destroy: () => socket.destroy() };
  target.begin(exchange);
  socket.once("close", () => {
    target.end(exchange);
    upstream.destroy();
  });
  socket.on("error", () => socket.destroy());

  upstream.once("upgrade", (reply, targetSocket, targetHead) => {
    socket.write(statusAndHeaders(reply));
    if (targetHead.length > 0) socket.write(targetHead);
    if (head.length > 0) targetSocket.write(head);
    targetSocket.on("error", () => socket.destroy());
    targetSocket.once("close", () => socket.destroy());
    socket.once("close", () => targetSocket.destroy());
    targetSocket.pipe(socket).pipe(targetSocket);
  });
  upstream.once("response", (reply) => {
    target.counter.answer(reply.statusCode);
    refuseUpgrade(socket, reply.statusCode ?? 502, reply.statusMessage ?? "");
  });
  upstream.once("error", () => {
    target.counter.answerItself(502);
    refuseUpgrade(socket, 502, "Bad Gateway");
  });
  upstream.end();
}

/** Refuses an upgrade and closes the connection. */
export function refuseUpgrade(socket: Duplex, statusCode: number, reason: string): void {
  socket.end(`HTTP/1.1 ${statusCode} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function statusAndHeaders({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = headerPairs(rawHeaders).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
}

/** Headers that belong to one connection and are not forwarded (RFC 9110, 7.6.1). */
const connectionHeaders = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers that the load balancer sets itself (AWS: "X-Forwarded headers"). */
const balancerHeaders = new Set(["x-forwarded-for", "x-forwarded-proto", "x-forwarded-port"]);

/** Raw headers without those of the connection: a flat list of names and values. */
function endToEndHeaders(rawHeaders: readonly string[]): string[] {
  return headerPairs(rawHeaders)
    .filter(([name]) => !connectionHeaders.has(name.toLowerCase()))
    .flat();
}

/** A request's headers as its target gets them: without those of the connection, with those of the load balancer. */
function forwardedHeaders(request: IncomingMessage): string[] {
  const earlier = request.headers["x-forwarded-for"];
  const client = request.socket.remoteAddress ?? "127.0.0.1";
  return [
    ...headerPairs(endToEndHeaders(request.rawHeaders))
      .filter(([name]) => !balancerHeaders.has(name.toLowerCase()))
      .flat(),
    ...["X-Forwarded-For", earlier === undefined ? client : `${String(earlier)}, ${client}`],
    ...["X-Forwarded-Proto", "https", "X-Forwarded-Port", "443"],
  ];
}

/** Node lists raw headers flat: name, value, name, value. */
function headerPairs(rawHeaders: readonly string[]): readonly (readonly [name: string, value: string])[] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  return pairs;
}
