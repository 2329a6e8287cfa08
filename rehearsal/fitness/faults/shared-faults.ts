import type { StageConfig } from "../../../infra/config/schema/stage-config.ts";
import type { StageMinute, Traffic } from "../stage-minute.ts";
import { type Fault, type FaultSettings, lasting, quietTraffic } from "./fault.ts";

/** The faults of what both colours share: the load balancer, the error budget of guide C1, and the database. */
export function sharedFaults(settings: FaultSettings): readonly Fault[] {
  return [...balancerFaults(settings), ...budgetFaults(settings), ...databaseFaults(settings)];
}

const quiet = ({ steps }: FaultSettings) => quietTraffic("green", steps[0]?.weightPercent ?? 100);

type Database = NonNullable<StageMinute["database"]>;

const withBalancer = (balancer: Partial<StageMinute["balancer"]>) => (healthy: StageMinute) => ({
  ...healthy,
  balancer: { ...healthy.balancer, ...balancer },
});

const withDatabase = (database: Partial<Database>) => (healthy: StageMinute) => ({
  ...healthy,
  database: healthy.database === null ? null : { ...healthy.database, ...database },
});

/** Where nothing is reported, CloudWatch looks back for two periods more, and the one bad value counts until then. */
const lookedBackMinutes = 16;

function balancerFaults(settings: FaultSettings): readonly Fault[] {
  const { minimumErrors } = settings.config.alerts;
  const few = withBalancer({ withoutTask: minimumErrors - 1 });
  return [
    {
      alarm: "balancer-5xx",
      what: `the load balancer answers ${minimumErrors} requests itself with 5xx`,
      traffic: quiet(settings),
      happens: lasting(1, withBalancer({ withoutTask: minimumErrors })),
      withinMinutes: 1,
      overMinutes: lookedBackMinutes,
      harmless: [
        {
          what: `${minimumErrors - 1} in each 5 min`,
          happens: (healthy, minute) => (minute % 5 === 0 ? few(healthy) : healthy),
        },
      ],
    },
    {
      alarm: "balancer-rejected-connections",
      what: "the load balancer rejects a connection",
      traffic: quiet(settings),
      happens: lasting(1, withBalancer({ rejectedConnections: 1 })),
      withinMinutes: 1,
      overMinutes: lookedBackMinutes,
      harmless: [{ what: "it rejects none", happens: (healthy) => healthy }],
    },
  ];
}

/**
 * How much of a month's error budget may be used up in which time, and the short time that shows that it goes on.
 *
 * @see The Site Reliability Workbook, "Alerting on SLOs", table 5-8: 2 % in an hour, 5 % in six hours; the short window is
 *   a twelfth of the long one
 */
const budgetSpeeds = [
  { speed: "fast", spentPercent: 2, longMinutes: 60, shortMinutes: 5 },
  { speed: "slow", spentPercent: 5, longMinutes: 360, shortMinutes: 30 },
] as const;

const monthMinutes = 30 * 24 * 60;

/** Requests a minute at which one failure more or less matters in each window. */
const budgetRequests = 1000;

function budgetFaults({ config }: FaultSettings): readonly Fault[] {
  const traffic: Traffic = { candidate: "green", weightPercent: 0, requestsPerHour: 60 * budgetRequests };
  return budgetSpeeds.flatMap(({ speed, spentPercent, longMinutes, shortMinutes }) => {
    const rate = ((spentPercent / 100) * monthMinutes) / longMinutes;
    const allowedPercent = rate * (100 - config.objectives.availabilityPercent);
    const windows = [longMinutes, shortMinutes].map((minutes): Fault => {
      const failures = Math.floor((allowedPercent / 100) * budgetRequests * minutes + 1e-6);
      return {
        alarm: `error-budget-${speed}-${minutes}m`,
        what: `${failures + 1} of ${budgetRequests * minutes} requests in ${minutes} min fail (C1)`,
        traffic,
        happens: failedAtOnce(failures + 1),
        withinMinutes: minutes,
        overMinutes: minutes + Math.ceil((failures + 1) / budgetRequests) + 1,
        harmless: [{ what: `${failures} fail`, happens: failedAtOnce(failures) }],
      };
    });
    const perMinute = (allowedPercent / 100) * budgetRequests;
    const failuresAt = (minutes: number) => Math.floor(2 * perMinute * minutes + 1e-6);
    const composite: Fault = {
      alarm: `error-budget-${speed}`,
      what: `${Math.floor(perMinute + 1e-6) + 1} of ${budgetRequests} requests a minute fail for ${longMinutes} min`,
      traffic,
      happens: lasting(longMinutes, failedEachMinute(Math.floor(perMinute + 1e-6) + 1)),
      withinMinutes: longMinutes,
      overMinutes: longMinutes + shortMinutes + 1,
      harmless: [
        {
          what: `${allowedPercent.toFixed(2)} % fail, without end`,
          happens: failedEvenly(Math.floor(perMinute * longMinutes + 1e-6), longMinutes),
        },
        {
          what: `${failuresAt(shortMinutes)} of ${budgetRequests * shortMinutes} in ${shortMinutes} min fail, and none after`,
          happens: lasting(shortMinutes, failedEvenly(failuresAt(shortMinutes), shortMinutes)),
        },
      ],
    };
    return [...windows, composite];
  });
}

