import type { MigrationKind } from "./one-off-tasks.ts";

/**
 * What a statement does to the release that serves while it runs:
 * - `contract`: that release can fail because of it, at once or from then on
 * - `blocking`: it holds a lock that reads or writes wait for, for as long as it reads or rewrites a table
 * - `note`: neither, but somebody should know
 */
export const harms = ["contract", "blocking", "note"] as const;

export type Harm = (typeof harms)[number];

/** Who found something: PostgreSQL's own parser with this project's rules, the linter squawk, or a trial on a database. */
export const migrationJudges = ["parser", "squawk", "trial"] as const;

/** One thing that a judge found in a migration. */
export interface MigrationFinding {
  readonly judge: (typeof migrationJudges)[number];
  readonly harm: Harm;
  /** Line of the SQL at which the statement begins, from 1; 0 where it is about all of it. */
  readonly line: number;
  /** The statement, in one line and cut short. */
  readonly statement: string;
  /** One or more sentences. */
  readonly sentence: string;
}

/** What a migration is. */
export interface MigrationVerdict {
  readonly kind: MigrationKind;
  /** Whether requests wait for it. A migration of either kind can be blocking. */
  readonly blocking: boolean;
}

/** Alembic's revisions that a migration leads from and to. More than one where branches have not been merged. */
export interface Revisions {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** What findings make of a migration: one of its statements is enough. */
export function verdictOf(findings: readonly Pick<MigrationFinding, "harm">[]): MigrationVerdict {
  return {
    kind: findings.some(({ harm }) => harm === "contract") ? "contract" : "expand",
    blocking: findings.some(({ harm }) => harm === "blocking"),
  };
}

/** A verdict in words: `expand`, `contract, blocking`. */
export function verdictWords({ kind, blocking }: MigrationVerdict): string {
  return blocking ? `${kind}, blocking` : kind;
}
