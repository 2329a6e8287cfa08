import type { AlarmState } from "./formulas.ts";

/** How a period without data counts, by `TreatMissingData`. */
export type MissingDataTreatment = "missing" | "ignore" | "breaching" | "notBreaching";

/** What one period shows: a value within the threshold, one beyond it, or no value. */
export type PeriodResult = "fine" | "bad" | "missing";

/** What an alarm's state follows from, besides the periods. */
export interface PeriodRule {
  /** How many periods are judged: `EvaluationPeriods`. */
  readonly periods: number;
  /** How many of them must be bad: `DatapointsToAlarm`. */
  readonly badPeriods: number;
  readonly missingData: MissingDataTreatment;
}

/**
 * How many periods beyond `EvaluationPeriods` CloudWatch looks at. It says that the number depends on the period's length.
 * All of its examples have an evaluation range of 5 for 3 periods.
 */
const extraPeriods = 2;

/** How many periods CloudWatch looks at, so that it can pass over those without data. */
export function evaluationRange({ periods }: Pick<PeriodRule, "periods">): number {
  return periods + extraPeriods;
}

/**
 * The state that CloudWatch gives an alarm. It judges the newest values that exist in the evaluation range. Only where there
 * are fewer than `periods` of them, missing ones count as the alarm's treatment of missing data says.
 *
 * @param newestFirst one result for each period of the evaluation range
 * @param current the state before. It is kept where missing data is to be ignored and the values do not decide
 * @see CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data", whose tables are this function's tests
 */
export function stateOfPeriods(
  newestFirst: readonly PeriodResult[],
  { periods, badPeriods, missingData }: PeriodRule,
  current: AlarmState,
): AlarmState {
  const known = newestFirst.filter((result) => result !== "missing").slice(0, periods);
  const bad = known.filter((result) => result === "bad").length;
  const missing = periods - known.length;
  const enough = missingData === "breaching" ? badPeriods - missing : badPeriods;
  if (bad >= enough) return "ALARM";
  if (missing === 0 || missingData === "breaching" || missingData === "notBreaching") return "OK";
  if (known.includes("fine")) return "OK";
  if (missingData === "ignore") return current;
  return isPremature(newestFirst, badPeriods) ? "ALARM" : "INSUFFICIENT_DATA";
}

/**
 * Whether the oldest value, of which none is fine, is as old as the alarm asks for bad periods. Then the alarm goes off with
 * fewer bad values than it asks for. The guide calls this the premature alarm state. Of a younger one it says today only that
 * the alarm does not go off; an earlier edition had INSUFFICIENT_DATA for it (`- - - - X`), and the state kept with `ignore`.
 */
function isPremature(newestFirst: readonly PeriodResult[], badPeriods: number): boolean {
  return newestFirst.lastIndexOf("bad") + 1 >= badPeriods;
}
