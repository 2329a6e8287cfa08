import { CsvError } from "csv-parse/sync";

/** What is wrong with a CSV file, by the parser's code and line. Its own message quotes the line, which may hold personal data. */
export function csvProblem(error: unknown): string | undefined {
  if (!(error instanceof CsvError)) return undefined;
  const place = typeof error["lines"] === "number" ? `line ${error["lines"]}: ` : "";
  return `${place}it is no CSV (${error.code})`;
}
