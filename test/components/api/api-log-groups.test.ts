import { describe, expect, it } from "vitest";
import { ApiLogGroups } from "../../../components/api/api-log-groups.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const planned = planProgram(() => {
  const groups = new ApiLogGroups(testName, { retentionDays: 90, tags: testTags });
  return { names: groups.logGroupNames, oneOff: groups.oneOffTaskLogGroupName, arns: groups.logGroupArns };
});

describe("ApiLogGroups", () => {
  it("has a group for each colour and one for one-off tasks, under names a person can guess", async () => {
    const { outputs } = await planned;
    expect(outputs["names"]).toEqual({ blue: "/portal-production/api/blue", green: "/portal-production/api/green" });
    expect(outputs["oneOff"]).toBe("/portal-production/api/one-off-tasks");
  });

  it("keeps events for the configured days, tagged", async () => {
    const { all } = await planned;
    expect(
      all("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => [inputs["retentionInDays"], inputs["tags"]]),
    ).toEqual(
      ["blue", "green", "one-off-tasks"].map((purpose) => [
        90,
        { ...testTags, Name: `portal-production-api-${purpose}` },
      ]),
    );
  });

  it("gives each role the ARNs of the groups that it writes to", async () => {
    const { outputs } = await planned;
    const arnOf = (purpose: string) =>
      `arn:aws:logs:ap-southeast-2:123456789012:log-group:/portal-production/api/${purpose}`;
    expect(outputs["arns"]).toEqual({ api: [arnOf("blue"), arnOf("green")], oneOffTasks: [arnOf("one-off-tasks")] });
  });
});
