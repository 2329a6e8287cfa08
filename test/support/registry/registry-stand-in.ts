import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { clientSettings } from "../aws/client-settings.ts";

/** A registry on loopback that speaks the protocol of container programs, and tells a moto of each image that is pushed. */
export interface RegistryStandIn {
  readonly host: string;
  /** What it was asked, such as `PUT /v2/portal/manifests/2.4.0`. */
  readonly requests: readonly string[];
  /** Answers with other content for a digest from now on, as a broken registry would. */
  corrupt(digest: string): void;
  stop(): Promise<void>;
}

const sha256 = (content: Buffer) => `sha256:${createHash("sha256").update(content).digest("hex")}`;

/**
 * Stands in for a registry of Amazon ECR: log-in by `AWS` and moto's token, blobs that are sent on to another address as ECR
 * sends to S3, tags that never move.
 *
 * The real `crane` (go-containerregistry 0.22) pushed to it, pulled from it, and copied between two of its repositories with
 * the same digest; docs/facts.md says how.
 *
 * @see OCI Distribution Specification 1.1, "Pull", "Push"
 */
export async function startRegistry(moto: { readonly endpoint: string }): Promise<RegistryStandIn> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { readonly content: Buffer; readonly type: string }>();
  const tags = new Map<string, string>();
  const uploads = new Map<string, Buffer>();
  const requests: string[] = [];
  const expected = `Basic ${Buffer.from("AWS:123456789012-auth-token").toString("base64")}`;

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = "GET", url = "/", headers } = request;
    const { pathname, searchParams } = new URL(url, "http://registry");
    requests.push(`${method} ${pathname}`);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const end = (status: number, fields: Readonly<Record<string, string>> = {}, content?: Buffer | string) => {
      response.writeHead(status, { "docker-distribution-api-version": "registry/2.0", ...fields });
      response.end(method === "HEAD" ? undefined : content);
    };
    const refuse = (status: number, code: string, fields: Readonly<Record<string, string>> = {}) =>
      end(status, { "content-type": "application/json", ...fields }, JSON.stringify({ errors: [{ code }] }));
    const stored = /^\/storage\/(sha256:[0-9a-f]{64})$/.exec(pathname)?.[1];
    // As S3, where the address itself is the right to read.
    if (stored !== undefined) {
      return headers.authorization === undefined ? end(200, {}, blobs.get(stored)) : refuse(400, "AuthorizationTwice");
    }
    if (headers.authorization !== expected) return refuse(401, "UNAUTHORIZED", { "www-authenticate": "Basic realm=x" });
    if (pathname === "/v2/") return end(200, {}, "{}");
    const [, name = "", kind = "", reference = ""] =
      /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs)\/([^/]*)$/.exec(pathname) ?? [];
    if (kind === "blobs/uploads") {
      const digest = searchParams.get("digest");
      if (method === "POST") {
        const mounted = searchParams.get("mount");
        if (mounted !== null && blobs.has(mounted)) return end(201, { "docker-content-digest": mounted });
        const id = randomUUID();
        uploads.set(id, Buffer.alloc(0));
        return end(202, { location: `/v2/${name}/blobs/uploads/${id}`, range: "0-0" });
      }
      const content = Buffer.concat([uploads.get(reference) ?? Buffer.alloc(0), body]);
      uploads.set(reference, content);
      if (method === "PATCH") {
        return end(202, { location: `/v2/${name}/blobs/uploads/${reference}`, range: `0-${content.length - 1}` });
      }
      if (digest !== sha256(content)) return refuse(400, "DIGEST_INVALID");
      blobs.set(digest, content);
      return end(201, { "docker-content-digest": digest });
    }
    if (kind === "blobs") {
      const blob = blobs.get(reference);
      if (blob === undefined) return refuse(404, "BLOB_UNKNOWN");
      if (method === "HEAD") return end(200, { "content-length": String(blob.length) });
      return end(307, { location: `http://localhost:${port()}/storage/${reference}` });
    }
    if (kind !== "manifests") return refuse(404, "NAME_UNKNOWN");
    if (method === "PUT")
      return await putManifest({ name, reference, body, type: headers["content-type"] ?? "", end, refuse });
    const digest = tags.get(`${name}:${reference}`) ?? reference;
    const manifest = manifests.get(`${name}@${digest}`);
    if (manifest === undefined) return refuse(404, "MANIFEST_UNKNOWN");
    const { content, type } = manifest;
    end(
      200,
      { "content-type": type, "docker-content-digest": digest, "content-length": String(content.length) },
      content,
    );
  };

  const putManifest = async (put: {
    readonly name: string;
    readonly reference: string;
    readonly body: Buffer;
    readonly type: string;
    readonly end: (status: number, fields: Readonly<Record<string, string>>) => void;
    readonly refuse: (status: number, code: string) => void;
  }) => {
    const { name, reference, body, type, end, refuse } = put;
    const digest = sha256(body);
    const parsed = JSON.parse(body.toString("utf8"));
    const needed = [parsed.config, ...(parsed.layers ?? [])].filter((one) => one !== undefined);
    if (needed.some((one) => !blobs.has(one.digest))) return refuse(400, "MANIFEST_BLOB_UNKNOWN");
    const standing = tags.get(`${name}:${reference}`);
    if (standing !== undefined && standing !== digest) return refuse(400, "TAG_INVALID");
    manifests.set(`${name}@${digest}`, { content: body, type });
    if (!reference.startsWith("sha256:")) tags.set(`${name}:${reference}`, digest);
    await new ECRClient(clientSettings(moto)).send(
      new PutImageCommand({
        repositoryName: name,
        imageManifest: body.toString("utf8"),
        imageManifestMediaType: type,
        imageDigest: digest,
        ...(reference.startsWith("sha256:") ? {} : { imageTag: reference }),
      }),
    );
    end(201, { "docker-content-digest": digest });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500);
      response.end(String(error));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = () => (server.address() as AddressInfo).port;
  return {
    host: `127.0.0.1:${port()}`,
    requests,
    corrupt(digest) {
      for (const [key, { type }] of manifests) {
        if (key.endsWith(`@${digest}`)) manifests.set(key, { content: Buffer.from("{}"), type });
      }
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
