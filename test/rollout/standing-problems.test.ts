import { describe, expect, it } from "vitest";
import { plannedPath } from "../../rollout/public-path.ts";
import { type ServiceState, type Standing, serviceProblem, standingProblems } from "../../rollout/standing-problems.ts";

const service = (taskDefinitionArn: string) => {
  return { taskDefinitionArn, rollout: "COMPLETED", runningTasks: 2, desiredTasks: 2 } as const;
};
const sound: Standing = {
  services: { blue: service("arn/blue:1"), green: service("arn/green:1") },
  plannedTaskDefinitionArns: { blue: "arn/blue:1", green: "arn/green:1" },
  alarms: { "green-errors": "OK", "shared-disk": "INSUFFICIENT_DATA" },
  publicPath: plannedPath("api.celebrants.example"),
};

describe("standingProblems", () => {
  it("finds nothing where both services run what was planned and no alarm fires", () => {
    expect(standingProblems(sound)).toEqual([]);
  });

  it("tells of each alarm that fires and of each service, the listener first, then the alarms", () => {
    const problems = standingProblems({
      ...sound,
      publicPath: { ...sound.publicPath, stickySeconds: 60 },
      alarms: { ...sound.alarms, "green-slow": "ALARM", "green-errors": "ALARM" },
      services: { blue: service("arn/blue:0"), green: null },
    });
    expect(problems.map((problem) => problem.split(/[.:]/)[0])).toEqual([
      "Stickiness is on in the public rule",
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

const family = "arn:aws:ecs:ap-southeast-2:123456789012:task-definition/portal-production-green";
const planned = `${family}:8`;

/** A service that runs what was planned. */
function state(over: Partial<ServiceState> = {}): ServiceState {
  return { taskDefinitionArn: planned, rollout: "COMPLETED", runningTasks: 2, desiredTasks: 2, ...over };
}

describe("serviceProblem", () => {
  it("has nothing to say of a service that runs what was planned", () => {
    expect(serviceProblem("green", state(), planned)).toBeUndefined();
  });

  it("says that ECS has rolled a deployment back, though it is complete", () => {
    expect(serviceProblem("green", state({ taskDefinitionArn: `${family}:7` }), planned)).toBe(
      "green runs portal-production-green:7 and portal-production-green:8 was planned: ECS has rolled the deployment back. Read the service's events, fix the release, and give images.green the new digest at weight 0.",
    );
  });

  it("says how far a deployment is", () => {
    expect(serviceProblem("green", state({ rollout: "IN_PROGRESS", runningTasks: 1 }), planned)).toBe(
      "green is still being deployed: 1 of 2 tasks run. Wait until the deployment is complete.",
    );
  });

  it("says that a deployment has failed", () => {
    expect(serviceProblem("blue", state({ rollout: "FAILED" }), planned)).toBe(
      "The deployment of blue has failed. Read the service's events, fix the release, and give images.blue the new digest at weight 0.",
    );
  });

  it("says that a planned service is gone", () => {
    expect(serviceProblem("green", null, planned)).toBe(
      "green has an image and no service in AWS. Run npx pulumi up --refresh --target '**aws:ecs/service:Service::*-green' --target-dependents --stack <stage>, which creates it again.",
    );
  });

  it("says that a colour has no image", () => {
    expect(serviceProblem("green", null, null)).toBe(
      "green has no image, so there is nothing to send traffic to. Set images.green to a digest and update.",
    );
  });

  it("holds nothing against a service that still ends after its image was taken out", () => {
    expect(serviceProblem("green", state(), null)).toBeUndefined();
  });
});
