import type { GateAws } from "../../../infra/aws/look-at-stage.ts";
import type { StageConfig } from "../../../infra/config/schema/stage-config.ts";
import { scheduleOf, wantedRollout } from "../../../infra/rollout/wanted.ts";
import { type Colour, otherColour } from "../../../rollout/colour.ts";
import { bakeSecondsAt } from "../../../rollout/schedule.ts";
import { percentOf } from "../../../rollout/split.ts";
import { WatchedAlarms } from "../../local/alarms/watched-alarms.ts";
import { type BalancerThread, startBalancerThread } from "../../local/balancer/balancer-thread.ts";
import type { LocalDatabase } from "../../local/database/local-database.ts";
import { Fleet, readPlannedServices } from "../../local/fleet.ts";
import { openWebSocketProbe, type WebSocketProbe } from "../../local/load/websocket-probe.ts";
import { AutomaticRollback } from "../../local/rollback/automatic-rollback.ts";
import { publicSplit, type Routes, readRoutes, routeOf } from "../../local/routes.ts";
import type { Cleanup } from "../../local/run/cleanup.ts";
import type { Traces } from "../../local/run/traces.ts";
import { sampleReleases } from "../../local/sample-api/releases.ts";
import { sampleImageDigest } from "../../local/sample-api/sample-api.ts";
import { assumedRecord } from "../../plan/assumed-record.ts";
import { readRehearsedConfig } from "../course.ts";
import type { PlannerThread } from "../planner-thread.ts";
import { RehearsedProgram } from "../rehearsed-program.ts";
import { MinuteTraffic } from "./minute-traffic.ts";
import { awsOf } from "./scenario-aws.ts";
import { bypassTo, faultAt, type StandingFault } from "./scenario-faults.ts";
import { ScenarioMetrics } from "./scenario-metrics.ts";
import type { Scenario } from "./scenario-schema.ts";

/** When every scenario begins. A fixed time makes each run the same. */
const beginsAt = new Date("2026-11-23T00:00:00.000Z");

/** Seconds after which the local balancer gives up a silent target, in the place of the planned minute. */
const idleTimeoutSeconds = 4;

/** What the scenarios of a run share. */
export interface ScenarioShared {
  /** Folder with the stack files. */
  readonly projectFolder: string;
  readonly planner: Pick<PlannerThread, "planStage">;
  readonly cleanup: Cleanup;
  readonly traces: Traces;
  /** Seed of the draws that split the traffic. */
  readonly seed: number;
  /** Port of the PostgreSQL server. */
  readonly databasePort: number;
  /** The planned database of a stage, created at the first call. @param config of the stage */
  readonly databaseOf: (program: RehearsedProgram, config: StageConfig) => Promise<LocalDatabase>;
}

/** The stage of one scenario. */
export interface ScenarioWorld {
  readonly scenario: Scenario;
  readonly config: StageConfig;
  readonly program: RehearsedProgram;
  readonly database: LocalDatabase;
  readonly balancer: BalancerThread;
  readonly fleet: Fleet;
  readonly traffic: MinuteTraffic;
  readonly rollback: AutomaticRollback;
  readonly alarms: WatchedAlarms;
  readonly metrics: ScenarioMetrics;
  readonly webSockets: readonly WebSocketProbe[];
  /** What AWS would show to the gate. */
  readonly aws: GateAws;
  /** Minutes of the turned clock since the beginning. */
  minute: number;
  faultOf(colour: Colour): StandingFault;
}

/** What replaces the stack file's values in every update of a scenario. */
function settingsOf(scenario: Scenario, liveColour: Colour, databasePort: number) {
  const [live, candidate] = sampleReleases;
  return {
    [`images.${liveColour}`]: sampleImageDigest(live),
    [`images.${otherColour(liveColour)}`]: sampleImageDigest(candidate),
    "database.tunnelPort": databasePort,
    "rollout.freezeWindows": [],
    "rollout.weeklyFreezeWindows": [],
    rolloutOverride: undefined,
    // A scenario is about what requests show. The rehearsal of a stage is where a verdict is required.
    "verify.required": false,
    candidateWeight: scenario.startsAtPercent,
  };
}

