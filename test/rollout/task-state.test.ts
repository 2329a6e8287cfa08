import { expect, it } from "vitest";
import { hasStopped, type TaskState, taskProblem } from "../../rollout/task-state.ts";

const stopped: TaskState = {
  arn: "arn",
  status: "STOPPED",
  exitCode: 0,
  reasons: ["Essential container in task exited"],
  startedAt: "2026-11-23T12:00:00.000Z",
  stoppedAt: "2026-11-23T12:01:00.000Z",
};

it("did its work where its container ended with 0, whatever ECS calls the end", () => {
  expect(taskProblem("migrate from green", stopped)).toBeUndefined();
});

it.each([
  [{ exitCode: 3, reasons: [] }, "migrate from green ended with exit code 3: ECS gives no reason."],
  [
    { exitCode: null, startedAt: null, reasons: ["No route.", "TaskFailedToStart"] },
    "migrate from green never started: No route; TaskFailedToStart. Nothing was run, so its log is most likely empty.",
  ],
  [
    { exitCode: null, reasons: ["Task stopped."] },
    "migrate from green was ended without an exit code: Task stopped. Nobody can say how far it came; its log may.",
  ],
])("did not, with %j", (over, problem) => {
  expect(taskProblem("migrate from green", { ...stopped, ...over })).toBe(problem);
});

it.each(["PROVISIONING", "PENDING", "RUNNING", "STOPPING", "DEPROVISIONING"])("runs while it is %s", (status) => {
  expect(hasStopped({ status })).toBe(false);
});
