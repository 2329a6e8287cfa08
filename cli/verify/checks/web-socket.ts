import { once } from "node:events";
import { WebSocket } from "ws";
import { plainLine } from "../../../rollout/plain-text.ts";
import { fail, pass } from "../../found.ts";
import { userAgent } from "../ask.ts";
import { check, type VerifyFinding, withoutConfig } from "../finding.ts";
import { authorization, type Subject } from "../subject.ts";

const withinMilliseconds = 10_000;

/** Opens the WebSocket, says something, and reads the first answer (guide T5). */
export async function checkWebSocket(subject: Subject): Promise<VerifyFinding> {
  return await check("WebSocket", "T5", async () => {
    const settings = subject.config.verify.webSocket;
    if (settings === undefined) return withoutConfig("webSocket");
    const { host, route } = subject.asker;
    const scheme = route.httpsPort === null ? "ws" : "wss";
    const socket = new WebSocket(`${scheme}://${route.address}:${route.httpsPort ?? route.httpPort}${settings.path}`, {
      headers: { host, "user-agent": userAgent, ...(await authorization(subject)) },
      handshakeTimeout: withinMilliseconds,
      ...(scheme === "ws" ? {} : { servername: host }),
      ...(route.certificateAuthority === undefined ? {} : { ca: route.certificateAuthority }),
    });
    // What comes of it is told by the waiting below.
    socket.on("error", () => {});
    try {
      const signal = AbortSignal.timeout(withinMilliseconds);
      await once(socket, "open", { signal });
      const first = once(socket, "message", { signal });
      const closed = once(socket, "close", { signal }).then(([code]) => {
        throw new Error(`it was closed with ${code} before it answered`);
      });
      socket.send(settings.message);
      const [data] = await Promise.race([first, closed]);
      const heard = plainLine(String(data));
      return heard.includes(settings.answerContains)
        ? pass(`${settings.path} answers ${shortened(heard)}`)
        : fail(
            `${settings.path} answers ${shortened(heard)}`,
            `verify.webSocket.answerContains is ${settings.answerContains}.`,
          );
    } catch (error) {
      const why =
        error instanceof Error && error.name === "AbortError"
          ? `no answer within ${withinMilliseconds / 1000} s`
          : String(error instanceof Error ? error.message : error);
      return fail(`${settings.path}: ${why}`, "Look at the log. verify.webSocket names path and message.");
    } finally {
      socket.terminate();
    }
  });
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
