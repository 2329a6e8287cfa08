import { type ComparisonResult, comparisonCells, isLikeLive, simulateComparison } from "./comparison.ts";
import { type ErrorRateResult, errorRateCells, simulateErrorRate } from "./error-rate.ts";
import { type GoodResult, goodReleaseCells, simulateFalseObjections } from "./false-objections.ts";

/** A table that one command makes again. */
export interface SimulatedTable {
  /** Its file below `docs/simulation`. */
  readonly file: string;
  /** Writes each line as it is made. The lines are those of a CSV file; the first names the columns. */
  readonly lines: (rollouts: number) => Iterable<string>;
}

/** How many rollouts a cell of the committed tables has; the power of a comparison is told by a fifth of them. */
export const rolloutsPerCell = 20_000;

const errorRateColumns: readonly (keyof ErrorRateResult)[] = [
  "ratePercent",
  "requestsPerStep",
  "sends",
  "rollouts",
  "passed",
  "failed",
];

const comparisonColumns: readonly (keyof ComparisonResult)[] = [
  "comparison",
  "requestsPerHour",
  "weightPercent",
  "hours",
  "livePercent",
  "candidatePercent",
  "sends",
  "alpha",
  "rollouts",
  "objected",
  "fisher",
  "fisherAlone",
];

const goodColumns: readonly (keyof GoodResult)[] = [
  "requestsPerHour",
  "failPercent",
  "together",
  "rollouts",
  "by5",
  "by25",
  "by50",
  "by100",
  "atMost",
  "rate",
  "errors",
  "refused",
  "late",
  "unanswered",
];

function line<Result>(columns: readonly (keyof Result)[], result: Result): string {
  return columns
    .map((column) => {
      const value = result[column];
      return typeof value === "string" ? value : Number(Number(value).toFixed(5));
    })
    .join(",");
}

/** Every table. The seed of a row is its number. */
export const simulatedTables: readonly SimulatedTable[] = [
  {
    file: "gate-error-rate.csv",
    *lines(rollouts) {
      yield errorRateColumns.join(",");
      for (const [row, cell] of errorRateCells.entries()) {
        yield line(errorRateColumns, simulateErrorRate(cell, rollouts, row + 1));
      }
    },
  },
  {
    file: "gate-against-live.csv",
    *lines(rollouts) {
      yield comparisonColumns.join(",");
      for (const [row, cell] of comparisonCells.entries()) {
        // A share that is small takes more rollouts to tell.
        yield line(comparisonColumns, simulateComparison(cell, isLikeLive(cell) ? rollouts : rollouts / 5, row + 1));
      }
    },
  },
  {
    file: "false-objections.csv",
    *lines(rollouts) {
      yield goodColumns.join(",");
      for (const [row, cell] of goodReleaseCells.entries()) {
        yield line(goodColumns, simulateFalseObjections(cell, rollouts, row + 1));
      }
    },
  },
];
