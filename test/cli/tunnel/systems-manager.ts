import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";
import { openServiceModels } from "../../../rehearsal/validate/service-model.ts";

/** An answer of Systems Manager, in the form that AWS documents ("StartSession", AWS Systems Manager API Reference). */
export const startedSession = {
  SessionId: "ana-0a1b2c3d4e5f67890",
  StreamUrl:
    "wss://ssmmessages.ap-southeast-2.amazonaws.com/v1/data-channel/ana-0a1b2c3d4e5f67890?role=publish_subscribe",
  TokenValue: "AAEAAexample",
};

/** What ECS says of a container that its agent runs in ("Task" and "ManagedAgent", Amazon ECS API Reference). */
export const runningContainer = (agent: string, taskArn: string) => ({
  name: "tunnel",
  taskArn,
  lastStatus: "RUNNING",
  runtimeId: `${taskArn.split("/").at(-1)}-0123456789`,
  managedAgents: [{ name: "ExecuteCommandAgent", lastStatus: agent }],
});

/** What was asked of AWS. */
interface AskedCall {
  readonly action: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A server before a moto. */
export interface SystemsManager {
  readonly endpoint: string;
  /** What was asked of one action so far. */
  of(action: string): readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

/**
 * Stands before a moto for what moto lacks: sessions of Systems Manager, and the agent of ECS Exec in the tunnel's task. Everything
 * else is moto's.
 *
 * @param agents what each look at the task finds of its agent; the last one stays
 */
export async function startSystemsManager(
  moto: string,
  agents: readonly string[] = ["PENDING", "RUNNING"],
): Promise<SystemsManager> {
  const asked: AskedCall[] = [];
  let looks = 0;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const sent = Buffer.concat(parts);
    const action =
      String(request.headers["x-amz-target"] ?? "")
        .split(".")
        .at(-1) ?? "";
    asked.push({ action, body: action === "" || sent.length === 0 ? {} : JSON.parse(sent.toString()) });
    const answer = (status: number, headers: Record<string, string>, content: string | Buffer) => {
      response.writeHead(status, headers);
      response.end(content);
    };
    if (action === "StartSession") {
      answer(200, { "content-type": "application/x-amz-json-1.1" }, JSON.stringify(startedSession));
      return;
    }
    const { method = "GET" } = request;
    const { host: _host, "content-length": _length, connection: _connection, ...headers } = request.headers;
    const passed = await fetch(`${moto}${request.url}`, {
      method,
      headers: headers as Record<string, string>,
      ...(method === "GET" || method === "HEAD" ? {} : { body: sent }),
      redirect: "manual",
    });
    const content = Buffer.from(await passed.arrayBuffer());
    const { "content-encoding": _encoding, "content-length": _size, ...given } = Object.fromEntries(passed.headers);
    if (action !== "DescribeTasks" || passed.status !== 200) {
      answer(passed.status, given, content);
      return;
    }
    const described = JSON.parse(content.toString());
    const tasks = described.tasks.map((task: { taskArn: string; startedBy?: string }) => {
      if (task.startedBy?.startsWith("rollout-tunnel-") !== true) return task;
      const agent = agents[Math.min(looks, agents.length - 1)] ?? "RUNNING";
      looks += 1;
      return { ...task, lastStatus: "RUNNING", containers: [runningContainer(agent, task.taskArn)] };
    });
    answer(200, given, JSON.stringify({ ...described, tasks }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    of: (action) => asked.filter((one) => one.action === action).map(({ body }) => body),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same until the test ends, with every client of this process that is made from the environment asking it. */
export async function askSystemsManager(moto: string, agents?: readonly string[]): Promise<SystemsManager> {
  const manager = await startSystemsManager(moto, agents);
  const before = process.env["AWS_ENDPOINT_URL"];
  vi.stubEnv("AWS_ENDPOINT_URL", manager.endpoint);
  onTestFinished(async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", before);
    await manager.stop();
  });
  return manager;
}

/** A model in which a call's parameters are what it answers, so that an answer can be judged as a call is. */
export function answersAsCalls(python: string, service: string) {
  const model = openServiceModels(python).model(service);
  const operations = Object.fromEntries(
    Object.entries(model.operations as Record<string, { output?: { shape: string } }>).map(([name, { output }]) => [
      name,
      output === undefined ? {} : { input: output },
    ]),
  );
  return { ...model, operations };
}
