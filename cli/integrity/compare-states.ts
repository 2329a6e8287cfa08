import type { IntegrityFinding, IntegrityState } from "./check-integrity.ts";

/**
 * What a later state of the data has lost of an earlier one. Rows may be added at any time; a table that is gone, fewer rows, and
 * another checksum of a table that was chosen for one, each fail.
 */
export function compareStates(
  before: Pick<IntegrityState, "tables">,
  after: Pick<IntegrityState, "tables">,
): readonly IntegrityFinding[] {
  return Object.entries(before.tables).map(([name, then]): IntegrityFinding => {
    const what = `${name}, compared`;
    const now = after.tables[name];
    if (now === undefined)
      return { what, result: "fail", found: `it had ${then.rows} rows, and is gone or cannot be read` };
    if (now.rows < then.rows) return { what, result: "fail", found: `it had ${then.rows} rows, and has ${now.rows}` };
    const rows =
      now.rows === then.rows ? `${now.rows} rows, as before` : `${now.rows} rows, ${now.rows - then.rows} more`;
    if (then.checksum === undefined) return { what, result: "pass", found: rows };
    if (now.checksum === undefined) return { what, result: "not checked", found: `${rows}; no checksum was asked for` };
    const gone = (then.columns ?? []).filter((column) => now.columns?.includes(column) !== true);
    if (gone.length > 0) return { what, result: "fail", found: `${rows}; its columns ${gone.join(", ")} are gone` };
    return now.checksum === then.checksum
      ? { what, result: "pass", found: `${rows}, with the same checksum` }
      : { what, result: "fail", found: `${rows}, and another checksum: its data has changed` };
  });
}
