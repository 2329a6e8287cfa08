import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createLocalDatabase, type LocalDatabase } from "../../../rehearsal/local/database/local-database.ts";
import { withConnection } from "../../../rehearsal/local/database/sql.ts";
import { readPlannedServices } from "../../../rehearsal/local/fleet.ts";
import { type LoadThread, startLoadThread, TrafficRecord } from "../../../rehearsal/local/load/load-thread.ts";
import { accountRows, tally } from "../../../rehearsal/local/load/tally.ts";
import { openWebSocketProbe } from "../../../rehearsal/local/load/websocket-probe.ts";
import { readRoutes } from "../../../rehearsal/local/routes.ts";
import type { Faults } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { judgeSplit } from "../../../rehearsal/local/split.ts";
import { databaseNames, plannedDatabase } from "./fixtures/planned-database.ts";
import { planned, plannedTraffic, planOf, publicHost } from "./fixtures/planned-traffic.ts";
import { runPostgres } from "./fixtures/run-postgres.ts";
import { plannedService, runTraffic } from "./fixtures/run-traffic.ts";

const never = new AbortController().signal;

function startLoad(port: number, maxRequests: number): LoadThread {
  const options = {
    host: publicHost,
    requestsPerSecond: 400,
    maxInFlight: 50,
    writeShare: 0.5,
    maxSeconds: 30,
    seed: 1,
  };
  const load = startLoadThread({ ...options, port, maxRequests });
  onTestFinished(() => load.close());
  return load;
}

