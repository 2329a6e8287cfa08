import { type IncomingMessage, request as openRequest, type ServerResponse } from "node:http";
import { endToEndHeaders, forwardedHeaders, generationHeader } from "./headers.ts";
import type { Target } from "./target.ts";

/** How a request is sent on. */
export interface ForwardOptions {
  readonly generation: number;
  readonly idleTimeoutSeconds: number;
}

/** Answers by the balancer itself. */
export function answer(response: ServerResponse, statusCode: number, contentType: string, body: string): void {
  response.writeHead(statusCode, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/**
 * Sends a request to a target and its answer back. A target that breaks before it answered is a 502 and one that says
 * nothing for the idle timeout a 504, neither tried again (AWS: "Troubleshoot your Application Load Balancers").
 */
export function forwardRequest(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  options: ForwardOptions,
): void {
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
    response.writeHead(reply.statusCode ?? 502, reply.statusMessage, [
      ...endToEndHeaders(reply.rawHeaders),
      generationHeader,
      String(options.generation),
    ]);
    reply.pipe(response);
    reply.once("error", () => response.destroy());
  });
  upstream.once("timeout", () => {
    fail(response, options.generation, 504, "Gateway Timeout");
    upstream.destroy();
  });
  upstream.once("error", (error: NodeJS.ErrnoException) => {
    if (error.syscall === "connect") target.connectionErrors++;
    fail(response, options.generation, 502, "Bad Gateway");
  });
  response.once("close", () => {
    target.end(exchange);
    // The client left early: what the target still does for it is of no use.
    if (!response.writableFinished) upstream.destroy();
  });
  request.pipe(upstream);
}

function fail(response: ServerResponse, generation: number, statusCode: number, reason: string): void {
  if (response.writableEnded) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader(generationHeader, String(generation));
  answer(response, statusCode, "text/plain", `${statusCode} ${reason}\n`);
}
