import { spawn } from "node:child_process";
import { constants } from "node:os";
import { tunnelLifetimeSeconds } from "../../components/database/names.ts";
import { shellWord } from "../../infra/config/problems/fix.ts";
import { formatDuration } from "../../rollout/time.ts";
import { abortOnInterrupt } from "../process.ts";
import type { RolloutWorld } from "../world.ts";
import { clientEnvironment, type DatabaseLogin, databaseOf, roleOf, tokenFor } from "./log-in.ts";
import { type OpenTunnel, type TunnelOptions, withTunnel } from "./open-tunnel.ts";

/** What a tunnel is opened for. */
export interface TunnelUse extends TunnelOptions {
  readonly login: DatabaseLogin;
  /** A program and its words; empty to keep the tunnel open until an interrupt. */
  readonly command: readonly string[];
  /** Is done once the tunnel is open, before the command. */
  readonly prepare?: () => Promise<void>;
}

/** How the use of a tunnel ended. */
export interface TunnelResult {
  readonly host: string;
  readonly localPort: number;
  readonly user: string;
  /** Of the command; null where there was none. */
  readonly exitCode: number | null;
  /** Why the tunnel ended before it was closed; null where it did not. */
  readonly broken: string | null;
}

/**
 * Opens a tunnel and runs a command with it, or waits for an interrupt, and closes it.
 *
 * @throws {RefusedError} naming every reason why it is not opened
 */
export async function useTunnel(
  world: RolloutWorld,
  { login, command, prepare, ...options }: TunnelUse,
): Promise<TunnelResult> {
  const interrupts = abortOnInterrupt();
  try {
    return await withTunnel(world, options, interrupts.signal, async (tunnel) => {
      const config = world.stackFile.readConfig();
      const user = roleOf(login, config);
      const environment = clientEnvironment(tunnel, { user, database: databaseOf(login, config) });
      const { host, localPort } = tunnel;
      const told = { host, localPort, user };
      if (command.length === 0) {
        if (login === "admin") await tokenFor(tunnel, login, user, world.say);
        world.say(howToConnect(tunnel, environment, user));
        return { ...told, exitCode: null, broken: await untilEnd(tunnel, interrupts.signal) };
      }
      await prepare?.();
      const password = await tokenFor(tunnel, login, user, world.say);
      world.say(`The tunnel to ${host} is open. Running ${command.map(shellWord).join(" ")}`);
      let broken: string | null = null;
      void tunnel.broken.then((said) => {
        broken = said;
        world.say(`The tunnel has ended: ${said}`);
      });
      const exitCode = await runWith({ ...environment, PGPASSWORD: password }, command);
      return { ...told, exitCode, broken };
    });
  } catch (error) {
    if (interrupts.signal.aborted && error === interrupts.signal.reason)
      throw new Error("Interrupted. Nothing is open.");
    throw error;
  } finally {
    interrupts.release();
  }
}

/** Null once it was interrupted; what the plugin said where the tunnel ended by itself. */
async function untilEnd({ broken }: OpenTunnel, interrupted: AbortSignal): Promise<string | null> {
  if (interrupted.aborted) return null;
  return await Promise.race([
    broken,
    new Promise<null>((resolve) => interrupted.addEventListener("abort", () => resolve(null), { once: true })),
  ]);
}

function howToConnect({ host, port }: OpenTunnel, environment: Readonly<Record<string, string>>, user: string): string {
  const words = Object.entries(environment).map(([name, value]) => `${name}=${shellWord(value)}`);
  return [
    `The tunnel to ${host} is open for ${formatDuration(tunnelLifetimeSeconds)} at most. In another shell:`,
    `  export ${words.join(" ")}`,
    `  export PGPASSWORD="$(aws rds generate-db-auth-token --hostname ${host} --port ${port} --username ${user})"`,
    "  psql",
    "Ctrl-C closes it.",
  ].join("\n");
}

/**
 * Runs a program on this terminal. Ctrl-C is the program's own: the terminal sends it to both, and this program waits for its end.
 *
 * @returns its exit code; 128 and the signal's number where a signal ended it, as a shell has it
 * @throws {Error} with the code `ENOENT` if there is no such program
 */
async function runWith(environment: Readonly<Record<string, string>>, words: readonly string[]): Promise<number> {
  const [command = "", ...others] = words;
  const child = spawn(command, others, { env: { ...process.env, ...environment }, stdio: "inherit" });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
    });
  } finally {
    for (const signal of ["SIGTERM", "SIGHUP"] as const) process.off(signal, pass);
  }
}
