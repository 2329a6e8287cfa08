/** Runs the load in a thread of its own, so that what the main thread does is not measured as latency. */
import { parentPort, workerData } from "node:worker_threads";
import { answerCalls } from "../worker-calls.ts";
import { type LoadOptions, startLoad } from "./load.ts";

if (parentPort === null) throw new Error("load-worker.ts runs as a worker thread only.");
answerCalls(parentPort, { ...startLoad(workerData as LoadOptions) });
