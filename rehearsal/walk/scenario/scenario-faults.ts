import { type Colour, colours, otherColour } from "../../../rollout/colour.ts";
import type { Faults } from "../../local/sample-api/sample-api.ts";
import type { ScenarioFault } from "./scenario-schema.ts";

/** What is wrong with one colour at one time. */
export interface StandingFault {
  /** What its process does. */
  readonly ofProcess: Faults;
  readonly memoryMib?: number | undefined;
  readonly memoryPercent?: number | undefined;
  readonly tasks?: number | undefined;
  readonly deploying: boolean;
  readonly receivesNothing: boolean;
}

/**
 * What is wrong with a colour at a minute: all its faults of that time together. Of two that say the same, the later one in the
 * file counts.
 */
export function faultAt(
  faults: readonly ScenarioFault[],
  { colour, liveColour, minute }: { readonly colour: Colour; readonly liveColour: Colour; readonly minute: number },
): StandingFault {
  const role = colour === liveColour ? "live" : "candidate";
  const standing = faults.filter(
    ({ to, from, until }) =>
      (to === role || to === "both") && from <= minute && minute < (until ?? Number.POSITIVE_INFINITY),
  );
  const fault = Object.assign({}, ...standing) as Partial<ScenarioFault>;
  return {
    ofProcess: {
      evenly: true,
      ...share("errorRate", fault.errorPercent),
      ...share("hangUpRate", fault.hangUpPercent),
      ...share("crashRate", fault.crashPercent),
      ...share("hangRate", fault.hangPercent),
      ...(fault.status === undefined ? {} : { status: fault.status }),
      ...(fault.latencyMilliseconds === undefined ? {} : { latencyMilliseconds: fault.latencyMilliseconds }),
      ...(fault.failingHealth === undefined ? {} : { failingHealth: true }),
      ...(fault.leaksConnections === undefined ? {} : { leaksConnections: true }),
    },
    memoryMib: fault.memoryMib,
    memoryPercent: fault.memoryPercent,
    tasks: fault.tasks,
    deploying: fault.deploying === true,
    receivesNothing: fault.receivesNothing === true,
  };
}

function share(name: keyof Faults, percent: number | undefined): Partial<Faults> {
  return percent === undefined ? {} : { [name]: percent / 100 };
}

/** When a scenario's first fault begins, in minutes; 0 without one. */
export function firstFaultMinute(faults: readonly ScenarioFault[]): number {
  return faults.length === 0 ? 0 : Math.min(...faults.map(({ from }) => from));
}

/** What somebody's listener rule gives all requests of the public host to; undefined without one. */
export function bypassTo(
  faults: readonly ScenarioFault[],
  at: { readonly liveColour: Colour; readonly minute: number },
): Colour | undefined {
  const without = colours.find((colour) => faultAt(faults, { colour, ...at }).receivesNothing);
  return without === undefined ? undefined : otherColour(without);
}
