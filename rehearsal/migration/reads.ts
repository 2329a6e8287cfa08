import type { Client } from "pg";

/** Something that a migration asked of the copy for itself, as `pg_stat_statements` counts it. */
export interface CountedQuery {
  /** The text, with `$1` and so on for values. */
  readonly query: string;
  /** Rows that it found or changed, in all of its runs. */
  readonly rows: number;
}

/** What a role has asked. @param client of a database that has `pg_stat_statements` */
export async function countedQueries(client: Client, role: string, database: string): Promise<readonly CountedQuery[]> {
  const { rows } = await client.query<CountedQuery>(
    `select s.query, sum(s.rows)::int as rows
     from pg_stat_statements s join pg_roles r on r.oid = s.userid join pg_database d on d.oid = s.dbid
     where r.rolname = $1 and d.datname = $2 group by s.query order by s.query`,
    [role, database],
  );
  return rows;
}

/** The tables and views that a migration can read, and whether they have a row. */
export async function emptyRelations(client: Client): Promise<ReadonlyMap<string, boolean>> {
  const { rows } = await client.query<{ name: string; shown: string; isFilled: boolean }>(
    `select c.relname as name, c.oid::regclass::text as shown, c.relispopulated as "isFilled" from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
       and c.relname <> 'alembic_version'`,
  );
  const found = new Map<string, boolean>();
  for (const { name, shown, isFilled } of rows) {
    // A materialized view of a dump cannot be read until it is refreshed.
    const rowCount = isFilled ? (await client.query(`select from ${shown} limit 1`)).rowCount : 0;
    // Of two tables with one name in two schemas, one that has rows does not speak for the other.
    found.set(name, found.get(name) === true || rowCount === 0);
  }
  return found;
}

/** A query whose answer on the copy shows nothing of what the migration does with rows. */
export interface BareRead {
  readonly query: string;
  /** A sentence. */
  readonly why: string;
}

/**
 * The queries of a migration that found no row of a table that stood before, or that read one that is empty: what it does with rows
 * has not run, and so was not judged. Statements that return what they change count, too.
 *
 * @param relations by name, and whether they were empty when it began
 */
export async function bareReads(
  counted: readonly CountedQuery[],
  relations: ReadonlyMap<string, boolean>,
): Promise<readonly BareRead[]> {
  const { loadModule, scanSync } = await import("libpg-query");
  await loadModule();
  const scanned = counted.map(({ query, rows }) => {
    const { tokens } = scanSync(query);
    const words = tokens.map(({ text }) => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text));
    return { query, rows, words, verbs: words.map((word) => word.toUpperCase()) };
  });
  return scanned.flatMap(({ query, rows, words, verbs }): BareRead[] => {
    const [verb = ""] = verbs;
    const isCursor = verb === "DECLARE";
    if (!(isCursor || ["SELECT", "WITH", "TABLE"].includes(verb) || verbs.includes("RETURNING"))) return [];
    const read = [...new Set(words.filter((word) => relations.has(word)))];
    if (read.length === 0) return [];
    const empty = read.filter((name) => relations.get(name) === true);
    const found = isCursor
      ? scanned.some((one) => one.verbs[0] === "FETCH" && one.rows > 0 && one.words.includes(words[1] ?? ""))
      : rows > 0;
    if (empty.length > 0) return [{ query, why: `${empty.join(" and ")} has no row on the copy.` }];
    return found ? [] : [{ query, why: `It found no row of ${read.join(" and ")} on the copy.` }];
  });
}

/** Functions that PostgreSQL calls volatile, and that change nothing which another session reads. */
const harmlessVolatile = [
  "clock_timestamp",
  "currval",
  "gen_random_uuid",
  "lastval",
  "pg_advisory_lock",
  "pg_advisory_unlock",
  "pg_advisory_xact_lock",
  "pg_current_xact_id",
  "pg_try_advisory_lock",
  "pg_try_advisory_xact_lock",
  "random",
  "timeofday",
  "txid_current",
  "uuidv4",
  "uuidv7",
];

/**
 * The functions that change nothing, as this server knows them: PostgreSQL's own that are stable or immutable. One whose name
 * another schema has too is none of them.
 *
 * @see PostgreSQL, "Function Volatility Categories"
 */
export async function readingFunctions(client: Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    `select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace group by p.proname
     having bool_and(n.nspname = 'pg_catalog' and (p.provolatile <> 'v' or p.proname = any($1)))`,
    [harmlessVolatile],
  );
  return new Set(rows.map(({ name }) => name));
}
