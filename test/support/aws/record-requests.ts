import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { vi } from "vitest";
import type { MotoServer } from "./moto.ts";

/** What clients of the whole process ask of a moto, each request on its own. */
export interface RecordedRequests {
  /** Operations since the last call of this, in the order of their arrival: `DescribeRules` … */
  take(): string[];
  stop(): void;
}

/**
 * Puts a server between a moto and every SDK client of this process that is made from the environment, as the commands'
 * are. The caller unstubs the environment.
 */
export async function recordRequests({ endpoint, environment }: MotoServer): Promise<RecordedRequests> {
  let operations: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers["x-amz-target"]?.toString().split(".").at(-1);
    operations.push(target ?? new URLSearchParams(body).get("Action") ?? "unknown");
    const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
    const answer = await fetch(`${endpoint}${request.url}`, {
      method: "POST",
      headers: headers as Record<string, string>,
      body,
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${port}`);
  return {
    take() {
      const taken = operations;
      operations = [];
      return taken;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
