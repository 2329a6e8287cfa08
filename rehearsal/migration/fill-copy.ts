import { messageOf } from "../../cli/outcome.ts";
import { migratorRole } from "../../components/database/names.ts";
import { shownRevisions } from "../../rollout/checked-migration.ts";
import { quoteName, withClient } from "../local/database/sql.ts";
import { type DatabaseCopy, loadInto, revisionsIn } from "./database-copy.ts";
import { fillDatabase } from "./fill-database.ts";
import type { Alembic } from "./run-alembic.ts";

/** A file's text. */
export interface GivenSql {
  readonly path: string;
  readonly sql: string;
}

/** What a copy is to have. */
export interface WantedContent {
  readonly alembic: Alembic;
  /** Revision that the stage's database is at; `base` for an empty one. */
  readonly from: string;
  /** The schema at that revision; undefined where Alembic is to make it. */
  readonly schema: GivenSql | undefined;
  /** Sample rows. */
  readonly rows: GivenSql | undefined;
  /** Told of what begins. */
  readonly say: (line: string) => void;
}

/** The revisions that a copy is at before the migration. */
export function startOf({ from }: Pick<WantedContent, "from">): readonly string[] {
  return from === "base" ? [] : [from];
}

/**
 * Makes what the stage has: its schema by SQL or by Alembic, the revision, and sample rows.
 *
 * @throws {Error} where one of them cannot be made, or is at another revision
 */
export async function fillCopy(copy: DatabaseCopy, { alembic, from, schema, rows, say }: WantedContent): Promise<void> {
  if (schema === undefined && from !== "base") {
    say(`Running ${alembic.shown} upgrade ${from} on it, for its schema`);
    await alembic.upgrade(from, copy.variables).catch((error: unknown) => {
      throw new Error(
        `The copy's schema could not be made: ${messageOf(error).replace(/\.$/, "")}. Where an earlier revision needs rows that the copy does not have, give the deployed schema, by --schema FILE.`,
        { cause: error },
      );
    });
  }
  await loadInto(copy, async (login) => {
    if (schema !== undefined) await fillDatabase(login, schema.sql, schema.path);
    await noteRevision(copy, from, schema);
    if (rows !== undefined) await fillDatabase(login, rows.sql, rows.path);
  });
}

/** A dump of a schema has Alembic's table, without its row. */
async function noteRevision({ login }: DatabaseCopy, from: string, schema: GivenSql | undefined): Promise<void> {
  const wanted = startOf({ from });
  const found = await revisionsIn(login);
  if (shownRevisions(found) === shownRevisions(wanted)) return;
  if (found.length > 0 || schema === undefined) {
    throw new Error(
      `${schema === undefined ? "Alembic" : schema.path} leaves the copy at revision ${shownRevisions(found)}, and you asked for --from ${from}. Give the revision that the stage's database is at, and its schema.`,
    );
  }
  await withClient(login, async (client) => {
    await client.query(
      "create table if not exists alembic_version (version_num varchar(32) not null constraint alembic_version_pkc primary key)",
    );
    await client.query(`alter table alembic_version owner to ${quoteName(migratorRole)}`);
    await client.query("insert into alembic_version select unnest($1::text[])", [wanted]);
  });
}
