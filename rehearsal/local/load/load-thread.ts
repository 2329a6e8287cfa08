import { Worker } from "node:worker_threads";
import { callsTo, type RemoteCalls } from "../worker-calls.ts";
import type { Load, LoadOptions } from "./load.ts";

type LoadCalls = Pick<Load, keyof Load>;

/** A load in its own thread: the same calls, each answered by a promise. */
export interface LoadThread extends RemoteCalls<LoadCalls> {
  /** Ends the thread, whatever is under way. */
  close(): Promise<void>;
}

/** Starts load in its own thread. */
export function startLoadThread(options: LoadOptions): LoadThread {
  const worker = new Worker(new URL("./load-worker.ts", import.meta.url), {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 },
  });
  return {
    ...callsTo<LoadCalls>(worker, ["drain", "stop"]),
    async close() {
      await worker.terminate();
    },
  };
}
