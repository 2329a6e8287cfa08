import { describe, expect, it } from "vitest";
import { readPlannedServices } from "../../../rehearsal/local/fleet.ts";
import { planned, plannedTargetGroup } from "./fixtures/planned-traffic.ts";

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
      environment: [
        { name: "DATABASE_USER", value: "staging_user" },
        { name: "DATABASE_NAME", value: "celebrant_portal_staging" },
      ],
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
        databaseUser: "staging_user",
        databaseName: "celebrant_portal_staging",
      },
    ]);
  });

  it("leaves out a service without desired tasks", () => {
    expect(readPlannedServices([service({ desiredCount: 0 }), definition])).toEqual([]);
  });

  it("refuses a container that is not told as whom it logs in", () => {
    const silent = planned("aws:ecs/taskDefinition:TaskDefinition", "task-green", {
      containerDefinitions: JSON.stringify([{ name: "api", image: "registry.example.com/api@sha256:abc" }]),
    });
    expect(() => readPlannedServices([service(), silent, plannedTargetGroup("green")])).toThrow(
      'task-green does not set DATABASE_USER for "api".',
    );
  });

  it("refuses a service whose task definition or container is not planned", () => {
    expect(() => readPlannedServices([service()])).toThrow(
      "portal-staging-green runs arn:task-green, which is not planned.",
    );
    const other = service({ loadBalancers: [{ targetGroupArn: "arn:x", containerName: "web" }] });
    expect(() => readPlannedServices([other, definition])).toThrow('task-green has no container "web".');
  });
});
