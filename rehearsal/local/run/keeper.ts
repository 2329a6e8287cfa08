import { fork } from "node:child_process";
import { once } from "node:events";
import { compileCacheVariable } from "./compile-cache.ts";
import type { Slowness } from "./machine-control.ts";
import { isAlive } from "./processes.ts";

/** What the rehearsal tells its keeper. */
export type KeeperMessage =
  /** End this process when the rehearsal is gone. */
  | { readonly kind: "process"; readonly pid: number; readonly signal: NodeJS.Signals }
  /** That process has ended; another process may get its id. */
  | { readonly kind: "ended"; readonly pid: number }
  /** Remove this folder when the rehearsal is gone. */
  | { readonly kind: "folder"; readonly path: string }
  /** That folder has been removed. */
  | { readonly kind: "removed"; readonly path: string }
  /** Tell how slow this machine was. */
  | { readonly kind: "slowness"; readonly since: number };

/** What the keeper tells of it. */
export interface SlownessReply extends Slowness {
  readonly since: number;
}

/** A small process that ends the watched processes and removes the watched folders when this process dies. */
export interface Keeper {
  readonly pid: number;
  /** @param signal asks the process to end; it is killed when it takes more than 5 s */
  watchProcess(pid: number, signal: NodeJS.Signals): void;
  forgetProcess(pid: number): void;
  watchFolder(path: string): void;
  forgetFolder(path: string): void;
  /**
   * How slow this machine was since a time, by `machine-control.ts`. It is measured from the first question on.
   *
   * @param since milliseconds since 1970
   */
  slownessSince(since: number): Promise<Slowness>;
  /** Ends the keeper, after it has ended and removed what it still watches. */
  stop(): Promise<void>;
}

/** Of a keeper that is gone. */
const unknownSlowness: Slowness = { delayMilliseconds: 0, workFactor: 1 };

/** Starts the keeper in its own session, so that Ctrl-C in the terminal does not reach it. */
export async function startKeeper(): Promise<Keeper> {
  const child = fork(new URL("./keeper-process.ts", import.meta.url), {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    env: { ...process.env, ...compileCacheVariable },
    execArgv: ["--max-old-space-size=32", "--max-semi-space-size=1"],
  });
  await once(child, "spawn");
  // The keeper must not keep the rehearsal alive: it acts when the channel closes.
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
    async slownessSince(since) {
      if (!child.connected) return unknownSlowness;
      const { promise, resolve } = Promise.withResolvers<Slowness>();
      const onReply = (reply: unknown) => {
        const { since: asked, ...slowness } = reply as SlownessReply;
        if (asked === since) resolve(slowness);
      };
      const onExit = () => resolve(unknownSlowness);
      child.on("message", onReply).once("exit", onExit);
      tell({ kind: "slowness", since });
      try {
        return await promise;
      } finally {
        child.off("message", onReply).off("exit", onExit);
      }
    },
    async stop() {
      if (!isAlive(child)) return;
      child.ref();
      const exited = once(child, "exit");
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
