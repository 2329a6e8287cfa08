/** Runs the program in a thread of its own: with a heap that is bounded, and without holding up anything else. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { projectFolder } from "../plan/project-folder.ts";

// A thread does not have its process's cache, and planning loads more than all the rest.
enableCompileCache(join(projectFolder, ".cache", "compile"));
const [{ answerCalls }, { planStage }] = await Promise.all([
  import("../local/run/worker-calls.ts"),
  import("../plan/plan-stage.ts"),
]);

if (parentPort === null) throw new Error("planner-worker.ts runs as a worker thread only.");
answerCalls(parentPort, { planStage });
