import type { Client } from "pg";
import { z } from "zod";
import { blanking } from "./recorded-sql.ts";

/** A step of a plan that PostgreSQL has run, as far as it is read here. */
export interface PlanStep {
  readonly "Node Type": string;
  readonly "Relation Name"?: string | undefined;
  /** Rows that it gave each time, on average. */
  readonly "Actual Rows": number;
  /** How often it ran; 0 where nothing asked it. */
  readonly "Actual Loops": number;
  readonly Plans?: readonly PlanStep[] | undefined;
}

const stepSchema: z.ZodType<PlanStep> = z.lazy(() =>
  z.object({
    "Node Type": z.string(),
    "Relation Name": z.string().optional(),
    "Actual Rows": z.number(),
    "Actual Loops": z.number(),
    Plans: z.array(stepSchema).optional(),
  }),
);

/** A statement that was run, and its plan with the rows that it found, as `auto_explain` logs them. */
export const ranQuerySchema = z.object({ "Query Text": z.string(), Plan: stepSchema });

export type RanQuery = z.output<typeof ranQuerySchema>;

/**
 * The tables that stand before a migration, by the names that plans have. A part of a partitioned table stands for the whole of it.
 */
export async function standingRelations(client: Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ name: string; whole: string }>(
    `select c.relname as name, coalesce(pg_partition_root(c.oid)::regclass::text, c.relname) as whole
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
       and c.relname <> 'alembic_version'`,
  );
  return new Map(rows.map(({ name, whole }) => [name, whole]));
}

/** A query whose answer on the copy shows nothing of what the migration does with rows. */
export interface BareRead {
  readonly query: string;
  /** A sentence. */
  readonly why: string;
}

/**
 * The queries of a migration that found no row of a table that stood before: in one of their scans, in what they count or add up, or in their
 * answer. What the migration does with rows has not run then, and so was not judged. Statements that return what they change count, too.
 *
 * All runs of a query count together: a loop may ask for each row, and find something for some of them.
 *
 * @param relations as {@link standingRelations} gives them
 */
export async function bareReads(
  ran: readonly RanQuery[],
  relations: ReadonlyMap<string, string>,
): Promise<readonly BareRead[]> {
  const blank = await blanking();
  const asking = ran.filter(isAnswered);
  const queries = Map.groupBy(asking, ({ "Query Text": text }) => blank(text));
  return [...queries].flatMap(([query, runs]): BareRead[] => {
    const parts = runs.flatMap(({ Plan: plan }) => partsOf(plan, relations));
    const read = [...new Set(parts.flatMap(({ relation }) => relation ?? []))];
    if (read.length === 0) return [];
    const bare = [...Map.groupBy(parts, ({ key }) => key).values()].filter((same) =>
      same.every(({ rows }) => rows === 0),
    );
    if (bare.length === 0) return [];
    const of = [...new Set(bare.flatMap((same) => same.flatMap(({ relation }) => relation ?? [])))];
    return [{ query, why: `It found no row of ${(of.length === 0 ? read : of).join(" and ")} on the copy.` }];
  });
}

/** Whether whoever sent it gets rows back: a change may return what it changed, and a new table keeps what it is made of. */
function isAnswered({ "Query Text": text, Plan: plan }: RanQuery): boolean {
  return plan["Node Type"] === "ModifyTable" ? /\breturning\b/i.test(text) : !/^\s*create\b/i.test(text);
}

/** A part of a query that can find rows. */
interface QueryPart {
  /** The same in each run of the query. */
  readonly key: string;
  /** The table, where it is a scan of one. */
  readonly relation?: string;
  readonly rows: number;
}

function partsOf(plan: PlanStep, relations: ReadonlyMap<string, string>): readonly QueryPart[] {
  return [{ key: "answer", rows: plan["Actual Rows"] * plan["Actual Loops"] }, ...stepsOf(plan, "plan", relations)];
}

/** What nothing asked says nothing: where that was for want of rows, another part has found none. */
function stepsOf(step: PlanStep, path: string, relations: ReadonlyMap<string, string>): readonly QueryPart[] {
  const {
    "Relation Name": name,
    "Node Type": type,
    "Actual Rows": each,
    "Actual Loops": loops,
    Plans: inner = [],
  } = step;
  const relation = relations.get(name ?? "");
  const rows = each * loops;
  const own: QueryPart[] =
    relation === undefined || loops === 0 || type === "ModifyTable"
      ? []
      : [{ key: relation === name ? path : relation, relation, rows }];
  const [input] = inner;
  const added: QueryPart[] =
    type === "Aggregate" && input !== undefined && input["Actual Loops"] > 0
      ? [{ key: `${path} input`, rows: input["Actual Rows"] * input["Actual Loops"] }]
      : [];
  return [...own, ...added, ...inner.flatMap((one, index) => stepsOf(one, `${path}.${index}`, relations))];
}

/** The tables that stood before and that a statement has read. */
export function relationsRead({ Plan: plan }: RanQuery, relations: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set(stepsOf(plan, "plan", relations).flatMap(({ relation }) => relation ?? []))];
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
