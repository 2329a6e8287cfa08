import type { DatabaseBackups, DatabaseLoad } from "../../../infra/aws/database-health.ts";
import { formatDuration, secondsBetween } from "../../../rollout/time.ts";
import { fail, notChecked, pass } from "../../found.ts";
import { check, type Found, type VerifyFinding } from "../finding.ts";

/** The database as AWS tells of it. Each function throws an `Error` that says what to do. */
export interface DatabaseSource {
  /** Connections that the database lets in, as the alarm on them has it: of what is in force and what is asked for, the smaller. */
  readonly connectionLimit: number;
  readonly readBackups: () => Promise<DatabaseBackups>;
  readonly readLoad: (window: { readonly from: Date; readonly until: Date }) => Promise<DatabaseLoad>;
}

const minute = 60_000;
const hour = 60 * minute;

/** Room for connections, and what could be restored (guide T4, R4, C4). */
export async function checkDatabase(source: DatabaseSource, now: Date): Promise<readonly VerifyFinding[]> {
  // The latest minutes may not have arrived yet.
  const window = { from: new Date(now.getTime() - 20 * minute), until: now };
  const backups = source.readBackups();
  // Each check tells of it by itself.
  backups.catch(() => {});
  const ask = (what: string, guide: string, run: () => Promise<Found>) => check(what, guide, run, "not checked");
  return await Promise.all([
    ask("room for database connections", "T4 M2", async () => connections(await source.readLoad(window), source)),
    ask("restorable to a point in time", "T4 R4 C4", async () => restorable(await backups, now)),
    ask("backup of the last day", "T4 R4 C4", async () => lastBackup(await backups, now)),
  ]);
}

/** Share of the connections that may be in use, as the alarm on them has it. */
const mostSharePercent = 80;

/** Whether so many connections leave room for others. */
export function leavesRoom(connections: number, connectionLimit: number): boolean {
  return connections * 100 < connectionLimit * mostSharePercent;
}

function connections({ mostConnections }: DatabaseLoad, { connectionLimit }: DatabaseSource): Found {
  if (mostConnections === undefined) {
    return notChecked(
      "CloudWatch has no number of connections of the last 20 min",
      "See in the RDS console whether the instance runs.",
    );
  }
  const found = `at most ${mostConnections} of ${connectionLimit} in use in the last 20 min`;
  return leavesRoom(mostConnections, connectionLimit)
    ? pass(found)
    : fail(found, "Both colours share them. docs/database.md says how many each task may open.");
}

/** RDS keeps the log of the last minutes every five minutes ("Restoring a DB instance to a specified time", RDS user guide). */
const oldestRestorable = 30 * minute;

function restorable({ latestRestorableTime }: DatabaseBackups, now: Date): Found {
  if (latestRestorableTime === undefined) {
    return fail("RDS names no moment", "Set database.backupRetentionDays to at least 1, and update the stage.");
  }
  const found = `up to ${ago(latestRestorableTime, now)}`;
  return now.getTime() - latestRestorableTime.getTime() <= oldestRestorable
    ? pass(found)
    : fail(found, "It should be a few minutes. Look at the instance's events in the RDS console.");
}

/** The daily backup takes place in a window of its own, so two are up to 25 h apart. */
const oldestBackup = 26 * hour;

function lastBackup({ newestSnapshotAt }: DatabaseBackups, now: Date): Found {
  if (newestSnapshotAt === undefined) {
    return fail("there is none", "The first is made in the night after the instance was created, or by hand.");
  }
  const found = `begun ${ago(newestSnapshotAt, now)}`;
  return now.getTime() - newestSnapshotAt.getTime() <= oldestBackup
    ? pass(found)
    : fail(found, "Look at the instance's events in the RDS console, and at the jobs in AWS Backup.");
}

function ago(moment: Date, now: Date): string {
  return `${formatDuration(Math.max(0, secondsBetween(moment, now)))} ago`;
}
