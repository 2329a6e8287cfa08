import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isRunning } from "../local/run/processes.ts";
import { findPython } from "./find-python.ts";

/** A Python with the packages of a list, or why there is none. */
export type PythonEnvironment = { readonly python: string } | { readonly missing: string };

/** What an environment is made of. */
export interface PythonPackages {
  /** What a reader knows it as, such as `moto`; the folder's name begins with it. */
  readonly name: string;
  /** File for pip with every package at one version. */
  readonly requirements: URL;
}

const cacheFolder = fileURLToPath(new URL("../../.cache/", import.meta.url));

/** Seconds that one installation may take; on a slow line it takes 60. */
const installLimitSeconds = 240;
/** Seconds that a failed installation is not tried again for, so that one run asks a dead network once. */
const failureStandsSeconds = 120;

/**
 * Gives a virtual environment, and makes it where it is not there yet: once for a version of its list of packages, under
 * `.cache`. Whoever finds it pays one look at the disk.
 *
 * It is built next to its place and renamed into it, so that no one ever sees half of it. Its Python and programs work
 * there; scripts of its `bin` folder name the old place, so they are run as modules. Of several processes one builds and
 * the others wait; should two build all the same, the first to be ready wins.
 */
export async function preparePythonEnvironment({ name, requirements }: PythonPackages): Promise<PythonEnvironment> {
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = join(cacheFolder, `${name}-${hash}`);
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return { python };
  const found = findPython();
  if ("missing" in found) return found;
  mkdirSync(cacheFolder, { recursive: true });
  const release = await takeTurn(`${folder}.building`, () => existsSync(python));
  try {
    if (existsSync(python)) return { python };
    const failure = recentFailure(`${folder}.failed`);
    if (failure !== undefined) return { missing: failure };
    console.error(`${name}: installing it into .cache once, which takes 10 s and more`);
    const problem = await build(found.command, folder, { name, requirements });
    if (problem === undefined) return { python };
    writeFileSync(`${folder}.failed`, problem);
    return { missing: problem };
  } finally {
    release();
  }
}

/** Waits until nobody else builds. A builder that is gone counts for nobody. @returns gives the turn back */
async function takeTurn(path: string, isDone: () => boolean): Promise<() => void> {
  for (let waited = 0; !isDone(); waited += 100) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch {
      const owner = readOwner(path);
      if (waited > installLimitSeconds * 1000 || (owner !== undefined && !isRunning(owner))) {
        rmSync(path, { force: true });
      }
      await sleep(100);
    }
  }
  return () => {};
}

function readOwner(path: string): number | undefined {
  try {
    // Empty between its creation and the first write.
    return Number.parseInt(readFileSync(path, "utf8"), 10) || undefined;
  } catch {
    return undefined;
  }
}

function recentFailure(path: string): string | undefined {
  try {
    const age = Date.now() - statSync(path).mtimeMs;
    return age < failureStandsSeconds * 1000 ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** @returns what kept it from being built, in one line */
async function build(
  command: string,
  folder: string,
  { name, requirements }: PythonPackages,
): Promise<string | undefined> {
  const draft = `${folder}.${randomUUID()}`;
  try {
    const pip = [join(draft, "bin", "python"), "-m", "pip"];
    const install = ["install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"];
    const network = ["--timeout", "20", "--retries", "1"];
    const problem =
      (await run(name, [command, "-m", "venv", draft])) ??
      (await run(name, [...pip, ...install, ...network, "--requirement", fileURLToPath(requirements)]));
    if (problem !== undefined) return problem;
    // What stands there without a Python lost it: the one of the system that it leant on is gone.
    if (!existsSync(join(folder, "bin", "python"))) rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
    return undefined;
  } catch (error) {
    if (existsSync(join(folder, "bin", "python"))) return undefined;
    return `${name} could not be installed: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function run(name: string, words: readonly string[]): Promise<string | undefined> {
  const [program = "", ...rest] = words;
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: installLimitSeconds * 1000,
    killSignal: "SIGKILL",
  });
  const exited = new Promise<string | number | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  const [result, , complaint] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  if (result === 0) return undefined;
  if (result === "SIGKILL") return `${name} could not be installed within ${installLimitSeconds} s`;
  if (/Retrying|onnection|timed? ?out/.test(complaint)) {
    return `${name} could not be installed, pip reaches no package index`;
  }
  const lines = complaint.split("\n").filter((line) => /^ERROR|Error/.test(line.trim()));
  return `${name} could not be installed, pip says: ${lines.at(-1)?.trim() ?? `exit ${result}`}`;
}
