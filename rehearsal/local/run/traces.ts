import { existsSync } from "node:fs";
import { connect } from "node:net";
import { isRunning } from "./processes.ts";

/** What a run has started and made. At the end of the run nothing of it may be left. */
export class Traces {
  readonly #processes = new Map<number, string>();
  readonly #ports = new Map<number, string>();
  readonly #folders = new Set<string>();

  process(pid: number, what: string): void {
    this.#processes.set(pid, what);
  }

  port(port: number, what: string): void {
    this.#ports.set(port, what);
  }

  folder(path: string): void {
    this.#folders.add(path);
  }

  /** How many there were in all. */
  get counts(): { readonly processes: number; readonly ports: number; readonly folders: number } {
    return { processes: this.#processes.size, ports: this.#ports.size, folders: this.#folders.size };
  }

  /** What is left, one line each. */
  async left(): Promise<readonly string[]> {
    const processes = [...this.#processes]
      .filter(([pid]) => isRunning(pid))
      .map(([pid, what]) => `${what}, pid ${pid}`);
    const answering = await Promise.all(
      [...this.#ports].map(async ([port, what]) => ((await isOpen(port)) ? [`${what}, port ${port}`] : [])),
    );
    const folders = [...this.#folders].filter((path) => existsSync(path)).map((path) => `folder ${path}`);
    return [...processes, ...answering.flat(), ...folders];
  }
}

/** Whether something listens on this port of 127.0.0.1. */
export async function isOpen(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
