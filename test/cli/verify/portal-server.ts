import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import { openAsker, type Route } from "../../../cli/verify/ask.ts";
import { subjectOf } from "../../../cli/verify/subject.ts";
import {
  createPortal,
  memoryStore,
  type PortalFault,
  sampleAccount,
  sampleVerify,
} from "../../../rehearsal/local/sample-api/portal.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";

/** How the server is; by default as it should be. */
export interface ServedPortal {
  readonly faults?: readonly PortalFault[];
  /** Whether /health answers 503. */
  readonly failingHealth?: boolean;
  /** Days until its certificate ends. Default 90. */
  readonly certificateDays?: number;
  /** Whether it also speaks TLS 1.1. */
  readonly oldTls?: boolean;
  /** What http is answered with: by default a redirect to https. */
  readonly http?: "redirect" | "answers" | "leads elsewhere";
  /** What / answers, as HTML. Default 404. */
  readonly page?: string;
  /** Whether its certificate is trusted. */
  readonly trusted?: boolean;
}

/** The candidate's host in the tests' stack file of staging. */
const servedHost = "api-v2.staging.celebrant-portal.com";

/** Starts the sample portal behind real TLS, on loopback, until the test ends. @returns how to reach it */
export async function servePortal(served: ServedPortal = {}, host = servedHost): Promise<Route> {
  const { certificateDays = 90, oldTls = false, http = "redirect", trusted = true } = served;
  const pems = await generate([{ name: "commonName", value: host }], {
    keyType: "ec",
    notAfterDate: new Date(Date.now() + certificateDays * 86_400_000 + 3_600_000),
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: host }] },
    ],
  });
  const portal = createPortal({
    store: memoryStore(),
    allowedOrigins: ["https://staging.celebrant-portal.com"],
    isReady: async () => true,
    faults: () => served.faults ?? [],
  });
  const tls = createHttpsServer(
    {
      key: pems.private,
      cert: pems.cert,
      ...(oldTls ? { minVersion: "TLSv1", ciphers: "DEFAULT:@SECLEVEL=0" } : { minVersion: "TLSv1.2" }),
    },
    (request, response) => void handle(request, response),
  );
  async function handle(request: IncomingMessage, response: ServerResponse) {
    if (served.page !== undefined && request.url === "/") {
      response.writeHead(200, { "content-type": "text/html" }).end(served.page);
      return;
    }
    const answer =
      request.url === "/health" && request.method === "GET"
        ? { statusCode: served.failingHealth === true ? 503 : 200, body: "", headers: await headersOf(request) }
        : ((await portal(request)) ?? { statusCode: 404, body: "", headers: {} });
    response.writeHead(answer.statusCode, answer.headers);
    response.end(answer.body);
  }
  /** What the portal sends with each answer. */
  async function headersOf(request: IncomingMessage) {
    const { headers, method } = request;
    return (await portal({ headers, method, url: "/ready" } as IncomingMessage))?.headers ?? {};
  }
  const sockets = new WebSocketServer({ server: tls, path: "/events" });
  sockets.on("connection", (socket) => {
    socket.on("message", (data) => {
      if (served.faults?.includes("silent WebSocket") === true) socket.close(1011);
      else socket.send(JSON.stringify({ heard: String(data) }));
    });
  });
  const plain = createHttpServer((request, response) => {
    const location = `https://${http === "leads elsewhere" ? "elsewhere.example" : host}${request.url}`;
    response.writeHead(http === "answers" ? 200 : 301, http === "answers" ? {} : { location });
    response.end();
  });
  const [httpsPort, httpPort] = [await listen(tls), await listen(plain)];
  return { address: "127.0.0.1", httpsPort, httpPort, ...(trusted ? { certificateAuthority: pems.cert } : {}) };
}

async function listen(server: Server | ReturnType<typeof createHttpsServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The checks' subject: the sample portal on the candidate's host, by the tests' stack file of staging. */
export async function portalSubject(
  served: ServedPortal = {},
  {
    verify = {},
    environment = accountInEnvironment,
  }: {
    readonly verify?: Readonly<Record<string, unknown>>;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
) {
  const asker = openAsker(servedHost, await servePortal(served));
  onTestFinished(() => asker.close());
  const config = readConfig("staging", { verify: { ...sampleVerify, ...verify } });
  return subjectOf({ stage: "staging", config, asker, environment });
}

/** The sample portal's account, as whoever runs `verify` sets it. */
export const accountInEnvironment = {
  VERIFY_USER: sampleAccount.user,
  VERIFY_PASSWORD: sampleAccount.password,
};
