import { CsvProblem, readCsv } from "../../infra/read-csv.ts";
import type { Answer } from "./answer.ts";
import { type Form, formColumns, formResults } from "./form.ts";

/** Reads what somebody filled in. @param text of the file; undefined where there is none */
export function readAnswer(form: Form, text: string | undefined): Answer {
  const { who, isTeam, lines } = form;
  const nothing = { who, isTeam, failed: [], difficult: [], open: lines.length, problems: [] };
  if (text === undefined) return { ...nothing, state: "open" };
  const { rows, problems } = rowsOf(text);
  const filled = new Map<string, string>();
  for (const { line, item, result } of rows) {
    if (filled.has(item)) problems.push(`line ${line}: the item is there twice`);
    filled.set(item, result);
    if (result !== "" && !(formResults as readonly string[]).includes(result)) {
      problems.push(`line ${line}: result must be ${formResults.join(", ")} or nothing`);
    }
  }
  const known = new Set(lines.map(({ item }) => item));
  problems.push(
    ...rows.filter(({ item }) => !known.has(item)).map(({ line }) => `line ${line}: the form has no such item`),
  );
  if (problems.length > 0) return { ...nothing, state: "unreadable", problems };
  const withResult = (wanted: string) =>
    lines.map(({ item }) => item).filter((item) => (filled.get(item) ?? "") === wanted);
  const failed = withResult("fail");
  const open = withResult("").length;
  const state = failed.length > 0 ? "not accepted" : open > 0 ? "open" : "accepted";
  return { who, isTeam, state, failed, difficult: withResult("difficulty"), open, problems: [] };
}

interface Row {
  readonly line: number;
  readonly item: string;
  readonly result: string;
}

function rowsOf(text: string): { readonly rows: readonly Row[]; readonly problems: string[] } {
  try {
    // A spreadsheet of another country writes semicolons.
    const found = readCsv(text, { delimiter: [",", ";"] });
    const names = Object.keys(found[0]?.cells ?? {});
    const missing = formColumns.filter((name) => name !== "note" && !names.includes(name));
    if (missing.length > 0) return { rows: [], problems: [`the first line lacks ${missing.join(", ")}`] };
    const rows = found.map(({ line, cells }) => {
      return { line, item: cells["item"] ?? "", result: (cells["result"] ?? "").toLowerCase() };
    });
    return { rows, problems: [] };
  } catch (error) {
    if (error instanceof CsvProblem) return { rows: [], problems: [error.message] };
    throw error;
  }
}
