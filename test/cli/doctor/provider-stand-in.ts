import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What the stand-in knows; by default everything is as it should be. */
export interface ProviderFacts {
  /** Tokens that are accepted. */
  readonly tokens?: readonly string[];
  readonly tokenStatus?: string;
  readonly zones?: readonly { readonly id: string; readonly name: string; readonly status: string }[];
  readonly sslMode?: string;
  /** What Cloudflare says of the certificate that it presents for each host. Default: on, everywhere. */
  readonly originPulls?: { readonly enabled: boolean | null; readonly status: string };
  readonly records?: readonly { readonly type: string; readonly name: string; readonly content: string }[];
  /** The team's plan at Vercel; null where it is not told. Default `pro`. */
  readonly plan?: "hobby" | "pro" | "enterprise" | null;
}

interface Batch {
  readonly deletes: readonly { readonly id: string }[];
  readonly posts: readonly { readonly type: string; readonly name: string; readonly content: string }[];
}

const zone = { id: "0123456789abcdef0123456789abcdef", name: "celebrant-portal.com", status: "active" };

/**
 * Stands in for Cloudflare's and Vercel's APIs, on loopback, until the test ends. Its answers have the form that the
 * providers document.
 *
 * @see Cloudflare API, "Verify Token", "List Zones", "Get zone setting", "Get the Hostname Status for Client Authentication", "List DNS Records", "Batch DNS Records"; Vercel REST API, "Get the User", "Get a Team"
 */
export async function startProviders(facts: ProviderFacts = {}) {
  const { tokens = ["good"], tokenStatus = "active", zones = [zone], sslMode = "strict" } = facts;
  const { plan = "pro" } = facts;
  const { originPulls = { enabled: true, status: "active" } } = facts;
  let records = (facts.records ?? []).map((record, index) => ({ id: `record${index}`, ...record }));
  const answers: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    "/cloudflare/user/tokens/verify": () => ({ id: "t", status: tokenStatus }),
    "/cloudflare/zones": (query) => zones.filter(({ name }) => name === query.get("name")),
    [`/cloudflare/zones/${zone.id}/settings/ssl`]: () => ({ id: "ssl", value: sslMode, editable: true }),
    ...Object.fromEntries(
      ["api", "api-v2"].map((host) => [
        `/cloudflare/zones/${zone.id}/origin_tls_client_auth/hostnames/${host}.${zone.name}`,
        () => ({ hostname: `${host}.${zone.name}`, ...originPulls, expires_on: "2028-11-22T00:00:00Z" }),
      ]),
    ),
    [`/cloudflare/zones/${zone.id}/dns_records`]: (query) =>
      records.filter(({ name }) => name === query.get("name.exact")),
  };
  /** In Cloudflare's order: deletes first, so that a name may get another type. */
  const batch = ({ deletes, posts }: Batch) => {
    const kept = records.filter(({ id }) => !deletes.some((one) => one.id === id));
    const leading = kept.filter(({ type }) => ["A", "AAAA", "CNAME"].includes(type));
    const isTaken = posts.some(({ name, type }) =>
      leading.some((one) => one.name === name && [one.type, type].includes("CNAME")),
    );
    if (isTaken) return undefined;
    records = [...kept, ...posts.map((post) => ({ id: `record${created++}`, ...post }))];
    return { deletes, patches: [], puts: [], posts };
  };
  let created = 100;
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const isKnown = tokens.some((token) => request.headers.authorization === `Bearer ${token}`);
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    if (pathname === `/cloudflare/zones/${zone.id}/dns_records/batch`) {
      const result = batch(JSON.parse(Buffer.concat(parts).toString("utf8")));
      const errors = [{ code: 81053, message: "An A, AAAA, or CNAME record with that host already exists." }];
      if (result === undefined) answer(400, { success: false, errors, result: null });
      else answer(200, { success: true, errors: [], messages: [], result });
    } else if (pathname.startsWith("/cloudflare/")) {
      const found = answers[pathname];
      if (isKnown && found !== undefined) {
        answer(200, { success: true, errors: [], messages: [], result: found(searchParams) });
      } else
        answer(400, { success: false, errors: [{ code: 6003, message: "Invalid request headers" }], result: null });
    } else if (!isKnown) answer(403, { error: { code: "forbidden", message: "Not authorized", invalidToken: true } });
    else if (pathname === "/vercel/v2/user") answer(200, { user: { id: "u", username: "ana" } });
    else answer(200, { id: "team_abc123", name: "Celebrants", billing: plan === null ? null : { plan } });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { records: () => records, cloudflareUrl: `${origin}/cloudflare`, vercelUrl: `${origin}/vercel` };
}
