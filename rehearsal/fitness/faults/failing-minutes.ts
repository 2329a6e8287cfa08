import { type Colour, otherColour } from "../../../rollout/colour.ts";
import { planRollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import { type FailingMinutes, periodsIn } from "../../../rollout/rollback-test/windows.ts";
import { requestsUntil, type StageMinute, type Traffic, withColour, withFailures } from "../stage-minute.ts";
import {
  checkIsOff,
  type Fault,
  type FaultSettings,
  type Harmless,
  lasting,
  quietTraffic,
  withoutWeight,
} from "./fault.ts";

/** Per cent of failed requests that each of the windows for busy traffic looks for, by its minutes (observability.md, A1). */
const soughtPercent: Readonly<Record<number, number>> = { 10: 90, 30: 20, 60: 5 };

/** A minute is failing from so much less than what is looked for. */
const halfway = 1.6;

/** Requests of the colour in a busy minute: so many that a single one more or less matters. */
const busyRequests = 200;

const busyTraffic = (colour: Colour): Traffic => ({
  candidate: colour,
  weightPercent: 100,
  requestsPerHour: 60 * busyRequests,
});

/** What the guide's A1 asks for: each window over failing periods, and the two indicators that go with it. */
export function failingMinuteFaults(colour: Colour, settings: FaultSettings): readonly Fault[] {
  const windows = windowsOf(settings);
  return windows.flatMap((window) =>
    window.mostRequests === undefined
      ? [withFewRequests(colour, window, busyFault(colour, window))]
      : [quietFault(colour, window), fewRequestsFault(colour, window.mostRequests, window.minutes)],
  );
}

/** The windows that a stage's objectives and schedule lead to. */
export function windowsOf({ config, steps }: FaultSettings): readonly FailingMinutes[] {
  const { alerts, objectives } = config;
  return planRollbackTest({
    objectivePercent: objectives.errorRatePercent,
    errorRatePercent: alerts.errorRatePercent,
    minimumFailingMinutes: alerts.minimumErrors,
    steps,
  }).windows;
}

/** The fewest failed requests of a busy minute that make it a failing one. */
function fewestFailures({ minutes }: FailingMinutes): number {
  const percent = soughtPercent[minutes];
  if (percent === undefined) throw new Error(`No fault is written for a window of ${minutes} busy minutes.`);
  return Math.floor((busyRequests * percent) / 100 / halfway) + 1;
}

const nameOf = (colour: Colour, window: FailingMinutes) =>
  `${colour}-error-rate-${window.failingPeriods}-of-${periodsIn(window)}`;

/** Where a minute has fewer requests than one client may send, even all of them may fail: another alarm is for that. */
function withFewRequests(colour: Colour, { leastRequests }: FailingMinutes, fault: Fault): Fault {
  if (leastRequests === 1) return fault;
  const requests = leastRequests - 1;
  const few: Harmless = {
    what: `all of ${requests} requests a minute fail, without end`,
    happens: (healthy) => withFailures(healthy, colour, requests),
    traffic: { ...fault.traffic, requestsPerHour: 60 * requests },
  };
  return { ...fault, harmless: [...fault.harmless, few] };
}

function busyFault(colour: Colour, window: FailingMinutes): Fault {
  const failingMinutes = window.failingPeriods * window.periodMinutes;
  const failures = fewestFailures(window);
  const fail = (count: number) => (healthy: StageMinute) => withFailures(healthy, colour, count);
  return {
    alarm: nameOf(colour, window),
    what: `${failures} of ${busyRequests} requests a minute fail for ${failingMinutes} min`,
    traffic: busyTraffic(colour),
    happens: lasting(failingMinutes, fail(failures)),
    withinMinutes: failingMinutes,
    overMinutes: window.minutes + 1,
    harmless: [
      { what: `${failures - 1} of ${busyRequests} a minute fail, without end`, happens: fail(failures - 1) },
      {
        what: `${failures} of ${busyRequests} fail for ${failingMinutes - window.periodMinutes} min`,
        happens: lasting(failingMinutes - window.periodMinutes, fail(failures)),
      },
    ],
  };
}

/** So many requests an hour, of which the first ones fail. */
function quietFault(colour: Colour, window: FailingMinutes): Fault {
  const { failingPeriods, minutes, mostRequests = 0 } = window;
  const traffic = { candidate: colour, weightPercent: 100, requestsPerHour: (60 * mostRequests) / minutes };
  return {
    alarm: nameOf(colour, window),
    what: `${failingPeriods} of ${mostRequests} requests in ${minutes} min fail`,
    traffic,
    happens: lasting(minutes, someFail(colour, failingPeriods, mostRequests, traffic)),
    withinMinutes: minutes,
    harmless: [
      {
        what: `${failingPeriods - 1} of ${mostRequests} fail`,
        happens: lasting(minutes, someFail(colour, failingPeriods - 1, mostRequests, traffic)),
      },
    ],
  };
}

/**
 * So many of the requests of an hour fail, from the fault on, as far apart as they can: close together they would be a
 * fault for a shorter window.
 */
function someFail(colour: Colour, count: number, requests: number, traffic: Traffic) {
  const gap = Math.floor(requests / count);
  const failedUntil = (minute: number) => Math.min(count, Math.ceil(requestsUntil(colour, traffic, minute) / gap));
  return (healthy: StageMinute, minute: number) =>
    withFailures(healthy, colour, failedUntil(minute + 1) - failedUntil(minute));
}

function fewRequestsFault(colour: Colour, most: number, minutes: number): Fault {
  const traffic = (requests: number) => ({
    candidate: colour,
    weightPercent: 100,
    requestsPerHour: (60 * requests) / minutes,
  });
  return {
    alarm: `${colour}-at-most-${most}-in-${minutes}m`,
    what: `${most} requests come in ${minutes} min: few enough for few failures to count`,
    traffic: traffic(most),
    happens: (healthy) => healthy,
    withinMinutes: 1,
    harmless: [{ what: `${most + 1} come`, happens: (healthy) => healthy, traffic: traffic(most + 1) }],
  };
}

/** The indicators that keep a window from counting what was before the colour had public traffic. */
export function idleFaults(colour: Colour, minutes: readonly number[], { hasCheck }: FaultSettings): readonly Fault[] {
  return minutes.map((window) => ({
    alarm: `${colour}-idle-within-${window}m`,
    what: `the weight is 0 for a minute within ${window} min: what was before does not count`,
    traffic: quietTraffic(colour, 1),
    happens: lasting(1, (healthy: StageMinute) => (hasCheck ? { ...healthy, weightPercent: 0 } : healthy)),
    withinMinutes: 1,
    overMinutes: window + 1,
    harmless: [{ what: "the weight is 1 %", happens: (healthy: StageMinute) => healthy }],
    ...(hasCheck ? {} : { cannotFire: checkIsOff }),
  }));
}

/** Per cent that fail, requests an hour, and the minutes in which the traffic must be on its way back. */
const badReleases = [
  { percent: 90, minutes: 10 },
  { percent: 20, minutes: 30 },
  { percent: 5, minutes: 60 },
] as const;

/** What a colour's composite alarm must do about failures, and about what looks like them. */
export function unfitByFailures(colour: Colour, settings: FaultSettings): readonly Fault[] {
  const { config } = settings;
  const good = config.alerts.errorRatePercent;
  const windows = windowsOf(settings);
  return [
    ...windows.map((window) => unfitByWindow(colour, window, settings)),
    ...windows.filter(({ minutes }) => minutes === 10).map((window) => hangUpFault(colour, window)),
    ...badReleases
      .filter(({ minutes }) =>
        windows.some((window) => window.minutes === minutes && window.mostRequests === undefined),
      )
      .map(({ percent, minutes }): Fault => {
        const traffic = { candidate: colour, weightPercent: 100, requestsPerHour: 3000 };
        return {
          alarm: `${colour}-unfit`,
          what: `${percent} % of 3000 requests an hour fail`,
          traffic,
          happens: evenlyFailing(colour, percent, traffic),
          withinMinutes: minutes,
          harmless: [40, 300, 3000].map((requestsPerHour) => ({
            what: `${good} % of ${requestsPerHour} requests an hour fail (A1)`,
            traffic: { ...traffic, requestsPerHour },
            happens: evenlyFailing(colour, good, { ...traffic, requestsPerHour }),
          })),
        };
      }),
  ];
}

/** So many per cent of the requests fail, spread evenly. */
function evenlyFailing(colour: Colour, percent: number, traffic: Traffic) {
  const failedUntil = (minute: number) => Math.floor((requestsUntil(colour, traffic, minute) * percent) / 100 + 1e-9);
  return (healthy: StageMinute, minute: number) =>
    withFailures(healthy, colour, failedUntil(minute + 1) - failedUntil(minute));
}

/** The load balancer answers 502 itself, and counts that for no target group. */
function hangUpFault(colour: Colour, window: FailingMinutes): Fault {
  const failingMinutes = window.failingPeriods * window.periodMinutes;
  const failures = fewestFailures(window);
  const hangUp = (of: Colour) => (healthy: StageMinute) => {
    const brokenOff = Math.min(failures, healthy.colours[of].ok);
    return withColour(healthy, of, { ok: healthy.colours[of].ok - brokenOff, brokenOff });
  };
  return {
    alarm: `${colour}-unfit`,
    what: `its tasks hang up on ${failures} of ${busyRequests} requests a minute for ${failingMinutes} min`,
    traffic: busyTraffic(colour),
    happens: lasting(failingMinutes, hangUp(colour)),
    withinMinutes: failingMinutes,
    harmless: [
      { what: `for ${failingMinutes - 1} min`, happens: lasting(failingMinutes - 1, hangUp(colour)) },
      {
        what: "the other colour's tasks hang up",
        traffic: { ...busyTraffic(colour), weightPercent: 50, requestsPerHour: 2 * 60 * busyRequests },
        happens: hangUp(otherColour(colour)),
      },
    ],
  };
}

function unfitByWindow(colour: Colour, window: FailingMinutes, { hasCheck }: FaultSettings): Fault {
  const { failingPeriods, mostRequests, minutes } = window;
  const fault = mostRequests === undefined ? busyFault(colour, window) : quietFault(colour, window);
  // The others' harmless share of failures is a fault for the window that looks for less.
  const isLeast = mostRequests !== undefined || minutes === 60;
  const other = otherColour(colour);
  const more = { ...fault.traffic, requestsPerHour: (60 * ((mostRequests ?? 0) + 1)) / minutes };
  const alike: Harmless = {
    what: "the other colour fails alike",
    traffic: { ...fault.traffic, weightPercent: 50, requestsPerHour: 2 * fault.traffic.requestsPerHour },
    happens: (healthy, minute) => {
      const mine = fault.happens(healthy, minute).colours[colour];
      return withColour(withColour(healthy, colour, mine), other, mine);
    },
  };
  const ownHost: Harmless = {
    what: "the same fails on its own host",
    happens: (healthy, minute) => {
      const { failed } = fault.happens(healthy, minute).colours[colour];
      return withColour(healthy, colour, { failedOnOwnHost: failed });
    },
  };
  const refused: Harmless = {
    what: "the same is answered with 4xx",
    happens: (healthy, minute) => {
      const { ok, failed } = fault.happens(healthy, minute).colours[colour];
      return withColour(healthy, colour, { ok, refused: failed });
    },
  };
  return {
    ...fault,
    alarm: `${colour}-unfit`,
    harmless: [
      ...fault.harmless.slice(isLeast ? 0 : 1),
      alike,
      ownHost,
      refused,
      ...(hasCheck ? [withoutWeight(fault)] : []),
      ...(mostRequests === undefined
        ? []
        : [
            {
              what: `${failingPeriods} of ${mostRequests + 1} fail`,
              traffic: more,
              happens: lasting(minutes, someFail(colour, failingPeriods, mostRequests + 1, more)),
            },
          ]),
    ],
  };
}
