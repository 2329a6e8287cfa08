import {
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ImageNotFoundException,
  ScanNotFoundException,
  StartImageScanCommand,
} from "@aws-sdk/client-ecr";
import type { ImageFinding } from "../../rollout/image-findings.ts";
import { plainLine } from "../../rollout/plain-text.ts";
import { clientOptions, explained } from "./client.ts";
import { repositoryNameOf } from "./images.ts";
import { type RegistryPlace, readPlatforms } from "./registry-content.ts";

/** An image in a registry, by its tag or by its digest. */
export type ImageName = { readonly tag: string } | { readonly digest: string };

/** An image that a registry has. */
interface KnownImage {
  readonly digest: string;
  readonly tags: readonly string[];
  /** ISO 8601 instant. */
  readonly pushedAt: string;
}

/** How the scan of an image stands. */
export interface ImageScan {
  /** `none` where nobody has asked for a scan; `failed` where the registry will not finish one. */
  readonly state: "none" | "running" | "done" | "failed";
  /** What the registry says of it, such as `COMPLETE` or `UNSUPPORTED_IMAGE: …`. */
  readonly said: string;
  readonly findings: readonly ImageFinding[];
}

/** What a container program logs in to a registry with. */
export interface RegistryLogin extends Pick<RegistryPlace, "host"> {
  readonly user: string;
  /** Valid for 12 hours. */
  readonly password: string;
}

/**
 * The registry of a stage. Each function is one API call, pages and retries aside.
 *
 * Every function throws an `Error` whose message says what was asked, what AWS answered and what to do.
 */
export interface Registry extends RegistryPlace {
  /** @returns undefined where there is none */
  find(image: ImageName): Promise<KnownImage | undefined>;
  readScan(digest: string): Promise<ImageScan>;
  startScan(digest: string): Promise<void>;
  logIn(): Promise<RegistryLogin>;
  /** What an image runs on, such as `linux/amd64`; several where it is an index. */
  readPlatforms(digest: string): Promise<readonly string[]>;
}

/**
 * Opens the registry behind a URL.
 *
 * @param url `<account>.dkr.ecr.<region>.amazonaws.com/<name>`, as the stack output `imageRepositoryUrl` has it
 * @param region where the URL names none
 */
export function openRegistry(url: string, region: string): Registry {
  const [, registryId, ownRegion = region] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\./.exec(url) ?? [];
  const repositoryName = repositoryNameOf(url);
  const place: RegistryPlace = { host: url.split("/")[0] ?? url, repositoryName };
  const client = new ECRClient(clientOptions(ownRegion));
  const where = { repositoryName, ...(registryId === undefined ? {} : { registryId }) };
  const imageId = (digest: string) => ({ ...where, imageId: { imageDigest: digest } });
  const logIn = async (): Promise<RegistryLogin> => {
    const { authorizationData = [] } = await explained("the registry gave no log-in", () =>
      client.send(new GetAuthorizationTokenCommand({})),
    );
    const [user = "", password = ""] = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64")
      .toString("utf8")
      .split(":");
    return { host: place.host, user, password };
  };
  return {
    ...place,
    logIn,
    async find(image) {
      const named = "tag" in image ? { imageTag: image.tag } : { imageDigest: image.digest };
      const answer = await explained(`the images of ${repositoryName} could not be read`, () =>
        unlessMissing(ImageNotFoundException, () =>
          client.send(new DescribeImagesCommand({ ...where, imageIds: [named] })),
        ),
      );
      const found = answer?.imageDetails?.[0];
      if (found?.imageDigest === undefined) return undefined;
      const { imageDigest: digest, imageTags = [], imagePushedAt } = found;
      return { digest, tags: imageTags.map(plainLine), pushedAt: imagePushedAt?.toISOString() ?? "an unknown time" };
    },
    readScan: (digest) => readScan(client, imageId(digest)),
    async startScan(digest) {
      await explained(`the scan of ${digest} could not be started`, () =>
        client.send(new StartImageScanCommand(imageId(digest))),
      );
    },
    readPlatforms: async (digest) => await readPlatforms(place, await logIn(), digest),
  };
}

/** A call's answer, or none where AWS says that there is no such thing. */
async function unlessMissing<T>(
  missing: new (...words: never[]) => Error,
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof missing) return undefined;
    throw error;
  }
}

interface ScanRequest {
  readonly repositoryName: string;
  readonly imageId: { readonly imageDigest: string };
}

/** States in which a scan goes on. @see Amazon ECR API Reference, ImageScanStatus */
const running = ["IN_PROGRESS", "PENDING"];

/** A basic scan completes; an enhanced one stays active, and finds new things as they become known. */
const done = ["COMPLETE", "ACTIVE"];

async function readScan(client: ECRClient, request: ScanRequest): Promise<ImageScan> {
  const findings: ImageFinding[] = [];
  let said = "";
  let state: ImageScan["state"] = "none";
  let nextToken: string | undefined;
  do {
    const page = await explained(`the scan of ${request.imageId.imageDigest} could not be read`, () =>
      unlessMissing(ScanNotFoundException, () =>
        client.send(new DescribeImageScanFindingsCommand({ ...request, maxResults: 1000, nextToken })),
      ),
    );
    if (page === undefined) return { state: "none", said: "nobody has asked for a scan", findings: [] };
    const { status = "unknown", description } = page.imageScanStatus ?? {};
    said = [status, ...(description === undefined || description === "" ? [] : [plainLine(description)])].join(": ");
    state = done.includes(status) ? "done" : running.includes(status) ? "running" : "failed";
    const { findings: basic = [], enhancedFindings = [] } = page.imageScanFindings ?? {};
    for (const { name = "", severity = "UNDEFINED", attributes = [] } of basic) {
      const of = (key: string) => attributes.find((one) => one.key === key)?.value;
      findings.push(findingOf(name, severity, [of("package_name"), of("package_version")]));
    }
    for (const {
      title = "",
      severity = "UNDEFINED",
      status: standing,
      packageVulnerabilityDetails,
    } of enhancedFindings) {
      if (standing !== undefined && standing !== "ACTIVE") continue;
      const { vulnerabilityId = title, vulnerablePackages = [] } = packageVulnerabilityDetails ?? {};
      const [first] = vulnerablePackages;
      findings.push(findingOf(vulnerabilityId, severity, [first?.name, first?.version]));
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return { state, said, findings };
}

function findingOf(name: string, severity: string, packageParts: readonly (string | undefined)[]): ImageFinding {
  const named = packageParts.filter((part) => part !== undefined).join(" ");
  return { name: plainLine(name), severity, ...(named === "" ? {} : { package: plainLine(named) }) };
}
