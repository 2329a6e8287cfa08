import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether the child has not exited yet. */
export function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/**
 * Ends a child: asks with `signal`, and kills it outright when it is still there after `limitSeconds`.
 *
 * @returns whether it went when asked
 */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals, limitSeconds: number): Promise<boolean> {
  if (!isAlive(child)) return true;
  const exited = once(child, "exit").then(() => true);
  child.kill(signal);
  const patience = new AbortController();
  const late = sleep(limitSeconds * 1000, false, { signal: patience.signal }).catch(() => true);
  const wentWhenAsked = await Promise.race([exited, late]);
  patience.abort();
  if (!wentWhenAsked) child.kill("SIGKILL");
  await exited;
  return wentWhenAsked;
}
