import { availableParallelism } from "node:os";
import type { RehearsalReport, ScenarioReport } from "../../report/report-schema.ts";
import { showScenario, showScenarioSummary } from "../../report/show-scenarios.ts";
import { counted } from "../../report/terminal.ts";
import { checkReportFiles, type ReportFiles, writeReport } from "../../report/write-report.ts";
import { beginRun, limitOf } from "../begin-run.ts";
import { ScenarioLane, type ScenarioRun } from "./scenario-lane.ts";
import type { Scenario } from "./scenario-schema.ts";

/** Which scenarios to run. */
export interface ScenarioOptions extends ReportFiles {
  /** Folder with the stack files. */
  readonly projectFolder: string;
  readonly scenarios: readonly Scenario[];
  /** Seed of the draws that split the traffic. */
  readonly seed: number;
}

/** What came of it: all expectations held, some did not, or the machine was too slow to judge some and the others held. */
export type ScenariosResult = ScenarioReport["result"];

/** As many as the smallest supported machine has cores. */
const mostLanes = 2;

/**
 * Runs scenarios, two at a time, ends everything that it started, and writes the report.
 *
 * @throws {Error} when a scenario cannot be run, such as one whose stage has no step of the weight that it starts at
 */
export async function runScenarios(options: ScenarioOptions): Promise<ScenariosResult> {
  const { projectFolder, scenarios, seed } = options;
  await checkReportFiles(options);
  const startedAt = new Date();
  const begun = await beginRun();
  const { aborted, terminal } = begun.shared;
  const run: ScenarioRun = { ...begun.shared, projectFolder, seed };
  terminal.line(`Running ${counted(scenarios.length, "scenario")}, with seed ${seed}.`);

  const reports: ScenarioReport[] = [];
  let failure: string | undefined;
  try {
    const waiting = [...scenarios];
    const lane = async () => {
      const own = new ScenarioLane(run);
      for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
        const report = await own.run(scenario);
        reports.push(report);
        showScenario(terminal, report);
      }
    };
    await Promise.all(Array.from({ length: Math.min(mostLanes, scenarios.length) }, lane));
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const { peakMib, nothingLeft } = await begun.end();
  if (aborted.aborted) return "not held";

  const result = resultOf(reports, failure === undefined && nothingLeft.held);
  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  const report: RehearsalReport = {
    version: 1,
    startedAt: startedAt.toISOString(),
    seconds,
    held: result === "held",
    machine: { node: process.version, platform: `${process.platform}-${process.arch}`, cores: availableParallelism() },
    settings: { seed, timeFactor: 1, requestsPerSecond: 0, answersPerStep: 0 },
    limits: {
      seconds: limitOf("run time in seconds", 300, seconds),
      memoryMib: limitOf("peak memory in MiB", 1000, peakMib),
    },
    models: modelsOfScenarios,
    stages: [],
    scenarios: reports.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    checks: [nothingLeft],
    failure,
  };
  await writeReport(report, options);
  showScenarioSummary(terminal, report, options);
  return result;
}

function resultOf(reports: readonly ScenarioReport[], isSound: boolean): ScenariosResult {
  if (!isSound || reports.some(({ result }) => result === "not held")) return "not held";
  return reports.some(({ result }) => result === "not judged") ? "not judged" : "held";
}

/** What was only a model of the real thing. */
const modelsOfScenarios = [
  "Each scenario has a clock that is turned by the minute. The requests of a minute are sent as real HTTP requests to real processes, as fast as they are answered, and count for that minute. Shares of requests that fail are spread evenly over them.",
  "The load balancer is a model of an Application Load Balancer. It has the planned hosts, weights, health checks, draining and fail-open. It gives up a silent target after 4 s in the place of the planned minute.",
  "What the gate asks of CloudWatch is answered from what the local balancer counted, by the program's own queries. CloudWatch's delay in collecting metrics is left out.",
  "Before a scenario begins, two weeks of traffic without a failure are assumed: even, but for an hour each day that is a fifth busier.",
  "One process stands for all tasks of a service. How many tasks there are, what their memory shows, and whether a deployment is under way is told to the gate and to CloudWatch, and not measured. So are the database's disk, CPU and memory.",
  "The planned event rule, its targets and the planned state machine run on local stand-ins for a few AWS actions. Mails that alarms send by themselves are left out.",
] as const;