/** Brings a stage to where a scenario begins: the plan of its last update, the processes behind the balancer, and its past. */
export async function startScenarioWorld(scenario: Scenario, shared: ScenarioShared): Promise<ScenarioWorld> {
  const { cleanup, planner, projectFolder, seed, traces } = shared;
  const { stage, startsAtPercent } = scenario;
  const { liveColour } = readRehearsedConfig(projectFolder, stage, {});
  const settings = settingsOf(scenario, liveColour, shared.databasePort);
  const config = readRehearsedConfig(projectFolder, stage, { ...settings, ...scenario.settings });
  const program = await deployStart(scenario, { planner, projectFolder, settings });
  const database = await shared.databaseOf(program, config);

  const balancer = await startBalancerThread({ seed, timeFactor: 60, checksOnDemand: true, idleTimeoutSeconds });
  cleanup.add("balancer", balancer.close);
  traces.port(balancer.port, "balancer");
  await balancer.applyRoutes(readRoutes(program.plan));
  const fleet = new Fleet(balancer, database.application, traces);
  cleanup.add("sample API", () => fleet.stop());
  await fleet.reconcile(readPlannedServices(program.plan));

  const traffic = new MinuteTraffic({
    port: balancer.port,
    host: config.hosts.api,
    traffic: scenario.traffic,
  });
  cleanup.add("traffic", () => traffic.close());
  const clock = () => program.now.getTime();
  const rollback = new AutomaticRollback({
    balancer,
    traffic: { all: async () => traffic.records },
    timeFactor: 1,
    now: () => program.now,
    clock,
    metricTimeOf: (instant) => Date.parse(instant),
  });
  rollback.apply(program.plan);
  const alarms = new WatchedAlarms(program.plan, rollback.metrics);
  const metrics = new ScenarioMetrics(program.plan, rollback.metrics, alarms, config);
  const schedule = scheduleOf(config.rollout);
  const before = schedule.steps.findLast(({ weightPercent }) => weightPercent < startsAtPercent)?.weightPercent ?? 0;
  metrics.putPast(clock(), {
    requestsPerHour: scenario.traffic.requestsPerHour,
    liveColour,
    weightPercent: before,
    weightMinutes: before === 0 ? 0 : bakeSecondsAt(schedule, before) / 60,
  });
  const webSockets: WebSocketProbe[] = [];
  for (let count = 0; count < scenario.traffic.webSockets; count++) {
    const probe = await openWebSocketProbe(balancer.port, config.hosts.api);
    cleanup.add("WebSocket", probe.close);
    webSockets.push(probe);
  }
  const world = {
    scenario,
    config,
    program,
    database,
    balancer,
    fleet,
    traffic,
    rollback,
    alarms,
    metrics,
    webSockets,
    minute: 0,
    faultOf(this: { readonly minute: number }, colour: Colour) {
      return faultAt(scenario.faults, { colour, liveColour: program.plan.record.liveColour, minute: this.minute });
    },
  };
  return Object.assign(world, { aws: awsOf(world) });
}

/**
 * Plans the updates up to the scenario's beginning. A release with settings of its own is staged at weight 0 first, so that live
 * keeps what it has.
 */
async function deployStart(
  scenario: Scenario,
  {
    planner,
    projectFolder,
    settings,
  }: Pick<ScenarioShared, "planner" | "projectFolder"> & { readonly settings: Readonly<Record<string, unknown>> },
): Promise<RehearsedProgram> {
  const { stage, startsAtPercent } = scenario;
  const hasSettings = Object.keys(scenario.settings).length > 0;
  const first = hasSettings ? { ...settings, candidateWeight: 0 } : settings;
  const config = readRehearsedConfig(projectFolder, stage, first);
  const previousRecord = assumedRecord(wantedRollout(config), scheduleOf(config.rollout), beginsAt);
  const program = new RehearsedProgram({
    planner,
    stage,
    projectFolder,
    settings: first,
    startsAt: beginsAt,
    previousRecord,
  });
  await program.deploy({});
  if (hasSettings) {
    const candidate = program.candidate;
    await program.deploy({ ...scenario.settings, [`images.${candidate}`]: sampleImageDigest(sampleReleases[2]) });
    if (startsAtPercent > 0) await program.deploy({ candidateWeight: startsAtPercent });
  }
  return program;
}

/** The routes of a plan, with the rule that somebody made by hand before the public one. */
export function routesOf(world: Pick<ScenarioWorld, "program" | "scenario" | "minute">, routes: Routes): Routes {
  const { liveColour } = world.program.plan.record;
  const planned = routes.routes.filter(({ role }) => role !== "foreign");
  const colour = bypassTo(world.scenario.faults, { liveColour, minute: world.minute });
  if (colour === undefined) return { ...routes, routes: planned };
  const foreign = {
    arn: `${routeOf(routes, "public").arn}-foreign`,
    role: "foreign" as const,
    hosts: routeOf(routes, "public").hosts,
    targetGroups: [{ arn: routes.targetGroupArns[colour], weight: 100 }],
  };
  return { ...routes, routes: [foreign, ...planned] };
}

/** Per cent of the public traffic that the candidate has. */
export async function candidatePercent({ balancer, program }: Pick<ScenarioWorld, "balancer" | "program">) {
  const current = await balancer.current();
  if (current === undefined) throw new Error("The balancer has no routes.");
  return percentOf(publicSplit(current.routes), program.candidate);
}
