/** A part of a database, as PostgreSQL names it. */
interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** Tables of people's data: not those of PostgreSQL, and not those of extensions. */
export const tablesQuestion = `
  select n.nspname as schema, c.relname as "table",
    array(select a.attname::text from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attname) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  order by 1, 2`;

/** Checks and foreign keys, with what asks the rows for them again. */
export const constraintsQuestion = `
  select n.nspname as schema, c.relname as "table", k.conname as name, k.contype as kind, k.convalidated as validated,
    case when k.contype = 'c' then pg_get_expr(k.conbin, k.conrelid) end as expression,
    fn.nspname as target_schema, f.relname as target_table,
    array(select a.attname::text from unnest(k.conkey) with ordinality u(num, at)
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num order by u.at) as columns,
    array(select a.attname::text from unnest(k.confkey) with ordinality u(num, at)
      join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num order by u.at) as target_columns
  from pg_constraint k
    join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    left join pg_class f on f.oid = k.confrelid left join pg_namespace fn on fn.oid = f.relnamespace
  where k.contype in ('c', 'f') and c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  order by 1, 2, 3`;

/** Indexes that PostgreSQL does not use: left behind by one that was built concurrently and failed. */
export const indexesQuestion = `
  select n.nspname as schema, t.relname as "table", c.relname as name
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = t.relnamespace
  where not i.indisvalid and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
  order by 1, 2, 3`;

/** Sequences that give a column its numbers, and whether this role may read them. */
export const sequencesQuestion = `
  select n.nspname as schema, t.relname as "table", a.attname::text as column, sn.nspname as sequence_schema, s.relname as sequence,
    q.seqincrement > 0 as rises, has_sequence_privilege(s.oid, 'SELECT') as readable
  from pg_class s join pg_namespace sn on sn.oid = s.relnamespace join pg_sequence q on q.seqrelid = s.oid
    join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
    join pg_class t on t.oid = d.refobjid join pg_namespace n on n.oid = t.relnamespace
    join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
  where s.relkind = 'S' order by 1, 2, 3`;

/** How many rows a table has. */
export function countQuestion(table: TableName): string {
  return `select count(*) as rows from ${quoted(table)}`;
}

/** How many rows break a check. NULL breaks none. */
export function brokenCheckQuestion(table: TableName, expression: string): string {
  return `select count(*) as rows from ${quoted(table)} where not (${expression})`;
}

/** How many rows refer to none: all of their columns have a value, and no row of the other table has these. */
export function orphansQuestion(
  from: TableName & { readonly columns: readonly string[] },
  to: TableName & { readonly columns: readonly string[] },
): string {
  const pairs = from.columns.map((column, index) => [quoteName(column), quoteName(to.columns[index] ?? "")] as const);
  const given = pairs.map(([column]) => `f.${column} is not null`).join(" and ");
  const same = pairs.map(([column, target]) => `t.${target} = f.${column}`).join(" and ");
  return `select count(*) as rows from ${quoted(from)} f where ${given} and not exists (select from ${quoted(to)} t where ${same})`;
}

/** Where a sequence and its column stand. */
export function sequenceQuestion(
  column: TableName & { readonly column: string },
  sequence: TableName,
  rises: boolean,
): string {
  const last = rises ? "max" : "min";
  return `select (select ${last}(${quoteName(column.column)}) from ${quoted(column)})::text as most,
    (select last_value::text from ${quoted(sequence)}) as last, (select is_called from ${quoted(sequence)}) as called`;
}

/**
 * A sum over the hashes of all rows, whatever their order: another value of any of these columns, a row more and a row less
 * change it.
 */
export function checksumQuestion(table: TableName, columns: readonly string[]): string {
  const row = columns.map((column) => quoteName(column)).join(", ");
  const half = (from: number) =>
    `coalesce(sum(('x' || substr(md5(row(${row})::text), ${from}, 15))::bit(60)::bigint::numeric), 0)::text`;
  return `select ${half(1)} || '-' || ${half(17)} as checksum from ${quoted(table)}`;
}

/** Quotes a name for PostgreSQL. */
function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quoted({ schema, table }: TableName): string {
  return `${quoteName(schema)}.${quoteName(table)}`;
}
