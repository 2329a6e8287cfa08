import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openRegistry } from "../../../infra/aws/registry.ts";
import { readPlatforms } from "../../../infra/aws/registry-content.ts";
import { digest } from "../../support/rollout.ts";

const url = "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/portal-staging";

/** Answers on loopback in the place of ECR's API, with bodies as AWS documents them, one after the other. */
async function answering(...answers: readonly { readonly status?: number; readonly body: object }[]) {
  const requests: { readonly action: string; readonly body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { status = 200, body } = answers[requests.length] ?? { status: 500, body: {} };
    requests.push({
      action: String(request.headers["x-amz-target"]).split(".").at(-1) ?? "",
      body: JSON.parse(Buffer.concat(parts).toString()),
    });
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL_ECR", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });
  return requests;
}

describe("the scan of an image", () => {
  it("is read page by page, of a basic scan", async () => {
    const requests = await answering(
      {
        body: {
          imageScanStatus: { status: "COMPLETE" },
          imageScanFindings: {
            findings: [
              {
                name: "CVE-1",
                severity: "CRITICAL",
                attributes: [
                  { key: "package_name", value: "openssl" },
                  { key: "package_version", value: "3.0.1" },
                ],
              },
            ],
          },
          nextToken: "more",
        },
      },
      {
        body: {
          imageScanStatus: { status: "COMPLETE" },
          imageScanFindings: { findings: [{ name: "CVE-2", severity: "LOW" }] },
        },
      },
    );
    expect(await openRegistry(url, "us-east-1").readScan(digest("a"))).toEqual({
      state: "done",
      said: "COMPLETE",
      findings: [
        { name: "CVE-1", severity: "CRITICAL", package: "openssl 3.0.1" },
        { name: "CVE-2", severity: "LOW" },
      ],
    });
    // The registry is the account's that the URL names, whoever asks.
    const asked = {
      registryId: "123456789012",
      repositoryName: "portal-staging",
      imageId: { imageDigest: digest("a") },
    };
    expect(requests.map(({ body }) => body)).toEqual([
      { ...asked, maxResults: 1000 },
      { ...asked, maxResults: 1000, nextToken: "more" },
    ]);
  });

  it("is read of an enhanced scan, without what is closed or suppressed", async () => {
    const enhanced = (vulnerabilityId: string, status?: string) => ({
      severity: "CRITICAL",
      title: `${vulnerabilityId} - openssl`,
      ...(status === undefined ? {} : { status }),
      packageVulnerabilityDetails: { vulnerabilityId, vulnerablePackages: [{ name: "openssl", version: "3.0.1" }] },
    });
    await answering({
      body: {
        imageScanStatus: { status: "ACTIVE", description: "Continuous scan is selected for image." },
        imageScanFindings: {
          enhancedFindings: [
            enhanced("CVE-1", "ACTIVE"),
            enhanced("CVE-2"),
            enhanced("CVE-3", "SUPPRESSED"),
            enhanced("CVE-4", "CLOSED"),
          ],
        },
      },
    });
    const { state, findings } = await openRegistry(url, "us-east-1").readScan(digest("a"));
    expect([state, ...findings.map(({ name }) => name)]).toEqual(["done", "CVE-1", "CVE-2"]);
  });

  it.each([
    ["IN_PROGRESS", "running"],
    ["PENDING", "running"],
    ["FAILED", "failed"],
    ["UNSUPPORTED_IMAGE", "failed"],
    ["SCAN_ELIGIBILITY_EXPIRED", "failed"],
    ["FINDINGS_UNAVAILABLE", "failed"],
    ["LIMIT_EXCEEDED", "failed"],
    ["IMAGE_ARCHIVED", "failed"],
  ])("that is %s is %s", async (status, state) => {
    await answering({ body: { imageScanStatus: { status } } });
    expect(await openRegistry(url, "us-east-1").readScan(digest("a"))).toMatchObject({ state, said: status });
  });

  it("that nobody asked for is none, and any other failure is told", async () => {
    await answering(
      { status: 400, body: { __type: "ScanNotFoundException", message: "Image scan does not exist" } },
      { status: 400, body: { __type: "AccessDeniedException", message: "not authorized" } },
    );
    const registry = openRegistry(url, "us-east-1");
    expect((await registry.readScan(digest("a"))).state).toBe("none");
    await expect(registry.readScan(digest("a"))).rejects.toThrow(/could not be read: not authorized .*may not do this/);
  });
});

describe("what an image runs on", () => {
  const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

  /** A registry that has these texts, by their digests. */
  async function having(...texts: readonly string[]) {
    const server = createServer((request, response) => {
      const text = texts.find((one) => request.url?.endsWith(sha256(one)));
      response.writeHead(text === undefined ? 403 : 200);
      response.end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const place = { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, repositoryName: "portal" };
    return (of: string) => readPlatforms(place, { user: "AWS", password: "x" }, of);
  }

  it("is in its config, and of an index in each entry, without a build's attestations", async () => {
    const config = JSON.stringify({ os: "linux", architecture: "arm64" });
    const manifest = JSON.stringify({ schemaVersion: 2, config: { digest: sha256(config) }, layers: [] });
    const index = JSON.stringify({
      schemaVersion: 2,
      manifests: [
        { digest: digest("a"), platform: { os: "linux", architecture: "amd64" } },
        { digest: digest("b"), platform: { os: "unknown", architecture: "unknown" } },
        { digest: digest("c") },
      ],
    });
    const read = await having(config, manifest, index);
    expect(await read(sha256(manifest))).toEqual(["linux/arm64"]);
    expect(await read(sha256(index))).toEqual(["linux/amd64"]);
  });

  it("names the rights that are missing", async () => {
    const read = await having();
    await expect(read(digest("a"))).rejects.toThrow(
      /answered 403 .* ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on portal\.$/,
    );
  });
});
