import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { copyCode } from "../copy-code.ts";
import { writeFakePulumi } from "../write-fake-pulumi.ts";
import type { CliRun, TestStage } from "./test-stage.ts";

/** The CLI as a process of its own, with a copy of its code in the stage's folder, which it takes for its project. */
export interface CliProcess {
  /** Runs one command. */
  run(command: string, ...words: readonly string[]): Promise<CliRun>;
}

/** A folder that the CLI takes for its project, and Pulumi for a test of it. */
interface ProjectCopy {
  readonly stage: TestStage;
  /** What stands on its path: an executable `pulumi`, which knows the stage's outputs of now. */
  readonly path: string;
  /** Has Pulumi know other outputs from now on. */
  setOutputs(outputs: Readonly<Record<string, unknown>>): void;
}

/** Copies the CLI's code into a stage's folder, which has the stack file. */
export async function copyProject(stage: TestStage): Promise<ProjectCopy> {
  copyCode(["cli", "infra", "components", "rollout", "package.json"], stage.folder);
  const path = join(stage.folder, ".fake-bin");
  mkdirSync(path);
  const setOutputs = (outputs: Readonly<Record<string, unknown>>) => {
    writeFakePulumi(path, { stacks: { [stage.stage]: outputs } });
  };
  setOutputs(await stage.pulumi.outputs());
  return { stage, path, setOutputs };
}

/**
 * The CLI of a copied project.
 *
 * @param environment what it reaches AWS by; it inherits nothing
 */
export function cliProcess({ stage, path }: ProjectCopy, environment: Readonly<Record<string, string>>): CliProcess {
  return {
    async run(command, ...words) {
      const cli = join(stage.folder, "cli", "main.ts");
      const child = spawn(process.execPath, [cli, command, "--stage", stage.stage, ...words], {
        cwd: "/",
        env: { ...environment, PATH: path, HOME: stage.folder },
        stdio: ["ignore", "pipe", "pipe"],
        timeout: 60_000,
      });
      const exit = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
      const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
      return { exitCode, stdout, stderr };
    },
  };
}
