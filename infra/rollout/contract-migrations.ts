import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ContractMigration } from "../../rollout/contract-migrations.ts";
import type { Stage } from "../config/schema/stage-config.ts";

/** What of a one-off task's evidence tells of a migration. */
const taskEvidence = z.object({
  at: z.iso.datetime(),
  outcome: z.string(),
  task: z
    .object({
      run: z.string(),
      kind: z.string().nullable(),
      image: z.string(),
      exitCode: z.int().nullable(),
      startedAt: z.iso.datetime().nullable(),
    })
    .nullable()
    .optional(),
});

/** The `contract` migrations of a stage, oldest first, and the files that could not be read. */
export interface ContractMigrations {
  readonly contracts: readonly ContractMigration[];
  readonly unreadable: readonly string[];
}

/**
 * Reads from the committed evidence which `contract` migrations ran. One that failed, or whose end nobody knows, may have changed
 * the schema; one that never started has not. No file, and no folder, fails it.
 */
export function readContractMigrations(projectFolder: string, stage: Stage): ContractMigrations {
  const folder = join(projectFolder, "evidence", stage);
  const names = namesIn(folder).filter((name) => /^\d.*-task\.json$/.test(name));
  const read = names.sort().map((name) => ({ name, found: readTask(join(folder, name)) }));
  return {
    contracts: read.flatMap(({ found }) => {
      if (found?.task?.run !== "migrate" || found.task.kind !== "contract") return [];
      const { startedAt, exitCode, image } = found.task;
      const neverStarted = found.outcome === "incomplete" && startedAt === null && exitCode === null;
      return neverStarted ? [] : [{ at: startedAt ?? found.at, image }];
    }),
    unreadable: read.filter(({ found }) => found === undefined).map(({ name }) => join("evidence", stage, name)),
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readTask(path: string): z.output<typeof taskEvidence> | undefined {
  try {
    return taskEvidence.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}
