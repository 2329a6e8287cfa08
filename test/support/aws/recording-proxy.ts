import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";

/** One API call, as it came over the wire. */
interface RecordedCall {
  /** Name of the API's action, such as `ModifyRule`. */
  readonly action: string;
  /** Milliseconds since the epoch at which it arrived. */
  readonly at: number;
}

/** A proxy before a moto, which records what it passes on. */
export interface RecordingProxy {
  readonly endpoint: string;
  readonly calls: readonly RecordedCall[];
  /** Forgets what was recorded. */
  clear(): void;
  stop(): Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1, in front of a moto: of the one that `target` names at each call. */
export async function startRecordingProxy(target: { readonly endpoint: string }): Promise<RecordingProxy> {
  const calls: RecordedCall[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const at = Date.now();
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    const body = Buffer.concat(parts);
    calls.push({ action: actionOf(incoming.url ?? "", incoming.headers["x-amz-target"], body.toString("latin1")), at });
    const { url: path, method, headers } = incoming;
    const { hostname, port } = new URL(target.endpoint);
    const passed = httpRequest({ hostname, port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    passed.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    clear: () => {
      calls.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The three ways in which AWS's protocols name an action: in a header, at the end of the path, in a form. */
function actionOf(url: string, target: string | string[] | undefined, body: string): string {
  if (typeof target === "string") return target.split(".").at(-1) ?? target;
  const operation = /\/operation\/(\w+)$/.exec(url)?.[1];
  return operation ?? new URLSearchParams(body).get("Action") ?? url;
}
