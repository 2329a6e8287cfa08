import { stackFileName } from "../../infra/config/config-keys.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { proveBalancer } from "../local/balancer/prove-balancer.ts";
import { reservePort, startPostgresServer } from "../local/database/postgres-server.ts";
import { preciseNow } from "../local/load/request.ts";
import { accountRows, reachedTask, tally } from "../local/load/tally.ts";
import { readRoutes } from "../local/routes.ts";
import { createCleanup, makeWorkFolder } from "../local/run/cleanup.ts";
import { busyText } from "../local/run/machine-control.ts";
import type {
  MoveReport,
  ReachedLimitReport,
  RefusalReport,
  RollbackReport,
  StageReport,
} from "../report/report-schema.ts";
import { type Progress, showProgress } from "../report/show-progress.ts";
import { timelineOf } from "../report/timeline.ts";
import { migrateChecked } from "./checked-migration.ts";
import { beginRehearsal, type Course, firstCandidate } from "./course.ts";
import { failAndRollBack } from "./failing-candidate.ts";
import { judgeFitnessAside } from "./fitness-thread.ts";
import { tryIllegalMoves } from "./illegal-moves.ts";
import { applyAndMeasure } from "./make-move.ts";
import { reachLimit } from "./reached-limit.ts";
import { lookAtRehearsal } from "./rehearsed-gate.ts";
import type { Deployment } from "./rehearsed-program.ts";
import { rollbackEvents } from "./rollback-events.ts";
import { describePlan, stageChecks } from "./stage-report.ts";
import { type RehearsalWorld, type StageWorld, startDatabase, startTraffic } from "./stage-world.ts";
import { promoteCandidate, stageRelease, walkSteps } from "./walk-release.ts";

/**
 * Rehearses one stage from where its stack file stands. First the rest of the rollout that the file is in, if it is in one.
 * Then a whole rollout of one release, with illegal moves between. Last a release that fails and is rolled back.
 *
 * @throws when the rehearsal cannot go on. A check that does not hold is in the report
 */
export async function rehearseStage(stage: Stage, world: RehearsalWorld): Promise<StageReport> {
  const own = createCleanup();
  const endStage = world.cleanup.add(stage, async () => {
    const failures = await own.run();
    if (failures.length > 0) throw new Error(failures.join("; "));
  });
  const report = await rehearse(stage, { ...world, cleanup: own });
  await endStage();
  return report;
}

/** How long before its traffic begins a stage looks at how busy the machine is. */
const lookBackMilliseconds = 5000;

