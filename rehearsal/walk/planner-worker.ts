/** Runs the program in its own thread, so that its heap has a limit and planning does not slow anything else down. */
import { parentPort } from "node:worker_threads";
import { answerCalls } from "../local/run/worker-calls.ts";
import { planStage } from "../plan/plan-stage.ts";

if (parentPort === null) throw new Error("planner-worker.ts runs as a worker thread only.");
answerCalls(parentPort, { planStage });
