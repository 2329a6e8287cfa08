/** Runs the load in its own thread, so that work of the main thread is not measured as latency. */
import { parentPort, workerData } from "node:worker_threads";
import { answerCalls } from "../run/worker-calls.ts";
import { type LoadOptions, startLoad } from "./load.ts";

if (parentPort === null) throw new Error("load-worker.ts runs as a worker thread only.");
answerCalls(parentPort, { ...startLoad(workerData as LoadOptions) });
