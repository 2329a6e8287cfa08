import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { startBalancerThread } from "../local/balancer/balancer-thread.ts";
import { reservePort, startPostgresServer } from "../local/database/postgres-server.ts";
import { Fleet, readPlannedServices } from "../local/fleet.ts";
import { readRoutes } from "../local/routes.ts";
import { createCleanup, endOnSignals, makeWorkFolder } from "../local/run/cleanup.ts";
import { startKeeper } from "../local/run/keeper.ts";
import { Traces } from "../local/run/traces.ts";
import { beginRehearsal, firstCandidate } from "../walk/course.ts";
import { startPlannerThread } from "../walk/planner-thread.ts";
import { startDatabase } from "../walk/stage-world.ts";
import { measureUsers, type UserLoad } from "./user-load.ts";

/** What is loaded, how much, and how long. */
export interface LoadRequest {
  readonly projectFolder: string;
  readonly stage: Stage;
  readonly users: readonly number[];
  /** For each number of users. */
  readonly seconds: number;
  readonly onMeasured: (load: UserLoad) => void;
}

/**
 * Loads a planned stage on this machine with each number of users, one after the other (guide T2): a real PostgreSQL with the planned
 * roles, the sample API's processes, and the local balancer. Ends everything that it started.
 */
export async function runLoad({ projectFolder, stage, users, seconds, onMeasured }: LoadRequest): Promise<void> {
  const cleanup = createCleanup();
  const aborted = endOnSignals(cleanup, (line) => console.log(line));
  try {
    const keeper = await startKeeper();
    cleanup.add("keeper", keeper.stop);
    const planner = startPlannerThread();
    cleanup.add("planner", planner.close);
    const reserved = await reservePort();
    const begun = beginRehearsal({ planner, stage, projectFolder, databasePort: reserved.port, startsAt: new Date() });
    const { plan } = await begun.program.deploy({});
    const server = await startPostgresServer(await makeWorkFolder(cleanup, keeper), reserved, { aborted, keeper });
    cleanup.add("PostgreSQL", server.stop);
    const database = await startDatabase(server, plan, begun.config);
    await database.migrate(firstCandidate(begun.course));
    const balancer = await startBalancerThread({ seed: 1, timeFactor: 60 });
    cleanup.add("balancer", balancer.close);
    await balancer.applyRoutes(readRoutes(plan));
    const fleet = new Fleet(balancer, database.application, new Traces());
    cleanup.add("sample API", () => fleet.stop());
    await fleet.reconcile(readPlannedServices(plan));
    const loaded = { port: balancer.port, publicHost: begun.config.hosts.api, fleet, database };
    for (const count of users) onMeasured(await measureUsers(loaded, { users: count, seconds }));
  } finally {
    const failures = await cleanup.run();
    for (const failure of failures) console.error(failure);
  }
}
