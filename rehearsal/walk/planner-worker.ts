/** Runs the program in a thread of its own: with a heap that is bounded, and without holding up anything else. */
import { parentPort } from "node:worker_threads";
import { answerCalls } from "../local/worker-calls.ts";
import { planStage } from "../plan/plan-stage.ts";

if (parentPort === null) throw new Error("planner-worker.ts runs as a worker thread only.");
answerCalls(parentPort, { planStage });
