import type { StageConfig } from "../../../infra/config/schema/stage-config.ts";
import { scheduleOf } from "../../../infra/rollout/wanted.ts";
import type { Colour } from "../../../rollout/colour.ts";
import { quietRequestsPerHour } from "../../../rollout/rollback-test/quiet-traffic.ts";
import type { Step } from "../../../rollout/schedule.ts";
import type { StageMinute, Traffic } from "../stage-minute.ts";

/**
 * What is different in a minute, counted from the fault's beginning: 0 is its first minute. A fault that has a length gives
 * the healthy minute back after it.
 */
export type Happening = (healthy: StageMinute, minute: number) => StageMinute;

/** Something that an alarm must not go off at. */
export interface Harmless {
  /** What happens, as a sentence without a full stop. */
  readonly what: string;
  readonly happens: Happening;
  /** Default: that of the fault. */
  readonly traffic?: Traffic;
}

/**
 * The smallest fault that an alarm must go off at, written from what the alarm is for: the deployment guide, the config's
 * objectives and docs/observability.md. Nothing here is read from the planned alarm.
 */
export interface Fault {
  /** The alarm's logical name without the stage's, such as `blue-memory`. */
  readonly alarm: string;
  /** What happens, as a sentence without a full stop. */
  readonly what: string;
  /** The traffic before and during the fault. */
  readonly traffic: Traffic;
  readonly happens: Happening;
  /** The alarm must have gone off so many minutes after the fault began, CloudWatch's own delay left out. */
  readonly withinMinutes: number;
  /** Where the fault ends by itself: so many minutes after it began, the alarm must be over. */
  readonly overMinutes?: number;
  /** What comes next to the fault and is none, and what belongs to another alarm. The alarm must be silent at each of it. */
  readonly harmless: readonly Harmless[];
  /** Why the alarm cannot go off in this stage, where that is so. Then it must not. */
  readonly cannotFire?: string;
}

/** What faults are written from. */
export interface FaultSettings {
  readonly config: StageConfig;
  readonly steps: readonly Step[];
  readonly hasCheck: boolean;
}

export function faultSettings(config: StageConfig): FaultSettings {
  return { config, steps: scheduleOf(config.rollout).steps, hasCheck: config.rollout.automaticCheck };
}

/** The traffic of a small portal, at which each alarm on the candidate has to work. */
export function quietTraffic(candidate: Colour, weightPercent: number): Traffic {
  return { candidate, weightPercent, requestsPerHour: quietRequestsPerHour };
}

/** Whatever happens lasts so many minutes. */
export function lasting(minutes: number, happens: Happening): Happening {
  return (healthy, minute) => (minute < minutes ? happens(healthy, minute) : healthy);
}

export const checkIsOff = "the check is off (rollout.automaticCheck), so nobody knows the weight";

/** The fault while the colour has no weight: what a release left behind, or what was before its first step. */
export function withoutWeight({ happens, withinMinutes }: Fault): Harmless {
  return {
    what: "the same while it has no weight",
    happens: (healthy, minute) => ({
      ...happens(healthy, minute),
      weightPercent: minute < withinMinutes ? 0 : healthy.weightPercent,
    }),
  };
}