async function rehearse(stage: Stage, world: RehearsalWorld): Promise<StageReport> {
  const { aborted, cleanup, keeper, planner, projectFolder, settings, terminal, traces } = world;
  const startedAt = performance.now();
  const progress = showProgress(terminal);
  terminal.line();
  terminal.line(terminal.paint("bold", stage));

  terminal.status(`  ${stage}: planning, and starting PostgreSQL`);
  const reserved = await reservePort();
  const { port } = reserved;
  const request = { planner, stage, projectFolder, databasePort: port, startsAt: new Date() };
  const { course, config, program } = beginRehearsal(request);
  if (course.begun !== undefined) {
    terminal.line(
      `  ${stackFileName(stage)} is at ${config.candidateWeight} %: first the rest of that rollout, then a whole one`,
      2,
    );
  }
  const folder = await makeWorkFolder(cleanup, keeper);
  traces.folder(folder);
  const [server, first] = await Promise.all([
    startPostgresServer(folder, reserved, { aborted, keeper }),
    program.deploy({}),
  ]);
  cleanup.add("PostgreSQL", server.stop);
  traces.process(server.pid, "PostgreSQL");
  traces.port(port, "PostgreSQL");
  const plan = describePlan(first);
  progress.plan(plan);
  const busy = busyText(await keeper.slownessSince(Date.now() - lookBackMilliseconds));
  if (busy !== undefined) terminal.line(terminal.paint("yellow", `  ${busy}`), 2);

  terminal.status(`  ${stage}: firing the alarms, and creating the database`);
  const [fitness, created, balancer] = await Promise.all([
    judgeFitnessAside(first.plan, config),
    startDatabase(server, first.plan, config),
    proveBalancer({ ...settings, routes: readRoutes(first.plan), stopTimeoutSeconds: config.api.stopTimeoutSeconds }),
  ]);
  progress.fitness(fitness);
  const roles = await created.check();
  const data = await migrateChecked({ database: created, program }, program.candidate, firstCandidate(course));
  const database = { resources: created.resources, statements: created.statements, checks: [...roles, data] };
  progress.database(database);

  terminal.status(`  ${stage}: starting the sample API, the balancer and the load`);
  const stageWorld = await startTraffic({ program, config, database: created }, world);
  const walked = await walk(stageWorld, course, first, progress);
  const { moves, refusals, rollback, reachedLimit } = walked;

  terminal.status(`  ${stage}: counting rows`);
  await stageWorld.load.stop();
  const records = await stageWorld.traffic.all();
  const { requests: sent, lost, latencyMilliseconds } = tally(records);
  const rows = accountRows(records, await created.storedIds());
  const measured = {
    stage,
    seconds: (performance.now() - startedAt) / 1000,
    plan,
    fitness,
    balancer,
    database,
    moves,
    timeline: timelineOf(records, [
      ...stageWorld.events,
      ...rollbackEvents(stageWorld.rollback, program.plan.record.liveColour),
    ]),
    refusals,
    rollback,
    reachedLimit,
    requests: {
      ...{ sent, lost, failedByFault: rollback.failedByFault, latencyMilliseconds },
      leftOut: await stageWorld.load.leftOut(),
      reachedTask: reachedTask(records) + moves.reduce((sum, { candidateHost }) => sum + candidateHost.asked, 0),
      countedByTasks: await stageWorld.fleet.requestCount(),
    },
    rows: { ...rows, lost: rows.lost.length },
  };
  const report = { ...measured, checks: stageChecks(measured, stageWorld.fleet.stopped) };
  progress.end(report);
  return report;
}

/** Everything that a stage's rehearsal does once requests are sent. */
async function walk(
  world: StageWorld,
  course: Course,
  first: Deployment,
  progress: Progress,
): Promise<{
  readonly moves: readonly MoveReport[];
  readonly refusals: readonly RefusalReport[];
  readonly rollback: RollbackReport;
  readonly reachedLimit: ReachedLimitReport | null;
}> {
  const moves: MoveReport[] = [];
  const refusals: RefusalReport[] = [];
  const onMove = (move: MoveReport) => {
    moves.push(move);
    progress.move(move);
  };
  const { candidateWeight } = world.config;
  const firstName =
    course.begun === undefined ? `${course.live} live` : `${course.begun.release} at ${candidateWeight} %`;
  onMove(await applyAndMeasure(world, firstName, first));
  if (course.begun !== undefined) {
    const since = await walkSteps(world, course.begun, { onMove });
    onMove(await promoteCandidate(world, course.begun, since));
    onMove(await stageRelease(world, course.whole));
  }
  const since = await walkSteps(world, course.whole, {
    onMove,
    triesUnverified: true,
    async atFirstStep() {
      refusals.push(...(await tryIllegalMoves(world, await lookAtRehearsal(world, preciseNow()))));
    },
  });
  progress.refusals(refusals);
  onMove(await promoteCandidate(world, course.whole, since));
  onMove(await stageRelease(world, course.failing));
  await walkSteps(world, course.failing, { onMove });
  const standing = world.program.plan;
  const rollback = await failAndRollBack(world);
  await world.rollback.stop();
  progress.rollback(rollback);
  const reachedLimit = await reachLimit(world, standing);
  if (reachedLimit !== null) progress.reachedLimit(reachedLimit);
  return { moves, refusals, rollback, reachedLimit };
}
