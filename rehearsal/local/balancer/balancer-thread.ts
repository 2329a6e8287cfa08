import { Worker } from "node:worker_threads";
import { compileCacheVariable } from "../run/compile-cache.ts";
import { callsTo, type RemoteCalls } from "../run/worker-calls.ts";
import type { Balancer, BalancerOptions } from "./balancer.ts";

/** What the balancer's worker offers. */
export type BalancerCalls = Omit<Balancer, "port"> & { readonly port: () => number };

/** A balancer in its own thread: the same calls, each answered by a promise. */
export type BalancerThread = Omit<RemoteCalls<BalancerCalls>, "port"> & { readonly port: number };

/** Starts a balancer in its own thread. Closing it ends the thread. */
export async function startBalancerThread(options: BalancerOptions): Promise<BalancerThread> {
  const worker = new Worker(new URL("./balancer-worker.ts", import.meta.url), {
    workerData: options,
    env: { ...process.env, ...compileCacheVariable },
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 },
  });
  const names = [
    "port",
    "applyRoutes",
    "current",
    "reweigh",
    "draw",
    "registerTarget",
    "deregisterTarget",
    "checkTargets",
    "status",
    "close",
  ] as const;
  const calls = callsTo<BalancerCalls>(worker, names);
  return {
    ...calls,
    port: await calls.port(),
    async close() {
      await calls.close();
      await worker.terminate();
    },
  };
}
