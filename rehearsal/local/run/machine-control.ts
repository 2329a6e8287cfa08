import { Worker } from "node:worker_threads";
import { callsTo } from "./worker-calls.ts";

/** What the control's thread offers. */
export type ControlCalls = {
  /** The longest delay since the last call, milliseconds. */
  readonly takeSlowest: () => number;
};

/** Delays from which on nothing that takes time can be judged: a fifth of the shortest limit of a rehearsal, 2 s. */
export const slowMachineMilliseconds = 400;

/**
 * A control for all that is measured on this machine: how late work is done that has nothing to do with what is rehearsed.
 * What fails on a machine that is busy with something else is no fault of a release.
 */
export interface MachineControl {
  /** The longest delay since the last call, milliseconds. */
  takeSlowest(): Promise<number>;
  close(): Promise<void>;
}

/** Starts the control in a thread of its own, which does a little work 20 times a second. */
export function startMachineControl(): MachineControl {
  const worker = new Worker(new URL("./machine-control-worker.ts", import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16 },
  });
  return {
    ...callsTo<ControlCalls>(worker, ["takeSlowest"]),
    async close() {
      await worker.terminate();
    },
  };
}
