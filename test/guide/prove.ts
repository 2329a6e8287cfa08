import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { copyTree } from "../support/copy-code.ts";
import { projectFolder } from "../support/stack-files.ts";
import type { GuideMutation } from "./mutations.ts";

/** What a run of test files showed. */
interface TestRun {
  readonly passed: number;
  /** Full names of the tests that failed. */
  readonly failed: readonly string[];
}

const reportSchema = z.object({
  numPassedTests: z.number(),
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) })),
});

/** How many changes are tried at once: as many as the smallest supported machine has cores. */
const lanes = 2;

/**
 * Makes each change in a copy of the project, runs the test of its row, and takes it back. Before that all these tests have to
 * pass without any change: else a failure would show nothing.
 *
 * @returns how many changes no test noticed
 * @throws {Error} when a test fails without any change, or a change does not fit its file
 */
export async function proveGuide(mutations: readonly GuideMutation[], tell: (line: string) => void): Promise<number> {
  const folders = Array.from({ length: lanes }, () => realpathSync(mkdtempSync(join(tmpdir(), "guide-"))));
  try {
    for (const folder of folders) copyTree(folder);
    const files = [...new Set(mutations.map(({ shownBy }) => shownBy))];
    const unchanged = await runTests(folders[0] ?? "", files, lanes);
    if (unchanged.failed.length > 0 || unchanged.passed === 0) {
      throw new Error(
        `These tests fail without any change, so that they would show nothing. Mend them first:\n${unchanged.failed.join("\n")}`,
      );
    }
    tell(`${unchanged.passed} tests in ${files.length} files pass as the project is.`);
    const waiting = [...mutations];
    let unnoticed = 0;
    const work = async (folder: string) => {
      for (let mutation = waiting.shift(); mutation !== undefined; mutation = waiting.shift()) {
        const { id, without, shownBy } = mutation;
        const { failed } = await withMutation(folder, mutation, () => runTests(folder, [shownBy], 1));
        if (failed.length === 0) unnoticed += 1;
        const noticed = failed.length === 0 ? `✗ ${shownBy} did not notice` : `✓ noticed: ${failed[0]}`;
        tell(`${id.padEnd(3)} ${without}\n    ${noticed}`);
      }
    };
    await Promise.all(folders.map(work));
    tell(
      unnoticed === 0
        ? `Each of ${mutations.length} demands is held by the test of its row.`
        : `${unnoticed} of ${mutations.length} demands are held by no test.`,
    );
    return unnoticed;
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

async function withMutation<T>(folder: string, mutation: GuideMutation, run: () => Promise<T>): Promise<T> {
  const path = join(folder, mutation.file);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, mutated(text, mutation));
  try {
    return await run();
  } finally {
    writeFileSync(path, text);
  }
}

/**
 * A file's text without a demand.
 *
 * @throws {Error} where what is replaced does not stand there once
 */
export function mutated(text: string, { id, file, from, to }: GuideMutation): string {
  const parts = text.split(from);
  if (parts.length === 2) return parts.join(to);
  throw new Error(`The change of ${id} does not fit ${file}: what it replaces stands there ${parts.length - 1} times.`);
}

/** A test that hangs is ended after so long. */
const timeLimitMilliseconds = 300_000;

async function runTests(folder: string, files: readonly string[], workers: number): Promise<TestRun> {
  const output = join(folder, "results.json");
  rmSync(output, { force: true });
  const vitest = join(projectFolder, "node_modules", "vitest", "vitest.mjs");
  const words = [vitest, "run", `--maxWorkers=${workers}`, "--reporter=json", `--outputFile=${output}`, ...files];
  const child = spawn(process.execPath, words, { cwd: folder, stdio: "ignore", timeout: timeLimitMilliseconds });
  await once(child, "close");
  const { numPassedTests, testResults } = reportSchema.parse(JSON.parse(readFileSync(output, "utf8")));
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    passed: numPassedTests,
    failed: results.filter(({ status }) => status === "failed").map(({ fullName }) => fullName),
  };
}
