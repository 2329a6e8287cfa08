import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import {
  type ContractMigrations,
  readContractMigrations,
  readRestores,
} from "../../infra/rollout/contract-migrations.ts";
import type { DatabaseRestore } from "../../rollout/database-restores.ts";
import type { Stage } from "../../rollout/names.ts";
import { plainLines } from "../../rollout/plain-text.ts";
import { messageOf } from "../outcome.ts";
import { type Evidence, evidenceFileName, evidenceSchema } from "./evidence.ts";
import { type IntegrityReport, integrityReportFileName, integrityReportSchema } from "./integrity-report.ts";
import {
  isMigrationCheckFile,
  type MigrationCheck,
  migrationCheckFileName,
  migrationCheckSchema,
  migrationSqlFileName,
} from "./migration-check.ts";
import { type RefusedLooks, readRefusedLooks } from "./refused-looks.ts";

/** A stage's evidence. */
export interface EvidenceStore {
  /** Writes one command's evidence whole, over an earlier state of the same. @returns its path below the project */
  write(evidence: Evidence): Promise<string>;
  /** All of a stage, oldest first. */
  list(): Promise<readonly Evidence[]>;
  /** What the gate was shown each time that it refused. */
  refusedLooks(): Promise<RefusedLooks>;
  /** The `contract` migrations that ran, as the program reads them. */
  contractMigrations(): Promise<ContractMigrations>;
  /** The restores of the database that were made, likewise. */
  restores(): Promise<readonly DatabaseRestore[]>;
  /** Writes what a check of a migration found, over an earlier one of the same image and SQL. @returns its path below the project */
  writeMigrationCheck(check: MigrationCheck): Promise<string>;
  /** Writes the SQL that a check is of, where it ran on a copy. @returns its path below the project */
  writeMigrationSql(check: Pick<MigrationCheck, "image" | "sqlSha256">, sql: string): Promise<string>;
  /** All checks of migrations of a stage, oldest first. */
  migrationChecks(): Promise<readonly MigrationCheck[]>;
  /** Writes what a check of the data found. @returns its path below the project */
  writeIntegrity(report: IntegrityReport): Promise<string>;
  /** All of them, oldest first. */
  integrityReports(): Promise<readonly IntegrityReport[]>;
  /** Reads one of them. @throws {Error} naming the file, if it is none */
  readIntegrity(path: string): Promise<IntegrityReport>;
}

/**
 * Evidence as files that are committed beside the stack file, a file for each command.
 *
 * @param projectFolder absolute
 */
export function openEvidenceFolder(projectFolder: string, stage: Stage): EvidenceStore {
  const below = join("evidence", stage);
  const folder = join(projectFolder, below);
  const writeText = async (name: string, text: string) => {
    await mkdir(folder, { recursive: true });
    const temporary = join(folder, `.${name}.tmp`);
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, join(folder, name));
    return join(below, name);
  };
  const writeWhole = async (name: string, document: unknown) =>
    await writeText(name, `${JSON.stringify(document, plainTexts, 2)}\n`);
  return {
    write: async (evidence) => await writeWhole(evidenceFileName(evidence), evidence),
    async list() {
      const names = (await namesIn(folder)).filter((name) => /^\d.*\.json$/.test(name)).sort();
      return await Promise.all(names.map(async (name) => readEvidence(join(folder, name))));
    },
    refusedLooks: async () => await readRefusedLooks(projectFolder, stage),
    contractMigrations: async () => readContractMigrations(projectFolder, stage),
    restores: async () => readRestores(projectFolder, stage),
    writeMigrationCheck: async (check) => await writeWhole(migrationCheckFileName(check), check),
    writeMigrationSql: async (check, sql) => await writeText(migrationSqlFileName(check), sql),
    writeIntegrity: async (report) => await writeWhole(integrityReportFileName(report), report),
    readIntegrity: async (path) =>
      await readDocument(resolve(projectFolder, path), integrityReportSchema, "a check of the data"),
    async integrityReports() {
      const names = (await namesIn(folder)).filter((name) => /^integrity-.*\.json$/.test(name)).sort();
      return await Promise.all(
        names.map(async (name) => readDocument(join(folder, name), integrityReportSchema, "a check of the data")),
      );
    },
    async migrationChecks() {
      const names = (await namesIn(folder)).filter(isMigrationCheckFile);
      const checks = await Promise.all(
        names.map(async (name) => readDocument(join(folder, name), migrationCheckSchema, "a check of a migration")),
      );
      return checks.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
    },
  };
}

/** People read evidence, in a pull request and years later, and some of its texts come from AWS and from Pulumi. */
function plainTexts(_key: string, value: unknown): unknown {
  return typeof value === "string" ? plainLines(value) : value;
}

/** None if the folder does not exist yet. A folder that cannot be read is not an empty one. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/**
 * Reads one evidence file.
 *
 * @throws {Error} naming the file, if it is not evidence
 */
export async function readEvidence(path: string): Promise<Evidence> {
  return await readDocument(path, evidenceSchema, "an evidence file");
}

async function readDocument<Document>(path: string, schema: z.ZodType<Document>, what: string): Promise<Document> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new Error(`${path} could not be read as JSON: ${messageOf(error)}.`, {
      cause: error,
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is not ${what}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
}

/** A moment without its fraction of a second. Evidence files are named by the second, and so updates begin on one. */
export function wholeSecond(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 1000) * 1000);
}
