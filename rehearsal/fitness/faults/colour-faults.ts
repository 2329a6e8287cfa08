import { type Colour, otherColour } from "../../../rollout/colour.ts";
import { dueRequests } from "../../../rollout/rollback-test/quiet-traffic.ts";
import { type StageMinute, type Traffic, withColour, withoutRequests } from "../stage-minute.ts";
import { failingMinuteFaults, idleFaults, unfitByFailures, windowsOf } from "./failing-minutes.ts";
import { checkIsOff, type Fault, type FaultSettings, lasting, quietTraffic, withoutWeight } from "./fault.ts";
import { firstSlow, quietHours, responseFaults, responseWindows } from "./response-faults.ts";

/** The faults of a colour: each of its alarms by itself, and its composite alarm by each way to become unfit. */
export function colourFaults(colour: Colour, settings: FaultSettings): readonly Fault[] {
  const slow = responseFaults(colour, settings);
  const silent = silenceFaults(colour, settings);
  const unhealthy = unhealthyFault(colour, settings);
  const idleMinutes = new Set([...windowsOf(settings).map(({ minutes }) => minutes), ...responseWindows(settings)]);
  return [
    ...failingMinuteFaults(colour, settings),
    ...idleFaults(colour, [...idleMinutes], settings),
    weightedFault(colour, settings),
    ...slow,
    unhealthy,
    ...noneHealthyFaults(colour, settings),
    ...silent,
    memoryFault(colour, settings),
    connectionFault(colour, settings),
    ...unfitByFailures(colour, settings),
    ...slow.map((fault) => unfitBySlowness(colour, fault, settings)),
    unfit(colour, unhealthy),
    ...noneHealthyFaults(colour, settings).map((fault) => unfitWithoutTasks(colour, fault, settings)),
    ...silent.map((fault) => unfit(colour, fault)),
  ];
}

/** The same fault, as the composite alarm sees it. */
function unfit(colour: Colour, fault: Fault): Fault {
  return { ...fault, alarm: `${colour}-unfit`, harmless: [...fault.harmless, fullMemory(colour)] };
}

/** Memory alone moves no traffic (guide A4). */
const fullMemory = (colour: Colour) => ({
  what: "a task's memory is full (A4)",
  happens: (healthy: StageMinute) => withMemory(healthy, colour, 100),
});

/** What is slow for one window may be a fault for a shorter one, so the smallest harmless cases are left to the parts. */
function unfitBySlowness(colour: Colour, fault: Fault, { config, hasCheck }: FaultSettings): Fault {
  const { responseTimeSeconds } = config.alerts;
  return {
    ...fault,
    alarm: `${colour}-unfit`,
    harmless: [
      {
        what: `all answers take ${responseTimeSeconds} s`,
        happens: firstSlow(colour, Number.POSITIVE_INFINITY, responseTimeSeconds, fault.traffic),
      },
      ...(hasCheck ? [withoutWeight(fault)] : []),
    ],
  };
}

function unfitWithoutTasks(colour: Colour, fault: Fault, { hasCheck }: FaultSettings): Fault {
  return {
    ...fault,
    alarm: `${colour}-unfit`,
    harmless: [
      ...fault.harmless,
      { what: "the same, at weight 0", happens: fault.happens, traffic: { ...fault.traffic, weightPercent: 0 } },
    ],
    ...(hasCheck ? {} : { cannotFire: checkIsOff }),
  };
}

const firstWeight = ({ steps }: FaultSettings) => steps[0]?.weightPercent ?? 100;

function weightedFault(colour: Colour, { hasCheck }: FaultSettings): Fault {
  return {
    alarm: `${colour}-weighted`,
    what: "its weight is 1 %: health counts",
    traffic: quietTraffic(colour, 0),
    happens: (healthy) => (hasCheck ? { ...healthy, weightPercent: 1 } : healthy),
    withinMinutes: 1,
    harmless: [{ what: "its weight is 0", happens: (healthy) => healthy }],
    ...(hasCheck ? {} : { cannotFire: checkIsOff }),
  };
}

function unhealthyFault(colour: Colour, settings: FaultSettings): Fault {
  // Beside a healthy task: without any, another alarm goes off.
  const sick = (healthy: StageMinute) => withColour(healthy, colour, { tasks: { healthy: 1, unhealthy: 1 } });
  return {
    alarm: `${colour}-unhealthy-hosts`,
    what: "a task fails its health checks for 3 min",
    traffic: quietTraffic(colour, firstWeight(settings)),
    happens: lasting(3, sick),
    withinMinutes: 3,
    overMinutes: 6,
    harmless: [
      { what: "for 2 min", happens: lasting(2, sick) },
      { what: "for 1 min in each 3", happens: (healthy, minute) => (minute % 3 === 0 ? sick(healthy) : healthy) },
    ],
  };
}

