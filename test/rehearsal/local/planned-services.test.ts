import { describe, expect, it } from "vitest";
import { colourOfName, readPlannedServices } from "../../../rehearsal/local/planned-services.ts";
import { planned } from "./fixtures/planned.ts";
import { plannedTargetGroup } from "./fixtures/planned-traffic.ts";

const service = (changes: Record<string, unknown> = {}) =>
  planned("aws:ecs/service:Service", "portal-staging-green", {
    taskDefinition: "arn:task-green",
    desiredCount: 2,
    loadBalancers: [{ targetGroupArn: "arn:portal-staging-green", containerName: "api", containerPort: 8000 }],
    ...changes,
  });

const definition = planned("aws:ecs/taskDefinition:TaskDefinition", "task-green", {
  containerDefinitions: JSON.stringify([
    { name: "sidecar", image: "other" },
    {
      name: "api",
      image: "registry.example.com/api@sha256:abc",
      stopTimeout: 60,
      environment: [{ name: "DATABASE_USER", value: "staging_user" }],
    },
  ]),
});

describe("readPlannedServices", () => {
  it("reads what the container that has the traffic would run", () => {
    expect(readPlannedServices([service(), definition, plannedTargetGroup("green")])).toEqual([
      {
        colour: "green",
        targetGroupArn: "arn:portal-staging-green",
        image: "registry.example.com/api@sha256:abc",
        stopTimeoutSeconds: 60,
        environment: { DATABASE_USER: "staging_user" },
      },
    ]);
  });

  it("leaves out a service without desired tasks", () => {
    expect(readPlannedServices([service({ desiredCount: 0 }), definition])).toEqual([]);
  });

  it("refuses a service whose task definition or container is not planned", () => {
    expect(() => readPlannedServices([service()])).toThrow(
      "portal-staging-green runs arn:task-green, which is not planned.",
    );
    const other = service({ loadBalancers: [{ targetGroupArn: "arn:x", containerName: "web" }] });
    expect(() => readPlannedServices([other, definition])).toThrow('task-green has no container "web".');
  });
});

describe("colourOfName", () => {
  it("reads the end of the name and nothing else", () => {
    expect(colourOfName("portal-staging-blue")).toBe("blue");
    expect(() => colourOfName("portal-blue-staging")).toThrow('"portal-blue-staging" ends with no colour.');
  });
});
