import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
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

/** Opens `/events` on a host. @throws {Error} when the upgrade is refused, or answered otherwise */
export async function openWebSocket(port: number, host: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/events`, { headers: { host } });
  await once(socket, "open");
  socket.on("error", () => socket.terminate());
  return socket;
}

/** Sends numbered frames. @returns how many came back in their order, within 5 s */
export async function echoedFrames(socket: WebSocket, count: number): Promise<number> {
  let next = 0;
  const heard = new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      if (Number(String(data)) === next) next++;
      if (next === count) resolve();
    });
    socket.once("close", () => resolve());
  });
  for (let number = 0; number < count && socket.readyState === WebSocket.OPEN; number++) socket.send(String(number));
  const late = new AbortController();
  await Promise.race([heard, sleep(echoTimeoutMilliseconds, undefined, { signal: late.signal }).catch(() => {})]);
  late.abort();
  socket.removeAllListeners("message");
  return next;
}
