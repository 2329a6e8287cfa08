import { once } from "node:events";
import { WebSocket } from "ws";

/** A WebSocket through the balancer, kept open to see whether changes leave it alone. */
export interface WebSocketProbe {
  /** Says something and waits for the echo. @returns the colour that answered, or undefined when nothing did in time */
  echo(): Promise<string | undefined>;
  readonly isOpen: () => boolean;
  /** Closes it and opens another, which the routes of now give a colour. */
  reopen(): Promise<void>;
  close(): void;
}

const echoTimeoutMilliseconds = 5000;

/** Opens `/events` on the public host. */
export async function openWebSocketProbe(port: number, host: string): Promise<WebSocketProbe> {
  let socket = await openWebSocket(port, host);
  return {
    isOpen: () => socket.readyState === WebSocket.OPEN,
    async echo() {
      if (socket.readyState !== WebSocket.OPEN) return undefined;
      const heard = once(socket, "message", { signal: AbortSignal.timeout(echoTimeoutMilliseconds) });
      socket.send("still there?");
      try {
        const [data] = await heard;
        return (JSON.parse(String(data)) as { readonly colour: string }).colour;
      } catch {
        return undefined;
      }
    },
    async reopen() {
      socket.terminate();
      socket = await openWebSocket(port, host);
    },
    close: () => socket.terminate(),
  };
}

async function openWebSocket(port: number, host: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/events`, { headers: { host } });
  await once(socket, "open");
  socket.on("error", () => socket.terminate());
  return socket;
}
