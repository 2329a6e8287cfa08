import { masterUserName, migratorRole, readOnlyRole } from "../../components/database/names.ts";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { startBalancerThread } from "../local/balancer/balancer-thread.ts";
import { createLocalDatabase, type LocalDatabase } from "../local/database/local-database.ts";
import type { PostgresServer } from "../local/database/postgres-server.ts";
import { Fleet, readPlannedServices } from "../local/fleet.ts";
import { startLoadThread, TrafficRecord } from "../local/load/load-thread.ts";
import { openWebSocketProbe } from "../local/load/websocket-probe.ts";
import { AutomaticRollback } from "../local/rollback/automatic-rollback.ts";
import { readRoutes } from "../local/routes.ts";
import type { Cleanup } from "../local/run/cleanup.ts";
import type { Traces } from "../local/run/traces.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { WalkSettings } from "./stage-context.ts";

/** Requests under way at once at most: enough for a slow moment, few enough not to hide one. */
const maxInFlight = 100;
/** A load that nobody stops ends by itself. */
const maxLoadSeconds = 600;
const writeShare = 0.5;

/** Creates the planned database with the releases' first schema. */
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
  await created.migrate("1.0.0");
  return created;
}

/**
 * Starts the balancer with the planned routes, the planned services' processes behind it, the load in front of it, and the
 * planned rollback that watches them.
 *
 * @param now the clock that moves are judged by
 */
export async function startTraffic(
  { plan, now }: { readonly plan: StagePlan; readonly now: () => Date },
  database: LocalDatabase,
  config: StageConfig,
  settings: WalkSettings,
  { cleanup, traces, aborted }: { readonly cleanup: Cleanup; readonly traces: Traces; readonly aborted: AbortSignal },
) {
  const balancer = await startBalancerThread({ seed: settings.seed, timeFactor: settings.timeFactor });
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
    requestsPerSecond: settings.requestsPerSecond,
    maxInFlight,
    writeShare,
    maxRequests: settings.requestsPerSecond * maxLoadSeconds,
    maxSeconds: maxLoadSeconds,
    seed: settings.seed,
  });
  cleanup.add("load", load.close);
  const traffic = new TrafficRecord(load, aborted);
  const rollback = new AutomaticRollback({ balancer, traffic, timeFactor: settings.timeFactor, now });
  rollback.apply(plan);
  rollback.start();
  // What ended its watch early is told to whoever waits for it; here it only has to be over.
  cleanup.add("automatic rollback", () => rollback.stop().catch(() => {}));
  return { balancer, fleet, webSocket, load, traffic, rollback };
}
