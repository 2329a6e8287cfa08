import { Worker } from "node:worker_threads";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { compileCacheVariable } from "../local/run/compile-cache.ts";
import { callsTo } from "../local/run/worker-calls.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { FitnessReport } from "../report/report-schema.ts";

/** What the thread offers. */
export type FitnessCalls = {
  readonly judge: (judged: { readonly plan: StagePlan; readonly config: StageConfig }) => FitnessReport;
};

/**
 * Fires every planned alarm, as `judgeFitness` does, in a thread that ends with it: it takes a second and a hundred MiB, which the
 * walk would keep for good, and meanwhile the database is created.
 */
export async function judgeFitnessAside(plan: StagePlan, config: StageConfig): Promise<FitnessReport> {
  const worker = new Worker(new URL("./fitness-worker.ts", import.meta.url), {
    env: { ...process.env, ...compileCacheVariable },
    resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 144 },
  });
  try {
    return await callsTo<FitnessCalls>(worker, ["judge"]).judge({ plan, config });
  } finally {
    await worker.terminate();
  }
}
