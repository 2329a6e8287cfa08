import { type ChildProcess, spawn } from "node:child_process";
import { connect as connectTcp, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import type { TunnelSession } from "../../infra/aws/tunnel-aws.ts";
import { plainLine } from "../../rollout/plain-text.ts";
import { runProcess } from "../process.ts";

/** AWS's own program, which carries a session of Systems Manager. It is no package of npm. */
const pluginCommand = "session-manager-plugin";

/** The environment variable that the plugin reads the session's token from, so that no list of processes shows it. */
const responseVariable = "AWS_SSM_START_SESSION_RESPONSE";

/** From the version after this one on, the plugin reads that variable (awscli, customizations/sessionmanager.py). */
const lastWithoutVariable = [1, 2, 497, 0] as const;

/** What to do where the plugin is missing or old. */
export const pluginFix =
  "Install AWS's Session Manager plugin 1.2.764.0 or newer: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html.";

/**
 * The plugin's version.
 *
 * @throws {Error} where it is not on the path, or too old
 */
export async function pluginVersion(command = pluginCommand): Promise<string> {
  const { stdout } = await runProcess({ command, words: ["--version"], cwd: process.cwd() }).catch((error: unknown) => {
    throw new Error(`There is no ${pluginCommand} on the path.`, { cause: error });
  });
  const version = plainLine(stdout.trim());
  const parts = version.split(".").map(Number);
  const first = lastWithoutVariable.findIndex((part, place) => part !== parts[place]);
  const isNewer = first !== -1 && (parts[first] ?? 0) > (lastWithoutVariable[first] ?? 0);
  if (!isNewer) throw new Error(`The ${pluginCommand} on the path is version ${version}, which is too old.`);
  return version;
}

/** The plugin while it forwards a port. */
export interface RunningPlugin {
  readonly pid: number;
  /** Is settled when it has ended, with what it said last. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the plugin with a session. It has a process group of its own: Ctrl-C is for the command that uses the tunnel.
 *
 * @see awscli, customizations/sessionmanager.py, for the words it is given
 */
export function startPlugin(region: string, session: TunnelSession): RunningPlugin {
  const { request, response, endpoint } = session;
  const profile = process.env["AWS_PROFILE"] ?? "";
  const child = spawn(
    pluginCommand,
    [responseVariable, region, "StartSession", profile, JSON.stringify(request), endpoint],
    {
      env: { ...process.env, [responseVariable]: JSON.stringify(response) },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    },
  );
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => {
      said = (said + part).slice(-2000);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", () => resolve(plainLine(said.trim().split("\n").at(-1) ?? "")));
  });
  return { pid: child.pid ?? 0, ended, stop: () => stopChild(child, ended) };
}

/** Milliseconds that the plugin may take to end a session by itself. */
const endsWithin = 3000;

async function stopChild(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  const inTime = new AbortController();
  await Promise.race([ended, setTimeout(endsWithin, undefined, { signal: inTime.signal }).catch(() => {})]);
  inTime.abort();
  child.kill("SIGKILL");
  await ended;
}

/** The far end of a tunnel, as the near end must prove it. */
export interface FarEnd {
  readonly localPort: number;
  /** Name that the certificate must have. */
  readonly host: string;
  /** PEM text of the authorities that may have signed it. */
  readonly authorities: string;
}

/**
 * Asks PostgreSQL for TLS through the tunnel, and verifies that it is this instance that answers: before anybody sends it a
 * token.
 *
 * @returns false where nothing listens or answers yet
 * @throws {Error} where somebody else answers, or without TLS
 * @see PostgreSQL, "Message Formats", SSLRequest
 */
export async function isTheDatabase({ localPort, host, authorities }: FarEnd): Promise<boolean> {
  const socket = connectTcp({ host: "127.0.0.1", port: localPort });
  try {
    const answer = await firstByte(socket);
    if (answer === undefined) return false;
    if (answer !== "S") {
      throw new Error(`What answers at the tunnel's far end offers no TLS, so it is not the database ${host}.`);
    }
    await handshake(socket, host, authorities);
    return true;
  } finally {
    socket.destroy();
  }
}

/** Milliseconds that PostgreSQL may take to answer through the tunnel. */
const answersWithin = 10_000;

/** Undefined where the connection is refused, closed, or not answered. */
async function firstByte(socket: Socket): Promise<string | undefined> {
  return await new Promise((resolve) => {
    socket.setTimeout(answersWithin, () => resolve(undefined));
    socket.once("error", () => resolve(undefined));
    socket.once("close", () => resolve(undefined));
    socket.once("connect", () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    socket.once("data", (data) => resolve(data.toString("latin1", 0, 1)));
  });
}

async function handshake(socket: Socket, host: string, ca: string): Promise<void> {
  socket.removeAllListeners();
  await new Promise<void>((resolve, reject) => {
    const secure = connectTls({ socket, servername: host, ca, minVersion: "TLSv1.2" }, () => {
      secure.destroy();
      resolve();
    });
    secure.setTimeout(answersWithin, () => reject(new Error(`The database ${host} did not finish the TLS handshake.`)));
    secure.once("error", (error) => {
      reject(
        new Error(
          `What answers at the tunnel's far end did not prove to be the database ${host}: ${plainLine(error.message)}. Nothing was sent to it. Where RDS has a new authority, delete .cache/rds-global-bundle.pem, and run the command again.`,
          { cause: error },
        ),
      );
    });
  });
}
