import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { devNull } from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isRunning } from "../local/run/processes.ts";
import { prepareMotoEnvironment } from "../python/moto-environment.ts";

/** A moto: AWS's API over HTTP, with an account of its own. */
export interface MotoServer {
  readonly pid: number;
  /** `http://127.0.0.1:<port>`, for every service. */
  readonly endpoint: string;
  /** Makes an AWS SDK or CLI of another process talk to this server and nowhere else, whatever the machine has configured. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Starts a second server with everything that this one has. From then on, neither sees what happens in the other. It
   * takes milliseconds. Nothing may be under way in this server while it is copied.
   */
  copy(): Promise<MotoServer>;
  /** Ends the server; a second call does nothing. Its copies go on. */
  stop(): Promise<void>;
}

/** A call of AWS's API, as botocore names it. */
export interface AwsCall {
  /** `elbv2`. */
  readonly service: string;
  /** `ModifyRule`. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What AWS's API says to one call: an answer, or why it refuses. */
export type AwsAnswer = { readonly answer: Readonly<Record<string, unknown>> } | { readonly refusal: AwsRefusal };

/** `NotInMoto` is the code of a refusal because moto does not have the operation. */
export interface AwsRefusal {
  readonly code: string;
  readonly message: string;
}

/**
 * Makes calls of any services, one after the other, written as botocore writes them.
 *
 * @param endpoint of a server that `startMoto` gave
 * @returns an answer to each, up to the first one that is refused; those after it are not made
 */
export async function callMoto(
  { endpoint }: Pick<MotoServer, "endpoint">,
  calls: readonly AwsCall[],
): Promise<readonly AwsAnswer[]> {
  return (await post(`${endpoint}/calls`, calls)) as readonly AwsAnswer[];
}

/** The region that the committed stack files name. */
export const motoRegion = "ap-southeast-2";

/** Seconds that a server may live, should its test process hang; a whole run takes a few minutes. */
const lifeSeconds = 3600;
/** Seconds until it must answer; it takes 2, and on a machine that does much else many times that. */
const startLimitSeconds = 300;
/** What moto takes from anybody. */
const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: motoRegion };

const program = fileURLToPath(new URL("./serve-moto.py", import.meta.url));

/** The empty server of this process, of which all others are copies: loading moto takes longer than most tests. */
let empty: Promise<MotoServer> | undefined;

/**
 * Starts a server with an empty account, on a port of 127.0.0.1 that the system chooses. It executes state machines for
 * real, against itself. It ends when it is stopped, when the test process ends in whatever way, or after an hour.
 *
 * @throws {Error} when moto cannot be installed or does not start
 */
export async function startMoto(): Promise<MotoServer> {
  empty ??= startEmpty();
  return await (await empty).copy();
}

async function startEmpty(): Promise<MotoServer> {
  const prepared = await prepareMotoEnvironment();
  if ("missing" in prepared) throw new Error(`moto cannot be started: ${prepared.missing}.`);
  const child = spawn(prepared.python, [program, String(lifeSeconds)], {
    // No proxy and no AWS configuration of this machine: moto's own calls go to moto.
    env: {
      PATH: process.env["PATH"],
      AWS_DEFAULT_REGION: motoRegion,
      // macOS asks its settings for a proxy, and ends a copy of a process that does so.
      NO_PROXY: "*",
      OBJC_DISABLE_INITIALIZE_FORK_SAFETY: "YES",
      ...credentials,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A server that ended by itself closes the pipe, which is found out by those who ask it.
  child.stdin.on("error", () => {});
  const port = await readPort(child);
  // It ends with this process, and must not keep it from ending.
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as Socket).unref();
  const server = connect({ port, pid: child.pid ?? 0 });
  await post(`${server.endpoint}/moto-api/config`, { stepfunctions: { execute_state_machine: true } });
  return server;
}

function connect({ port, pid }: { readonly port: number; readonly pid: number }): MotoServer {
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    pid,
    endpoint,
    environment: {
      ...credentials,
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
    },
    copy: async () => connect((await post(`${endpoint}/copy`)) as { port: number; pid: number }),
    async stop() {
      if (isRunning(pid)) process.kill(pid, "SIGKILL");
      while (isRunning(pid)) await sleep(1);
    },
  };
}

async function readPort(child: ChildProcess): Promise<number> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("moto was started without pipes.");
  const complaints: string[] = [];
  createInterface({ input: stderr }).on("line", (line) => {
    complaints.push(line);
    complaints.splice(0, complaints.length - 20);
  });
  const limit = AbortSignal.timeout(startLimitSeconds * 1000);
  const lines = createInterface({ input: stdout });
  const answer = await Promise.race([
    once(lines, "line", { signal: limit }).then(([line]) => Number(line)),
    once(child, "exit", { signal: limit }).then(([code, signal]) => `ended with ${code ?? signal}`),
    once(child, "error", { signal: limit }).then(([error]) => String(error)),
  ]).catch(() => `said nothing for ${startLimitSeconds} s`);
  if (typeof answer === "number" && answer > 0) return answer;
  child.kill("SIGKILL");
  throw new Error(
    `moto did not start, it ${answer}. If the system's Python has changed, remove .cache/moto-* and try again.\n${complaints.join("\n")}`,
  );
}

async function post(url: string, body: unknown = {}): Promise<unknown> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}
