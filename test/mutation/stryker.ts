import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { runProcess } from "../../cli/process.ts";
import { projectFolder } from "../support/stack-files.ts";
import { type MutatedPart, partVariable } from "./parts.ts";
import { type MutationReport, readMutationReport } from "./score.ts";

const cacheFolder = join(projectFolder, ".cache", "mutation");

/**
 * Gives the folder that Stryker is installed in, and installs it where it is not there yet: once for a version of its lock
 * file, under `.cache`. So `npm ci` of the project need not bring its packages. Vitest comes from the project.
 *
 * @throws {Error} if npm cannot install it
 */
export async function prepareStryker(): Promise<string> {
  const lock = join(import.meta.dirname, "package-lock.json");
  const hash = createHash("sha256").update(readFileSync(lock)).digest("hex").slice(0, 12);
  const folder = join(cacheFolder, `stryker-${hash}`);
  const installed = join(folder, "installed");
  if (existsSync(installed)) return folder;
  console.error("Stryker: installing it into .cache once, which takes 10 s and more");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) {
    copyFileSync(join(import.meta.dirname, name), join(folder, name));
  }
  // Vitest is a peer of its runner. Without legacy-peer-deps npm would install a second one.
  const words = ["ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"];
  const { exitCode, stderr } = await runProcess({ command: "npm", words, cwd: folder });
  if (exitCode !== 0) throw new Error(`Stryker cannot be installed. npm says: ${stderr.trim()}`);
  writeFileSync(installed, "");
  return folder;
}

/** What to mutate, and how. */
export interface MutationRun {
  readonly part: MutatedPart;
  /** Files of the part, relative to the project. Default: all of them. */
  readonly files: readonly string[];
  /** Whether results of an earlier run stand for code and tests that have not changed since. */
  readonly reuse: boolean;
  /** Whether mutants of code that runs only while its file is loaded are left out: each makes every test run. */
  readonly quick: boolean;
  /** Where Stryker is installed. */
  readonly strykerFolder: string;
  readonly onLine: (line: string) => void;
}

/**
 * Has Stryker change the part's code, one place at a time, in a copy of the project, and run the part's tests each time.
 *
 * One process, since what takes longest is CPU time of one core. A test run is given up as endless after 5 s more than
 * one and a half times its time without a change, which is Stryker's own limit: on a machine with much else to do give it more.
 *
 * @see https://stryker-mutator.io/docs/stryker-js/configuration/
 * @throws {Error} if Stryker itself fails, for instance because a test fails without any change
 */
export async function runStryker({
  part,
  files,
  reuse,
  quick,
  strykerFolder,
  onLine,
}: MutationRun): Promise<MutationReport> {
  const name = part.name.replaceAll("/", "-");
  const report = join(cacheFolder, `${name}.report.json`);
  const config = join(cacheFolder, `${name}.config.json`);
  const results = join(cacheFolder, `${name}.results.json`);
  rmSync(report, { force: true });
  // Stryker reads it even where it is told to use none of it, and fails at what a run that was cut off left.
  if (!isJson(results)) rmSync(results, { force: true });
  writeFileSync(
    config,
    JSON.stringify({
      testRunner: "vitest",
      plugins: ["@stryker-mutator/vitest-runner"],
      vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
      mutate: files.length > 0 ? files : [part.files],
      // Most texts are sentences for people, which tests hold where they matter.
      mutator: { excludedMutations: ["StringLiteral"] },
      coverageAnalysis: "perTest",
      concurrency: 1,
      timeoutMS: 5000,
      incremental: true,
      incrementalFile: results,
      force: !reuse,
      ignoreStatic: quick,
      reporters: ["json", "progress-append-only"],
      jsonReporter: { fileName: report },
      tempDirName: join(".cache", "mutation", "copies"),
      ignorePatterns: ["/.cache", "/evidence", "/rehearsal-report*"],
      allowConsoleColors: false,
      warnings: { slow: false },
    }),
  );
  const { exitCode, stdout } = await runProcess({
    command: process.execPath,
    words: [join(strykerFolder, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", config],
    cwd: projectFolder,
    environment: { [partVariable]: part.name },
    passesInterrupts: true,
    onLine,
  });
  if (exitCode !== 0 || !existsSync(report)) {
    throw new Error(`Stryker ended with ${exitCode} and left no report of ${part.name}:\n${stdout.slice(-4000)}`);
  }
  const { files: reported } = readMutationReport(readFileSync(report, "utf8"));
  // With earlier results Stryker also tells of files that were not asked for.
  const isAsked = (path: string) => (files.length > 0 ? files.includes(path) : matchesGlob(path, part.files));
  return { files: Object.fromEntries(Object.entries(reported).filter(([path]) => isAsked(path))) };
}

function isJson(path: string): boolean {
  try {
    JSON.parse(readFileSync(path, "utf8"));
    return true;
  } catch {
    return false;
  }
}
