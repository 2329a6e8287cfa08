/** Judges the alarms of one plan in a thread of its own, and ends. */
import { parentPort } from "node:worker_threads";
import { judgeFitness } from "../fitness/judge-fitness.ts";
import { answerCalls } from "../local/run/worker-calls.ts";
import type { FitnessCalls } from "./fitness-thread.ts";

if (parentPort === null) throw new Error("fitness-worker.ts runs as a worker thread only.");
answerCalls(parentPort, { judge: ({ plan, config }) => judgeFitness(plan, config) } satisfies FitnessCalls);
