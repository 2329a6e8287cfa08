import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { z } from "zod";
import { type DatabaseLogin, quoteText, withClient } from "../local/database/sql.ts";
import { type RanQuery, ranQuerySchema } from "./reads.ts";
import type { SentSql } from "./recorded-sql.ts";
import {
  type StandingRow,
  standingByTable,
  standingQuery,
  type TableTouch,
  touchesBetween,
} from "./watch-statement.ts";

/** What a role sent to a server, as the server's own log has it. */
export interface Recording {
  /** In the order in which the server ran it. */
  readonly sent: readonly SentSql[];
  /** What statements that define something did to tables that stood before. */
  readonly touches: readonly RecordedTouch[];
  /** What was sent, planned and run, with the rows that each step found. */
  readonly ran: readonly RanStatement[];
}

/** A statement that was run, and what its transaction held by then. */
export interface RanStatement extends RanQuery {
  readonly sentIndex: number;
  /** Tables that stood before, with the strongest lock on each that stops writes. */
  readonly locks: ReadonlyMap<string, string>;
}

/** What one statement did to one table. */
export interface RecordedTouch {
  /** Index of what it was sent with. */
  readonly sentIndex: number;
  /** What kind of statement it was, such as `ALTER TABLE`. */
  readonly command: string;
  readonly touch: TableTouch;
}

/** Schema of what watches a copy. */
const schema = "rollout_copy";

/** Setting of a session in which a look is kept until the statement has ended. */
const keptLook = `${schema}.before`;

/** What the line of a touch begins with. */
const touchWord = "rollout copy touched ";

/**
 * Lets the server note what each statement that defines something does to the tables that stand: by event triggers, which run inside of
 * the session, and so in the statement's own transaction, and inside of functions too.
 *
 * @param tables oids
 * @see PostgreSQL, "Overview of Event Trigger Behavior"
 */
export async function watchDefinitions(client: Client, tables: readonly string[]): Promise<void> {
  const looked = standingQuery(`array[${tables.map(quoteText).join(",")}]::text[]`);
  await client.query(`
    create schema ${schema};
    grant usage on schema ${schema} to public;
    create function ${schema}.look() returns text language sql as $look$
      select coalesce(jsonb_agg(one), '[]')::text from (${looked}) one
    $look$;
    create function ${schema}.begins() returns event_trigger language plpgsql as $begins$
    begin
      perform pg_catalog.set_config('${keptLook}', ${schema}.look(), false);
    end $begins$;
    create function ${schema}.has_ended() returns event_trigger language plpgsql as $ended$
    begin
      raise log '${touchWord}%', pg_catalog.jsonb_build_object(
        'command', tg_tag,
        'before', coalesce(pg_catalog.current_setting('${keptLook}', true), '[]')::jsonb,
        'after', ${schema}.look()::jsonb);
    end $ended$;
    create event trigger ${schema}_begins on ddl_command_start execute function ${schema}.begins();
    create event trigger ${schema}_has_ended on ddl_command_end execute function ${schema}.has_ended();
  `);
}

/** Leaves a mark in the log. What is written after it was sent after it. */
export async function markLog(login: DatabaseLogin, mark: string): Promise<void> {
  await withClient(login, (client) => client.query(`do $mark$ begin raise log '%', ${quoteText(mark)}; end $mark$`));
}

const entrySchema = z.object({
  user: z.string().optional(),
  session_id: z.string().optional(),
  message: z.string().optional(),
});

const row = z.object({
  table: z.string(),
  file: z.string(),
  scans: z.number(),
  changed: z.number(),
  lock: z.string().nullable(),
}) satisfies z.ZodType<StandingRow>;

const touchSchema = z.object({ command: z.string(), before: z.array(row), after: z.array(row) });

