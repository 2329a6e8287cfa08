import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

/** GET /events: a WebSocket that says back what it hears, with the colour that says it. */
export function serveEvents(server: Server, colour: string): { close(): void } {
  const sockets = new WebSocketServer({ server, path: "/events" });
  sockets.on("connection", (socket: WebSocket) => {
    socket.on("message", (data) => socket.send(JSON.stringify({ colour, heard: String(data) })));
    socket.on("error", () => socket.terminate());
  });
  return {
    close() {
      // 1001 is "going away" (RFC 6455, 7.4.1): the client knows to connect again.
      for (const socket of sockets.clients) socket.close(1001);
      sockets.close();
    },
  };
}
