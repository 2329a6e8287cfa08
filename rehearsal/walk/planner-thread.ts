import { Worker } from "node:worker_threads";
import { compileCacheVariable } from "../local/run/compile-cache.ts";
import { callsTo } from "../local/run/worker-calls.ts";
import type { PlanRequest, StagePlan } from "../plan/plan-stage.ts";

/** The real program in its own thread. */
export interface PlannerThread {
  /** Like {@link planStage}. Of an error that the program throws, only the message is left. */
  planStage(request: PlanRequest): Promise<StagePlan>;
  close(): Promise<void>;
}

/**
 * One and a half times what a plan of production needs. Without a limit V8 collects half a gigabyte of garbage over ten
 * plans before it frees any.
 */
const heapLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 144 } as const;

/** Starts the thread, which loads the program and its SDKs at its first plan. */
export function startPlannerThread(): PlannerThread {
  const worker = new Worker(new URL("./planner-worker.ts", import.meta.url), {
    env: { ...process.env, ...compileCacheVariable },
    resourceLimits: heapLimits,
  });
  return {
    ...callsTo<Pick<PlannerThread, "planStage">>(worker, ["planStage"]),
    async close() {
      await worker.terminate();
    },
  };
}