/** Where a recording is, and whose. */
interface WantedRecording {
  readonly logFile: string;
  readonly user: string;
  /** The marks that it lies between. */
  readonly between: readonly [begin: string, end: string];
  /** The tables that stood before, by oid, with their names. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * What the server writes before a statement that it runs: by the simple protocol, and by the extended one when it is executed. One that it cannot
 * read, or that was only prepared, did nothing and is not told so.
 *
 * @see PostgreSQL, `log_statement`
 */
const sentStatement = /^(?:statement|execute (?:fetch from )?\S+): (.*)$/s;

/** What `auto_explain` writes when a statement has run. */
const loggedPlan = /^duration: \S+ ms {2}plan:\n(.*)$/s;

const begins = /(?:^|;)\s*(?:begin|start\s+transaction)\b/i;
const ends = /(?:^|;)\s*(?:commit|rollback|end|abort)(?:\s+(?:work|transaction))?\s*;?\s*$/i;

/** A session's transaction, as its log tells it. */
interface OpenTransaction {
  isOpen: boolean;
  /** Whether its end was sent. What was logged of it may still come, before the session sends anything else. */
  isEnding: boolean;
  locks: Map<string, string>;
}

const noTransaction = (): OpenTransaction => ({ isOpen: false, isEnding: false, locks: new Map() });

/** Reads what a role sent between two marks, once the second one is there. */
export async function readRecording({ logFile, user, between, names }: WantedRecording): Promise<Recording> {
  const sent: SentSql[] = [];
  const touches: RecordedTouch[] = [];
  const ran: RanStatement[] = [];
  const transactions = new Map<string, OpenTransaction>();
  for (const entry of await entriesBetween(logFile, between)) {
    if (entry.user !== user || entry.message === undefined) continue;
    const sql = sentStatement.exec(entry.message)?.[1];
    const session = entry.session_id ?? "";
    const before = transactions.get(session) ?? noTransaction();
    const transaction = sql !== undefined && before.isEnding ? noTransaction() : before;
    transactions.set(session, transaction);
    if (sql !== undefined) {
      sent.push({ session, sql });
      if (ends.test(sql)) transaction.isEnding = true;
      else if (begins.test(sql)) transaction.isOpen = true;
    }
    const plan = loggedPlan.exec(entry.message)?.[1];
    if (plan !== undefined) {
      const query = ranQuerySchema.parse(JSON.parse(plan));
      const text = query["Query Text"].trim();
      const sentIndex = sent.findLastIndex((one) => one.session === session && one.sql.trim() === text);
      // PostgreSQL asks queries of its own, such as whether rows break a new foreign key.
      if (sentIndex !== -1) ran.push({ ...query, sentIndex, locks: new Map(transaction.locks) });
    }
    if (!entry.message.startsWith(touchWord)) continue;
    const looks = touchSchema.parse(JSON.parse(entry.message.slice(touchWord.length)));
    const sentIndex = sent.findLastIndex((one) => one.session === session);
    for (const touch of touchesBetween(names, standingByTable(looks.before), standingByTable(looks.after))) {
      touches.push({ sentIndex, command: looks.command, touch });
      if (transaction.isOpen && touch.lock !== null) transaction.locks.set(touch.table, touch.lock);
    }
  }
  return { sent, touches, ran };
}

/** Milliseconds between two looks at a log. */
const lookEvery = 20;

/** Looks after which the log is taken to be broken: a minute. */
const mostLooks = 3000;

/** PostgreSQL's collector writes the log, and may come later than the answer to whoever sent the statement. */
async function entriesBetween(logFile: string, [begin, end]: readonly [string, string]) {
  for (let looks = 0; looks < mostLooks; looks++) {
    const lines = (await readFile(logFile, "utf8")).split("\n").slice(0, -1);
    const entries = lines.map((line) => entrySchema.parse(JSON.parse(line)));
    const from = entries.findIndex(({ message }) => message === begin);
    const until = entries.findIndex(({ message }) => message === end);
    if (until !== -1) return entries.slice(from + 1, until);
    await sleep(lookEvery);
  }
  throw new Error(`${logFile} does not have what the server wrote last.`);
}
