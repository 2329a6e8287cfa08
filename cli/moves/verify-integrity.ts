import type { IntegrityReport } from "../evidence/integrity-report.ts";
import { checkIntegrity, type DeclaredReference } from "../integrity/check-integrity.ts";
import { compareStates } from "../integrity/compare-states.ts";
import { withReadOnlySession } from "../integrity/read-only-session.ts";
import type { RolloutWorld } from "../world.ts";

/** What is asked for. */
interface AskedIntegrity {
  readonly references: readonly DeclaredReference[];
  /** Tables; those of the file that is compared with count besides. */
  readonly checksums: readonly string[];
  /** A file of an earlier run. */
  readonly compareWith: string | undefined;
  /** Says where the database is. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A run, and where it was written. */
export interface IntegrityResult {
  readonly report: IntegrityReport;
  readonly reportPath: string;
}

/**
 * Checks a stage's data, compares it with an earlier run, and writes down what was found. It changes nothing in the database.
 *
 * @throws {Error} where the database cannot be asked, or the file is none of `integrity`
 */
export async function verifyIntegrity(
  world: Pick<RolloutWorld, "stage" | "now" | "repository" | "evidence">,
  { references, checksums, compareWith, environment }: AskedIntegrity,
): Promise<IntegrityResult> {
  const before = compareWith === undefined ? undefined : await world.evidence.readIntegrity(compareWith);
  const chosen = Object.entries(before?.tables ?? {}).flatMap(([name, { columns }]) =>
    columns === undefined ? [] : [[name, columns] as const],
  );
  const request = {
    references,
    checksums: [...new Set([...chosen.map(([name]) => name), ...checksums])],
    columnsBefore: Object.fromEntries(chosen),
  };
  const { tables, findings } = await withReadOnlySession(environment, (ask) => checkIntegrity(ask, request));
  const report: IntegrityReport = {
    version: 1,
    stage: world.stage,
    at: world.now().toISOString(),
    by: await world.repository.author(),
    database: environment["PGDATABASE"] ?? "",
    user: environment["PGUSER"] ?? "",
    comparedWith: compareWith ?? null,
    tables,
    findings: [...findings, ...(before === undefined ? [] : compareStates(before, { tables }))],
  };
  return { report, reportPath: await world.evidence.writeIntegrity(report) };
}
