import { z } from "zod";
import { messageOf } from "../outcome.ts";
import {
  brokenCheckQuestion,
  checksumQuestion,
  constraintsQuestion,
  countQuestion,
  indexesQuestion,
  orphansQuestion,
  sequenceQuestion,
  sequencesQuestion,
  tablesQuestion,
} from "./questions.ts";

/** Runs one query, and gives its rows. */
export type Ask = (question: string) => Promise<readonly unknown[]>;

/** What one check of the data found. */
export interface IntegrityFinding {
  /** What was checked: `foreign key invoices_couple_id_fkey of invoices`. */
  readonly what: string;
  readonly result: "pass" | "fail" | "not checked";
  /** A clause: what was found. */
  readonly found: string;
}

/** A reference that no foreign key enforces: `invoices.couple_id=couples.id`. */
export interface DeclaredReference {
  readonly from: string;
  readonly fromColumn: string;
  readonly to: string;
  readonly toColumn: string;
}

/** What is asked for besides what the database itself declares. */
export interface IntegrityRequest {
  readonly references: readonly DeclaredReference[];
  /** Tables that a checksum is made of, by name or as `schema.table`. */
  readonly checksums: readonly string[];
  /** The columns that an earlier state made its checksums of, by table: they are made of the same ones again. */
  readonly columnsBefore: Readonly<Record<string, readonly string[]>>;
}

/** A table's data at one moment. */
interface TableState {
  readonly rows: number;
  /** Absent where none was asked for. */
  readonly checksum?: string | undefined;
  /** The columns that the checksum is made of. */
  readonly columns?: readonly string[] | undefined;
}

/** The data of a database at one moment: by `schema.table`, or the table's name alone where the schema is `public`. */
export interface IntegrityState {
  readonly tables: Readonly<Record<string, TableState>>;
  readonly findings: readonly IntegrityFinding[];
}

const count = z.tuple([z.object({ rows: z.coerce.number() })]);
const table = { schema: z.string(), table: z.string() };
const tableRows = z.array(z.object({ ...table, columns: z.array(z.string()) }));
const constraintRows = z.array(
  z.object({
    ...table,
    name: z.string(),
    kind: z.enum(["c", "f"]),
    validated: z.boolean(),
    expression: z.string().nullable(),
    target_schema: z.string().nullable(),
    target_table: z.string().nullable(),
    columns: z.array(z.string()),
    target_columns: z.array(z.string()),
  }),
);
const indexRows = z.array(z.object({ ...table, name: z.string() }));
const sequenceRows = z.array(
  z.object({
    ...table,
    column: z.string(),
    sequence_schema: z.string(),
    sequence: z.string(),
    rises: z.boolean(),
    readable: z.boolean(),
  }),
);
const sequenceState = z.tuple([z.object({ most: z.string().nullable(), last: z.string(), called: z.boolean() })]);
const checksumRows = z.tuple([z.object({ checksum: z.string() })]);

type Table = z.output<typeof tableRows>[number];

/**
 * Checks the data of a database, by questions that change nothing: every foreign key and every check is held against all rows
 * again, enforced or not.
 *
 * @throws {Error} PostgreSQL's own, where it cannot be asked at all
 */
