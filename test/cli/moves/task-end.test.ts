import { describe, expect, it } from "vitest";
import { taskLog, waitForTask } from "../../../cli/moves/task-end.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { type OneOffTaskState, oneOffTasks } from "../../../rollout/one-off-tasks.ts";
import { planFixture } from "../../support/plan-fixture.ts";

const arn = "arn:aws:ecs:ap-southeast-2:123456789012:task/portal/0123abcd";
const state: OneOffTaskState = {
  arn,
  status: "RUNNING",
  exitCode: null,
  reasons: [],
  startedAt: null,
  stoppedAt: null,
};

/** Waits on a clock of its own; `at` says what AWS answers after how many seconds. */
async function wait(at: (seconds: number) => OneOffTaskState | undefined) {
  let milliseconds = Date.parse("2026-11-23T12:00:00.000Z");
  const began = milliseconds;
  const said: string[] = [];
  const world = {
    stage: "staging" as const,
    now: () => new Date(milliseconds),
    sleep: async (time: number) => {
      milliseconds += time;
    },
    say: (line: string) => said.push(line.trim()),
  };
  const describe = async () => [at((milliseconds - began) / 1000) ?? []].flat();
  const ended = waitForTask(world, { describe }, "migrate from green", arn);
  const result = await ended.catch((error: Error) => error.message);
  return { result, said, seconds: (milliseconds - began) / 1000 };
}

it("says each state once, and each minute that it is still so", async () => {
  const stopped = { ...state, status: "STOPPED", exitCode: 0 };
  const { result, said, seconds } = await wait((after) =>
    after < 10 ? { ...state, status: "PENDING" } : after < 140 ? state : stopped,
  );
  expect(result).toEqual(stopped);
  expect(seconds).toBe(140);
  expect(said).toEqual([
    "migrate from green: PENDING",
    "migrate from green: RUNNING, after 10 s",
    "migrate from green: RUNNING, after 1 min 10 s",
    "migrate from green: RUNNING, after 2 min 10 s",
    "migrate from green: STOPPED, after 2 min 20 s",
  ]);
});

it("has patience with AWS, which may not know at once what it has started", async () => {
  const stopped = { ...state, status: "STOPPED", exitCode: 0 };
  expect((await wait((after) => (after < 20 ? undefined : stopped))).result).toEqual(stopped);
});

it("ends after a minute for a task that AWS does not know", async () => {
  const { result, seconds } = await wait(() => undefined);
  expect(result).toBeUndefined();
  expect(seconds).toBe(60);
});

it("ends after an hour and says how to go on, and how to end it", async () => {
  const { result, seconds } = await wait(() => state);
  expect(result).toBe(
    "migrate from green is still RUNNING after an hour. Run this command again to go on waiting; it starts no other task. To stop the task, run aws ecs stop-task --cluster portal --task arn:aws:ecs:ap-southeast-2:123456789012:task/portal/0123abcd.",
  );
  expect(seconds).toBe(3600);
});

const logArn = "logArn:aws:ecs:ap-southeast-2:123456789012:task/portal-staging-api-1a2b3c4/0123abcd";

describe("taskLog", async () => {
  const { resources } = await planFixture({
    stage: "staging",
    now: new Date("2026-11-23T00:00:00.000Z"),
    previousRecord: null,
    set: { "images.blue": sampleImageDigest("1.0.0") },
  });

  it.each(oneOffTasks)("finds what %s has written, by the names that the program plans", (run) => {
    const definition = resources.find(({ name }) => name === `portal-staging-blue-${run}`);
    const [container] = JSON.parse(String(definition?.inputs["containerDefinitions"]));
    const options = container.logConfiguration.options;
    const log = taskLog({ stage: "staging", region: "ap-southeast-2", run }, logArn);
    expect(log.group).toBe(options["awslogs-group"]);
    expect(log.stream).toBe(`${options["awslogs-stream-prefix"]}/${container.name}/0123abcd`);
  });

  it("has a line to copy", () => {
    expect(taskLog({ stage: "staging", region: "ap-southeast-2", run: "migrate" }, logArn).command).toBe(
      "aws logs get-log-events --region ap-southeast-2 --log-group-name /portal-staging/api/one-off-tasks --log-stream-name migrate/api/0123abcd --start-from-head --query 'events[].[message]' --output text",
    );
  });
});
