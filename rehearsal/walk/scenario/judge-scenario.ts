import { formatDuration } from "../../../rollout/time.ts";
import type { ScenarioOutcome } from "./run-scenario.ts";
import type { Expectation } from "./scenario-schema.ts";

/** One thing that a scenario expects, and what was. */
export interface Compared {
  readonly what: string;
  readonly expected: string;
  readonly was: string;
  readonly held: boolean;
}

/** Holds what happened against what was expected. What the file does not name is not judged. */
export function judgeScenario(expect: Expectation, outcome: ScenarioOutcome): readonly Compared[] {
  const { asked, returned } = outcome;
  const compared = (what: string, expected: string, was: string, held = expected === was): Compared => {
    return { what, expected, was, held };
  };
  const list = (what: string, wanted: readonly string[] | undefined, found: readonly string[]) =>
    wanted === undefined ? [] : [compared(what, listed(wanted.toSorted()), listed(found.toSorted()))];
  return [
    ...(expect.gate === undefined ? [] : [compared("the gate says", expect.gate, asked?.gate ?? "not asked")]),
    ...list("the gate finds", expect.findings, asked?.findings ?? []),
    ...(expect.move === undefined ? [] : [compared("the move is", expect.move, asked?.move ?? "not asked for")]),
    ...(expect.return === undefined
      ? []
      : [compared("the return is", expect.return, outcome.askedReturn?.move ?? "not asked for")]),
    ...(expect.says ?? []).map((words) =>
      compared("the refusal says", words, asked?.message || "nothing", asked?.message.includes(words) === true),
    ),
    ...list("alarms that go off", expect.alarms, outcome.alarms),
    ...(expect.returned === undefined ? [] : [judgeReturned(expect.returned, returned)]),
    ...atMost(expect, outcome),
    ...list("notices", expect.notices, outcome.notices),
    ...(expect.webSockets === undefined ? [] : [judgeWebSockets(outcome.webSockets)]),
    ...outcome.checks.map(({ what, held, found }) => compared("always", what, found, held)),
  ];
}

function judgeReturned(wanted: NonNullable<Expectation["returned"]>, returned: ScenarioOutcome["returned"]): Compared {
  const what = "the traffic is returned";
  const was = returned === null ? "never" : `by ${the(returned.by)}, after ${minutesText(returned.minutes)}`;
  if (wanted === "never") return { what, expected: "never", was, held: returned === null };
  const { by, within } = wanted;
  const held = returned !== null && (by === "anybody" || by === returned.by) && returned.minutes <= within;
  return { what, expected: `by ${the(by)}, within ${minutesText(within)}`, was, held };
}

function the(by: string): string {
  return by === "hand" || by === "anybody" ? by : `the ${by}`;
}

function atMost({ failedAtLeast = 0, failedAtMost }: Expectation, { failed, requests }: ScenarioOutcome) {
  const was = `${failed} of ${requests}`;
  const what = "public requests that fail";
  return [
    ...(failedAtMost === undefined
      ? []
      : [{ what, expected: `at most ${failedAtMost}`, was, held: failed <= failedAtMost }]),
    ...(failedAtLeast === 0
      ? []
      : [{ what, expected: `at least ${failedAtLeast}`, was, held: failed >= failedAtLeast }]),
  ];
}

function judgeWebSockets({ opened, kept }: ScenarioOutcome["webSockets"]): Compared {
  const held = opened > 0 && kept === opened;
  return { what: "WebSockets", expected: `all ${opened} kept`, was: `${kept} of ${opened} kept`, held };
}

function listed(items: readonly string[]): string {
  return items.join(", ") || "nothing";
}

function minutesText(minutes: number): string {
  return minutes === 0 ? "0 min" : formatDuration(minutes * 60);
}