function noneHealthyFaults(colour: Colour, settings: FaultSettings): readonly Fault[] {
  const ill = (healthy: StageMinute) => withColour(healthy, colour, { tasks: { healthy: 0, unhealthy: 0 } });
  const gone = (healthy: StageMinute) => withColour(healthy, colour, { tasks: null, memoryPercent: null });
  const alarm = `${colour}-none-healthy`;
  const traffic = quietTraffic(colour, firstWeight(settings));
  return [
    {
      alarm,
      what: "no task is healthy for 3 min",
      traffic,
      happens: lasting(3, ill),
      withinMinutes: 3,
      overMinutes: 4,
      harmless: [{ what: "for 2 min", happens: lasting(2, ill) }],
    },
    {
      alarm,
      what: "no task is registered",
      traffic,
      happens: gone,
      withinMinutes: 5,
      harmless: [{ what: "for 4 min", happens: lasting(4, gone) }],
    },
  ];
}

/** Of ten requests that are due, none arrives. */
function silenceFaults(colour: Colour, settings: FaultSettings): readonly Fault[] {
  const { hasCheck } = settings;
  const weight = firstWeight(settings);
  const dueInAll = Math.ceil((100 * dueRequests) / weight);
  const nothing = (healthy: StageMinute) => withoutRequests(healthy, colour);
  return [...new Set([1, quietHours(settings)])].map((hours) => {
    const traffic = (requests: number): Traffic => ({
      candidate: colour,
      weightPercent: weight,
      requestsPerHour: requests / hours,
    });
    return {
      alarm: `${colour}-no-traffic${hours === 1 ? "" : `-${hours}h`}`,
      what: `at ${weight} % it receives none of ${dueInAll} requests in ${hours} h`,
      traffic: traffic(dueInAll),
      happens: nothing,
      withinMinutes: 60 * hours + 1,
      harmless: [
        { what: `none of ${dueInAll - 1}`, happens: nothing, traffic: traffic(dueInAll - 1) },
        {
          what: "it receives one in each half hour",
          happens: (healthy: StageMinute, minute: number) =>
            minute % 30 === 0 ? withColour(nothing(healthy), colour, { ok: 1 }) : nothing(healthy),
        },
        {
          what: "the weight was 0 within that time",
          happens: (healthy: StageMinute, minute: number) =>
            minute % 30 === 0 && hasCheck ? { ...nothing(healthy), weightPercent: 0 } : nothing(healthy),
        },
      ],
      ...(hasCheck ? {} : { cannotFire: checkIsOff }),
    };
  });
}

function withMemory(healthy: StageMinute, colour: Colour, memoryPercent: number): StageMinute {
  return withColour(healthy, colour, { memoryPercent });
}

/** Guide A4. */
function memoryFault(colour: Colour, settings: FaultSettings): Fault {
  const { memoryPercent } = settings.config.alerts;
  const at = (percent: number) => (healthy: StageMinute) => withMemory(healthy, colour, percent);
  return {
    alarm: `${colour}-memory`,
    what: `a task uses ${memoryPercent + 1} % of its memory for 3 min (A4)`,
    traffic: quietTraffic(colour, firstWeight(settings)),
    happens: lasting(3, at(memoryPercent + 1)),
    withinMinutes: 3,
    overMinutes: 6,
    harmless: [
      { what: `${memoryPercent} %, without end`, happens: at(memoryPercent) },
      { what: `${memoryPercent + 1} % for 2 min`, happens: lasting(2, at(memoryPercent + 1)) },
    ],
    ...(memoryPercent === 100 ? { cannotFire: "alerts.memoryPercent is 100" } : {}),
  };
}

/** Guide A3. */
function connectionFault(colour: Colour, settings: FaultSettings): Fault {
  const failing = (of: Colour) => (healthy: StageMinute) => withColour(healthy, of, { connectionFailures: 1 });
  return {
    alarm: `${colour}-database-connection-failures`,
    what: "one connection to the database fails (A3)",
    traffic: quietTraffic(colour, firstWeight(settings)),
    happens: lasting(1, failing(colour)),
    withinMinutes: 1,
    overMinutes: 6,
    harmless: [{ what: "one of the other colour", happens: lasting(1, failing(otherColour(colour))) }],
  };
}
