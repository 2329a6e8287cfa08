import { processTree, readProcessFile } from "./process-tree.ts";

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
function measureTree(): TreeMemory | undefined {
  try {
    const pids = processTree(process.pid);
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

function proportionalKib(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readProcessFile(pid, "smaps_rollup"))?.[1] ?? 0);
}
