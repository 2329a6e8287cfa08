import { limitedSteps } from "../../../rollout/rollback-machine.ts";
import type { StageMinute } from "../stage-minute.ts";
import { type Fault, type FaultSettings, lasting, quietTraffic } from "./fault.ts";

type Rollback = StageMinute["rollback"];

const withRollback = (rollback: Partial<Rollback>) => (healthy: StageMinute) => ({
  ...healthy,
  rollback: { ...healthy.rollback, ...rollback },
});

/** Each thing of the rollback that must never happen, by the alarm that tells of it. */
const never = [
  ["failed", "an execution of the rollback or a check fails", { failed: 1 }],
  ["timed-out", "an execution does not end in time", { timedOut: 1 }],
  ["aborted", "somebody stops an execution", { aborted: 1 }],
  ["not-started", "an alarm's event cannot start the rollback", { alarmsNotStarted: 1 }],
  ["check-not-started", "a check cannot be started", { checksNotStarted: 1 }],
  ["undelivered", "an event waits in the queue of undelivered ones", { undelivered: 1 }],
] as const;

/** The faults of the rollback itself, and the steps that reach their limit. */
export function rollbackFaults(settings: FaultSettings): readonly Fault[] {
  const traffic = quietTraffic("green", settings.steps[0]?.weightPercent ?? 100);
  const failures = never
    .filter(([alarm]) => settings.hasCheck || alarm !== "check-not-started")
    .map(
      ([alarm, what, rollback]): Fault => ({
        alarm: `rollback-${alarm}`,
        what,
        traffic,
        happens: lasting(1, withRollback(rollback)),
        withinMinutes: 1,
        harmless: never
          .filter(([other]) => other !== alarm)
          .map(([, otherWhat, others]) => ({ what: otherWhat, happens: lasting(1, withRollback(others)) })),
      }),
    );
  return [...failures, ...(settings.hasCheck ? [asleepFault(traffic)] : []), ...limitFaults(settings)];
}

function asleepFault(traffic: Fault["traffic"]): Fault {
  const asleep = withRollback({ succeeded: 0 });
  return {
    alarm: "rollback-asleep",
    what: "no check succeeds for 10 min",
    traffic,
    happens: lasting(10, asleep),
    withinMinutes: 10,
    overMinutes: 16,
    harmless: [
      {
        what: "none for 4 min, again and again",
        happens: (healthy, minute) => (minute % 5 === 4 ? healthy : asleep(healthy)),
      },
      { what: "none for 9 min", happens: lasting(9, asleep) },
    ],
  };
}

/** A step stands as long as its limit. The weight is reported from a full hour on. */
function limitFaults({ steps, hasCheck }: FaultSettings): readonly Fault[] {
  if (!hasCheck) return [];
  return limitedSteps(steps).map(({ weightPercent, limitSeconds }) => {
    const hours = limitSeconds / 3600;
    const at = (percent: number) => (healthy: StageMinute) => ({ ...healthy, weightPercent: percent });
    return {
      alarm: `limit-${weightPercent}`,
      what: `the candidate has ${weightPercent} % for ${hours} h`,
      traffic: quietTraffic("green", 0),
      happens: lasting(60 * hours, at(weightPercent)),
      withinMinutes: 60 * hours,
      overMinutes: 60 * hours + 60,
      harmless: [
        { what: `for ${hours - 1} h`, happens: lasting(60 * (hours - 1), at(weightPercent)) },
        {
          what: "the weight is 0 for a minute in between",
          happens: (healthy: StageMinute, minute: number) =>
            minute === 30 * hours ? at(0)(healthy) : lasting(60 * hours, at(weightPercent))(healthy, minute),
        },
        {
          what: "another step stands as long",
          happens: lasting(60 * hours, at(weightPercent === 100 ? 99 : weightPercent + 1)),
        },
      ],
    };
  });
}
