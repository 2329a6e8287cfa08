import { compareStates } from "../../cli/integrity/compare-states.ts";
import type { Colour } from "../../rollout/colour.ts";
import {
  formatDataEvidence,
  parseDataEvidence,
  withDataCheck,
  withMigrationBegun,
  withMigrationEnded,
} from "../../rollout/data-evidence.ts";
import type { LocalDatabase } from "../local/database/local-database.ts";
import type { SampleRelease } from "../local/sample-api/releases.ts";
import { sampleImageDigest } from "../local/sample-api/sample-api.ts";
import type { Check } from "../report/report-schema.ts";
import { isRefusal } from "./illegal-moves.ts";
import type { Attempt, RehearsedProgram } from "./rehearsed-program.ts";

/**
 * Migrates to a release as people do: the data is checked, the migration runs, and the data is checked again and compared. What
 * is known of it is left where the program reads it.
 */
export async function migrateChecked(
  { database, program }: { readonly database: LocalDatabase; readonly program: RehearsedProgram },
  candidate: Colour,
  release: SampleRelease,
): Promise<Check> {
  const image = sampleImageDigest(release);
  const at = program.now.toISOString();
  const before = await database.checkData();
  const begun = withMigrationBegun(
    withDataCheck(undefined, image, { ...verdictOf(before.findings), at, comparedWith: null }),
    image,
    at,
  );
  await database.migrate(release);
  const ended = withMigrationEnded(begun, image, at);
  const after = await database.checkData();
  const findings = [...after.findings, ...compareStates(before, after)];
  const checked = withDataCheck(ended, image, { ...verdictOf(findings), at, comparedWith: at }) ?? ended;
  program.dataEvidence = { [candidate]: formatDataEvidence(checked) };
  const { objections } = verdictOf([...before.findings, ...findings]);
  return {
    what: `the data holds before and after the migration of ${release}, and no row is gone`,
    held: objections.length === 0,
    found: objections.join("; ") || `${before.findings.length + findings.length} checks passed`,
  };
}

function verdictOf(findings: Awaited<ReturnType<LocalDatabase["checkData"]>>["findings"]) {
  const objecting = findings.filter(({ result }) => result !== "pass");
  const verdict = objecting.length === 0 ? "pass" : "fail";
  return { verdict, objections: objecting.map(({ what, found }) => `${what}: ${found}`) } as const;
}

/** Tries the first step as if nobody had checked the data since the migration: the program has to refuse it. */
export async function tryUnchecked(program: RehearsedProgram, step: Attempt): Promise<Check> {
  const values = Object.entries(program.dataEvidence).map(([colour, value]) => {
    const evidence = parseDataEvidence(value);
    return [colour, evidence === undefined ? value : formatDataEvidence({ ...evidence, after: null })] as const;
  });
  const refusal = await program.attempt({ ...step, dataEvidence: Object.fromEntries(values) });
  return {
    what: "the first step is refused before the data is checked after the migration",
    held:
      refusal !== undefined &&
      isRefusal(refusal) &&
      refusal.message.includes("Nobody has checked the data since the migration"),
    found: refusal?.message ?? "the program accepted it",
  };
}
