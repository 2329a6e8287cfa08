import { describe, expect, it } from "vitest";
import { type Receiver, receiverText } from "../../rollout/receiver.ts";

const load = { tasks: 3, requestsPerMinute: 133.33, perTask: 66.7 };
const seen: Receiver = {
  colour: "blue",
  from: "green",
  tasks: { healthy: 3, notHealthy: 0 },
  tasksFrom: { healthy: 2, notHealthy: 0 },
  load,
};

function text(over: Partial<Receiver>): string {
  return receiverText({ ...seen, ...over }, "production");
}

describe("what is said of the colour that gets all traffic", () => {
  it("names both numbers and what they rest on", () => {
    expect(text({})).toBe(
      "blue has 3 healthy tasks and needs 3 for all of the traffic: the busiest hour of the last two weeks had 133 requests a minute, and one task has been seen to carry 66.7 and is trusted with a fifth more.",
    );
  });

  it("says what to do where they are too few", () => {
    expect(text({ tasks: { healthy: 1, notHealthy: 1 } })).toMatch(
      /^blue has 1 healthy task and needs 3 .* set api\.minTasks to 3 and run npx pulumi up --stack production\.$/,
    );
  });

  it("says which number is missing", () => {
    expect(text({ load: undefined })).toBe(
      "blue has 3 healthy tasks. How many the load needs is not known: CloudWatch did not tell of the traffic of the last two weeks.",
    );
    expect(text({ tasks: undefined })).toBe(
      "It is not known how many healthy tasks blue has: AWS did not say. Look at blue's tasks now: npm run rollout -- status --stage production, the events of its ECS service, and its logs.",
    );
  });

  it.each([
    [{ notHealthy: 2 }, { healthy: 2, notHealthy: 0 }, "sends the requests to its 2 unhealthy tasks all the same"],
    [{ notHealthy: 0 }, { healthy: 0, notHealthy: 1 }, "answers every request with 503. green has none either"],
    [{ notHealthy: 0 }, undefined, "It is not known whether green has any."],
    [{ notHealthy: 0 }, { healthy: 1, notHealthy: 0 }, "green has 1 healthy task, and was taken off the public path"],
  ])("says what it means that none is healthy: %j, %j", (own, tasksFrom, told) => {
    const said = text({ tasks: { healthy: 0, ...own }, tasksFrom });
    expect(said).toMatch(/^blue has NO healthy task\./);
    expect(said).toContain(told);
  });
});
