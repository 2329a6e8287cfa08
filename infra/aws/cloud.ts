import type { Colour } from "../../rollout/colour.ts";
import type { WatchedAlarmState } from "../../rollout/gate/gate-input.ts";
import type { Latch } from "../../rollout/latch.ts";
import type { ClosedWindow, HourOfTraffic, MeasuredRequests } from "../../rollout/measurements.ts";
import type { ServiceState } from "../../rollout/service-state.ts";
import type { Split } from "../../rollout/split.ts";

/** How many of a colour's tasks the load balancer finds in which state. */
export interface TargetCounts {
  readonly healthy: number;
  /** Registered and failing their checks, draining or not checked yet. */
  readonly notHealthy: number;
}

/**
 * What the commands ask of AWS, for one stage. Each function is one API call, so that what a command costs can be read
 * off its code; pages and retries aside.
 *
 * Every function throws an `Error` whose message says what was asked, what AWS answered and what to do.
 */
export interface CloudPort {
  /** Per cent of public traffic by colour, as the public rule has it now. */
  readSplit(): Promise<Split>;
  readTargets(colour: Colour): Promise<TargetCounts>;
  /** What each colour's service runs; null for a colour without a service. */
  readServices(): Promise<Readonly<Record<Colour, ServiceState | null>>>;
  /** The state of every alarm that a gate judges for this candidate, by name. */
  readAlarms(candidate: Colour): Promise<Readonly<Record<string, WatchedAlarmState>>>;
  readLatch(): Promise<Latch>;
  writeLatch(latch: Latch): Promise<void>;
  /** What both colours were asked and answered within a window. */
  readRequests(live: Colour, window: ClosedWindow): Promise<MeasuredRequests>;
  /** The last whole hours, oldest first; hours without a request are among them. */
  readTraffic(live: Colour, hours: number): Promise<readonly HourOfTraffic[]>;
  /** Has the rollback's machine check the candidate now, instead of within a minute. */
  startCheck(): Promise<void>;
}
