/**
 * The keeper's program. When the rehearsal is killed outright (SIGKILL, out of memory), it ends the processes and removes
 * the folders that the rehearsal named, and exits. PostgreSQL needs it, because it does not notice that its parent is gone.
 */
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { KeeperMessage, SlownessReply } from "./keeper.ts";
import { measureSlowness, type Slowness } from "./machine-control.ts";
import { isRunning } from "./processes.ts";

const processes = new Map<number, NodeJS.Signals>();
const folders = new Set<string>();
/** Measures from the first time that somebody asks. */
let slownessSince: ((since: number) => Slowness) | undefined;

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    processes.delete(pid);
  }
}

async function endEverything(): Promise<void> {
  for (const [pid, name] of processes) signal(pid, name);
  for (let waited = 0; waited < 5000 && [...processes.keys()].some(isRunning); waited += 50) await sleep(50);
  for (const pid of processes.keys()) if (isRunning(pid)) signal(pid, "SIGKILL");
  for (const path of folders) await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

process.on("message", (message: KeeperMessage) => {
  switch (message.kind) {
    case "process":
      processes.set(message.pid, message.signal);
      break;
    case "ended":
      processes.delete(message.pid);
      break;
    case "folder":
      folders.add(message.path);
      break;
    case "removed":
      folders.delete(message.path);
      break;
    case "slowness":
      slownessSince ??= measureSlowness();
      process.send?.({ since: message.since, ...slownessSince(message.since) } satisfies SlownessReply);
      break;
  }
});

process.once("disconnect", () => {
  void endEverything().finally(() => process.exit(0));
});
