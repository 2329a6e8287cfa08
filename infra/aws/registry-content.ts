import { createHash } from "node:crypto";
import { z } from "zod";

/** Where a repository of images is. */
export interface RegistryPlace {
  /** Such as `<account>.dkr.ecr.<region>.amazonaws.com`. */
  readonly host: string;
  readonly repositoryName: string;
}

/** Forms of a manifest that are understood. @see OCI Image Specification, "Media Types"; Docker "Image Manifest V 2, Schema 2" */
const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

const platform = z.object({ os: z.string(), architecture: z.string() });

/** The parts of a manifest that are read: an image has a config, an index has the manifests of several images. */
const manifestSchema = z.object({
  config: z.object({ digest: z.string() }).optional(),
  manifests: z.array(z.object({ platform: platform.optional() })).optional(),
});

/**
 * Reads what an image runs on, such as `linux/amd64`, by the registry's own protocol: its manifest, and where that is no
 * index, its config. What is no image in an index, such as a build's attestation, has the platform `unknown/unknown` and is
 * left out.
 *
 * @throws {Error} where the registry does not give them, or gives another content than the digest's
 * @see OCI Distribution Specification, "Pull"; Amazon ECR user guide, "Private registry authentication" (HTTP API)
 */
export async function readPlatforms(
  place: RegistryPlace,
  login: { readonly user: string; readonly password: string },
  digest: string,
): Promise<readonly string[]> {
  const read = (kind: "manifests" | "blobs", what: string) => readContent(place, login, kind, what);
  const { config, manifests } = manifestSchema.parse(JSON.parse(await read("manifests", digest)));
  if (manifests !== undefined) {
    return manifests.flatMap(({ platform: of }) =>
      of === undefined || of.os === "unknown" ? [] : [`${of.os}/${of.architecture}`],
    );
  }
  if (config === undefined) throw new Error(`The manifest of ${digest} names neither a config nor other manifests.`);
  const { os, architecture } = platform.parse(JSON.parse(await read("blobs", config.digest)));
  return [`${os}/${architecture}`];
}

/** The scheme that container programs speak: plain HTTP to this machine alone. */
function originOf(host: string): string {
  return `${/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host) ? "http" : "https"}://${host}`;
}

const withinMilliseconds = 20_000;

async function readContent(
  { host, repositoryName }: RegistryPlace,
  { user, password }: { readonly user: string; readonly password: string },
  kind: "manifests" | "blobs",
  digest: string,
): Promise<string> {
  const url = `${originOf(host)}/v2/${repositoryName}/${kind}/${digest}`;
  const response = await fetch(url, {
    headers: {
      accept: kind === "manifests" ? manifestTypes.join(", ") : "*/*",
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
    },
    signal: AbortSignal.timeout(withinMilliseconds),
  }).catch((error: unknown) => {
    throw new Error(`The registry ${host} cannot be reached. Check the network, and run the command again.`, {
      cause: error,
    });
  });
  const content = await response.text();
  if (!response.ok) {
    throw new Error(
      `The registry ${host} answered ${response.status} to the question for ${digest}. The log-in needs ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on ${repositoryName}.`,
    );
  }
  const found = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  if (found !== digest) throw new Error(`The registry ${host} gave ${found} for ${digest}. Nothing of it is used.`);
  return content;
}
