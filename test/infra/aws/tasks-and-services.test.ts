import { DescribeTasksCommand, ECSClient, StopTaskCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { describeTasks, listTasks, readServices, startTask } from "../../../infra/aws/tasks-and-services.ts";
import { taskProblem } from "../../../rollout/one-off-tasks.ts";
import { serviceProblem } from "../../../rollout/standing-problems.ts";
import { type AnsweredBody, answerBodies } from "../../support/aws/answer-bodies.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";
import { startDeployedStage } from "../../support/aws/start-deployed-stage.ts";
import {
  failedWith1,
  forgotten,
  lost,
  neverStarted,
  outOfMemory,
  stoppedTaskArn,
  succeeded,
} from "../../support/aws/stopped-tasks.ts";

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

const place = { clusterArn: "arn:cluster", subnetIds: ["subnet-1", "subnet-2"], securityGroupId: "sg-1" };
const task = { taskDefinitionArn: "arn:definition:3", startedBy: "rollout-migrate-green", clientToken: "token" };

/** A client that answers with these bodies, and what it was asked. */
function answering(...answers: readonly AnsweredBody[]) {
  const { requestHandler, requests } = answerBodies(...answers);
  const endpoint = "http://127.0.0.1:9";
  return { client: new ECSClient({ ...clientSettings({ endpoint }), requestHandler }), requests };
}

describeWithMoto("one-off tasks in ECS", () => {
  const stage = startDeployedStage();

  function placeOf({ clusterArn, privateSubnetIds, apiSecurityGroupId }: typeof stage.addresses) {
    return { clusterArn, subnetIds: privateSubnetIds, securityGroupId: apiSecurityGroupId };
  }

  it("are started, found by their mark and described, with one call each", async () => {
    const { addresses } = stage;
    const { containers } = connectClients(stage.moto);
    const calls = recordCalls(containers);
    const taskDefinitionArn = addresses.oneOffTaskDefinitionArns.green?.migrate ?? "";
    const arn = await startTask(containers, placeOf(addresses), { ...task, taskDefinitionArn });
    expect(await listTasks(containers, addresses.clusterArn, task.startedBy)).toEqual([arn]);
    expect(await listTasks(containers, addresses.clusterArn, "rollout-migrate-blue")).toEqual([]);
    const [state, ...more] = await describeTasks(containers, addresses.clusterArn, [arn]);
    expect(more).toEqual([]);
    expect(state).toMatchObject({ arn, exitCode: null, reasons: [] });
    expect(state?.status).not.toBe("STOPPED");
    expect(calls.map((name) => name.replace("Command", ""))).toEqual([
      "RunTask",
      "ListTasks",
      "ListTasks",
      "DescribeTasks",
    ]);
  });

  it("run the task definition of their colour, on Fargate, in the private network", async () => {
    const { addresses } = stage;
    const { containers } = connectClients(stage.moto);
    const taskDefinitionArn = addresses.oneOffTaskDefinitionArns.blue?.integrity ?? "";
    const arn = await startTask(containers, placeOf(addresses), { ...task, taskDefinitionArn, startedBy: "one" });
    const { tasks } = await containers.send(new DescribeTasksCommand({ cluster: addresses.clusterArn, tasks: [arn] }));
    expect(tasks?.[0]).toMatchObject({ taskDefinitionArn, launchType: "FARGATE", startedBy: "one" });
    expect(tasks?.[0]?.attachments?.[0]?.details?.find(({ name }) => name === "subnetId")?.value).toBe(
      addresses.privateSubnetIds[0],
    );
  });

  it("tell why somebody stopped them", async () => {
    const { addresses } = stage;
    const { containers } = connectClients(stage.moto);
    const taskDefinitionArn = addresses.oneOffTaskDefinitionArns.green?.seed ?? "";
    const arn = await startTask(containers, placeOf(addresses), { ...task, taskDefinitionArn, startedBy: "two" });
    const reason = "takes too long";
    await containers.send(new StopTaskCommand({ cluster: addresses.clusterArn, task: arn, reason }));
    expect((await describeTasks(containers, addresses.clusterArn, [arn]))[0]).toMatchObject({
      status: "STOPPED",
      reasons: [reason],
    });
  });

  it("tell reasons as plain lines, since they go into the evidence", async () => {
    const { containers } = connectClients(stage.moto);
    const stoppedReason = "Essential container\n\u001b[31mexited\u202e";
    answerCalls(containers, { tasks: [{ taskArn: "arn", lastStatus: "STOPPED", stoppedReason }] });
    expect(await describeTasks(containers, "cluster", ["arn"])).toMatchObject([
      { reasons: ["Essential container exited"] },
    ]);
  });

  it("say what was asked where the cluster or the task definition is gone", async () => {
    const { containers } = connectClients(stage.moto);
    await expect(listTasks(containers, "arn:aws:ecs:x:1:cluster/gone", "mark")).rejects.toThrow(
      /^AWS: the running tasks could not be listed: .*\(ClusterNotFoundException\)\. What the last update left behind/,
    );
    await expect(describeTasks(containers, "arn:aws:ecs:x:1:cluster/gone", ["arn"])).rejects.toThrow(
      /^AWS: the task could not be described: /,
    );
    await expect(
      startTask(containers, placeOf(stage.addresses), { ...task, taskDefinitionArn: "gone:1" }),
    ).rejects.toThrow(/^AWS: the task could not be started: /);
  });
});

describe("startTask", () => {
  it("asks for one task without a public address, with its mark, its token and the definition's tags", async () => {
    const { client, requests } = answering({ body: { tasks: [{ taskArn: stoppedTaskArn }], failures: [] } });
    expect(await startTask(client, place, task)).toBe(stoppedTaskArn);
    expect(requests).toEqual([
      {
        cluster: "arn:cluster",
        taskDefinition: "arn:definition:3",
        count: 1,
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ["subnet-1", "subnet-2"],
            securityGroups: ["sg-1"],
            assignPublicIp: "DISABLED",
          },
        },
        startedBy: "rollout-migrate-green",
        propagateTags: "TASK_DEFINITION",
        clientToken: "token",
        // Nobody can enter a one-off task.
        enableExecuteCommand: false,
      },
    ]);
  });

  it("takes the task that the token has started, where the request has changed since", async () => {
    const { client } = answering({
      status: 400,
      body: { __type: "ConflictException", message: "in use", resourceIds: [stoppedTaskArn] },
    });
    expect(await startTask(client, place, task)).toBe(stoppedTaskArn);
  });

  it("says why ECS has placed none", async () => {
    const { client } = answering({
      body: { tasks: [], failures: [{ reason: "Capacity is unavailable at this time", detail: "ap-southeast-2a" }] },
    });
    await expect(startTask(client, place, task)).rejects.toThrow(
      "AWS: the task could not be started: Capacity is unavailable at this time: ap-southeast-2a. Nothing runs.",
    );
  });

  it("says what to do where it may not", async () => {
    const { client } = answering({ status: 400, body: { __type: "AccessDeniedException", message: "ecs:RunTask" } });
    await expect(startTask(client, place, task)).rejects.toThrow(
      "AWS: the task could not be started: ecs:RunTask (AccessDeniedException). These credentials may not do this.",
    );
  });
});

