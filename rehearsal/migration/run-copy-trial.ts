import { readFile } from "node:fs/promises";
import {
  keepMigrationCheck,
  type MigrationCheckResult,
  migratingImage,
  postgresVersionOf,
} from "../../cli/moves/check-migration.ts";
import { messageOf, RefusedError, WrongUseError } from "../../cli/outcome.ts";
import type { RolloutWorld } from "../../cli/world.ts";
import type { Colour } from "../../rollout/colour.ts";
import type { MigrationFinding } from "../../rollout/migration-verdict.ts";
import { reasonProblems } from "../../rollout/reason.ts";
import type { GivenSql } from "./fill-copy.ts";
import type { BareRead } from "./reads.ts";
import { alembicHere, alembicInImage } from "./run-alembic.ts";
import { readQueries } from "./run-trial.ts";
import { tryOnCopy } from "./try-on-copy.ts";

/** What to try on a copy, by files. */
export interface CopyTrialRequest {
  /** Default: the candidate's colour where it has a release, else live's. */
  readonly colour: Colour | undefined;
  readonly from: string;
  readonly schemaFile: string | undefined;
  readonly rowsFile: string | undefined;
  readonly queriesFolder: string;
  readonly longestWaitMilliseconds: number;
  /** Words that call Alembic on this machine; empty where the image is to run it. */
  readonly alembicWords: readonly string[];
  /** Why the migration is judged although queries of it found no row. */
  readonly reason: string | undefined;
}

/** The check of what ran, and the SQL that it is of. */
export interface CopyTrialResult extends MigrationCheckResult {
  readonly sqlPath: string;
  /** What a written reason stands for. */
  readonly bareReads: readonly BareRead[];
}

/**
 * Runs the migration that a colour's image brings on a copy of the database, judges what ran, and writes the check that
 * `task --run migrate` goes by.
 *
 * @throws {WrongUseError} where a file cannot be read, or a word is wrong
 * @throws {RefusedError} where a query of the migration found no row, and no reason says why that is all of it. Nothing is written
 * @throws {Error} where nothing could be judged. Nothing is written
 */
export async function runCopyTrial(world: RolloutWorld, request: CopyTrialRequest): Promise<CopyTrialResult> {
  const { colour, from, alembicWords, longestWaitMilliseconds, reason } = request;
  if (!/^[\w.-]+$/.test(from)) throw new WrongUseError(`--from cannot be "${from}". Give one revision, or base.`);
  const problems = reasonProblems(reason);
  if (problems.length > 0) throw new WrongUseError(problems.join(" "));
  const [schema, rows, queries] = await Promise.all([
    readGiven("--schema", request.schemaFile),
    readGiven("--rows", request.rowsFile),
    readQueries(request.queriesFolder),
  ]);
  const migrating = await migratingImage(world, colour);
  const isHere = alembicWords.length > 0;
  const { imageReference: reference, logIn } = migrating;
  if (reference === undefined && !isHere) {
    throw new WrongUseError(
      "The stack's outputs do not name a registry, so the image cannot be had. Say behind -- how Alembic is called on this machine, such as -- alembic.",
    );
  }
  const { database } = world.stackFile.readConfig();
  const tried = await tryOnCopy({
    stageDatabase: { database: database.name, applicationRole: database.user, region: migrating.region },
    postgresVersion: postgresVersionOf(world),
    alembic: isHere ? alembicHere(alembicWords) : alembicInImage({ reference: reference ?? "", logIn }),
    from,
    schema,
    rows,
    queries,
    longestWaitMilliseconds,
    say: world.say,
  });
  const { bareReads } = tried;
  if (bareReads.length > 0 && reason === undefined) {
    throw new RefusedError(`The check of ${migrating.colour}'s migration`, [
      ...bareReads.map(({ query, why }) => `${why} It was asked by: ${inOneLine(query)}`),
      `What the migration does with rows like these has not run, so nobody has judged it. Write rows that these queries find into a file, and give it by --rows FILE. If none is ever found in ${world.stage}, or nothing depends on it, give a written --reason "<why>".`,
    ]);
  }
  const { sql, judged, shown } = tried;
  const source = isHere ? "command, on a copy" : "image, on a copy";
  const kept = {
    sql,
    source,
    judged,
    tried: [...shown, ...bareReads.map(bareFinding)],
    reason: bareReads.length > 0 ? reason : undefined,
  } as const;
  const result = await keepMigrationCheck(world, migrating, kept);
  return { ...result, sqlPath: await world.evidence.writeMigrationSql(result.check, sql), bareReads };
}

/** A reader of the check sees what the reason stands for. */
function bareFinding({ query, why }: BareRead): MigrationFinding {
  const sentence = `${why} What the migration does with rows that it finds was not judged.`;
  return { judge: "trial", harm: "note", line: 0, statement: inOneLine(query), sentence };
}

/** Most characters that are shown of a query. */
const shownCharacters = 200;

function inOneLine(query: string): string {
  const line = query.replace(/\s+/g, " ").trim();
  return line.length <= shownCharacters ? line : `${line.slice(0, shownCharacters - 1)}…`;
}

async function readGiven(flag: string, path: string | undefined): Promise<GivenSql | undefined> {
  if (path === undefined) return undefined;
  try {
    return { path, sql: await readFile(path, "utf8") };
  } catch (error) {
    throw new WrongUseError(`${flag} ${path} cannot be read: ${messageOf(error)}.`);
  }
}
