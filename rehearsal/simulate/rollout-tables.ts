import { lateCells, simulateLate } from "./late-releases.ts";
import {
  designCells,
  type FalseReturnRow,
  falseReturnCells,
  goodCells,
  type HarmRow,
  type RolloutCell,
  type RolloutRow,
  simulateCell,
  simulateFalseReturns,
  simulateHarm,
} from "./rollouts.ts";

/** Traffic that the table of harm is made for. */
const harmTraffic = [40, 300, 3000] as const;

/** A whole rollout takes a hundred times as long to simulate as what the other tables count. */
const partOfRollouts = 10;

type Line = Readonly<Record<string, string | number | undefined>>;

/**
 * The tables of whole rollouts: what each step does to the public by its true error rate, the design's table, and releases
 * that are like live in every kind of traffic.
 */
export const rolloutTables = [
  {
    file: "harm.csv",
    lines: (rollouts: number) =>
      table(harmTraffic.flatMap((perHour) => simulateHarm(perHour, rollouts / partOfRollouts)).map(harmLine)),
  },
  { file: "rollouts.csv", lines: (rollouts: number) => cellTable(designCells, 1, rollouts / partOfRollouts) },
  {
    file: "false-returns.csv",
    *lines(rollouts: number) {
      for (const [index, cell] of falseReturnCells.entries()) {
        const made = table([returnLine(simulateFalseReturns(cell, rollouts, 201 + index))]);
        yield* index === 0 ? made : made.slice(1);
      }
    },
  },
  {
    file: "late-releases.csv",
    lines: (rollouts: number) =>
      table(lateCells.map((cell, index) => ({ ...simulateLate(cell, rollouts / partOfRollouts, 301 + index) }))),
  },
  {
    file: "good-releases.csv",
    lines: (rollouts: number) => cellTable(goodCells, 101, rollouts / (4 * partOfRollouts)),
  },
];

function cellTable(cells: readonly RolloutCell[], firstSeed: number, rollouts: number): Iterable<string> {
  return table(cells.map((cell, index) => rolloutLine(simulateCell(cell, rollouts, firstSeed + index))));
}

function table(lines: readonly Line[]): readonly string[] {
  return [Object.keys(lines[0] ?? {}).join(","), ...lines.map((line) => Object.values(line).map(cellText).join(","))];
}

function cellText(value: string | number | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : String(Number(value.toFixed(4)));
}

function rolloutLine({ kind, ...row }: RolloutRow): Line {
  const { requestsPerHour, candidatePercent, livePercent, ...rest } = row;
  return { traffic: kind.name, requestsPerHour, candidatePercent, livePercent, ...rest };
}

function returnLine({ kind, ...row }: FalseReturnRow): Line {
  return { traffic: kind.name, ...row };
}

function harmLine(row: HarmRow): Line {
  return { ...row };
}
