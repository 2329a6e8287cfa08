import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isRunning, processTree } from "../../rehearsal/local/run/processes.ts";
import { rehearsalReportSchema } from "../../rehearsal/report/report-schema.ts";
import { projectCopy } from "../support/project-copy.ts";
import { digest } from "../support/rollout.ts";
import { writeRolloutState } from "../support/rollout-state.ts";

const project = projectCopy();

interface Run {
  readonly child: ChildProcess;
  /** The run's own temporary folder. */
  readonly temporary: string;
  readonly reportPath: string;
  readonly lines: string[];
}

async function start(...options: string[]): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-test-"));
  // PostgreSQL, as a user of its own, has to reach its folder inside.
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const reportPath = join(folder, "report.json");
  const main = join(project(), "rehearsal", "main.ts");
  const withReport = options.includes("--json") ? options : ["--json", reportPath, ...options];
  const child = spawn(process.execPath, [main, "--stage", "staging", ...withReport], {
    env: { ...process.env, TMPDIR: folder, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  return { child, temporary: folder, reportPath, lines };
}

/** Looking for what is left needs the process table. */
const onLinux = it.runIf(process.platform === "linux");

describe("npm run rehearse", () => {
  it("rehearses a stage from where its stack file stands to a rollback, and reports that everything held", async () => {
    const images = { blue: digest("a"), green: digest("b") };
    const stackFile = join(project(), "Pulumi.staging.yaml");
    const before = readFileSync(stackFile, "utf8");
    onTestFinished(() => writeFileSync(stackFile, before));
    writeRolloutState(project(), "staging", { liveColour: "green", candidateWeight: 50, images });
    const { child, temporary, reportPath, lines } = await start("--answers", "100");
    const [exitCode] = await once(child, "exit");
    expect(readdirSync(temporary)).toEqual(["report.json"]);

    const report = rehearsalReportSchema.parse(JSON.parse(readFileSync(reportPath, "utf8")));
    const checks = [...report.stages.flatMap((stage) => stage.checks), ...report.checks];
    expect(checks.filter(({ held }) => !held)).toEqual([]);
    expect(lines.filter((line) => line.includes("✗"))).toEqual([]);
    expect(report.held).toBe(true);
    expect(exitCode).toBe(0);
    const [stage] = report.stages;
    expect(stage?.moves.map(({ name, split }) => [name, split.plannedPercent])).toEqual([
      ["1.1.0 at 50 %", 50],
      ["1.1.0 at 100 %", 100],
      ["1.1.0 promoted", 0],
      ["1.2.0 at 0 %", 0],
      ["1.2.0 at 5 %", 5],
      ["1.2.0 at 25 %", 25],
      ["1.2.0 at 50 %", 50],
      ["1.2.0 at 100 %", 100],
      ["1.2.0 promoted", 0],
      ["1.3.0 at 0 %", 0],
      ["1.3.0 at 5 %", 5],
      ["1.3.0 at 25 %", 25],
    ]);
    const steps = stage?.moves.filter(({ edit }) => "candidateWeight" in edit && !("liveColour" in edit)) ?? [];
    expect(steps).toHaveLength(7);
    for (const { changes } of steps) expect(changes.map(({ name }) => name)).toEqual(["portal-staging-public"]);
    const promotes = stage?.moves.filter(({ edit }) => "liveColour" in edit) ?? [];
    expect(promotes.map(({ edit }) => edit["liveColour"])).toEqual(["blue", "green"]);
    for (const { changes } of promotes) expect(changes.map(({ name }) => name)).toContain("portal-staging-candidate");
    expect(stage?.refusals.map(({ held }) => held)).toEqual(Array.from({ length: 10 }, () => true));
    expect(stage?.rollback.alarm.name).toBe("portal-staging-blue-unfit");
    expect(stage?.rollback.alarm.firing).toContain("portal-staging-blue-error-rate-7-of-10");
    expect(stage?.rollback.execution.input).toEqual({ alarmName: "portal-staging-blue-unfit" });
    expect(stage?.rollback.execution.calls.map(({ action }) => action)).toEqual([
      "elasticloadbalancingv2:describeRules",
      "elasticloadbalancingv2:modifyRule",
      "ssm:putParameter",
      "elasticloadbalancingv2:describeTargetHealth",
      "sns:publish",
    ]);
    expect(stage?.rollback.latch).toMatchObject({ state: "set", reason: "portal-staging-blue-unfit" });
    expect(stage?.rollback.undone?.plannedPercent).toBe(50);
    expect(stage?.rollback.agreed.changes.map(({ name }) => name)).toEqual(["portal-staging-public"]);
    expect(stage?.rollback.candidateRequestsAfter).toBe(0);
    expect(stage?.rollback.failedByFault).toBeGreaterThan(0);
    expect(stage?.requests.lost).toBe(stage?.rollback.failedByFault);
    expect(stage?.rows.acknowledged).toBeGreaterThan(400);
    expect(stage?.rows.lost).toBe(0);
  }, 180_000);

  onLinux.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "leaves nothing behind after %s in the middle",
    async (signal, exitCode) => {
      const { child, temporary, reportPath, lines } = await start();
      await vi.waitFor(() => expect(lines.join("\n")).toContain("1.0.0 live"), { timeout: 60_000 });
      const tree = processTree(child.pid ?? 0);
      // The keeper, PostgreSQL and its workers, and a sample API for each colour.
      expect(tree.length).toBeGreaterThan(6);
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([exitCode, null]);
      expect(tree.filter(isRunning)).toEqual([]);
      expect(readdirSync(temporary)).toEqual([]);
      expect(existsSync(reportPath)).toBe(false);
      expect(lines.at(-1)).toBe(`${signal}: ending all processes and removing all folders.`);
    },
    90_000,
  );

  onLinux(
    "leaves nothing behind when it is killed outright in the middle",
    async () => {
      const { child, temporary, lines } = await start();
      await vi.waitFor(() => expect(lines.join("\n")).toContain("1.0.0 live"), { timeout: 60_000 });
      const tree = processTree(child.pid ?? 0);
      child.kill("SIGKILL");
      await vi.waitFor(() => expect(tree.filter(isRunning)).toEqual([]), { timeout: 20_000 });
      expect(readdirSync(temporary)).toEqual([]);
    },
    90_000,
  );

  it.each([
    [2, ["--answers", "none"], '--answers cannot be "none". Give a whole number from 1 up.'],
    [1, ["--json", "/nowhere/report.json"], "the folder /nowhere does not exist or is not writable."],
  ])("ends with %i for %j before it starts anything", async (exitCode, options, message) => {
    const { child, temporary, lines } = await start(...options);
    expect(await once(child, "close")).toEqual([exitCode, null]);
    expect(lines.join("\n")).toContain(message);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
