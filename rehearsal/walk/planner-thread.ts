import { Worker } from "node:worker_threads";
import { callsTo } from "../local/run/worker-calls.ts";
import type { PlanRequest, StagePlan } from "../plan/plan-stage.ts";

/** The real program in a thread of its own. */
export interface PlannerThread {
  /** As {@link planStage}; of what the program throws only the message comes through. */
  planStage(request: PlanRequest): Promise<StagePlan>;
  close(): Promise<void>;
}

/**
 * Half as much again as a plan of production lives on. Without a bound the engine lets the garbage of ten plans stand
 * until there is half a gigabyte of it.
 */
const heapLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 144 } as const;

/** Starts the thread, which loads the program and its SDKs at its first plan. */
export function startPlannerThread(): PlannerThread {
  const worker = new Worker(new URL("./planner-worker.ts", import.meta.url), { resourceLimits: heapLimits });
  return {
    ...callsTo<Pick<PlannerThread, "planStage">>(worker, ["planStage"]),
    async close() {
      await worker.terminate();
    },
  };
}
