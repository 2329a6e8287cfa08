import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { readServices } from "../../../infra/aws/services.ts";
import { serviceProblem } from "../../../rollout/service-state.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";
import { startDeployedStage } from "../../support/aws/start-deployed-stage.ts";

describeWithMoto("readServices", () => {
  const stage = startDeployedStage();

  it("reads what both services run, with one call", async () => {
    const { clusterArn, serviceNames, taskDefinitionArns } = stage.addresses;
    const { containers } = connectClients(stage.moto);
    const calls = recordCalls(containers);
    const services = await readServices(containers, clusterArn, serviceNames);
    expect(calls).toEqual(["DescribeServicesCommand"]);
    for (const colour of ["blue", "green"] as const) {
      expect(services[colour]).toMatchObject({ taskDefinitionArn: taskDefinitionArns[colour], rollout: "COMPLETED" });
      expect(services[colour]?.runningTasks).toBe(services[colour]?.desiredTasks);
      expect(serviceProblem(colour, services[colour], taskDefinitionArns[colour])).toBeUndefined();
    }
  });

  it("has none for a colour without a service, and asks nothing where neither has one", async () => {
    const { clusterArn, serviceNames } = stage.addresses;
    const { containers } = connectClients(stage.moto);
    const calls = recordCalls(containers);
    expect(await readServices(containers, clusterArn, { ...serviceNames, green: null })).toMatchObject({
      blue: { rollout: "COMPLETED" },
      green: null,
    });
    expect(await readServices(containers, clusterArn, { blue: null, green: null })).toEqual({
      blue: null,
      green: null,
    });
    expect(calls).toHaveLength(1);
  });

  it("has none for a service that AWS does not know", async () => {
    const { clusterArn, serviceNames } = stage.addresses;
    const { containers } = connectClients(stage.moto);
    const services = await readServices(containers, clusterArn, { ...serviceNames, green: "portal-gone" });
    expect([services.green, services.blue?.rollout]).toEqual([null, "COMPLETED"]);
  });

  it("shows the task definition that a service is really on", async () => {
    const { clusterArn, serviceNames, taskDefinitionArns } = stage.addresses;
    const { containers } = connectClients(stage.moto);
    await containers.send(
      new UpdateServiceCommand({
        cluster: clusterArn,
        service: serviceNames.green ?? "",
        taskDefinition: taskDefinitionArns.blue ?? "",
      }),
    );
    const { green } = await readServices(containers, clusterArn, serviceNames);
    expect(green?.taskDefinitionArn).toBe(taskDefinitionArns.blue);
    expect(serviceProblem("green", green, taskDefinitionArns.green)).toMatch(/ECS has rolled the deployment back\./);
  });

  it("says what was asked where the cluster is gone", async () => {
    const { containers } = connectClients(stage.moto);
    await expect(readServices(containers, "arn:aws:ecs:x:1:cluster/gone", { blue: "b", green: null })).rejects.toThrow(
      /^AWS: the services could not be read: .*\(ClusterNotFoundException\)\. What the last update left behind/,
    );
  });

  it("reads the newest deployment's state, and no service that was deleted", async () => {
    const { containers } = connectClients(stage.moto);
    const taskDefinition = "arn/green:2";
    answerCalls(containers, {
      services: [
        { serviceName: "blue", status: "INACTIVE", taskDefinition, deployments: [], runningCount: 0, desiredCount: 0 },
        {
          serviceName: "green",
          status: "ACTIVE",
          taskDefinition,
          deployments: [
            { status: "ACTIVE", rolloutState: "COMPLETED" },
            { status: "PRIMARY", rolloutState: "IN_PROGRESS" },
          ],
          runningCount: 1,
          desiredCount: 2,
        },
      ],
    });
    expect(await readServices(containers, "arn", { blue: "blue", green: "green" })).toEqual({
      blue: null,
      green: { taskDefinitionArn: taskDefinition, rollout: "IN_PROGRESS", runningTasks: 1, desiredTasks: 2 },
    });
  });
});
