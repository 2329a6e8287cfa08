import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ContractMigration } from "../../rollout/contract-migrations.ts";
import type { DatabaseRestore } from "../../rollout/database-restores.ts";
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

/** What the evidence of a command tells of a restore that it made. */
const restoreEvidence = z.object({
  at: z.iso.datetime(),
  outcome: z.literal("done"),
  restore: z.object({ source: z.string(), to: z.iso.datetime(), instance: z.string().nullable() }),
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
  const read = names.sort().map((name) => ({ name, found: readAs(taskEvidence, join(folder, name)) }));
  return {
    contracts: read.flatMap(({ found }) => {
      if (found?.task?.run !== "migrate" || found.task.kind !== "contract") return [];
      const { startedAt, exitCode, image } = found.task;
      const isUnknown = startedAt === null && exitCode === null;
      if (isUnknown && found.outcome === "incomplete") return [];
      const isPending = isUnknown && found.outcome === "begun";
      return [{ at: startedAt ?? found.at, image, ...(isPending ? { isPending } : {}) }];
    }),
    unreadable: read.filter(({ found }) => found === undefined).map(({ name }) => join("evidence", stage, name)),
  };
}

/**
 * Reads from the committed evidence which restores of the database were made: by `restore`, or by `apply` of a file that was
 * merged. One that cannot be read is none: then a migration counts that it may have undone.
 */
export function readRestores(projectFolder: string, stage: Stage): readonly DatabaseRestore[] {
  const folder = join(projectFolder, "evidence", stage);
  const names = namesIn(folder).filter((name) => /^\d.*-(restore|apply)\.json$/.test(name));
  return names.sort().flatMap((name) => {
    const found = readAs(restoreEvidence, join(folder, name));
    return found === undefined ? [] : [{ at: found.at, ...found.restore }];
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readAs<Found>(schema: z.ZodType<Found>, path: string): Found | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}