export async function checkIntegrity(ask: Ask, request: IntegrityRequest): Promise<IntegrityState> {
  const found = tableRows.parse(await ask(tablesQuestion));
  const named = new Map(found.map((one) => [shownTable(one), one]));
  const tables: Record<string, TableState> = {};
  const findings: IntegrityFinding[] = [];
  const attempt = async (what: string, check: () => Promise<Omit<IntegrityFinding, "what">>) => {
    try {
      findings.push({ what, ...(await check()) });
    } catch (error) {
      findings.push({ what, result: "not checked", found: messageOf(error) });
    }
  };
  const rowsOf = async (question: string) => count.parse(await ask(question))[0].rows;
  for (const [name, one] of named) {
    await attempt(`rows of ${name}`, async () => {
      const rows = await rowsOf(countQuestion(one));
      tables[name] = { rows };
      return { result: "pass", found: `${rows}` };
    });
  }
  for (const one of constraintRows.parse(await ask(constraintsQuestion))) {
    const isCheck = one.kind === "c";
    await attempt(`${isCheck ? "check" : "foreign key"} ${one.name} of ${shownTable(one)}`, async () => {
      const to = { schema: one.target_schema ?? "", table: one.target_table ?? "", columns: one.target_columns };
      const broken = await rowsOf(
        isCheck ? brokenCheckQuestion(one, one.expression ?? "true") : orphansQuestion(one, to),
      );
      const note = one.validated ? "" : ", and it is NOT VALID: PostgreSQL has not checked the old rows";
      if (broken > 0) return { result: "fail", found: `${broken} rows break it${note}` };
      return { result: one.validated ? "pass" : "fail", found: `no row breaks it${note}` };
    });
  }
  for (const one of indexRows.parse(await ask(indexesQuestion))) {
    const found = "it is not valid: it was left behind, and its rows are not unique or not found by it. Drop it";
    findings.push({ what: `index ${one.name} of ${shownTable(one)}`, result: "fail", found });
  }
  for (const one of sequenceRows.parse(await ask(sequencesQuestion))) {
    await attempt(`sequence of ${shownTable(one)}.${one.column}`, async () => {
      if (!one.readable) return { result: "not checked", found: "this role may not read it; as the migrator it is" };
      const sequence = { schema: one.sequence_schema, table: one.sequence };
      const [state] = sequenceState.parse(await ask(sequenceQuestion(one, sequence, one.rises)));
      return judgeSequence(state, one.rises);
    });
  }
  for (const reference of request.references) {
    const { from, fromColumn, to, toColumn } = reference;
    await attempt(`reference ${from}.${fromColumn} to ${to}.${toColumn}`, async () => {
      const [here, there] = [withColumn(named, from, fromColumn), withColumn(named, to, toColumn)];
      const orphans = await rowsOf(
        orphansQuestion({ ...here, columns: [fromColumn] }, { ...there, columns: [toColumn] }),
      );
      return orphans > 0
        ? { result: "fail", found: `${orphans} rows refer to none` }
        : { result: "pass", found: "every row refers to one" };
    });
  }
  for (const name of request.checksums) {
    await attempt(`checksum of ${name}`, async () => {
      const one = tableNamed(named, name);
      const before = request.columnsBefore[name];
      const columns = before === undefined ? one.columns : before.filter((column) => one.columns.includes(column));
      const [{ checksum }] = checksumRows.parse(await ask(checksumQuestion(one, columns)));
      tables[name] = { rows: tables[name]?.rows ?? 0, checksum, columns };
      return { result: "pass", found: checksum };
    });
  }
  return { tables, findings };
}

function judgeSequence(
  { most, last, called }: z.output<typeof sequenceState>[0],
  rises: boolean,
): Omit<IntegrityFinding, "what"> {
  if (most === null) return { result: "pass", found: "the table has no row" };
  const [greatest, given] = [BigInt(most), BigInt(last)];
  // A sequence that was never called gives its last value next.
  const isPast = rises
    ? given > greatest || (called && given === greatest)
    : given < greatest || (called && given === greatest);
  return isPast
    ? { result: "pass", found: `it stands at ${last}, and the table at ${most}` }
    : {
        result: "fail",
        found: `it stands at ${last}, and the table at ${most}: the next insert takes a number that is there. Set it by setval`,
      };
}

/** Name of a table, without the schema where that is `public`. */
function shownTable({ schema, table: name }: Pick<Table, "schema" | "table">): string {
  return schema === "public" ? name : `${schema}.${name}`;
}

function tableNamed(tables: ReadonlyMap<string, Table>, name: string): Table {
  const found = tables.get(name);
  if (found === undefined) throw new Error(`there is no table ${name}`);
  return found;
}

function withColumn(tables: ReadonlyMap<string, Table>, name: string, column: string): Table {
  const found = tableNamed(tables, name);
  if (!found.columns.includes(column)) throw new Error(`${name} has no column ${column}`);
  return found;
}
