import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { copyCode } from "../copy-code.ts";
import { type FakePulumi, type FakePulumiAnswers, writeFakePulumi } from "../write-fake-pulumi.ts";
import type { CliRun, TestStage } from "./test-stage.ts";

/** The CLI as a process of its own, with a copy of its code in the stage's folder, which it takes for its project. */
export interface CliProcess {
  /** Runs one command. */
  run(command: string, ...words: readonly string[]): Promise<CliRun>;
  /** Runs one and presses Ctrl-C once something has come about. @returns how it ended; -1 where the signal ended it */
  interrupt(once: () => boolean, command: string, ...words: readonly string[]): Promise<CliRun>;
}

/** A folder that the CLI takes for its project, and Pulumi for a test of it. */
interface ProjectCopy {
  readonly stage: TestStage;
  /** What stands on its path: an executable `pulumi`, which knows the stage's outputs of now. */
  readonly path: string;
  /** Has Pulumi know other outputs from now on. */
  setOutputs(
    outputs: Readonly<Record<string, unknown>>,
    answers?: Pick<FakePulumiAnswers, "plan" | "endsOnInterrupt">,
  ): FakePulumi;
}

/** Copies the CLI's code into a stage's folder, which has the stack file. */
export async function copyProject(stage: TestStage): Promise<ProjectCopy> {
  copyCode(["cli", "infra", "components", "rollout", "package.json"], stage.folder);
  const path = join(stage.folder, ".fake-bin");
  mkdirSync(path);
  const setOutputs: ProjectCopy["setOutputs"] = (outputs, answers = {}) =>
    writeFakePulumi(path, { stacks: { [stage.stage]: outputs }, ...answers });
  setOutputs(await stage.pulumi.outputs());
  return { stage, path, setOutputs };
}

/**
 * The CLI of a copied project.
 *
 * @param environment what it reaches AWS by; it inherits nothing
 */
export function cliProcess({ stage, path }: ProjectCopy, environment: Readonly<Record<string, string>>): CliProcess {
  const start = (command: string, words: readonly string[]) => {
    const cli = join(stage.folder, "cli", "main.ts");
    const child = spawn(process.execPath, [cli, command, "--stage", stage.stage, ...words], {
      cwd: "/",
      env: { ...environment, PATH: path, HOME: stage.folder },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 240_000,
    });
    const exit = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
    const end = Promise.all([text(child.stdout), text(child.stderr), exit]).then(
      ([stdout, stderr, exitCode]): CliRun => ({ exitCode, stdout, stderr }),
    );
    return { child, end };
  };
  return {
    run: async (command, ...words) => await start(command, words).end,
    async interrupt(once, command, ...words) {
      const { child, end } = start(command, words);
      while (!once() && child.exitCode === null) await setTimeout(20);
      child.kill("SIGINT");
      return await end;
    },
  };
}
