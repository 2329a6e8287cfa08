import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * What Alembic 1.16.5 wrote with `--sql` for three revisions: `first` creates couples and invoices, `expand` adds columns, a
 * table and an index that is built concurrently, `disguised` was called an expand migration by whoever wrote it.
 */
export type RecordedMigration = "first" | "expand" | "disguised";

export function recordedPath(name: RecordedMigration): string {
  return fileURLToPath(new URL(`recorded/${name}.sql`, import.meta.url));
}

export function recordedSql(name: RecordedMigration): string {
  return readFileSync(recordedPath(name), "utf8");
}
