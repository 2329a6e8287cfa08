import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Stage } from "../../infra/config/schema/stage-config.ts";

/** What a tunnel leaves on this machine, so that the next run knows whether it is open, and what a killed one left behind. */
const markerSchema = z.object({ pid: z.int().positive(), pluginPid: z.int().positive().optional() });

/** Where one tunnel of one stage is written down. */
export interface TunnelMarker {
  /** Marks its task in AWS: this person, machine and project, this stage and port, and nobody else's tunnel. */
  readonly mark: string;
  /** The process that holds it open, where one does. */
  holder(): Promise<number | undefined>;
  /** The plugin that a killed run left behind, where it still runs. */
  leftPlugin(): Promise<number | undefined>;
  write(pluginPid?: number): Promise<void>;
  remove(): Promise<void>;
}

/** The marker of the tunnel that ends at a port of this machine. */
export function tunnelMarker(projectFolder: string, stage: Stage, localPort: number): TunnelMarker {
  const folder = join(projectFolder, ".cache", "tunnel");
  const path = join(folder, `${stage}-${localPort}.json`);
  const who = [hostname(), userInfo().username, projectFolder, stage, String(localPort)].join("\n");
  const read = async () => {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return markerSchema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  };
  return {
    mark: `rollout-tunnel-${createHash("sha256").update(who).digest("hex").slice(0, 16)}`,
    async holder() {
      const pid = (await read())?.pid;
      return pid !== undefined && pid !== process.pid && isRunning(pid) ? pid : undefined;
    },
    async leftPlugin() {
      const pid = (await read())?.pluginPid;
      return pid !== undefined && isRunning(pid) ? pid : undefined;
    },
    async write(pluginPid) {
      await mkdir(folder, { recursive: true });
      await writeFile(path, JSON.stringify({ pid: process.pid, pluginPid }));
    },
    remove: () => rm(path, { force: true }),
  };
}

/** Whether a process of this user has this number. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
