import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Stage, stages } from "../../infra/config/schema/stage-config.ts";
import packageFile from "../../package.json" with { type: "json" };
import { planMove } from "../plan/compare-stage.ts";
import { diffPlans } from "../plan/diff-plans.ts";
import { projectFolder } from "../plan/project-folder.ts";
import { readRehearsedConfig } from "../walk/course.ts";

/** A row of a benchmark table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** The limit that the project has set itself. */
  readonly bound: string;
}

/** What one process of `subject.ts` cost. */
export interface PlanningCost {
  /** From the process's first statement to its last. */
  readonly milliseconds: number;
  /** User and system time of the whole process. */
  readonly cpuMilliseconds: number;
  /** For each planned stage, in order. */
  readonly stageMilliseconds: readonly number[];
  /** Largest resident set of the process. */
  readonly peakMebibytes: number;
}

/** What the CLI's two urgent commands cost, as processes of their own, against moto. */
export interface CommandCosts {
  /** From the process's start to the first call of AWS that changes something, for each counted run. */
  readonly rollbackFirstWriteMilliseconds: readonly number[];
  /** Actions of AWS from a rollback's start until the latch is set. */
  readonly rollbackActions: readonly string[];
  /** From the process's start to its end, for each counted run. */
  readonly statusMilliseconds: readonly number[];
  /** How many calls of AWS `status` makes, with a short and with a long history. */
  readonly statusCalls: { readonly short: number; readonly long: number };
  /** Entries of the long history. */
  readonly longHistory: number;
}

const run = promisify(execFile);
const subjectScript = fileURLToPath(new URL("./subject.ts", import.meta.url));
/** It starts moto, so it lives with the tests. */
const commandsScript = fileURLToPath(new URL("../../test/bench/cli-costs.ts", import.meta.url));
/** Node's flags as package.json gives them to `npm run plan`, which keep a compile cache. */
const planFlags = packageFile.scripts.plan.split(" ").slice(1, -1);
const fourStages = "production,staging,production,staging";

/**
 * Measures planning. The subjects run in turn (A B C A B C …), so that a machine that becomes slower does so for all.
 *
 * @param rounds how many rounds count, after one that does not
 */
export async function measurePlanning(rounds: number): Promise<readonly Row[]> {
  const costs = new Map<string, PlanningCost[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const subject of ["packages", "modules", "two-packages", "production", "production-cached", fourStages]) {
      const cost = await runScript<PlanningCost>(subjectScript, subject, subject.endsWith("-cached") ? planFlags : []);
      if (round > 0) costs.set(subject, [...(costs.get(subject) ?? []), cost]);
    }
  }
  const of = (subject: string, figure: (cost: PlanningCost) => number) =>
    median((costs.get(subject) ?? []).map(figure));
  const milliseconds = (subject: string) => of(subject, (cost) => cost.milliseconds);
  const cpu = (subject: string) => of(subject, (cost) => cost.cpuMilliseconds);
  const peak = (subject: string) => of(subject, (cost) => cost.peakMebibytes);
  const stageTotal = (subject: string) =>
    of(subject, (cost) => cost.stageMilliseconds.reduce((sum, each) => sum + each, 0));
  const updates = await updatesPerStep();
  return [
    {
      what: "CPU time: planning production as `npm run plan` does, with Node's compile cache / only importing `@pulumi/pulumi` and `@pulumi/aws`, without it",
      measured: ratio(cpu("production-cached"), cpu("two-packages"), "ms"),
      bound: "at most 1.6",
    },
    {
      what: "the same without the compile cache, as the first run after an install",
      measured: ratio(cpu("production"), cpu("two-packages"), "ms"),
      bound: "none, for comparison",
    },
    {
      what: "time: planning production / importing the SDK packages it uses",
      measured: ratio(milliseconds("production"), milliseconds("packages"), "ms"),
      bound: "at most 2.0",
    },
    {
      what: "peak memory of the same two processes",
      measured: ratio(peak("production"), peak("packages"), "MiB"),
      bound: "at most 2.0",
    },
    {
      what: "time: planning production / importing only the SDK files it uses",
      measured: ratio(milliseconds("production"), milliseconds("modules"), "ms"),
      bound: "none, for comparison",
    },
    {
      what: "time of planning 4 stages in one process / planning 1",
      measured: ratio(stageTotal(fourStages), stageTotal("production"), "ms"),
      bound: "at most 4 (linear)",
    },
    {
      what: "cloud resources that a step of the rollout updates, at most",
      measured: `staging ${updates.staging}, production ${updates.production}`,
      bound: "1",
    },
  ];
}

/** The largest number of cloud resources that any step of a stage updates. */
async function updatesPerStep(): Promise<Record<Stage, number>> {
  // The stack file's freeze windows would refuse the steps on some days of the year.
  const unfrozen = { "rollout.freezeWindows": [] };
  const counts: Record<Stage, number> = { staging: 0, production: 0 };
  for (const stage of stages) {
    const weights = readRehearsedConfig(projectFolder, stage, {}).rollout.steps.map(({ weight }) => weight);
    for (const [index, to] of weights.entries()) {
      const request = { stage, projectFolder, now: new Date() };
      const from = { ...unfrozen, candidateWeight: weights[index - 1] ?? 0 };
      const plans = await planMove({ ...request, set: { ...unfrozen, candidateWeight: to }, from });
      counts[stage] = Math.max(counts[stage], diffPlans(plans.before.plan, plans.after.plan).length);
    }
  }
  return counts;
}

/** Measures the CLI as processes of their own, against moto on this machine. @param rounds how many rounds count */
export async function measureCommands(rounds: number): Promise<readonly Row[]> {
  const costs = await runScript<CommandCosts>(commandsScript, String(rounds));
  return [
    {
      what: "`rollback`: from the process's start to AWS's first call that changes something",
      measured: spread(costs.rollbackFirstWriteMilliseconds),
      bound: "at most 1000 ms",
    },
    {
      what: "`rollback`: AWS calls until the traffic is back and the latch is set",
      measured: `${costs.rollbackActions.length}: ${costs.rollbackActions.join(", ")}`,
      bound: "at most 3",
    },
    { what: "`status`: the whole process", measured: spread(costs.statusMilliseconds), bound: "at most 2000 ms" },
    {
      what: `\`status\`: AWS calls with a short history / with one of ${costs.longHistory} entries`,
      measured: `${costs.statusCalls.short} / ${costs.statusCalls.long}`,
      bound: "the same",
    },
  ];
}

/** Runs a script as a process of its own. @returns the JSON of the last line that it prints */
async function runScript<Printed>(script: string, argument: string, flags: readonly string[] = []): Promise<Printed> {
  const { stdout } = await run(process.execPath, [...flags, script, argument], {
    cwd: projectFolder,
    timeout: 600_000,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Printed;
}

/** The middle value. For an even count it is the mean of the two middle values. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError("There is no median of no values.");
  return (low + high) / 2;
}

function ratio(value: number, base: number, unit: string): string {
  return `${(value / base).toFixed(2)} (${value.toFixed(0)} ${unit} / ${base.toFixed(0)} ${unit})`;
}

function spread(milliseconds: readonly number[]): string {
  const [middle, least, most] = [median(milliseconds), Math.min(...milliseconds), Math.max(...milliseconds)];
  return `${middle.toFixed(0)} ms (${least.toFixed(0)} to ${most.toFixed(0)})`;
}
