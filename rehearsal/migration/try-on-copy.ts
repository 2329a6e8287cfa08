import { setTimeout as sleep } from "node:timers/promises";
import { type JudgedSql, judgeSql } from "../../cli/migrations/judge-sql.ts";
import { messageOf } from "../../cli/outcome.ts";
import { shownRevisions } from "../../rollout/checked-migration.ts";
import type { MigrationFinding, Revisions } from "../../rollout/migration-verdict.ts";
import { withClient } from "../local/database/sql.ts";
import { lockFindings, touchFindings } from "./copy-findings.ts";
import { type DatabaseCopy, revisionsIn, type StageDatabase, withDatabaseCopy } from "./database-copy.ts";
import { fillCopy, startOf, type WantedContent } from "./fill-copy.ts";
import { type FailedQuery, type SampleQuery, startOldRelease } from "./old-release.ts";
import { type BareRead, bareReads, readingFunctions, standingRelations } from "./reads.ts";
import { recordSql, type SentSql } from "./recorded-sql.ts";
import { markLog, type Recording, readRecording, watchDefinitions } from "./server-log.ts";
import { oldReleaseFindings } from "./try-migration.ts";
import { tablesOf } from "./watch-statement.ts";

/** What to try on a copy. */
export interface CopyTrial extends WantedContent {
  readonly stageDatabase: StageDatabase;
  /** Of the server in the stage. */
  readonly postgresVersion: number;
  /** What the release that serves asks. */
  readonly queries: readonly SampleQuery[];
  /** How long one of them may take beside the migration. */
  readonly longestWaitMilliseconds: number;
}

/** What a migration did on a copy. */
export interface TriedOnCopy {
  /** What ran, as it was judged. */
  readonly sql: string;
  readonly judged: JudgedSql;
  /** What the trial showed besides, in the order of the SQL. */
  readonly shown: readonly MigrationFinding[];
  /** Queries whose answers led into no statement that could be judged. */
  readonly bareReads: readonly BareRead[];
}

/**
 * Runs a migration on a copy of the database as it would run in the stage, while the old release works beside it, and judges what the
 * server says that ran. This is for a migration that asks the database: what it does depends on the rows that it finds.
 *
 * @throws {Error} where the copy cannot be made, the old release's queries fail on it, the migration fails, or there is none. Then nothing was
 *   judged
 */
export async function tryOnCopy(trial: CopyTrial): Promise<TriedOnCopy> {
  return await withDatabaseCopy(trial.stageDatabase, async (copy) => {
    trial.say("Making the copy");
    await fillCopy(copy, trial);
    const { names, relations } = await withClient(copy.login, async (client) => ({
      names: await tablesOf(client),
      relations: await standingRelations(client),
    }));
    const { failure, after, beside, sent, touches, ran } = await runRecorded(copy, trial, names);
    const to = await revisionsIn(copy.login);
    if (sent.length === 0) throw nothingCame(failure);
    if (failure !== undefined) throw failedHalfway(failure, lastOf(sent), { from: startOf(trial), to });
    if (shownRevisions(to) === shownRevisions(startOf(trial))) {
      throw new Error(`The image brings no migration that follows ${trial.from}. Nothing was judged.`);
    }
    const heading = [
      `What alembic upgrade ${trial.from}:${shownRevisions(to)} sent to a copy of the database.`,
      "Queries that only read, and values of rows, are left out. What was sent more than once stands here once.",
    ];
    const recorded = await recordSql(sent, heading, await withClient(copy.login, readingFunctions));
    const judged = await judgeSql(recorded.sql, trial.postgresVersion);
    return {
      sql: recorded.sql,
      judged: {
        ...judged,
        revisions: { from: startOf(trial), to },
        isOneTransaction: judged.isOneTransaction && recorded.isOneTransaction,
      },
      shown: [
        ...touchFindings(recorded, touches),
        ...(await lockFindings(recorded, ran, relations)),
        ...oldReleaseFindings(beside, after, trial.longestWaitMilliseconds),
      ],
      bareReads: await bareReads(ran, relations),
    };
  });
}

