import { type IncomingMessage, request as openRequest } from "node:http";
import type { Duplex } from "node:stream";
import { forwardedHeaders } from "./headers.ts";
import type { Target } from "./target.ts";

/** Refuses an upgrade and ends the connection. */
export function refuseUpgrade(socket: Duplex, statusCode: number, reason: string): void {
  socket.end(`HTTP/1.1 ${statusCode} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/**
 * Joins a client that asks for an upgrade, such as a WebSocket, with a target. The joined connection stays with its
 * target whatever routes come later, and counts as in flight until one side ends it.
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

  upstream.once("upgrade", (reply, far, farHead) => {
    socket.write(statusAndHeaders(reply));
    if (farHead.length > 0) socket.write(farHead);
    if (head.length > 0) far.write(head);
    far.on("error", () => socket.destroy());
    far.once("close", () => socket.destroy());
    socket.once("close", () => far.destroy());
    far.pipe(socket).pipe(far);
  });
  upstream.once("response", (reply) => refuseUpgrade(socket, reply.statusCode ?? 502, reply.statusMessage ?? ""));
  upstream.once("error", () => refuseUpgrade(socket, 502, "Bad Gateway"));
  upstream.end();
}

function statusAndHeaders(reply: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${reply.statusCode} ${reply.statusMessage}`];
  for (let index = 0; index + 1 < reply.rawHeaders.length; index += 2) {
    lines.push(`${reply.rawHeaders[index]}: ${reply.rawHeaders[index + 1]}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}
