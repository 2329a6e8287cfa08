import { masterUserName, migratorRole, readOnlyRole } from "../../../components/database/names.ts";
import { createLocalDatabase, type LocalDatabase } from "../../local/database/local-database.ts";
import { reservePort, startPostgresServer } from "../../local/database/postgres-server.ts";
import { createCleanup, makeWorkFolder } from "../../local/run/cleanup.ts";
import { sampleReleases } from "../../local/sample-api/releases.ts";
import type { ScenarioReport } from "../../report/report-schema.ts";
import type { RehearsalWorld } from "../stage-world.ts";
import { judgeScenario } from "./judge-scenario.ts";
import { runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenario-schema.ts";
import { type ScenarioShared, startScenarioWorld } from "./scenario-world.ts";
import { untilJudged } from "./until-judged.ts";

/** What a run of scenarios needs of the rehearsal. */
export type ScenarioRun = Omit<RehearsalWorld, "settings"> & {
  readonly seed: number;
};

/** A PostgreSQL server on which the planned database of one stage is made. */
type StageServer = Pick<ScenarioShared, "databasePort" | "databaseOf">;

/** Runs scenarios one after the other, with a PostgreSQL server of their own for each stage. */
export class ScenarioLane {
  readonly #run: ScenarioRun;
  /** The planned roles of both stages have the same names, so that one server cannot hold both. */
  readonly #servers = new Map<Scenario["stage"], Promise<StageServer>>();

  constructor(run: ScenarioRun) {
    this.#run = run;
  }

  #serverOf(stage: Scenario["stage"]): Promise<StageServer> {
    const known = this.#servers.get(stage) ?? startStageServer(this.#run);
    this.#servers.set(stage, known);
    return known;
  }

  /** Runs one scenario. Everything that it started has ended when it returns. */
  async run(scenario: Scenario): Promise<ScenarioReport> {
    const startedAt = performance.now();
    const { name, title, about, stage, startsAtPercent } = scenario;
    const attempt = async () => {
      const outcome = await this.#once(scenario);
      const comparisons = judgeScenario(scenario.expect, outcome);
      return { outcome, comparisons, held: comparisons.every(({ held }) => held) };
    };
    const { outcome, comparisons, slowness, tries, result } = await untilJudged(attempt, (since) =>
      this.#run.keeper.slownessSince(since),
    );
    return {
      name,
      title,
      ...(about === undefined ? {} : { about }),
      stage,
      startsAtPercent,
      result,
      comparisons: [...comparisons],
      found: {
        gate: outcome.asked?.gate ?? "not asked",
        findings: [...(outcome.asked?.findings ?? [])],
        move: outcome.asked?.move ?? "not asked for",
        refusal: outcome.asked?.message || outcome.askedReturn?.message || "",
        ...(outcome.askedReturn === null ? {} : { askedReturn: outcome.askedReturn.move }),
        alarms: [...outcome.alarms],
        returned: outcome.returned,
        notices: [...outcome.notices],
        requests: outcome.requests,
        failed: outcome.failed,
        webSockets: outcome.webSockets,
      },
      timeline: [...outcome.timeline],
      slowestControlMilliseconds: slowness.delayMilliseconds,
      slowestWorkFactor: slowness.workFactor,
      tries,
      seconds: (performance.now() - startedAt) / 1000,
    };
  }

  async #once(scenario: Scenario) {
    const { cleanup, planner, projectFolder, seed, terminal, traces } = this.#run;
    const own = createCleanup();
    const endScenario = cleanup.add(scenario.name, async () => {
      const failures = await own.run();
      if (failures.length > 0) throw new Error(failures.join("; "));
    });
    try {
      const server = await this.#serverOf(scenario.stage);
      const world = await startScenarioWorld(scenario, {
        ...server,
        projectFolder,
        planner,
        cleanup: own,
        traces,
        seed,
      });
      return await runScenario(world, (minute) => terminal.status(`${scenario.name}: ${minute} min`));
    } finally {
      await endScenario();
    }
  }
}

async function startStageServer({ aborted, cleanup, keeper, traces }: ScenarioRun): Promise<StageServer> {
  const folder = await makeWorkFolder(cleanup, keeper);
  traces.folder(folder);
  const reserved = await reservePort();
  const { port } = reserved;
  const server = await startPostgresServer(folder, reserved, { aborted, keeper });
  cleanup.add("PostgreSQL", server.stop);
  traces.process(server.pid, "PostgreSQL");
  traces.port(port, "PostgreSQL");
  let made: LocalDatabase | undefined;
  return {
    databasePort: port,
    async databaseOf(program, { database }) {
      if (made !== undefined) return made;
      made = await createLocalDatabase(server, program.plan.resources, {
        database: database.name,
        master: masterUserName,
        application: database.user,
        migrator: migratorRole,
        readOnly: readOnlyRole,
      });
      for (const release of sampleReleases) await made.migrate(release);
      return made;
    },
  };
}
