import type { IncomingMessage } from "node:http";

/** Headers that belong to one connection and never travel on (RFC 9110, 7.6.1). */
const connectionHeaders = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Raw header pairs, flat, without those of the connection. */
export function endToEndHeaders(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (!connectionHeaders.has(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] ?? "");
  }
  return kept;
}

/** The request's headers as a target sees them: with what the load balancer adds (AWS: "X-Forwarded headers"). */
export function forwardedHeaders(request: IncomingMessage): string[] {
  const earlier = request.headers["x-forwarded-for"];
  const client = request.socket.remoteAddress ?? "127.0.0.1";
  const own = new Set(["x-forwarded-for", "x-forwarded-proto", "x-forwarded-port"]);
  const kept = endToEndHeaders(request.rawHeaders);
  const headers: string[] = [];
  for (let index = 0; index + 1 < kept.length; index += 2) {
    const name = kept[index] ?? "";
    if (!own.has(name.toLowerCase())) headers.push(name, kept[index + 1] ?? "");
  }
  headers.push("X-Forwarded-For", earlier === undefined ? client : `${String(earlier)}, ${client}`);
  headers.push("X-Forwarded-Proto", "https", "X-Forwarded-Port", "443");
  return headers;
}

/** Name of the response header by which the local balancer tells under which routes a request was routed. */
export const generationHeader = "x-rehearsal-generation";
