import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

/** How a stub ends a request. */
export type Answer = (response: ServerResponse) => void;

/** A small server that stands for a task. */
export interface Stub {
  readonly port: number;
  isHealthy: boolean;
  /** The id of each request that it got, health checks left out. */
  readonly received: string[];
  /** How many WebSockets it has accepted. */
  readonly sockets: number;
  readonly close: () => void;
}

/** Starts one that answers everything with 200, and each frame of a WebSocket with itself. */
export async function startStub(answer: Answer = (response) => response.end()): Promise<Stub> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    if (request.headers["user-agent"]?.startsWith("ELB-HealthChecker") === true) {
      response.writeHead(stub.isHealthy ? 200 : 503).end();
      return;
    }
    void idOf(request).then((id) => {
      received.push(id);
      answer(response);
    });
  });
  let sockets = 0;
  const echoing = new WebSocketServer({ server, path: "/events" }).on("connection", (socket) => {
    sockets++;
    socket.on("message", (data) => socket.send(String(data)));
    socket.on("error", () => socket.terminate());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stub: Stub = {
    port: (server.address() as AddressInfo).port,
    isHealthy: true,
    received,
    get sockets() {
      return sockets;
    },
    close() {
      for (const socket of echoing.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
  return stub;
}

/** The row's id, from a read's path or a write's body. */
async function idOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) body += String(part);
  return /[0-9a-f-]{36}/.exec(`${request.url} ${body}`)?.[0] ?? "";
}
