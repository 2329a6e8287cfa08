import { type Asked, type ScheduleName, type Setting, type Standing, schedules } from "./words.ts";

/** A change to one thing of the stack file, or to one thing outside of it. */
type Change = Partial<Asked>;

const weights = [0, 10, 50, 100];
/** No schedule names it. */
const unknownWeight = 7;

/** The schedules that a walk has: limits have a walk of their own, because all together would be too many states. */
function schedulesOf(varied: Varied): readonly ScheduleName[] {
  const names = Object.keys(schedules) as ScheduleName[];
  const isLimited = (name: ScheduleName) => Object.keys(schedules[name].limits).length > 0;
  if (varied === "setting") return ["normal"];
  return names.filter((name) => name === "normal" || isLimited(name) === (varied === "limit"));
}

/** What an edit asks for that changes nothing. */
export function unchanged({ weight, live, candidate, schedule, settings }: Standing): Asked {
  return { weight, flips: false, live, candidate, schedule, setting: settings.inFile };
}

/** What edits change besides the number, the live colour and the releases: both at once would be too many states. */
export type Varied = "schedule" | "limit" | "setting";

/** The edits of one thing: the number, the live colour, a colour's release, the schedule. A promote is one: two lines, one thing. */
export function singleEdits(standing: Standing, unused: string, varied: Varied): readonly Asked[] {
  const base = unchanged(standing);
  return groups(standing, unused, varied).flatMap((group) => group.map((change) => ({ ...base, ...change })));
}

/** The edits of two things. */
export function doubleEdits(standing: Standing, unused: string, varied: Varied): readonly Asked[] {
  const base = unchanged(standing);
  const all = groups(standing, unused, varied);
  const flipsToo = weights.slice(1).map((weight) => ({ ...base, weight, flips: true }));
  const pairs = all.flatMap((group, index) =>
    all.slice(index + 1).flatMap((other) => group.flatMap((one) => other.map((two) => ({ ...base, ...one, ...two })))),
  );
  return [...flipsToo.filter(({ weight }) => weight !== standing.weight), ...pairs];
}

function groups(standing: Standing, unused: string, varied: Varied): readonly Change[][] {
  const { weight, live, candidate, promoted, returnedFrom, schedule, settings } = standing;
  const numbers: Change[] = [...weights, unknownWeight].filter((one) => one !== weight).map((one) => ({ weight: one }));
  const flips: Change[] = weight === 0 ? [{ flips: true }] : [{ flips: true }, { flips: true, weight: 0 }];
  const releases = (now: string | null, ...others: (string | null)[]) =>
    [...new Set([null, unused, ...others])].filter((one) => one !== now);
  return [
    [...numbers, ...flips],
    releases(candidate, live, promoted?.awayFrom ?? null, returnedFrom?.release ?? null).map((one) => ({
      candidate: one,
    })),
    releases(live, candidate).map((one) => ({ live: one })),
    varied === "setting"
      ? [{ setting: other(settings.inFile) }]
      : schedulesOf(varied)
          .filter((one) => one !== schedule)
          .map((one) => ({ schedule: one })),
  ];
}

function other(setting: Setting): Setting {
  return setting === "version 1" ? "version 2" : "version 1";
}

/** Every first deployment: any number and schedule, with and without releases. */
export function firstEdits(varied: Varied): readonly Asked[] {
  const names = schedulesOf(varied);
  const releases = [
    { live: null, candidate: null },
    { live: "a", candidate: null },
    { live: null, candidate: "b" },
    { live: "a", candidate: "b" },
    { live: "a", candidate: "a" },
  ];
  return [...weights, unknownWeight].flatMap((weight) =>
    releases.flatMap((both) =>
      names.map((schedule) => ({ weight, flips: false, ...both, schedule, setting: "version 1" as const })),
    ),
  );
}
