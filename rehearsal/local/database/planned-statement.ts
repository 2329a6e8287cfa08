/** A role whose rights a statement needs: named, or found in the database when the statement runs. */
export type NeededRole =
  | { readonly kind: "role"; readonly name: string }
  /** The owner of a schema; for `public` that is the database's owner. */
  | { readonly kind: "owner-of-schema"; readonly schema: string }
  /** The owners of every table in a schema. */
  | { readonly kind: "owners-in-schema"; readonly schema: string };

/** What one planned resource does to PostgreSQL, as the provider would do it. */
export interface PlannedStatements {
  /** Logical name of the resource. */
  readonly source: string;
  /** The database to be connected to; undefined for the server's own, `postgres`. */
  readonly database: string | undefined;
  /** Roles that the administrator joins for as long as the statements take, as the provider does. */
  readonly needs: readonly NeededRole[];
  /** Run in one transaction, unless there is a `create database` among them. */
  readonly sql: readonly string[];
}

/** A name as PostgreSQL reads it, whatever it contains. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as PostgreSQL reads it. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
