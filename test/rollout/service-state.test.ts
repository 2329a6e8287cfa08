import { describe, expect, it } from "vitest";
import { type ServiceState, serviceProblem } from "../../rollout/service-state.ts";

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
