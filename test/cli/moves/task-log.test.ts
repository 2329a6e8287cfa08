import { describe, expect, it } from "vitest";
import { taskLog } from "../../../cli/moves/task-log.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { oneOffTasks } from "../../../rollout/one-off-tasks.ts";
import { planFixture } from "../../support/plan-fixture.ts";

const arn = "arn:aws:ecs:ap-southeast-2:123456789012:task/portal-staging-api-1a2b3c4/0123abcd";

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
    const log = taskLog({ stage: "staging", region: "ap-southeast-2", run }, arn);
    expect(log.group).toBe(options["awslogs-group"]);
    expect(log.stream).toBe(`${options["awslogs-stream-prefix"]}/${container.name}/0123abcd`);
  });

  it("has a line to copy", () => {
    expect(taskLog({ stage: "staging", region: "ap-southeast-2", run: "migrate" }, arn).command).toBe(
      "aws logs get-log-events --region ap-southeast-2 --log-group-name /portal-staging/api/one-off-tasks --log-stream-name migrate/api/0123abcd --start-from-head --query 'events[].[message]' --output text",
    );
  });
});
