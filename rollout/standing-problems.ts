import { type Colour, colours } from "./colour.ts";
import type { WatchedAlarmState } from "./gate/gate-input.ts";
import { type ServiceState, serviceProblem } from "./service-state.ts";

/** What stands in the way of any rise, whatever the numbers say. */
export interface Standing {
  readonly services: Readonly<Record<Colour, ServiceState | null>>;
  readonly plannedTaskDefinitionArns: Readonly<Record<Colour, string | null>>;
  readonly alarms: Readonly<Record<string, WatchedAlarmState>>;
}

/**
 * Why no traffic may move on just now: an alarm that fires, a service that does not run what was planned. One sentence
 * each, with the next thing to do; none where nothing stands in the way.
 */
export function standingProblems({ services, plannedTaskDefinitionArns, alarms }: Standing): string[] {
  const firing = Object.keys(alarms).filter((name) => alarms[name] === "ALARM");
  const ofServices = colours.flatMap(
    (colour) => serviceProblem(colour, services[colour], plannedTaskDefinitionArns[colour]) ?? [],
  );
  return [
    ...firing.map((name) => `Alarm ${name} is firing. Take no step until it is OK; if traffic is out, roll back.`),
    ...ofServices,
  ];
}
