import { shownRevisions } from "../../rollout/checked-migration.ts";
import { type MigrationFinding, verdictOf, verdictWords } from "../../rollout/migration-verdict.ts";
import type { MigrationCheck } from "../evidence/migration-check.ts";
import type { MigrationCheckResult } from "../moves/check-migration.ts";

/** A statement that something was found of, with what each judge found. */
interface FoundStatement {
  readonly line: number;
  readonly statement: string;
  readonly findings: readonly MigrationFinding[];
}

/** Tells what a check of a migration found: the verdict, each statement with its findings, where the judges differ, what is next. */
export function renderMigrationCheck({ check, checkPath }: MigrationCheckResult): string {
  const { colour, image, verdict, statements, revisions } = check;
  const path = revisions === null ? "" : `, ${shownRevisions(revisions.from)} → ${shownRevisions(revisions.to)}`;
  const count = `${statements} ${statements === 1 ? "statement" : "statements"}`;
  const differences = differencesOf(check);
  return [
    `The migration of ${colour}, ${image}, is ${verdictWords(verdict)} (${count}${path}).`,
    ...byStatement(check).flatMap(({ line, statement, findings }) => [
      line === 0 ? "All of it:" : `Line ${line}: ${statement}`,
      ...findings.map(({ harm, judge, sentence }) => `  ${harm} (${judge}): ${sentence}`),
    ]),
    "notChecked" in check.squawk
      ? `Judged by PostgreSQL's parser. Not checked by squawk: ${check.squawk.notChecked}.`
      : `Judged by PostgreSQL's parser and by squawk ${check.squawk.version}. The stricter counts.`,
    ...(differences.length === 0 ? [] : ["The two differ:", ...differences.map((one) => `  ${one}`)]),
    ...nextLines(check),
    `Commit ${checkPath}.`,
  ].join("\n");
}

function byStatement({ findings }: MigrationCheck): readonly FoundStatement[] {
  const groups = Map.groupBy(findings, ({ line, statement }) => JSON.stringify([line, statement]));
  return [...groups.values()].map((group) => {
    const { line = 0, statement = "" } = group[0] ?? {};
    return { line, statement, findings: group };
  });
}

/** The statements whose harm one judge sees and the other does not. Notes do not count. */
function differencesOf(check: MigrationCheck): readonly string[] {
  if ("notChecked" in check.squawk) return [];
  return byStatement(check).flatMap(({ line, findings }) => {
    const by = (judge: MigrationFinding["judge"]) => findings.filter((one) => one.judge === judge);
    const [parser, squawk] = [verdictOf(by("parser")), verdictOf(by("squawk"))];
    if (parser.kind === squawk.kind && parser.blocking === squawk.blocking) return [];
    return [`line ${line}: the parser says ${verdictWords(parser)}; squawk says ${verdictWords(squawk)}`];
  });
}

function nextLines({ verdict, stage, colour, isOneTransaction }: MigrationCheck): readonly string[] {
  const run = `npm run rollout -- task --stage ${stage} --run migrate --colour ${colour}`;
  return [
    ...(isOneTransaction
      ? []
      : ["It is more than one transaction: where it fails halfway, what came before stays (docs/runbook.md)."]),
    ...(verdict.blocking
      ? ["Requests would wait for it. Change what is blocking, or run it when nobody is served."]
      : []),
    verdict.kind === "expand"
      ? `To run it, at weight 0, before traffic: ${run}`
      : `It breaks the release before it. Run it after the promote, once nobody can return to that release, or split it in two: what is expand now, the rest then. ${run}`,
  ];
}