/** So many requests fail, as fast as they come. */
function failedAtOnce(failures: number) {
  return (healthy: StageMinute, minute: number) => {
    const left = failures - minute * budgetRequests;
    return failedEachMinute(Math.max(0, Math.min(left, budgetRequests)))(healthy);
  };
}

function failedEachMinute(failed: number) {
  return (healthy: StageMinute): StageMinute => {
    const { blue } = healthy.colours;
    return { ...healthy, colours: { ...healthy.colours, blue: { ...blue, ok: blue.ok - failed, failed } } };
  };
}

/** So many failures in so many minutes, and as many in the next ones. */
function failedEvenly(failures: number, minutes: number) {
  const until = (minute: number) => Math.floor((minute * failures) / minutes);
  return (healthy: StageMinute, minute: number) => failedEachMinute(until(minute + 1) - until(minute))(healthy);
}

const mib = 1024 ** 2;
const gib = 1024 ** 3;

/** What 80 of 100 connections in use leaves is little for the pools of two colours. */
const connectionsPercent = 80;

function databaseFaults(settings: FaultSettings): readonly Fault[] {
  const { config } = settings;
  const { maxConnections } = config.database;
  const connections = Math.floor((maxConnections * connectionsPercent) / 100);
  const traffic = quiet(settings);
  const stopped = (alarm: string, withinMinutes: number): Fault => ({
    alarm,
    what: "the database does not run",
    traffic,
    happens: (healthy) => ({ ...healthy, database: null }),
    withinMinutes,
    harmless: [
      {
        what: `it does not report for ${withinMinutes - 1} min`,
        happens: lasting(withinMinutes - 1, (healthy) => ({ ...healthy, database: null })),
      },
    ],
  });
  return [
    {
      alarm: "database-connections",
      what: `${connections} of ${maxConnections} connections are in use`,
      traffic,
      happens: lasting(1, withDatabase({ connections })),
      withinMinutes: 1,
      overMinutes: 6,
      harmless: [{ what: `${connections - 1}, without end`, happens: withDatabase({ connections: connections - 1 }) }],
    },
    diskFault(config, traffic),
    {
      alarm: "database-cpu",
      what: "the database's CPU is at 91 % for 15 min",
      traffic,
      happens: lasting(15, withDatabase({ cpuPercent: 91 })),
      withinMinutes: 15,
      overMinutes: 21,
      harmless: [
        { what: "90 %, without end", happens: withDatabase({ cpuPercent: 90 }) },
        { what: "91 % for 10 min", happens: lasting(10, withDatabase({ cpuPercent: 91 })) },
      ],
    },
    {
      alarm: "database-memory",
      what: "the database has 99 MiB of free memory for 15 min",
      traffic,
      happens: lasting(15, withDatabase({ freeMemoryBytes: 99 * mib })),
      withinMinutes: 15,
      overMinutes: 31,
      harmless: [{ what: "100 MiB, without end", happens: withDatabase({ freeMemoryBytes: 100 * mib }) }],
    },
    ...["database-connections", "database-disk"].map((alarm) => stopped(alarm, 15)),
    ...["database-cpu", "database-memory"].map((alarm) => stopped(alarm, 25)),
  ];
}

/** Guide A5. */
function diskFault({ alerts, database }: StageConfig, traffic: Traffic): Fault {
  const { diskPercent } = alerts;
  const used = (percent: number) =>
    withDatabase({ freeStorageBytes: (database.allocatedStorageGib * gib * (100 - percent)) / 100 });
  return {
    alarm: "database-disk",
    what: `${diskPercent + 0.1} % of ${database.allocatedStorageGib} GiB are used (A5)`,
    traffic,
    happens: lasting(1, used(diskPercent + 0.1)),
    withinMinutes: 1,
    overMinutes: 6,
    harmless: [{ what: `${diskPercent} %, without end`, happens: used(diskPercent) }],
  };
}
