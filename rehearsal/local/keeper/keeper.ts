import { fork } from "node:child_process";
import { once } from "node:events";
import type { KeeperMessage } from "./keeper-message.ts";

/** A small process that ends and removes what it was told of, should this process die without doing so itself. */
export interface Keeper {
  readonly pid: number;
  /** @param signal how to ask it to end; it is killed when that takes more than 5 s */
  watchProcess(pid: number, signal: NodeJS.Signals): void;
  forgetProcess(pid: number): void;
  watchFolder(path: string): void;
  forgetFolder(path: string): void;
  /** Ends the keeper. What it still watches it ends and removes first, so nothing is left either way. */
  stop(): Promise<void>;
}

/** Starts the keeper, in a session of its own so that a Ctrl-C in the terminal does not reach it. */
export async function startKeeper(): Promise<Keeper> {
  const child = fork(new URL("./keeper-process.ts", import.meta.url), {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: ["--max-old-space-size=32", "--max-semi-space-size=1"],
  });
  await once(child, "spawn");
  // A keeper must not keep the rehearsal alive: the channel to it is what it watches.
  child.unref();
  child.channel?.unref();
  const tell = (message: KeeperMessage): void => {
    if (child.connected) child.send(message);
  };
  return {
    pid: child.pid ?? 0,
    watchProcess: (pid, signal) => tell({ kind: "process", pid, signal }),
    forgetProcess: (pid) => tell({ kind: "ended", pid }),
    watchFolder: (path) => tell({ kind: "folder", path }),
    forgetFolder: (path) => tell({ kind: "removed", path }),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const exited = once(child, "exit");
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