describe("listTasks", () => {
  it("filters by the mark alone, page by page", async () => {
    const { client, requests } = answering(
      { body: { taskArns: ["one"], nextToken: "more" } },
      { body: { taskArns: ["two"] } },
    );
    expect(await listTasks(client, "arn:cluster", "mark")).toEqual(["one", "two"]);
    expect(requests).toEqual([
      { cluster: "arn:cluster", startedBy: "mark" },
      { cluster: "arn:cluster", startedBy: "mark", nextToken: "more" },
    ]);
  });
});

describe("describeTasks", () => {
  it.each([
    ["succeeded", succeeded, undefined],
    ["failed", failedWith1, "it ended with exit code 1: Essential container in task exited; EssentialContainerExited."],
    [
      "used too much memory",
      outOfMemory,
      "it ended with exit code 137: OutOfMemoryError: Container killed due to memory usage; Essential container in task exited; EssentialContainerExited.",
    ],
    [
      "never started",
      neverStarted,
      "it never started: CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/portal@sha256:1111: not found; TaskFailedToStart. Nothing was run, so its log is most likely empty.",
    ],
    [
      "was lost with its machine",
      lost,
      "it was ended without an exit code: Task stopped; InfrastructureHealth. Nobody can say how far it came; its log may.",
    ],
  ])("reads a task that %s", async (_, body, problem) => {
    const { client } = answering({ body });
    const [state] = await describeTasks(client, "arn:cluster", [stoppedTaskArn]);
    expect(state).toMatchObject({ arn: stoppedTaskArn, status: "STOPPED", stoppedAt: "2026-11-23T00:01:11.500Z" });
    expect(state && taskProblem("it", state)).toBe(problem);
  });

  it("reads when it started, and that it never did", async () => {
    const { client } = answering({ body: succeeded }, { body: neverStarted });
    expect((await describeTasks(client, "arn:cluster", ["a"]))[0]?.startedAt).toBe("2026-11-23T00:00:29.500Z");
    expect((await describeTasks(client, "arn:cluster", ["a"]))[0]?.startedAt).toBeNull();
  });

  it("leaves out what AWS has forgotten", async () => {
    const { client } = answering({ body: forgotten });
    expect(await describeTasks(client, "arn:cluster", [stoppedTaskArn])).toEqual([]);
  });

  it("takes no exit code from a container whose task has not stopped", async () => {
    const containers = [{ name: "api", lastStatus: "STOPPED", exitCode: 0 }];
    const { client } = answering({ body: { tasks: [{ taskArn: "a", lastStatus: "DEPROVISIONING", containers }] } });
    expect((await describeTasks(client, "arn:cluster", ["a"]))[0]).toMatchObject({ exitCode: null });
  });
});
