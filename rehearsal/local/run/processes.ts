import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Whether a process with this id is running. A zombie counts as ended: in a container without an init process it stays in
 * the process table for good.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Without /proc the answer to the signal decides.
  return statusOf(pid)[0] !== "Z";
}

/** Whether the child has not exited yet. */
export function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/**
 * Ends a child by a signal, and kills it when it still runs after `limitSeconds`.
 *
 * @returns whether it ended by the signal
 */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals, limitSeconds: number): Promise<boolean> {
  if (!isAlive(child)) return true;
  const exited = once(child, "exit").then(() => true);
  child.kill(signal);
  const timer = new AbortController();
  const late = sleep(limitSeconds * 1000, false, { signal: timer.signal }).catch(() => true);
  const endedInTime = await Promise.race([exited, late]);
  timer.abort();
  if (!endedInTime) child.kill("SIGKILL");
  await exited;
  return endedInTime;
}

/**
 * The ids of a process and of all its descendants, including those detached from its terminal.
 *
 * @throws {Error} where there is no Linux /proc
 */
export function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    const [, parent] = Number.isInteger(pid) ? statusOf(pid) : [];
    if (parent !== undefined) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/**
 * The fields of a process that follow its name: the state, then the parent's id. The name stands in brackets and may hold
 * any character. Empty when the process has ended, and where there is no /proc.
 */
function statusOf(pid: number): readonly string[] {
  const stat = readProcessFile(pid, "stat");
  return stat === "" ? [] : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function readProcessFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/**
 * Measures the memory of this process and all its descendants at an interval. A page that processes share counts once
 * (PSS): the sum of resident sizes would count the Node binary for each process.
 *
 * @param intervalMilliseconds the kernel walks through all of a process's pages for its share, 20 ms and more for each
 * @returns ends the measuring and gives the peak in MiB; undefined where there is no Linux /proc
 */
export function watchTreeMemory(intervalMilliseconds = 2000): () => number | undefined {
  let peakMib = treeMib();
  const measure = () => {
    const mib = treeMib();
    if (mib !== undefined && mib > (peakMib ?? 0)) peakMib = mib;
  };
  const timer = setInterval(measure, intervalMilliseconds).unref();
  return () => {
    clearInterval(timer);
    return peakMib;
  };
}

function treeMib(): number | undefined {
  try {
    return processTree(process.pid).reduce((sum, pid) => sum + proportionalKib(pid), 0) / 1024;
  } catch {
    return undefined;
  }
}

function proportionalKib(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readProcessFile(pid, "smaps_rollup"))?.[1] ?? 0);
}
