import { masterUserName, migratorRole, readOnlyRole } from "../../components/database/names.ts";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { type BalancerThread, startBalancerThread } from "../local/balancer/balancer-thread.ts";
import { createLocalDatabase, type LocalDatabase } from "../local/database/local-database.ts";
import type { PostgresServer } from "../local/database/postgres-server.ts";
import { Fleet, readPlannedServices } from "../local/fleet.ts";
import { type LoadThread, startLoadThread, TrafficRecord } from "../local/load/load-thread.ts";
import { openWebSocketProbe, type WebSocketProbe } from "../local/load/websocket-probe.ts";
import { AutomaticRollback } from "../local/rollback/automatic-rollback.ts";
import { readRoutes } from "../local/routes.ts";
import type { Cleanup } from "../local/run/cleanup.ts";
import type { Keeper } from "../local/run/keeper.ts";
import type { Traces } from "../local/run/traces.ts";
import { sampleReleases } from "../local/sample-api/releases.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { Terminal } from "../report/terminal.ts";
import type { StageEvent } from "../report/timeline.ts";
import type { PlannerThread } from "./planner-thread.ts";
import type { RehearsedProgram } from "./rehearsed-program.ts";

/** How much is measured. */
export interface WalkSettings {
  /** Seed of the random numbers of balancer and load. */
  readonly seed: number;
  /** How many times faster than planned the intervals of health checks, draining, alarms and the check pass. */
  readonly timeFactor: number;
  readonly requestsPerSecond: number;
  /** How many answers each split is judged by. */
  readonly answersPerStep: number;
}

/** What the rehearsals of all stages share. */
export interface RehearsalWorld {
  /** Folder with the stack files. */
  readonly projectFolder: string;
  readonly cleanup: Cleanup;
  readonly keeper: Keeper;
  readonly planner: PlannerThread;
  readonly traces: Traces;
  readonly terminal: Terminal;
  readonly settings: WalkSettings;
  /** Aborts when the run is to end early. */
  readonly aborted: AbortSignal;
}

/** What the rehearsal of one stage works with once requests are sent. */
export interface StageWorld extends Pick<RehearsalWorld, "settings" | "terminal"> {
  readonly program: RehearsedProgram;
  readonly config: StageConfig;
  readonly database: LocalDatabase;
  readonly balancer: BalancerThread;
  readonly fleet: Fleet;
  readonly load: LoadThread;
  readonly traffic: TrafficRecord;
  /** What has happened so far. */
  readonly events: StageEvent[];
  /** Shares of the candidate, per cent, that were judged sharply. */
  readonly judgedShares: Set<number>;
  /** Runs by itself. */
  readonly rollback: AutomaticRollback;
  /** Opened before each release's first step. */
  readonly webSocket: WebSocketProbe;
}

/** Enough for a slow moment, and few enough to notice one. */
const maxInFlight = 100;
/** As long as an answer may take. What a machine cannot send in time is not worth waiting for. */
const leaveOutAfterSeconds = 2;
/** A load that nobody stops ends by itself. */
const maxLoadSeconds = 600;
const writeShare = 0.5;

/** Creates the planned database, with the schema of the first release. */
export async function startDatabase(
  server: PostgresServer,
  plan: StagePlan,
  { database }: StageConfig,
): Promise<LocalDatabase> {
  const created = await createLocalDatabase(server, plan.resources, {
    database: database.name,
    master: masterUserName,
    application: database.user,
    migrator: migratorRole,
    readOnly: readOnlyRole,
  });
  await created.migrate(sampleReleases[0]);
  return created;
}

/**
 * Starts the balancer with the planned routes, the processes of the planned services behind it, the load, and the planned
 * rollback.
 */
export async function startTraffic(
  stage: Pick<StageWorld, "program" | "config" | "database">,
  { settings, terminal, cleanup, traces, aborted }: RehearsalWorld,
): Promise<StageWorld> {
  const { program, config, database } = stage;
  const { plan } = program;
  const { seed, timeFactor, requestsPerSecond } = settings;
  const balancer = await startBalancerThread({ seed, timeFactor });
  cleanup.add("balancer", balancer.close);
  traces.port(balancer.port, "balancer");
  await balancer.applyRoutes(readRoutes(plan));

  const fleet = new Fleet(balancer, database.application, traces);
  cleanup.add("sample API", () => fleet.stop());
  await fleet.reconcile(readPlannedServices(plan));

  const webSocket = await openWebSocketProbe(balancer.port, config.hosts.api);
  cleanup.add("WebSocket", webSocket.close);
  const load = startLoadThread({
    port: balancer.port,
    host: config.hosts.api,
    requestsPerSecond,
    maxInFlight,
    leaveOutAfterSeconds,
    writeShare,
    maxRequests: requestsPerSecond * maxLoadSeconds,
    maxSeconds: maxLoadSeconds,
    seed,
  });
  cleanup.add("load", load.close);
  const traffic = new TrafficRecord(load, aborted);
  const rollback = new AutomaticRollback({ balancer, traffic, timeFactor, now: () => program.now });
  rollback.apply(plan);
  rollback.start();
  // Whoever waits for the rollback gets the error that stopped it. The cleanup only has to end it.
  cleanup.add("automatic rollback", () => rollback.stop().catch(() => {}));
  return {
    ...stage,
    settings,
    terminal,
    balancer,
    fleet,
    webSocket,
    load,
    traffic,
    rollback,
    judgedShares: new Set(),
    events: [],
  };
}
