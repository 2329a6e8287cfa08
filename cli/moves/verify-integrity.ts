import type { IntegrityReport } from "../evidence/integrity-report.ts";
import { checkIntegrity, type DeclaredReference } from "../integrity/check-integrity.ts";
import { compareStates } from "../integrity/compare-states.ts";
import { withReadOnlySession } from "../integrity/read-only-session.ts";
import type { RolloutWorld } from "../world.ts";
import { type RecordedCheck, recordDataCheck } from "./data-evidence.ts";

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
  /** What became of it in AWS. Absent where the config requires no check. */
  readonly recorded?: RecordedCheck | undefined;
}

/**
 * Checks a stage's data, compares it with an earlier run, and writes down what was found. It changes nothing in the database. Where the config
 * requires checks of the data, it leaves in AWS what it has found.
 *
 * @throws {Error} where the database cannot be asked, or the file is none of `integrity`
 */
export async function verifyIntegrity(
  world: Pick<RolloutWorld, "stage" | "now" | "repository" | "evidence" | "stackFile" | "pulumi" | "openAws">,
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
  const at = world.now().toISOString();
  const { tables, findings } = await withReadOnlySession(environment, (ask) => checkIntegrity(ask, request));
  const report: IntegrityReport = {
    version: 1,
    stage: world.stage,
    at,
    by: await world.repository.author(),
    database: environment["PGDATABASE"] ?? "",
    user: environment["PGUSER"] ?? "",
    comparedWith: compareWith ?? null,
    tables,
    findings: [...findings, ...(before === undefined ? [] : compareStates(before, { tables }))],
  };
  const reportPath = await world.evidence.writeIntegrity(report);
  return { report, reportPath, recorded: await recordDataCheck(world, report, before?.at ?? null) };
}