describe("real processes behind the balancer, on a real database", () => {
  const postgres = runPostgres();
  let database: LocalDatabase;
  beforeAll(async () => {
    database = await createLocalDatabase(postgres.server(), plannedDatabase, databaseNames);
    await database.migrate("1.1.0");
  });

  it("loses no request and no row while weights change and a process is replaced, and would see one", async () => {
    const { balancer, fleet } = await runTraffic(database.application, 0);
    await fleet.reconcile([plannedService("blue", "1.0.0"), plannedService("green", "1.1.0")]);
    const load = startLoad(balancer.port, 100_000);
    const traffic = new TrafficRecord(load, never);
    const judged = async (percent: number) => {
      const generation = await balancer.applyRoutes(readRoutes(plannedTraffic(percent)));
      const answers = await traffic.answersUnder(generation, 200);
      return judgeSplit(percent, tally(answers).answeredBy["green"] ?? 0, answers.length);
    };
    for (const percent of [0, 25, 100]) expect(await judged(percent)).toMatchObject({ held: true });
    // Blue has no traffic now, and its replacement takes the traffic back.
    await fleet.reconcile([plannedService("blue", "1.1.0"), plannedService("green", "1.1.0")]);
    expect(await judged(0)).toMatchObject({ held: true });
    await fleet.reconcile([plannedService("blue", "1.0.0"), plannedService("green", "1.1.0")]);
    await traffic.answersUnder(await balancer.applyRoutes(readRoutes(plannedTraffic(0))), 100);
    await load.stop();

    const records = await traffic.all();
    expect(tally(records).lost).toBe(0);
    expect(fleet.stopped).toEqual({ all: 2, inOrder: 2 });
    const account = accountRows(records, await database.storedIds());
    expect(account).toMatchObject({ lost: [], unacknowledged: 0, foreign: 0 });
    expect(account.acknowledged).toBeGreaterThan(300);

    const victim = records.find((record) => record.kind === "write")?.id;
    await withConnection(database.application, (client) => client.query("delete from couples where id = $1", [victim]));
    expect(accountRows(records, await database.storedIds()).lost).toEqual([victim]);
  });

  it("counts a failing release's requests as lost, by its colour", async () => {
    const { balancer, fleet } = await runTraffic(database.application, 100);
    await fleet.reconcile([plannedService("green", "1.1.0")]);
    const before = await fleet.api("green").requestCount();
    await fleet.api("green").setFaults({ errorRate: 1 });
    const load = startLoad(balancer.port, 50);
    const traffic = new TrafficRecord(load, never);
    const records = await traffic.until("50 answers", 20, (all) => all.length >= 50);
    expect(tally(records)).toMatchObject({ requests: 50, lost: 50, answeredBy: { green: 50 } });
    expect(new Set(records.map(({ statusCode }) => statusCode))).toEqual(new Set([500]));
    expect((await fleet.api("green").requestCount()) - before).toBe(50);
  });

  it("counts for a release what the balancer answers because its process hangs up", async () => {
    const { balancer, fleet } = await runTraffic(database.application, 100);
    await fleet.reconcile([plannedService("green", "1.1.0")]);
    await fleet.api("green").setFaults({ hangUpRate: 1 });
    const load = startLoad(balancer.port, 30);
    const records = await new TrafficRecord(load, never).until("30 answers", 20, (all) => all.length >= 30);
    expect(tally(records)).toMatchObject({ requests: 30, lost: 30, answeredBy: {} });
    expect(new Set(records.map(({ statusCode, chosen }) => `${statusCode} ${chosen}`))).toEqual(new Set(["502 green"]));
    const [counts] = (await balancer.status()).flatMap((group) => (group.colour === "green" ? [group.counts] : []));
    expect(counts).toMatchObject({ chosen: 30, own: { 502: 30 } });
  });

  it("replaces a process that crashes in the middle of a request, and loses no row", async () => {
    const { balancer, fleet } = await runTraffic(database.application, 100);
    await fleet.reconcile([plannedService("green", "1.1.0")]);
    const pid = fleet.api("green").pid;
    expect(await fleet.replaceEnded()).toEqual([]);
    await fleet.api("green").setFaults({ crashRate: 1 });
    const load = startLoad(balancer.port, 1);
    const [record] = await new TrafficRecord(load, never).until("an answer", 20, (all) => all.length > 0);
    expect(record).toMatchObject({ statusCode: 502, chosen: "green" });
    expect(await fleet.replaceEnded()).toEqual(["green"]);
    expect(fleet.api("green").pid).not.toBe(pid);
    const again = await new TrafficRecord(startLoad(balancer.port, 5), never).until("5", 20, (all) => all.length >= 5);
    expect(tally(again)).toMatchObject({ lost: 0, answeredBy: { green: 5 } });
  });

  it("redeploys a colour under load without losing a request", async () => {
    const { balancer, fleet } = await runTraffic(database.application, 100);
    await fleet.reconcile([plannedService("green", "1.1.0")]);
    const pid = fleet.api("green").pid;
    const load = startLoad(balancer.port, 100_000);
    const traffic = new TrafficRecord(load, never);
    await traffic.until("an answer", 20, (all) => all.length > 0);
    await fleet.redeploy("green");
    expect(fleet.api("green").pid).not.toBe(pid);
    const before = (await traffic.all()).length;
    await traffic.until("more answers", 20, (all) => all.length > before + 20);
    await load.stop();
    expect(tally(await traffic.all()).lost).toBe(0);
  });

  it("spreads faults evenly where it is told to, and answers with a given status", async () => {
    const { balancer, fleet } = await runTraffic(database.application, 100);
    await fleet.reconcile([plannedService("green", "1.1.0")]);
    const statuses = async (faults: Faults) => {
      await fleet.api("green").setFaults(faults);
      const load = startLoad(balancer.port, 40);
      const all = await new TrafficRecord(load, never).until("40 answers", 20, (records) => records.length >= 40);
      return Map.groupBy(all, ({ statusCode }) => statusCode);
    };
    expect((await statuses({ evenly: true, errorRate: 0.1 })).get(500)).toHaveLength(4);
    expect((await statuses({ status: 404 })).get(404)).toHaveLength(40);
  });

  it("fails requests by real refusals once a release has taken all connections, and counts them", async () => {
    const { balancer, fleet } = await runTraffic(database.application, 100);
    await fleet.reconcile([plannedService("green", "1.1.0")]);
    await fleet.api("green").setFaults({ leaksConnections: true });
    const load = startLoad(balancer.port, 90);
    const all = await new TrafficRecord(load, never).until("90 answers", 30, (records) => records.length >= 90);
    expect(await database.connectionsInUse()).toBeGreaterThan(0.8);
    const failed = all.filter(({ statusCode }) => statusCode === 500).length;
    expect(failed).toBeGreaterThan(20);
    expect(await fleet.api("green").counts()).toMatchObject({ connectionFailures: failed });
    await fleet.stop();
    expect(await database.connectionsInUse()).toBeLessThan(0.2);
  });

  it("waits for latency as part of latency", async () => {
    const { balancer, fleet } = await runTraffic(database.application, 100);
    await fleet.reconcile([plannedService("green", "1.0.0")]);
    await fleet.api("green").setFaults({ latencyMilliseconds: 60 });
    const load = startLoad(balancer.port, 20);
    const records = await new TrafficRecord(load, never).until("20 answers", 20, (all) => all.length >= 20);
    expect(Math.min(...records.map((record) => record.latencyMilliseconds))).toBeGreaterThan(55);
  });

  it("takes a process whose health fails for unhealthy", async () => {
    const { balancer, fleet } = await runTraffic(database.application, 100);
    await fleet.reconcile([plannedService("green", "1.1.0")]);
    await fleet.api("green").setFaults({ failingHealth: true });
    const until = new TrafficRecord(startLoad(balancer.port, 1), never);
    await until.until("one answer", 10, (all) => all.length === 1);
    const state = async () => (await balancer.status()).flatMap(({ targets }) => targets.map((one) => one.state));
    await vi.waitFor(async () => expect(await state()).toEqual(["unhealthy", "unhealthy"]), { timeout: 10_000 });
  });

  it("echoes on a WebSocket, and closes it when its process is replaced", async () => {
    const { balancer, fleet } = await runTraffic(database.application, 0);
    await fleet.reconcile([plannedService("blue", "1.0.0")]);
    const probe = await openWebSocketProbe(balancer.port, publicHost);
    expect(await probe.echo()).toBe("blue");
    await fleet.reconcile([plannedService("blue", "1.1.0")]);
    expect(probe.isOpen()).toBe(false);
    expect(await probe.echo()).toBeUndefined();
    expect(fleet.stopped).toEqual({ all: 1, inOrder: 1 });
  });

  it("leaves no process and no port once stopped", async () => {
    const { balancer, fleet, traces } = await runTraffic(database.application, 0);
    await fleet.reconcile([plannedService("blue", "1.0.0"), plannedService("green", "1.1.0")]);
    expect(await traces.left()).toHaveLength(4);
    await fleet.stop();
    expect(await traces.left()).toEqual([]);
    expect((await balancer.status()).length).toBe(4);
  });
});

