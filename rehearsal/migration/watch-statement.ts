import type { Client } from "pg";

/** What a statement did to a table that was there before the migration. */
export interface TableTouch {
  readonly table: string;
  /** The strongest lock that the transaction has on it after the statement, where that one stops writes. */
  readonly lock: string | null;
  /** Whether the statement wrote all of the table anew. */
  readonly isRewritten: boolean;
  /** Whether it read all of it. */
  readonly isScanned: boolean;
  /** Rows that it changed. */
  readonly changedRows: number;
}

interface Standing {
  readonly file: string;
  readonly scans: number;
  readonly changed: number;
  readonly lock: string | null;
}

/**
 * Modes that stop other transactions' writes, the strongest first.
 *
 * @see PostgreSQL, "Explicit Locking", conflicting lock modes
 */
const stoppingModes = ["AccessExclusiveLock", "ExclusiveLock", "ShareRowExclusiveLock", "ShareLock"];

/**
 * Asks for tables by oid as they are in the transaction that asks.
 *
 * @param oids SQL of an array of texts
 */
export function standingQuery(oids: string): string {
  const modes = `array['${stoppingModes.join("','")}']`;
  return `select c.oid::text as table, c.relfilenode::text as file, coalesce(s.seq_scan, 0)::int as scans,
    coalesce(s.n_tup_upd + s.n_tup_del, 0)::int as changed,
    (select l.mode from pg_locks l where l.pid = pg_backend_pid() and l.relation = c.oid and l.granted and l.mode = any(${modes})
     order by array_position(${modes}, l.mode) limit 1) as lock
  from pg_class c left join pg_stat_xact_user_tables s on s.relid = c.oid
  where c.oid::text = any(${oids})`;
}

/** A row that {@link standingQuery} finds. */
export interface StandingRow extends Standing {
  readonly table: string;
}

/** The rows of {@link standingQuery}, by oid. */
export function standingByTable(rows: readonly StandingRow[]): ReadonlyMap<string, Standing> {
  return new Map(rows.map(({ table, ...one }) => [table, one]));
}

/** The tables that stand before a migration, as they are in the transaction of this connection. */
export async function standingTables(client: Client, known: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
  const { rows } = await client.query<StandingRow>(standingQuery("$1"), [known]);
  return standingByTable(rows);
}

/** The tables of people's data, by oid, with their names. Alembic's own is none of them. */
export async function tablesOf(client: Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ oid: string; name: string }>(
    `select c.oid::text as oid, c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
       and c.relname <> 'alembic_version'`,
  );
  return new Map(rows.map(({ oid, name }) => [oid, name]));
}

/** What lies between two looks: before a statement and after it, in one transaction. */
export function touchesBetween(
  names: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, Standing>,
  after: ReadonlyMap<string, Standing>,
): readonly TableTouch[] {
  return [...names].flatMap(([oid, table]): TableTouch[] => {
    const [then, now] = [before.get(oid), after.get(oid)];
    if (then === undefined || now === undefined) return [];
    return [
      {
        table,
        lock: now.lock,
        isRewritten: now.file !== then.file,
        isScanned: now.scans > then.scans,
        changedRows: Math.max(0, now.changed - then.changed),
      },
    ];
  });
}
