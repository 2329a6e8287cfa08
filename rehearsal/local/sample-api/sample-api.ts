import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Colour } from "../../../rollout/colour.ts";
import type { DatabaseLogin } from "../database/sql.ts";
import { compileCacheVariable } from "../run/compile-cache.ts";
import { endChild, isAlive } from "../run/processes.ts";
import type { PortalFault } from "./portal.ts";
import { type SampleRelease, sampleReleases } from "./releases.ts";

/** Environment variable that gives a process of the sample API its {@link ApiSettings} as JSON. */
export const settingsVariable = "SAMPLE_API_SETTINGS";

/** Settings of a process of the sample API. */
export interface ApiSettings {
  readonly colour: Colour;
  readonly release: SampleRelease;
  readonly database: DatabaseLogin;
  /** Seconds from SIGTERM until it gives up the requests in flight. */
  readonly stopTimeoutSeconds: number;
  /** Origins that a browser may call it from. Default none. */
  readonly allowedOrigins?: readonly string[];
}

/** Faults that a process can be given on purpose. */
export interface Faults {
  /** Share of requests, from 0 to 1, that are answered 500 without touching the database. */
  readonly errorRate?: number;
  /** Share of requests, from 0 to 1, whose connection is broken off without an answer. */
  readonly hangUpRate?: number;
  /** Share of requests, from 0 to 1, in the middle of which the process ends. */
  readonly crashRate?: number;
  /** Share of requests, from 0 to 1, that are never answered. */
  readonly hangRate?: number;
  /** The status that every request is answered with. */
  readonly status?: number;
  /** Milliseconds that each request waits first. */
  readonly latencyMilliseconds?: number;
  /** Whether each request opens a connection to the database and does not give it back. */
  readonly leaksConnections?: boolean;
  /** Whether /health answers 503. */
  readonly failingHealth?: boolean;
  /** What of the portal's features goes wrong. */
  readonly portal?: readonly PortalFault[];
  /** Whether shares are spread evenly over the requests, so that each run meets the same. Default: drawn for each request. */
  readonly evenly?: boolean;
}

/** What a process has counted since it started. */
interface ApiCounts {
  /** Requests, without health checks and those of the portal's features. */
  readonly requests: number;
  /** Connections to the database that could not be opened, as the application logs them (guide A3). */
  readonly connectionFailures: number;
}

/** A question to a running process. It answers with the same kind and its counts. */
export type ApiRequest = { readonly kind: "count" } | { readonly kind: "faults"; readonly faults: Faults };

/** A message from a running process. */
export type ApiMessage =
  | { readonly kind: "listening"; readonly port: number }
  | ({ readonly kind: ApiRequest["kind"] } & ApiCounts);

/** A running process of the sample API. */
export interface SampleApi {
  readonly pid: number;
  /** Port on 127.0.0.1. */
  readonly port: number;
  readonly release: SampleRelease;
  /** How many requests the process itself has counted, without health checks. */
  requestCount(): Promise<number>;
  /** Everything that it has counted. */
  counts(): Promise<ApiCounts>;
  /** Replaces its faults from the next request on; `{}` for none. */
  setFaults(faults: Faults): Promise<void>;
  /** Ends it by SIGTERM, and kills it after its stop timeout. @returns whether it ended by itself, with exit code 0 */
  stop(): Promise<boolean>;
}

/** Starts one process and waits until it listens. It ends by itself when this process is gone. */
export async function startSampleApi(settings: ApiSettings): Promise<SampleApi> {
  const child = fork(new URL("./api-process.ts", import.meta.url), {
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: ["--max-old-space-size=64", "--max-semi-space-size=2"],
    env: { PATH: process.env["PATH"], ...compileCacheVariable, [settingsVariable]: JSON.stringify(settings) },
  });
  let lastWords = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-2000);
  });
  const ask = (request: ApiRequest) => {
    const reply = nextMessage(child, request.kind, () => lastWords);
    // Where the process is ending, the reply tells it.
    child.send(request, () => {});
    return reply;
  };
  try {
    const { port } = await nextMessage(child, "listening", () => lastWords);
    return {
      pid: child.pid ?? 0,
      port,
      release: settings.release,
      requestCount: async () => (await ask({ kind: "count" })).requests,
      counts: () => ask({ kind: "count" }),
      async setFaults(faults) {
        await ask({ kind: "faults", faults });
      },
      async stop() {
        const endedInTime = await endChild(child, "SIGTERM", settings.stopTimeoutSeconds + 1);
        return endedInTime && child.exitCode === 0;
      },
    };
  } catch (error) {
    await endChild(child, "SIGKILL", 1);
    throw error;
  }
}

async function nextMessage<Kind extends ApiMessage["kind"]>(
  child: ChildProcess,
  kind: Kind,
  lastWords: () => string,
): Promise<Extract<ApiMessage, { readonly kind: Kind }>> {
  if (!isAlive(child)) throw new Error(`The sample API is not running. ${lastWords()}`);
  const { promise, resolve, reject } = Promise.withResolvers<Extract<ApiMessage, { readonly kind: Kind }>>();
  const onMessage = (message: unknown) => {
    const received = message as ApiMessage;
    if (received.kind === kind) resolve(received as Extract<ApiMessage, { readonly kind: Kind }>);
  };
  const onExit = () => reject(new Error(`The sample API ended before it answered "${kind}". ${lastWords()}`));
  child.on("message", onMessage).once("exit", onExit);
  try {
    return await promise;
  } finally {
    child.off("message", onMessage).off("exit", onExit);
  }
}

/** The files that a process of the sample API runs. */
const sources = ["api-process.ts", "portal.ts", "releases.ts"] as const;

/**
 * The digest that stands for a release's image: the SHA-256 of the sample API's source and the release. Like the digest of a
 * real image, it changes when, and only when, the code that runs changes.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function sampleImageDigest(release: SampleRelease): string {
  const hash = createHash("sha256");
  for (const name of sources) {
    const content = readFileSync(new URL(`./${name}`, import.meta.url));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return `sha256:${hash.update(`release\0${release}`).digest("hex")}`;
}

/**
 * The release of a planned container image.
 *
 * @param image a digest, or a repository and a digest, `...@sha256:...`
 * @throws {Error} when no release has that digest
 */
export function releaseOfImage(image: string): SampleRelease {
  const digest = image.slice(image.lastIndexOf("@") + 1);
  const release = sampleReleases.find((candidate) => sampleImageDigest(candidate) === digest);
  if (release === undefined) throw new Error(`The plan runs image ${image}, which is not a release of the sample API.`);
  return release;
}
