import { type ContainerProgram, loginWhereAway, openContainerProgram } from "../../cli/images/container-program.ts";
import { runProcess } from "../../cli/process.ts";
import type { RegistryLogin } from "../../infra/aws/registry.ts";

/** Alembic, as it runs on a copy. */
export interface Alembic {
  /** How it is called, for a person. */
  readonly shown: string;
  /**
   * Upgrades the database that the variables name.
   *
   * @throws {Error} with its last words, where it fails
   */
  upgrade(revision: string, variables: Readonly<Record<string, string>>): Promise<void>;
}

/** Where the image is. */
interface ImageOfAlembic {
  /** As a container engine pulls it. */
  readonly reference: string;
  /** Logs in to its registry; asked only where the image is not on this machine. */
  readonly logIn: () => Promise<RegistryLogin>;
}

/** Alembic in the image that brings the migration: what runs here is what will run in the stage. */
export function alembicInImage({ reference, logIn }: ImageOfAlembic): Alembic {
  let program: ContainerProgram | undefined;
  return {
    shown: "alembic",
    async upgrade(revision, variables) {
      program ??= openContainerProgram(process.env["PATH"] ?? "", process.cwd(), () => {});
      const login = await loginWhereAway(program, reference, logIn);
      await program.runBeside(reference, ["alembic", "upgrade", revision], login, variables);
    },
  };
}

/** Lines of Alembic's own words that are worth repeating. */
const keptLines = 5;

/** Alembic on this machine, by the words that call it. */
export function alembicHere([command = "", ...words]: readonly string[]): Alembic {
  const shown = [command, ...words].join(" ");
  return {
    shown,
    async upgrade(revision, variables) {
      const all = [...words, "upgrade", revision];
      const { exitCode, stdout, stderr } = await runProcess({
        command,
        words: all,
        cwd: process.cwd(),
        // What this machine has for another database does not lead there.
        environment: { ...variables, DATABASE_URL: "" },
      });
      if (exitCode === 0) return;
      const said = (stderr.trim() === "" ? stdout : stderr).trim().split("\n").slice(-keptLines).join("\n");
      throw new Error(`${shown} upgrade ${revision} failed with exit code ${exitCode}: ${said}`);
    },
  };
}