/** Runs the migration, and reads what the server wrote down of it. */
async function runRecorded(
  copy: DatabaseCopy,
  trial: CopyTrial,
  names: ReadonlyMap<string, string>,
): Promise<RunBesideOldRelease & Recording> {
  const { login, user, logFile, variables } = copy;
  const between = ["rollout copy begins", "rollout copy ends"] as const;
  const run = await besideOldRelease(copy, trial, async () => {
    await withClient(login, async (client) => await watchDefinitions(client, [...names.keys()]));
    trial.say(`Running ${trial.alembic.shown} upgrade head on it, beside the old release's queries`);
    await markLog(login, between[0]);
    const failure = await trial.alembic.upgrade("head", variables).then(
      () => undefined,
      (error: unknown) => error ?? new Error("unknown"),
    );
    await endOfSessions(copy);
    await markLog(login, between[1]);
    return failure;
  });
  return { ...run, ...(await readRecording({ logFile, user, between, names })) };
}

/** How a migration ended, and which queries of the old release failed. */
interface RunBesideOldRelease {
  /** Undefined where the migration did not fail. */
  readonly failure: unknown;
  readonly after: readonly FailedQuery[];
  readonly beside: readonly FailedQuery[];
}

/** @param run gives why it failed, or undefined */
async function besideOldRelease(
  { login }: DatabaseCopy,
  { queries, longestWaitMilliseconds }: CopyTrial,
  run: () => Promise<unknown>,
): Promise<RunBesideOldRelease> {
  const release = await startOldRelease(login, queries, longestWaitMilliseconds);
  try {
    const before = await release.runAll();
    if (before.length > 0) {
      const said = before.map(({ name, message }) => `${name}: ${message}`).join("; ");
      throw new Error(`The old release's queries fail on the copy: ${said}. Nothing was tried.`);
    }
    const failure = await run();
    const after = failure === undefined ? await release.runAll() : [];
    return { failure, after, beside: await release.stop() };
  } catch (error) {
    await release.stop();
    throw error;
  }
}

/** Milliseconds between two looks at who is connected. */
const lookEvery = 20;

/** Waits until the migration's sessions are gone: a program that has ended may be disconnected a moment later. */
async function endOfSessions({ login, user }: DatabaseCopy): Promise<void> {
  await withClient(login, async (client) => {
    for (;;) {
      const { rowCount } = await client.query("select from pg_stat_activity where usename = $1", [user]);
      if (rowCount === 0) return;
      await sleep(lookEvery);
    }
  });
}

function nothingCame(failure: unknown): Error {
  const said = failure === undefined ? "" : ` ${messageOf(failure)}`;
  return new Error(
    `Alembic sent nothing to the copy, so nothing was judged.${said} Its env.py has to connect to what DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER and DATABASE_SSLMODE name, as in docs/database.md. Where it connects to another database, look whether that one was changed.`,
    { cause: failure },
  );
}

/** What a migration sent last, before its transaction was taken back. */
function lastOf(sent: readonly SentSql[]): string {
  return sent.findLast(({ sql }) => !/^\s*rollback\b/i.test(sql))?.sql ?? "";
}

function failedHalfway(failure: unknown, last: string, { from, to }: Revisions): Error {
  const stands =
    shownRevisions(from) === shownRevisions(to)
      ? `The copy was still at revision ${shownRevisions(from)}`
      : `The copy had come from revision ${shownRevisions(from)} to ${shownRevisions(to)}`;
  return new Error(
    `The migration failed on the copy, and nothing was judged. ${stands}; it is gone now, and no check has changed. ${messageOf(failure).replace(/\.$/, "")}. The last that it sent: ${last.replace(/\s+/g, " ").trim()}`,
    { cause: failure },
  );
}
