import { colours } from "../../rollout/colour.ts";
import { formatDuration } from "../../rollout/time.ts";
import type { FitnessReport } from "./report-schema.ts";

/** A row for people. Where both colours' alarms did the same, it stands for both. */
export interface FitnessTableRow {
  /** `<colour>-memory` where it stands for both colours. */
  readonly alarm: string;
  readonly fault: string;
  readonly traffic: string;
  /** How long after the fault began, or why never. */
  readonly after: string;
  readonly harmless: readonly string[];
  readonly held: boolean;
}

/** The rows of a fitness report, those of both colours in one where they are alike. */
export function fitnessRows(rows: FitnessReport["rows"]): readonly FitnessTableRow[] {
  const byText = new Map<string, FitnessTableRow>();
  for (const { alarm, fault, traffic, firesAfterSeconds, harmless, firedAt, cannotFire, held } of rows) {
    const never = cannotFire === null ? "never" : `never: ${cannotFire}`;
    const row = {
      alarm: withoutColour(alarm),
      fault,
      traffic: withoutColour(traffic),
      after: firesAfterSeconds === null ? never : formatDuration(firesAfterSeconds),
      harmless: harmless.map((what) => (firedAt.includes(what) ? `${what} (it went off)` : what)),
      held,
    };
    byText.set(JSON.stringify(row), row);
  }
  return [...byText.values()];
}

/** Alarms of a colour begin with it, and traffic ends with the colour that is the candidate. */
function withoutColour(text: string): string {
  const colour = colours.find((one) => text.startsWith(`${one}-`) || text.endsWith(` to ${one}`));
  return colour === undefined
    ? text
    : text.replace(new RegExp(`^${colour}-`), "<colour>-").replace(new RegExp(` to ${colour}$`), " to it");
}
