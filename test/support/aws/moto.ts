import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { devNull } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { endChild } from "../../../rehearsal/local/run/processes.ts";
import { prepareMotoEnvironment } from "../../../rehearsal/python/moto-environment.ts";

/** A moto of one test file: AWS's API over HTTP, empty at the start. */
export interface MotoServer {
  readonly pid: number;
  /** `http://127.0.0.1:<port>`, for every service. */
  readonly endpoint: string;
  /** Makes an AWS SDK or CLI of another process talk to this server and nowhere else, whatever the machine has configured. */
  readonly environment: Readonly<Record<string, string>>;
  /** Empties the account. */
  reset(): Promise<void>;
  /** Ends the server; a second call does nothing. */
  stop(): Promise<void>;
}

/** The region that the committed stack files name. */
export const motoRegion = "ap-southeast-2";

/** Seconds that a server may live, should its test process hang. */
const lifeSeconds = 900;
/** Seconds until it must answer; it takes 1, on a machine that is busy otherwise a few. */
const startLimitSeconds = 60;
/**
 * Tasks that moto takes for running in a service from the start: as many as any stage plans, so that the first deployment
 * counts as completed. Updating the service then says how many it really has.
 */
const runningTasks = 2;

const program = fileURLToPath(new URL("./serve-moto.py", import.meta.url));

/**
 * Starts a server for one test file, on a port of 127.0.0.1 that the system chooses. It executes state machines for real,
 * against itself. It ends when it is stopped, when the test process ends in whatever way, or after 15 minutes.
 *
 * @throws {Error} when moto cannot be installed or does not start
 */
export async function startMoto(): Promise<MotoServer> {
  const prepared = await prepareMotoEnvironment();
  if ("missing" in prepared) throw new Error(`moto cannot be started: ${prepared.missing}.`);
  const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: motoRegion };
  const child = spawn(prepared.python, [program, String(lifeSeconds)], {
    // No proxy and no AWS configuration of this machine: moto's own calls go to moto.
    env: {
      PATH: process.env["PATH"],
      AWS_DEFAULT_REGION: motoRegion,
      MOTO_ECS_SERVICE_RUNNING: String(runningTasks),
      ...credentials,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A server that ended by itself closes the pipe, which is found out by those who ask it.
  child.stdin.on("error", () => {});
  const endpoint = `http://127.0.0.1:${await readPort(child)}`;
  const configure = () => post(`${endpoint}/moto-api/config`, { stepfunctions: { execute_state_machine: true } });
  await configure();
  return {
    pid: child.pid ?? 0,
    endpoint,
    environment: {
      ...credentials,
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
    },
    async reset() {
      await post(`${endpoint}/moto-api/reset`, {});
      await configure();
    },
    async stop() {
      await endChild(child, "SIGKILL", 5);
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

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
