import { describe, expect, it } from "vitest";
import {
  evaluationRange,
  type MissingDataTreatment,
  type PeriodResult,
  stateOfPeriods,
} from "../../../../rehearsal/local/alarms/evaluate-periods.ts";

const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;
const marks: Readonly<Record<string, PeriodResult>> = { "0": "fine", X: "bad", "-": "missing" };

/** The guide writes periods with the newest on the right. */
function stateOf(drawn: string, badPeriods: number, missingData: MissingDataTreatment) {
  const newestFirst = drawn.split(" ").map((mark) => marks[mark] ?? "missing");
  const rule = { periods: 3, badPeriods, missingData };
  const [afterOk, afterAlarm] = (["OK", "ALARM"] as const).map((current) =>
    stateOfPeriods(newestFirst.toReversed(), rule, current),
  );
  return afterOk === afterAlarm ? afterOk : "kept";
}

/** The columns of the guide's tables: missing, ignore, breaching, notBreaching. */
const threeOfThree = [
  ["0 - X - X", "OK", "OK", "OK", "OK"],
  ["0 - - - -", "OK", "OK", "OK", "OK"],
  ["- - - - -", "INSUFFICIENT_DATA", "kept", "ALARM", "OK"],
  ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["- - X - -", "ALARM", "kept", "ALARM", "OK"],
] as const;
const twoOfThree = [
  ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 - X - -", "OK", "OK", "ALARM", "OK"],
  ["- - - - 0", "OK", "OK", "ALARM", "OK"],
  ["- - - X -", "ALARM", "kept", "ALARM", "OK"],
] as const;
/** Rows that only an earlier edition of the guide has. */
const earlier = [
  [3, "- - - - X", "INSUFFICIENT_DATA", "kept", "ALARM", "OK"],
  [3, "X - - - -", "ALARM", "kept", "ALARM", "OK"],
  [2, "- - - - X", "INSUFFICIENT_DATA", "kept", "ALARM", "OK"],
] as const;

describe("the tables of the CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data", () => {
  const rows = [
    ...threeOfThree.map((row) => [3, ...row] as const),
    ...twoOfThree.map((row) => [2, ...row] as const),
    ...earlier,
  ];

  it.each(rows)("%i of 3 bad, %s", (badPeriods, drawn, ...expected) => {
    expect(treatments.map((treatment) => stateOf(drawn, badPeriods, treatment))).toEqual(expected);
  });

  it("looks at five periods to judge three", () => {
    expect(evaluationRange({ periods: 3 })).toBe(5);
  });
});

describe("the guide's text on the premature alarm state", () => {
  it.each(["- - - - X", "- - - X -"])("does not go off for %s where three bad periods are asked for", (drawn) => {
    expect(stateOf(drawn, 3, "missing")).not.toBe("ALARM");
  });
});