const service = (changes: Record<string, unknown> = {}) =>
  planned("aws:ecs/service:Service", "portal-staging-green", {
    taskDefinition: "arn:task-green",
    desiredCount: 2,
    loadBalancers: ["green", "green-own"].map((group) => {
      return { targetGroupArn: `arn:portal-staging-${group}`, containerName: "api", containerPort: 8000 };
    }),
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
        { name: "ALLOWED_ORIGINS", value: '["https://staging.celebrant-portal.com"]' },
      ],
    },
  ]),
});

describe("readPlannedServices", () => {
  it("reads what the container that has the traffic would run", () => {
    expect(readPlannedServices(planOf(service(), definition))).toEqual([
      {
        colour: "green",
        targetGroupArns: ["arn:portal-staging-green", "arn:portal-staging-green-own"],
        image: "registry.example.com/api@sha256:abc",
        stopTimeoutSeconds: 60,
        databaseUser: "staging_user",
        databaseName: "celebrant_portal_staging",
        allowedOrigins: ["https://staging.celebrant-portal.com"],
      },
    ]);
  });

  it("leaves out a service without desired tasks", () => {
    expect(readPlannedServices(planOf(service({ desiredCount: 0 }), definition))).toEqual([]);
  });

  it("refuses a container that is not told as whom it logs in", () => {
    const silent = planned("aws:ecs/taskDefinition:TaskDefinition", "task-green", {
      containerDefinitions: JSON.stringify([{ name: "api", image: "registry.example.com/api@sha256:abc" }]),
    });
    expect(() => readPlannedServices(planOf(service(), silent))).toThrow(
      'task-green does not set DATABASE_USER for "api".',
    );
  });

  it.each([
    ["neither colour's target group", ["arn:x"]],
    ["both colours' target groups", ["arn:portal-staging-green", "arn:portal-staging-blue-own"]],
  ])("refuses a service of %s", (_, arns) => {
    const other = service({
      loadBalancers: arns.map((targetGroupArn) => ({ targetGroupArn, containerName: "api" })),
    });
    expect(() => readPlannedServices(planOf(other, definition))).toThrow(
      `portal-staging-green serves ${arns.join(" and ")}, which are not one colour's target groups.`,
    );
  });

  it("refuses a service whose task definition or container is not planned", () => {
    expect(() => readPlannedServices(planOf(service()))).toThrow(
      "portal-staging-green runs arn:task-green, which is not planned.",
    );
    const other = service({ loadBalancers: [{ targetGroupArn: "arn:x", containerName: "web" }] });
    expect(() => readPlannedServices(planOf(other, definition))).toThrow('task-green has no container "web".');
  });
});
