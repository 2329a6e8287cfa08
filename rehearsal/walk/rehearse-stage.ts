import { stackFileName } from "../../infra/config/config-keys.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { planDatabase } from "../local/database/database-plan.ts";
import { findFreePort, startPostgresServer } from "../local/database/postgres-server.ts";
import { accountRows, tally } from "../local/load/tally.ts";
import { type Cleanup, createCleanup, makeWorkFolder } from "../local/run/cleanup.ts";
import type { Keeper } from "../local/run/keeper.ts";
import type { Traces } from "../local/run/traces.ts";
import type { MoveReport, RefusalReport, StageReport } from "../report/report-schema.ts";
import { showProgress } from "../report/show-progress.ts";
import type { Terminal } from "../report/terminal.ts";
import { beginRehearsal } from "./begin-rehearsal.ts";
import { type Course, firstCandidate } from "./course.ts";
import { describePlan } from "./describe-plan.ts";
import { failAndRollBack } from "./failing-candidate.ts";
import { tryIllegalMoves } from "./illegal-moves.ts";
import { applyAndMeasure } from "./make-move.ts";
import type { PlannerThread } from "./planner-thread.ts";
import { stageChecks } from "./stage-checks.ts";
import type { StageContext, WalkSettings } from "./stage-context.ts";
import { startDatabase, startTraffic } from "./start-stage.ts";
import { bringIn, promote, walkSteps } from "./walk-release.ts";

/** What every stage's rehearsal shares. */
export interface Surroundings {
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

/**
 * Rehearses one stage from where its stack file stands: the rollout that was begun to its end, then one release through
 * the whole schedule to promote, with illegal moves tried on the way, and after it one that fails and is rolled back.
 *
 * @throws when something that the rehearsal stands on did not work; what merely did not hold is in the report
 */
export async function rehearseStage(stage: Stage, surroundings: Surroundings): Promise<StageReport> {
  const own = createCleanup();
  const endStage = surroundings.cleanup.add(stage, async () => {
    const failures = await own.run();
    if (failures.length > 0) throw new Error(failures.join("; "));
  });
  const report = await rehearse(stage, { ...surroundings, cleanup: own });
  await endStage();
  return report;
}

async function rehearse(stage: Stage, surroundings: Surroundings): Promise<StageReport> {
  const { aborted, cleanup, keeper, planner, projectFolder, settings, terminal, traces } = surroundings;
  const startedAt = performance.now();
  const progress = showProgress(terminal);
  terminal.line();
  terminal.line(terminal.paint("bold", stage));

  terminal.status(`  ${stage}: planning, and starting PostgreSQL`);
  const port = await findFreePort();
  const request = { planner, stage, projectFolder, databasePort: port, startsAt: new Date() };
  const { course, config, program } = beginRehearsal(request);
  if (course.begun !== undefined) {
    terminal.line(
      `  ${stackFileName(stage)} stands at ${config.candidateWeight} %: the rest of that rollout, then a whole one`,
    );
  }
  const folder = await makeWorkFolder(cleanup, keeper);
  traces.folder(folder);
  const [server, first] = await Promise.all([
    startPostgresServer(folder, port, { aborted, keeper }),
    program.deploy({}),
  ]);
  cleanup.add("PostgreSQL", server.stop);
  traces.process(server.pid, "PostgreSQL");
  traces.port(port, "PostgreSQL");
  const plan = describePlan(first);
  progress.plan(plan);

  terminal.status(`  ${stage}: creating the database`);
  const created = await startDatabase(server, first.plan, config);
  const statements = planDatabase(first.plan.resources).reduce((sum, { sql }) => sum + sql.length, 0);
  const database = { resources: created.resources, statements, checks: [...(await created.check())] };
  progress.database(database);
  await created.migrate(firstCandidate(course));

  terminal.status(`  ${stage}: starting the sample API, the balancer and the load`);
  const running = await startTraffic({ plan: first.plan, now: () => program.now }, created, config, settings, {
    aborted,
    cleanup,
    traces,
  });
  const context: StageContext = { program, config, database: created, settings, terminal, ...running };

  const moves: MoveReport[] = [];
  const refusals: RefusalReport[] = [];
  const onMove = (move: MoveReport) => {
    moves.push(move);
    progress.move(move);
  };
  onMove(await applyAndMeasure(context, nameOfStart(course, config.candidateWeight), first));
  if (course.begun !== undefined) {
    await walkSteps(context, course.begun, { onMove });
    onMove(await promote(context, course.begun));
    onMove(await bringIn(context, course.whole));
  }
  await walkSteps(context, course.whole, {
    onMove,
    async atFirstStep() {
      refusals.push(...(await tryIllegalMoves(context)));
    },
  });
  progress.refusals(refusals);
  onMove(await promote(context, course.whole));
  onMove(await bringIn(context, course.failing));
  await walkSteps(context, course.failing, { onMove });
  const rollback = await failAndRollBack(context);
  await running.rollback.stop();
  progress.rollback(rollback);

  terminal.status(`  ${stage}: counting rows`);
  await running.load.stop();
  const records = await running.traffic.all();
  const { requests: sent, lost, latencyMilliseconds } = tally(records);
  const rows = accountRows(records, await created.storedIds());
  const measured = {
    stage,
    seconds: (performance.now() - startedAt) / 1000,
    plan,
    database,
    moves,
    refusals,
    rollback,
    requests: { sent, lost, failedByFault: rollback.failedByFault, latencyMilliseconds },
    rows: { ...rows, lost: rows.lost.length },
  };
  const report = { ...measured, checks: stageChecks(measured, running.fleet.stopped) };
  progress.end(report);
  return report;
}

/** What the first update is called: it makes true what the stack file says. */
function nameOfStart(course: Course, candidateWeight: number): string {
  return course.begun === undefined ? `${course.live} live` : `${course.begun.release} at ${candidateWeight} %`;
}
