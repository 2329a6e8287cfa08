import { CsvError, parse } from "csv-parse/sync";

/** A file that is no CSV, or lacks what is read of it. Its message quotes nothing of the file, which may hold personal data. */
export class CsvProblem extends Error {}

/** One row of a CSV file. */
interface CsvRow {
  /** Its line in the file, from 1 on. */
  readonly line: number;
  /** Its cells by the names of their columns. */
  readonly cells: Readonly<Partial<Record<string, string>>>;
}

/** How a CSV file is read. */
interface CsvReading {
  /** What separates the cells. Default: a comma. */
  readonly delimiter?: readonly string[];
  /** Takes the first line in small letters, and gives each column's name, or false for one that is not read. Default: all. */
  readonly columnsOf?: (head: readonly string[]) => readonly (string | false)[];
}

/**
 * Reads CSV with a first line that names the columns. Blanks around a cell, empty lines and a byte order mark are left out.
 *
 * @throws {CsvProblem} for a file that is no CSV, and whatever `columnsOf` throws
 * @see RFC 4180, Common Format and MIME Type for CSV Files
 */
export function readCsv(
  text: string,
  { delimiter = [","], columnsOf = (head) => head }: CsvReading = {},
): readonly CsvRow[] {
  try {
    const found = parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
      delimiter: [...delimiter],
      columns: (head: string[]) => [...columnsOf(head.map((name) => name.toLowerCase()))],
    }) as unknown as readonly { readonly info: { readonly lines: number }; readonly record: CsvRow["cells"] }[];
    return found.map(({ info, record }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser's own message quotes the line.
    const place = typeof error["lines"] === "number" ? `line ${error["lines"]}: ` : "";
    throw new CsvProblem(`${place}it is no CSV (${error.code})`);
  }
}
