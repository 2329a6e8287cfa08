import { describe, expect, it } from "vitest";
import { type Standing, standingProblems } from "../../rollout/standing-problems.ts";

const service = (taskDefinitionArn: string) => {
  return { taskDefinitionArn, rollout: "COMPLETED", runningTasks: 2, desiredTasks: 2 } as const;
};
const sound: Standing = {
  services: { blue: service("arn/blue:1"), green: service("arn/green:1") },
  plannedTaskDefinitionArns: { blue: "arn/blue:1", green: "arn/green:1" },
  alarms: { "green-errors": "OK", "shared-disk": "INSUFFICIENT_DATA" },
};

describe("standingProblems", () => {
  it("finds nothing where both services run what was planned and no alarm fires", () => {
    expect(standingProblems(sound)).toEqual([]);
  });

  it("tells of each alarm that fires and of each service, the alarms first", () => {
    const problems = standingProblems({
      ...sound,
      alarms: { ...sound.alarms, "green-slow": "ALARM", "green-errors": "ALARM" },
      services: { blue: service("arn/blue:0"), green: null },
    });
    expect(problems.map((problem) => problem.split(/[.:]/)[0])).toEqual([
      "Alarm green-errors is firing",
      "Alarm green-slow is firing",
      "blue runs blue",
      "green has an image and no service in AWS",
    ]);
  });

  it("looks at the live colour's service too, which a rollback needs", () => {
    const [problem] = standingProblems({ ...sound, services: { ...sound.services, blue: null } });
    expect(problem).toMatch(/^blue has an image and no service/);
  });

  it("leaves to the gate what is not known: an alarm without data, or one that is missing", () => {
    expect(standingProblems({ ...sound, alarms: { a: "MISSING", b: "INSUFFICIENT_DATA" } })).toEqual([]);
  });
});
