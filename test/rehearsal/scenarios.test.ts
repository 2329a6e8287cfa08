import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { rehearsalReportSchema } from "../../rehearsal/report/report-schema.ts";
import { projectCopy } from "../support/project-copy.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const project = projectCopy();

async function rehearse(...options: string[]) {
  const folder = temporaryFolder();
  const reportPath = join(folder, "report.json");
  const main = join(project(), "rehearsal", "main.ts");
  const files = ["--json", reportPath, "--html", join(folder, "report.html")];
  const child = spawn(process.execPath, [main, ...options, ...files], {
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [out, error, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  const report = () => rehearsalReportSchema.parse(JSON.parse(readFileSync(reportPath, "utf8")));
  return { out, error, exitCode: Number(exitCode), report };
}

describe("npm run rehearse -- --scenario", () => {
  it("runs scenarios by real processes, and tells what was not as expected beside what was", async () => {
    const scenarios = join(project(), "rehearsal", "scenarios");
    const committed = readFileSync(join(scenarios, "rollback-during-rollback.yaml"), "utf8");
    // The same as the committed one, with a wrong expectation.
    writeFileSync(join(scenarios, "wrong.yaml"), committed.replace("failedAtMost: 15", "failedAtMost: 0"));
    const run = await rehearse("--scenario", "rollback-during-rollback", "--scenario", "wrong");
    const report = run.report();
    const { scenarios: found = [] } = report;
    const [held, wrong] = found;
    // Where the machine was too slow nothing is judged, and nothing is said to be wrong.
    if (found.some(({ result }) => result === "not judged")) {
      expect(run.exitCode).not.toBe(0);
      return;
    }
    expect(held).toMatchObject({ name: "rollback-during-rollback", result: "held", stage: "production" });
    expect(held?.found).toMatchObject({ returned: { minutes: 3 }, webSockets: { opened: 0 } });
    expect(held?.timeline.map(({ candidatePercent }) => candidatePercent).slice(0, 4)).toEqual([25, 25, 0, 0]);
    expect(wrong?.result).toBe("not held");
    expect(wrong?.comparisons.filter((one) => !one.held)).toEqual([
      expect.objectContaining({ what: "public requests that fail", expected: "at most 0" }),
    ]);
    expect(report).toMatchObject({ held: false, checks: [{ what: "nothing is left behind", held: true }] });
    expect(run.exitCode).toBe(1);
    expect(run.out).toContain("✗ wrong: Two people roll back while the machine does");
    expect(run.out).toMatch(/public requests that fail {2}at most 0 {2}\d+ of \d+/);
    expect(run.out).toContain("1 of 2 scenarios went as expected, 1 did not, and 0 could not be judged.");
  });

  it("lists them, and knows no other name", async () => {
    const listed = await rehearse("--list");
    expect(listed.out).toContain("thirty-clean-requests");
    expect(listed.exitCode).toBe(0);
    const unknown = await rehearse("--scenario", "tasks-hang-upp");
    expect(unknown.error + unknown.out).toContain("There is no scenario tasks-hang-upp. Did you mean tasks-hang-up?");
    expect(unknown.exitCode).not.toBe(0);
  });
});
