import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { readText, tableLines } from "./markdown.ts";

type Row = Readonly<Record<string, string>>;

const rowsOf = (file: string): readonly Row[] => parse(readText(`docs/simulation/${file}.csv`), { columns: true });
const chapters = readText("docs/evidence-model.md").split(/\n(?=\n[^|\n])/);

/** The table that follows a text: its heading and its lines. */
function tableAfter(text: string) {
  const from = chapters.findIndex((chapter) => chapter.includes(text));
  expect(from, text).toBeGreaterThanOrEqual(0);
  const [heading, , ...lines] =
    chapters
      .slice(from)
      .map(tableLines)
      .find((table) => table.length > 0) ?? [];
  return { heading: heading ?? [], lines };
}

/** The one row of a simulated table that has these values. */
function rowWith(rows: readonly Row[], wanted: Readonly<Record<string, string | number>>): Row {
  const found = rows.filter((row) => Object.entries(wanted).every(([key, value]) => row[key] === String(value)));
  expect([wanted, found.length]).toEqual([wanted, 1]);
  return found[0] ?? {};
}

/** Whether a cell shows the values, separated by semicolons, each rounded to as many digits as it has. */
function shows(cell: string, values: readonly (string | undefined)[]): boolean {
  const shown = cell.replaceAll("**", "").replaceAll(" %", "").split("; ");
  return (
    shown.length === values.length &&
    shown.every((text, index) => {
      const digits = text.split(".")[1]?.length ?? 0;
      return Math.abs(Number(text) - Number(values[index])) <= 0.5 * 10 ** -digits + 1e-9;
    })
  );
}

/** Holds each cell of a table, but for those of its first column, against the values that belong there. */
function hold(text: string, valuesOf: (line: string, column: string) => readonly (string | undefined)[]): void {
  const { heading, lines } = tableAfter(text);
  const cells = lines.flatMap(([line = "", ...rest]) =>
    rest.map((cell, index) => ({ line, column: heading[index + 1] ?? "", cell })),
  );
  expect(cells.length).toBeGreaterThan(8);
  const wrong = cells.flatMap(({ line, column, cell }) => {
    const values = valuesOf(line, column);
    return shows(cell, values) ? [] : [{ line, column, cell, values }];
  });
  expect(wrong).toEqual([]);
}

/** The numbers of a text, without the commas of thousands. */
const numbers = (text: string) => [...text.replaceAll(",", "").matchAll(/\d+(\.\d+)?/g)].map(([found]) => found);
const percentOf = (share: string | undefined) => String(100 * Number(share));

it("tells how often the error rate alone passes and fails as the simulation counted", () => {
  const rows = rowsOf("gate-error-rate");
  hold("**The error rate alone**", (line, column) => {
    const rates = numbers(line).map((ratePercent) =>
      rowWith(rows, { ratePercent, requestsPerStep: numbers(column)[0] ?? "", sends: 1 }),
    );
    // A line for two rates tells what is true of both.
    expect(new Set(rates.map(({ passed, failed }) => `${passed} ${failed}`)).size, line).toBe(1);
    return [rates[0]?.["passed"], rates[0]?.["failed"]];
  });
});

it("tells how often a good release is refused as the simulation counted", () => {
  const rows = rowsOf("false-objections");
  hold("**All five together, for a good release**", (line, column) => {
    const { by5, by100 } = rowWith(rows, {
      requestsPerHour: numbers(column)[0] ?? "",
      failPercent: numbers(line)[0] ?? "",
      together: line.endsWith("together") ? 1 : 0,
    });
    return [by5, by100];
  });
});

it("tells the power of each comparison as the simulation counted", () => {
  const rows = rowsOf("gate-against-live");
  const { lines } = tableAfter("**Each comparison beside Fisher's exact test**");
  const wrong = lines.filter(([rates = "", when = "", alpha = "", ...shares]) => {
    const [livePercent = "", candidatePercent = ""] = numbers(rates.replace(/^4xx/, ""));
    const [requestsPerHour = "", weightPercent = "", hours = ""] = numbers(when);
    const found = rowWith(rows, {
      comparison: { "4xx": "refused" }[rates.split(" ")[0] ?? ""] ?? rates.split(" ")[0] ?? "",
      livePercent,
      candidatePercent,
      requestsPerHour,
      weightPercent,
      hours,
      sends: 1,
    });
    const values = [percentOf(found["alpha"]), found["objected"], found["fisher"], found["fisherAlone"]];
    return ![alpha, ...shares].every((cell, index) => shows(cell, [values[index]]));
  });
  expect(lines.length).toBeGreaterThan(8);
  expect(wrong).toEqual([]);
});

it("tells how whole rollouts end as the simulation counted", () => {
  const rows = rowsOf("rollouts");
  let requestsPerHour = "";
  hold("Whole rollouts by the guide's bakes", (line, column) => {
    if (!line.startsWith("...")) requestsPerHour = numbers(line)[0] ?? "";
    const row = rowWith(rows, { requestsPerHour, candidatePercent: numbers(column)[0] ?? "" });
    const told: Readonly<Record<string, string | undefined>> = {
      "all four pass at the first asking": row["allAtFirstAsking"],
      "promoted in the end": row["promoted"],
      "median hours": row["medianHours"],
      "taken back": row["rolledBack"],
      "at a step's limit": row["atLimit"],
      "failed public requests, mean": row["failedRequests"],
      "failed, mean": row["failedRequests"],
    };
    const names = line.replace(/^(\.\.\.|[\d,]+ an hour:) /, "").replace(/ \(.*\)/, "");
    const values = names.split("; ").map((name) => {
      expect(Object.keys(told)).toContain(name);
      return told[name];
    });
    // Nobody was promoted, so there are no hours.
    return values.filter((value) => value !== "");
  });
});

it("tells how often a good release is returned as the simulation counted", () => {
  const rows = rowsOf("false-returns");
  hold("**A good release is returned**", (traffic, column) => [
    percentOf(rowWith(rows, { traffic, requestsPerHour: numbers(column)[0] ?? "", candidatePercent: 1 })["rolledBack"]),
  ]);
});

it("tells how soon a release that turns bad late is returned as the simulation counted", () => {
  const rows = rowsOf("late-releases");
  hold("**A release that turns bad late**", (line, column) => {
    const [requestsPerHour = "", weightPercent = ""] = numbers(column);
    const row = rowWith(rows, {
      requestsPerHour,
      weightPercent,
      candidatePercent: numbers(line)[0] ?? "",
    });
    return [row["medianMinutes"], row["ninthDecileMinutes"]];
  });
});
