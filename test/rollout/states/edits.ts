import { type Asked, type ScheduleName, type Standing, schedules } from "./words.ts";

/** A change to one thing of the stack file, or to one thing outside of it. */
type Change = Partial<Asked>;

const weights = [0, 10, 50, 100];
/** No schedule names it. */
const unknownWeight = 7;
const scheduleNames = Object.keys(schedules) as ScheduleName[];

/** What an edit asks for that changes nothing. */
export function unchanged({ weight, live, candidate, schedule }: Standing): Asked {
  return { weight, flips: false, live, candidate, schedule };
}

/** The edits of one thing: the number, the live colour, a colour's release, the schedule. A promote is one: two lines, one thing. */
export function singleEdits(standing: Standing, unused: string): readonly Asked[] {
  const base = unchanged(standing);
  return groups(standing, unused).flatMap((group) => group.map((change) => ({ ...base, ...change })));
}

/** The edits of two things. */
export function doubleEdits(standing: Standing, unused: string): readonly Asked[] {
  const base = unchanged(standing);
  const all = groups(standing, unused);
  const flipsToo = weights.slice(1).map((weight) => ({ ...base, weight, flips: true }));
  const pairs = all.flatMap((group, index) =>
    all.slice(index + 1).flatMap((other) => group.flatMap((one) => other.map((two) => ({ ...base, ...one, ...two })))),
  );
  return [...flipsToo.filter(({ weight }) => weight !== standing.weight), ...pairs];
}

function groups({ weight, live, candidate, promoted, schedule }: Standing, unused: string): readonly Change[][] {
  const numbers: Change[] = [...weights, unknownWeight].filter((one) => one !== weight).map((one) => ({ weight: one }));
  const flips: Change[] = weight === 0 ? [{ flips: true }] : [{ flips: true }, { flips: true, weight: 0 }];
  const releases = (now: string | null, ...others: (string | null)[]) =>
    [...new Set([null, unused, ...others])].filter((one) => one !== now);
  return [
    [...numbers, ...flips],
    releases(candidate, live, promoted?.awayFrom ?? null).map((one) => ({ candidate: one })),
    releases(live, candidate).map((one) => ({ live: one })),
    scheduleNames.filter((one) => one !== schedule).map((one) => ({ schedule: one })),
  ];
}

/** Every first deployment: any number and schedule, with and without releases. */
export function firstEdits(): readonly Asked[] {
  const releases = [
    { live: null, candidate: null },
    { live: "a", candidate: null },
    { live: null, candidate: "b" },
    { live: "a", candidate: "b" },
    { live: "a", candidate: "a" },
  ];
  return [...weights, unknownWeight].flatMap((weight) =>
    releases.flatMap((both) => scheduleNames.map((schedule) => ({ weight, flips: false, ...both, schedule }))),
  );
}
