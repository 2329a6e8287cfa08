import { createHash } from "node:crypto";
import { z } from "zod";
import { colours } from "../../rollout/colour.ts";
import { harms, migrationJudges } from "../../rollout/migration-verdict.ts";
import { stages } from "../../rollout/names.ts";
import { migrationKinds } from "../../rollout/one-off-tasks.ts";

function object<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).readonly();
}

function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).readonly();
}

const finding = object({
  judge: z.enum(migrationJudges),
  harm: z.enum(harms),
  line: z.int(),
  statement: z.string(),
  sentence: z.string(),
});

const verdict = object({ kind: z.enum(migrationKinds), blocking: z.boolean() });

const migrationSources = ["image", "files", "standard input", "image, on a copy", "command, on a copy"] as const;

/**
 * What a check found of the migration that an image brings, for a reader who was not there, and for `task --run migrate`,
 * which goes by it.
 */
export const migrationCheckSchema = object({
  version: z.literal(1),
  stage: z.enum(stages),
  /** ISO 8601 instant of the check. */
  at: z.iso.datetime(),
  /** Who ran it. */
  by: z.string(),
  colour: z.enum(colours),
  /** Digest of the image whose migration it is. */
  image: z.string(),
  /** Where the SQL came from: the image itself, what somebody gave, or what ran on a copy of the database. */
  source: z.enum(migrationSources),
  /** Why what ran on the copy is all of it, although queries found no row there. */
  reason: z.string().optional(),
  /** SHA-256 of the SQL, hexadecimal. */
  sqlSha256: z.string().regex(/^[0-9a-f]{64}$/),
  statements: z.int(),
  /** Alembic's revisions that it leads from and to. Null where the SQL does not tell. */
  revisions: object({ from: list(z.string()), to: list(z.string()) }).nullable(),
  /** Whether a failure undoes all of it. */
  isOneTransaction: z.boolean(),
  squawk: z.union([object({ version: z.string() }), object({ notChecked: z.string() })]),
  findings: list(finding),
  verdict,
});

/** One check of a migration. */
export type MigrationCheck = z.output<typeof migrationCheckSchema>;

/** SHA-256 of SQL, by which a check is known. */
export function sqlFingerprint(sql: string): string {
  return createHash("sha256").update(sql).digest("hex");
}

/**
 * Name of a check's file: of an image and an SQL there is one, and the last check of them is in it. It does not begin with a
 * digit, as the files of commands do.
 */
export function migrationCheckFileName({ image, sqlSha256 }: Pick<MigrationCheck, "image" | "sqlSha256">): string {
  return `migration-${image.replace(/^sha256:/, "").slice(0, 12)}-${sqlSha256.slice(0, 12)}.json`;
}

/** Name of the file with the SQL that ran on a copy: nobody can render it again. */
export function migrationSqlFileName(check: Pick<MigrationCheck, "image" | "sqlSha256">): string {
  return migrationCheckFileName(check).replace(/\.json$/, ".sql");
}

/** Whether a file of the evidence folder is a check of a migration. */
export function isMigrationCheckFile(name: string): boolean {
  return /^migration-[\w-]+\.json$/.test(name);
}
