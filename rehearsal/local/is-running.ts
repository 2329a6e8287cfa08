import { readFileSync } from "node:fs";

/**
 * Whether a process with this id is running. One that has ended and whose parent has not asked how (a zombie) is not: in
 * a container without an init process it stays in the table for good.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2)[0] !== "Z";
  } catch {
    // There is no /proc on this system, and then the signal's answer stands.
    return true;
  }
}
