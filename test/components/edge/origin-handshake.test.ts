import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type TLSSocket } from "node:tls";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import {
  issueCertificate,
  keyPems,
  plannedKey,
  publicKeyOf,
} from "../../../rehearsal/plan/provider-model/certificates.ts";
import { planFixture } from "../../support/plan-fixture.ts";

/** A certificate and its key, as a client presents them. */
interface Credentials {
  readonly cert: string;
  readonly key: string;
}

/** What a plan would give the load balancer and Cloudflare. */
interface Planned {
  /** The bundle of the trust store. */
  readonly bundle: string;
  /** What Cloudflare is given of each authority, and by what it knows it. */
  readonly uploaded: ReadonlyMap<string, Credentials>;
  /** The one of them that Cloudflare presents for each host. */
  readonly presented: ReadonlyMap<string, Credentials | undefined>;
}

const cloudflare = "cloudflare:index/authenticatedOriginPulls";

async function planned(authorities: readonly number[], presented: number): Promise<Planned> {
  const { resources } = await planFixture({
    stage: "production",
    set: { "dns.originPulls": { mode: "verify", authorities, presented } },
    previousRecord: null,
    now: new Date("2026-11-23T12:40:00Z"),
  });
  const ofType = (token: string) => resources.filter(({ type }) => type === token);
  const uploaded = new Map(
    ofType(`${cloudflare}HostnameCertificate:AuthenticatedOriginPullsHostnameCertificate`).map(({ id, inputs }) => [
      id,
      { cert: String(inputs["certificate"]), key: String(inputs["privateKey"]) },
    ]),
  );
  const associations = ofType(`${cloudflare}:AuthenticatedOriginPulls`).flatMap(
    ({ inputs }) => inputs["configs"] as readonly { hostname: string; certId: string; enabled: boolean }[],
  );
  const [store] = ofType("aws:lb/trustStore:TrustStore");
  const key = store?.inputs["caCertificatesBundleS3Key"];
  return {
    bundle: String(objectAt(resources, key).inputs["content"]),
    uploaded,
    presented: new Map(
      associations.map(({ hostname, certId, enabled }) => [hostname, enabled ? uploaded.get(certId) : undefined]),
    ),
  };
}

function objectAt(resources: readonly PlannedResource[], key: unknown): PlannedResource {
  const found = resources.find(({ type, inputs }) => type.includes("bucketObject") && inputs["key"] === key);
  if (found === undefined) throw new Error(`No object of the plan has the key ${String(key)}.`);
  return found;
}

/** A certificate for the local server itself, which is no part of the plan. */
const serverKey = plannedKey("the local server");
const server: Credentials = {
  key: keyPems(serverKey).privateKeyPem,
  cert: issueCertificate(
    { subject: [["commonName", "localhost"]], dnsNames: ["localhost"], publicKey: publicKeyOf(serverKey) },
    {
      issuer: [["commonName", "localhost"]],
      issuerKey: serverKey,
      isAuthority: true,
      uses: ["digital_signature", "cert_signing", "server_auth"],
      validityHours: 17_520,
    },
  ),
};

/** Somebody else's account: an authority of theirs, and a certificate that it issued. It is named as ours is. */
function foreign(): { readonly bundle: string; readonly client: Credentials } {
  const [issuerKey, clientKey] = [plannedKey("their authority"), plannedKey("their client")];
  const issuer = [
    ["commonName", "portal-production-origin-authority-1"],
    ["organization", "portal-production"],
  ] as const;
  const issuing = { issuer, issuerKey, validityHours: 17_520 };
  const bundle = issueCertificate(
    { subject: issuer, dnsNames: [], publicKey: publicKeyOf(issuerKey) },
    { ...issuing, isAuthority: true, uses: ["cert_signing"] },
  );
  const cert = issueCertificate(
    { subject: [["commonName", "api.celebrant-portal.com"]], dnsNames: [], publicKey: publicKeyOf(clientKey) },
    { ...issuing, isAuthority: false, uses: ["digital_signature", "client_auth"] },
  );
  return { bundle, client: { cert, key: keyPems(clientKey).privateKeyPem } };
}

/**
 * A handshake with a server that asks for a certificate and trusts the planned bundle, as the load balancer does.
 *
 * @returns whether the server took the connection: it then says so over it
 */
async function connects(bundle: string, client: Credentials | undefined): Promise<boolean> {
  const listening = createServer(
    { ...server, requestCert: true, rejectUnauthorized: true, ca: bundle, minVersion: "TLSv1.2" },
    (socket) => socket.end("taken"),
  );
  listening.on("tlsClientError", () => {});
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  onTestFinished(() => void listening.close());
  const { port } = listening.address() as AddressInfo;
  const socket: TLSSocket = connect({ port, host: "127.0.0.1", servername: "localhost", ca: server.cert, ...client });
  return await new Promise((resolve) => {
    let said = "";
    socket.on("data", (data) => {
      said += data.toString();
    });
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(said === "taken"));
  });
}

describe("the planned certificates, in real handshakes", () => {
  let one: Planned;
  let both: Planned;
  let switched: Planned;
  let second: Planned;
  beforeAll(async () => {
    one = await planned([1], 1);
    both = await planned([1, 2], 1);
    switched = await planned([1, 2], 2);
    second = await planned([2], 2);
  });
  const ofApi = ({ presented }: Planned) => presented.get("api.celebrant-portal.com");

  it("let Cloudflare in, for both hosts", async () => {
    expect([...one.presented.keys()]).toEqual(["api.celebrant-portal.com", "api-v2.celebrant-portal.com"]);
    for (const credentials of one.presented.values()) expect(await connects(one.bundle, credentials)).toBe(true);
  });

  it("keep out who has none, and who has one of somebody else's account", async () => {
    expect(await connects(one.bundle, undefined)).toBe(false);
    const theirs = foreign();
    expect(await connects(one.bundle, theirs.client)).toBe(false);
    expect(await connects(theirs.bundle, theirs.client)).toBe(true);
  });

  it("keep the site up in each update of a rotation, whichever side is the first to change", async () => {
    const updates = [one, both, switched, second];
    for (const [index, after] of updates.entries()) {
      const before = updates[index - 1] ?? after;
      for (const bundle of [before.bundle, after.bundle]) {
        for (const presented of [before, after]) expect(await connects(bundle, ofApi(presented))).toBe(true);
      }
    }
  });

  it("would take the site down if two updates were one, which is why the program refuses it", async () => {
    expect(await connects(one.bundle, ofApi(switched))).toBe(false);
    expect(await connects(second.bundle, ofApi(both))).toBe(false);
  });

  it("are of the length and for the use that they should be", () => {
    const certificate = new X509Certificate(ofApi(one)?.cert ?? "");
    const authority = new X509Certificate(one.bundle);
    const days = ({ validFromDate, validToDate }: X509Certificate) =>
      (validToDate.getTime() - validFromDate.getTime()) / 86_400_000;
    expect([days(certificate), days(authority)]).toEqual([730, 3650]);
    expect([certificate.ca, authority.ca]).toEqual([false, true]);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(certificate.subjectAltName).toBe("DNS:api.celebrant-portal.com, DNS:api-v2.celebrant-portal.com");
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(one.uploaded.size).toBe(1);
    expect(both.uploaded.size).toBe(2);
  });
});
