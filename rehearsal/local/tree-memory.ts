import { readdirSync, readFileSync } from "node:fs";

/** Memory of a process and all below it. */
export interface TreeMemory {
  readonly mib: number;
  readonly processes: number;
}

/**
 * Measures this process and every process below it, each shared page counted once (PSS): adding up the resident sizes
 * would count the Node binary again for each of them.
 *
 * @returns undefined where there is no Linux /proc to read it from
 */
export function measureTree(): TreeMemory | undefined {
  try {
    const pids = treeBelow(process.pid);
    const kib = pids.reduce((sum, pid) => sum + proportionalKib(pid), 0);
    return { mib: kib / 1024, processes: pids.length };
  } catch {
    return undefined;
  }
}

/** Measures again and again until it is stopped. @returns stops, and gives the peak */
export function watchTreeMemory(intervalMilliseconds: number): () => TreeMemory | undefined {
  let peak = measureTree();
  const measure = () => {
    const now = measureTree();
    if (now !== undefined && (peak === undefined || now.mib > peak.mib)) peak = now;
  };
  const timer = setInterval(measure, intervalMilliseconds).unref();
  return () => {
    clearInterval(timer);
    return peak;
  };
}

function treeBelow(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const parent = parentOf(pid);
    if (parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** The parent's id follows the state, which follows the name in brackets, which may hold anything. */
function parentOf(pid: number): number | undefined {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
  return parent === undefined ? undefined : Number(parent);
}

function proportionalKib(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readOrEmpty(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** A process may end between being listed and being read. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
