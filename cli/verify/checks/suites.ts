import { readFile, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { plainLine } from "../../../rollout/plain-text.ts";
import { fail, notChecked, pass } from "../../found.ts";
import { runProcess } from "../../process.ts";
import { baseUrl } from "../ask.ts";
import { check, type Found, type VerifyFinding, withoutConfig } from "../finding.ts";
import { type JunitCounts, readJunit } from "../junit.ts";
import type { Subject } from "../subject.ts";

type Suite = Subject["config"]["verify"]["suites"][number];

/**
 * Runs the portal's own suites against the host, one after the other (guide T1). A suite passes where its process ends with 0
 * and its JUnit file tells of at least one test that ran and of none that failed.
 *
 * @param projectFolder from where a suite's folder is named
 */
export async function checkSuites(subject: Subject, projectFolder: string): Promise<readonly VerifyFinding[]> {
  const { suites } = subject.config.verify;
  if (suites.length === 0) return [await check("suites", "T1", () => withoutConfig("suites"))];
  const findings: VerifyFinding[] = [];
  for (const suite of suites) {
    findings.push(await check(suite.name, "T1", () => runSuite(subject, suite, resolve(projectFolder, suite.folder))));
  }
  return findings;
}

async function runSuite({ asker }: Subject, suite: Suite, folder: string): Promise<Found> {
  const [command = "", ...words] = suite.command;
  const junitFile = resolve(folder, suite.junitFile);
  // A file of an earlier run says nothing about this one.
  await rm(junitFile, { force: true });
  const ran = await runProcess({
    command,
    words,
    cwd: folder,
    environment: { VERIFY_BASE_URL: baseUrl(asker), VERIFY_JUNIT_FILE: junitFile },
    passesInterrupts: true,
    endsAfterSeconds: suite.timeoutMinutes * 60,
  }).catch((error: unknown) => error);
  const again = `Run it by hand in ${suite.folder}: ${suite.command.join(" ")}`;
  if (ran instanceof Error) {
    // Also for a folder that does not exist.
    if ("code" in ran && ran.code === "ENOENT") {
      return notChecked(`there is no ${command} to run in ${suite.folder}`, "Install it, or correct verify.suites.");
    }
    return fail(plainLine(ran.message), `${again}. verify.suites has its time limit, ${suite.timeoutMinutes} min.`);
  }
  const { exitCode, stdout, stderr } = ran as Awaited<ReturnType<typeof runProcess>>;
  const counts = await countsIn(junitFile);
  if (counts instanceof Error) {
    const said = plainLine(stderr.trim().split("\n").at(-1) || (stdout.trim().split("\n").at(-1) ?? ""));
    return fail(
      `it ended with ${exitCode}, and ${suite.junitFile} cannot be read: ${plainLine(counts.message)}${said === "" ? "" : `. It said: ${said.slice(0, 200)}`}`,
      `${again}. It has to write a JUnit file to ${suite.junitFile}.`,
    );
  }
  return judge(exitCode, counts, again);
}

async function countsIn(junitFile: string): Promise<JunitCounts | Error> {
  try {
    return readJunit(await readFile(junitFile, "utf8"));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Failed tests that are named. The file has them all. */
const mostNamed = 5;

function judge(exitCode: number, { tests, skipped, failed }: JunitCounts, again: string): Found {
  const counted = `${tests - skipped} of ${tests} tests ran`;
  if (failed.length > 0) {
    const more = failed.length > mostNamed ? ` and ${failed.length - mostNamed} more` : "";
    return fail(`${counted}, and ${failed.length} failed: ${failed.slice(0, mostNamed).join("; ")}${more}`, again);
  }
  if (exitCode !== 0) return fail(`${counted} and none failed, but it ended with ${exitCode}`, again);
  if (tests === skipped) return fail(`${counted}, so it shows nothing`, again);
  return pass(`${counted}, and none failed`);
}
