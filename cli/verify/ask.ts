import { Agent as HttpAgent, type IncomingHttpHeaders, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { TLSSocket } from "node:tls";
import { plainLine } from "../../rollout/plain-text.ts";
import { service } from "../../service.ts";

/** How a host is reached. */
export interface Route {
  /** Name or address to connect to. */
  readonly address: string;
  readonly httpPort: number;
  /** Null where the host is reached without TLS: a stage on this machine. */
  readonly httpsPort: number | null;
  /** A certificate that signs the host's, beside those that this machine trusts. */
  readonly certificateAuthority?: string;
}

/** The route of a host on the internet. */
export function publicRoute(host: string): Route {
  return { address: host, httpPort: 80, httpsPort: 443 };
}

/** One request. */
interface Question {
  readonly path: string;
  /** Default `GET`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Whether it is sent without TLS. Default: only where the host has none. */
  readonly plain?: boolean;
}

/** The certificate that a host showed. */
interface ShownCertificate {
  readonly validUntil: Date;
  readonly issuer: string;
  /** `TLSv1.3` */
  readonly protocol: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly milliseconds: number;
  readonly certificate: ShownCertificate | undefined;
}

/** Sends requests to one host. */
export interface Asker {
  readonly host: string;
  readonly route: Route;
  /** @throws {Error} saying in words why there was no answer */
  ask(question: Question): Promise<Answer>;
  close(): void;
}

const withinSeconds = 20;
/** Bytes of an answer that are read. More than that is no answer of this API. */
const mostBytes = 32 * 1024 * 1024;

/** So that the firewall's rule for requests without it lets them pass, and logs tell who asked. */
export const userAgent: string = `${service.project}-verify`;

/** Opens a host. Connections are kept until it is closed. */
export function openAsker(host: string, route: Route): Asker {
  const agents = { plain: new HttpAgent({ keepAlive: true }), tls: new HttpsAgent({ keepAlive: true }) };
  return {
    host,
    route,
    ask: (question) => send(host, route, agents, question),
    close() {
      agents.plain.destroy();
      agents.tls.destroy();
    },
  };
}

/** Where a host's API is, as a person or a test suite writes it. */
export function baseUrl({ host, route }: Pick<Asker, "host" | "route">): string {
  if (route.httpsPort === 443) return `https://${host}`;
  return route.httpsPort === null
    ? `http://${route.address}:${route.httpPort}`
    : `https://${route.address}:${route.httpsPort}`;
}

async function send(
  host: string,
  route: Route,
  agents: { readonly plain: HttpAgent; readonly tls: HttpsAgent },
  { path, method = "GET", headers = {}, body, plain = route.httpsPort === null }: Question,
): Promise<Answer> {
  const startedAt = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options = {
    host: route.address,
    method,
    path,
    headers: {
      host,
      "user-agent": userAgent,
      ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
      ...headers,
    },
    timeout: withinSeconds * 1000,
  };
  const tls = {
    servername: host,
    ...(route.certificateAuthority === undefined ? {} : { ca: route.certificateAuthority }),
  };
  const request = plain
    ? requestHttp({ ...options, port: route.httpPort, agent: agents.plain })
    : requestHttps({ ...options, ...tls, port: route.httpsPort ?? 443, agent: agents.tls });
  request.once("response", (response) => {
    const certificate = plain ? undefined : shownCertificate(response.socket as TLSSocket);
    const parts: Buffer[] = [];
    let size = 0;
    response.on("data", (part: Buffer) => {
      size += part.length;
      if (size <= mostBytes) parts.push(part);
      else request.destroy(new Error(`the answer is longer than ${mostBytes} bytes`));
    });
    response.once("end", () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(parts),
        milliseconds: performance.now() - startedAt,
        certificate,
      }),
    );
    response.once("error", reject);
  });
  request.once("timeout", () => request.destroy(new Error(`no answer within ${withinSeconds} s`)));
  request.on("error", reject);
  request.end(body);
  try {
    return await promise;
  } catch (error) {
    throw new Error(`${method} ${path} on ${host}: ${wordsOf(error)}`, { cause: error });
  }
}

function shownCertificate(socket: TLSSocket): ShownCertificate | undefined {
  const { valid_to: validTo, issuer } = socket.getPeerCertificate();
  if (validTo === undefined) return undefined;
  const names = [issuer?.O ?? issuer?.CN ?? "unknown"].flat();
  return { validUntil: new Date(validTo), issuer: plainLine(names.join(" ")), protocol: socket.getProtocol() ?? "" };
}

/** An error of the network in words, with those of each address where several were tried. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join("; ");
  return plainLine(error instanceof Error ? error.message : String(error));
}

/** A short form of an answer for a finding: its status, and what it says where it is short. */
export function shortAnswer({ status, body }: Answer): string {
  const text = plainLine(body.subarray(0, 300).toString("utf8"));
  return text === "" ? String(status) : `${status} ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`;
}

/** Whether an answer is 2xx. */
export function isOk({ status }: Pick<Answer, "status">): boolean {
  return status >= 200 && status < 300;
}

/** Whether an answer refuses, and is no failure of the server. */
export function isRefused({ status }: Pick<Answer, "status">): boolean {
  return status >= 400 && status < 500;
}
