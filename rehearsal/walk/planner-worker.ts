/** Runs the program in its own thread, so that its heap has a limit and planning does not slow anything else down. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { projectFolder } from "../plan/project-folder.ts";

// A thread does not share its process's compile cache, and planning loads more modules than everything else.
enableCompileCache(join(projectFolder, ".cache", "compile"));
const [{ answerCalls }, { planStage }] = await Promise.all([
  import("../local/run/worker-calls.ts"),
  import("../plan/plan-stage.ts"),
]);

if (parentPort === null) throw new Error("planner-worker.ts runs as a worker thread only.");
answerCalls(parentPort, { planStage });
