import { readdirSync, readFileSync } from "node:fs";

/**
 * The ids of a process and of all below it, however they were detached from its terminal.
 *
 * @throws {Error} where there is no Linux /proc
 */
export function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** The parent's id follows the state, which follows the name in brackets, which may hold anything. */
function parentOf(pid: number): number | undefined {
  const stat = readProcessFile(pid, "stat");
  const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
  return parent === undefined ? undefined : Number(parent);
}

/** A file of a process; empty when the process has ended since it was listed. */
export function readProcessFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
