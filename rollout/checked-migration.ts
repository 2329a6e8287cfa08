import type { Colour } from "./colour.ts";
import {
  type MigrationFinding,
  type MigrationVerdict,
  type Revisions,
  verdictOf,
  verdictWords,
} from "./migration-verdict.ts";
import type { MigrationKind } from "./one-off-tasks.ts";

/** One check of the migration that an image brings, as far as its run depends on it. */
export interface MigrationCheckFacts {
  /** ISO 8601 instant. */
  readonly at: string;
  readonly image: string;
  readonly sqlSha256: string;
  /** Null where the SQL does not tell, and so is not what Alembic writes. */
  readonly revisions: Revisions | null;
  /** Whether a failure undoes all of it. */
  readonly isOneTransaction: boolean;
  readonly findings: readonly Pick<MigrationFinding, "harm" | "line" | "sentence">[];
}

/** What the checks of an image say together: the strictest of them. */
export interface CheckedMigration extends MigrationVerdict, Pick<MigrationCheckFacts, "sqlSha256" | "revisions"> {
  readonly isOneTransaction: boolean;
  /** What makes it so: a sentence of each statement that is contract or blocking, with its line. */
  readonly because: readonly string[];
}

/** Why no check says what the migration is. */
export interface UncheckedMigration {
  /** A sentence. */
  readonly unchecked: string;
  /** The revisions that the last migration has led to; undefined where no evidence tells. */
  readonly deployed: readonly string[] | undefined;
}

/**
 * What the checks say of the migration that an image brings. All of them that begin where the schema is count together: a
 * later check of other SQL takes nothing back.
 *
 * @param checks of the stage, oldest first
 * @param deployed the revisions that the last migration has led to, which nobody asks the database for; undefined where no
 *   evidence tells
 */
export function checkedMigration(
  checks: readonly MigrationCheckFacts[],
  image: string,
  deployed: readonly string[] | undefined,
): CheckedMigration | UncheckedMigration {
  const ofImage = checks.filter((check) => check.image === image);
  if (ofImage.length === 0) return { unchecked: "Nobody has checked the migration of this image.", deployed };
  const told = ofImage.flatMap(({ revisions, ...check }) => (revisions === null ? [] : [{ ...check, revisions }]));
  const lastTold = told.at(-1);
  if (lastTold === undefined) {
    return {
      unchecked:
        "The SQL that was checked does not change alembic_version, so it is not what alembic upgrade --sql writes.",
      deployed,
    };
  }
  const fitting = told.filter(({ revisions }) => beginsAt(revisions, deployed));
  const latest = fitting.at(-1);
  if (latest === undefined) {
    return {
      unchecked: `The SQL that was checked begins at revision ${shownRevisions(lastTold.revisions.from)}, and the last migration has led to ${shownRevisions(deployed ?? [])}.`,
      deployed,
    };
  }
  const harms = fitting.flatMap(({ findings }) => findings).filter(({ harm }) => harm !== "note");
  return {
    ...verdictOf(harms),
    sqlSha256: latest.sqlSha256,
    revisions: latest.revisions,
    isOneTransaction: fitting.every(({ isOneTransaction }) => isOneTransaction),
    because: [...new Set(harms.map(({ line, sentence }) => (line === 0 ? sentence : `Line ${line}: ${sentence}`)))],
  };
}

/** Whether SQL begins at the revisions of the schema, or ends there: then it has run, and Alembic finds nothing to do. */
function beginsAt({ from, to }: Revisions, deployed: readonly string[] | undefined): boolean {
  if (deployed === undefined) return true;
  return [from, to].some(
    (one) => one.length === deployed.length && one.every((revision) => deployed.includes(revision)),
  );
}

/** Revisions in words: `base` where there are none yet. */
export function shownRevisions(revisions: readonly string[]): string {
  return revisions.length === 0 ? "base" : revisions.join(" and ");
}

/** What a migration is asked to be. */
export interface AskedMigration {
  /** What a person calls it; undefined where the check alone is to say it. */
  readonly named: MigrationKind | undefined;
  /** The written reason. It stands in for a check, and lets a blocking migration run. */
  readonly reason: string | undefined;
  readonly checked: CheckedMigration | UncheckedMigration;
  readonly stage: string;
  readonly colour: Colour;
}

/** What kind a migration runs as, or why it does not. */
export interface KindOfMigration {
  /** Undefined where nobody says it, or a person contradicts the check. */
  readonly kind: MigrationKind | undefined;
  readonly problems: readonly string[];
  /** What would have been refused without the reason. */
  readonly overridden: readonly string[];
}

/** Most sentences of a check that a refusal repeats. */
const shownSentences = 3;

/**
 * Decides what kind a migration runs as: what its check says, or what a person says where that is stricter. A person's word
 * alone counts only with a written reason.
 */
export function kindOfMigration({ named, reason, checked, stage, colour }: AskedMigration): KindOfMigration {
  if ("unchecked" in checked) return withoutCheck({ named, reason, stage, colour }, checked);
  const because = checked.because.slice(0, shownSentences).join(" ");
  const more = checked.because.length > shownSentences ? " …" : "";
  const kind = named === "contract" ? "contract" : checked.kind;
  if (named === "expand" && checked.kind === "contract") {
    return {
      kind: undefined,
      overridden: [],
      problems: [
        `You asked for a migration of kind expand, and its SQL is ${verdictWords(checked)}. ${because}${more} Leave --kind out, and run it when a contract migration may run, or split it in two.`,
      ],
    };
  }
  if (!checked.blocking) return { kind, problems: [], overridden: [] };
  const blocking = `The migration is blocking, and the live colour serves the public: its requests would wait. ${because}${more}`;
  return reason === undefined
    ? {
        kind,
        overridden: [],
        problems: [
          `${blocking} Change it so that nobody waits. If nobody is served now, or the table is small, give a written --reason "<why>".`,
        ],
      }
    : { kind, problems: [], overridden: [blocking] };
}

/** What a migration on a copy is told. */
interface AskedCopy extends Pick<AskedMigration, "stage" | "colour"> {
  /** The revisions that the database is at; undefined where nobody knows. */
  readonly deployed: readonly string[] | undefined;
}

/** The command that runs a migration on a copy, and has what ran judged. */
export function tryOnCopyCommand({ stage, colour, deployed }: AskedCopy): string {
  const [revision = "base", ...more] = deployed ?? ["REVISION"];
  const from = more.length === 0 ? revision : "REVISION";
  return `npm run try-migration -- --stage ${stage} --colour ${colour} --from ${from} --rows rows.sql --queries queries`;
}

function withoutCheck(
  { named, reason, stage, colour }: Omit<AskedMigration, "checked">,
  { unchecked, deployed }: UncheckedMigration,
): KindOfMigration {
  const check = `npm run rollout -- check-migration --stage ${stage} --colour ${colour} --sql migration.sql`;
  if (reason === undefined) {
    return {
      kind: named,
      overridden: [],
      problems: [
        `${unchecked} What a migration is, is read from its SQL: write it by alembic upgrade <deployed revision>:head --sql in the image, and run ${check}. Where that cannot be written, because the migration asks the database, run ${tryOnCopyCommand({ stage, colour, deployed })}. To run it unchecked, give --kind and a written --reason "<why>".`,
      ],
    };
  }
  return named === undefined
    ? {
        kind: undefined,
        overridden: [],
        problems: [`${unchecked} With a reason alone nobody says what it is. Give --kind too, or run ${check}.`],
      }
    : { kind: named, problems: [], overridden: [unchecked] };
}
