import { setTimeout as sleep } from "node:timers/promises";
import type { Colour } from "../../../rollout/colour.ts";
import type { PlannedStack } from "../../plan/planned-resource.ts";
import { type AlarmChange, type AlarmStatus, AlarmWatch, type LimitChange } from "../alarms/alarm-watch.ts";
import type { MetricStore } from "../alarms/metrics.ts";
import type { AwsActions } from "../aws/actions.ts";
import { localAws, type Notice } from "../aws/local-aws.ts";
import type { Balancer } from "../balancer/balancer.ts";
import type { TrafficRecord } from "../load/load-thread.ts";
import { preciseNow } from "../load/request.ts";
import type { RemoteCalls } from "../run/worker-calls.ts";
import { alarmStateChange } from "./events.ts";
import { type PlannedRollback, readRollback } from "./planned-rollback.ts";
import { createMachine, type Execution, type Machine } from "./state-machine.ts";

/** What the rollback watches and changes. */
export interface RollbackWorld {
  readonly balancer: RemoteCalls<Pick<Balancer, "current" | "reweigh" | "status">>;
  readonly traffic: Pick<TrafficRecord, "all">;
  /** How many times faster than planned alarm periods and the check's minutes pass. */
  readonly timeFactor: number;
  /** The clock that moves are judged by. A latch gets its time from it. */
  readonly now: () => Date;
  /**
   * A clock that somebody turns, by which metrics are kept and alarms change, milliseconds since 1970. Default: alarms change by the
   * clock that requests are timed by, and the clock of metrics is turned by one shortened minute with each evaluation. So a
   * machine that is late makes a minute longer, and leaves none without values.
   */
  readonly clock?: () => number;
  /**
   * When it was by the clock of metrics at this moment of the clock that moves are judged by. Default: now, so that the check
   * counts no failure, for a run whose bakes pass without requests.
   */
  readonly metricTimeOf?: (instant: string) => number;
}

/** An execution, and who started it. */
export interface StartedExecution extends Execution {
  readonly startedBy: "alarm" | "check" | "hand";
}

const plannedMinuteMilliseconds = 60_000;

/**
 * The automatic rollback of one stage, as it is planned and without a person. Each minute, shortened by the time factor, it
 * evaluates the composite alarms on the load's requests. It sends each change as an event through the planned rules, whose
 * targets start the planned machine. Then it runs the planned check.
 *
 * In AWS the alarm's execution and the check can come in either order. Here the order is fixed, so that each run is the
 * same.
 */
export class AutomaticRollback {
  /** Every execution that has ended, in order. */
  readonly executions: StartedExecution[] = [];
  /** Every notice that was published, in order. */
  readonly notices: Notice[] = [];
  readonly #world: RollbackWorld;
  /** When the running minute ends, by the clock of metrics. */
  readonly #minuteEnd: () => number;
  readonly #aws: AwsActions;
  readonly #alarms: AlarmWatch;
  readonly #parameters = new Map<string, string>();
  readonly #ending = new AbortController();
  #planned: PlannedRollback | undefined;
  #machine: Machine | undefined;
  #running: Promise<void> | undefined;
  #failure: unknown;
  #minutes = 0;

  constructor(world: RollbackWorld) {
    this.#world = world;
    const minuteMilliseconds = plannedMinuteMilliseconds / world.timeFactor;
    const beganAt = Math.floor(preciseNow());
    this.#minuteEnd = world.clock ?? (() => beganAt + (this.#minutes + 1) * minuteMilliseconds);
    this.#alarms = new AlarmWatch(world.timeFactor);
    this.#aws = localAws({
      balancer: world.balancer,
      planned: () => this.#plan,
      alarms: () => this.#alarms.status(this.#plan.alarms),
      limits: () => this.#alarms.status(this.#plan.limits),
      metrics: this.#alarms.store,
      parameters: this.#parameters,
      notices: this.notices,
      clock: this.#minuteEnd,
      // Bakes pass on a virtual clock, so the hours of good requests that the count would hold are not there.
      metricTimeOf: world.metricTimeOf ?? this.#minuteEnd,
      minuteMilliseconds,
    });
  }

  /** Applies an update's plan. The latch is created by the first one and not written again, as the program plans it. */
  apply(plan: PlannedStack): void {
    const planned = readRollback(plan);
    const { timeFactor, now } = this.#world;
    // An unchanged definition need not be checked again. Most updates do not change it.
    if (this.#machine === undefined || this.#planned?.machine.definition !== planned.machine.definition) {
      this.#machine = createMachine(planned.machine.definition, { aws: this.#aws, timeFactor, now });
    }
    this.#planned = planned;
    this.#alarms.apply(plan, planned.machine);
    const { name, value } = planned.latch;
    if (!this.#parameters.has(name)) this.#parameters.set(name, value);
    this.#parameters.set(planned.address.name, planned.address.value);
  }

  /** The metrics that alarms and check look at. */
  get metrics(): MetricStore {
    return this.#alarms.store;
  }

  /** Every change of a composite alarm, in order. */
  get changes(): readonly AlarmChange[] {
    return this.#alarms.changes;
  }

  /** Every change of an alarm on a step's limit, in order. */
  get limitChanges(): readonly LimitChange[] {
    return this.#alarms.limitChanges;
  }

  /** The composite alarms that watch a colour, and the state of each. */
  alarmsOf(colour: Colour): readonly AlarmStatus[] {
    return this.#alarms.status(this.#plan.alarms.filter((alarm) => alarm.colour === colour));
  }

  /** The latch parameter's value. */
  get latch(): string {
    return this.#parameters.get(this.#plan.latch.name) ?? "";
  }

  /** Whether the plan has a check that runs at an interval. */
  get hasCheck(): boolean {
    return this.#plan.starts.onSchedule.length > 0;
  }

  /** How many minutes have been evaluated. */
  get minutes(): number {
    return this.#minutes;
  }

  /** Begins to watch. */
  start(): void {
    this.#running ??= this.#watch().catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  /** Stops watching once the current minute has ended. @throws the error that stopped the watch earlier */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Starts the machine by hand, as a person or the CLI can. */
  async execute(input: unknown): Promise<StartedExecution> {
    return await this.#execute("hand", input);
  }

  /**
   * Waits for something that the rollback does by itself.
   *
   * @param what names it in the error when it does not happen in time
   * @throws the error that stopped the watch
   */
  async until<Found>(what: string, limitSeconds: number, find: () => Found | undefined): Promise<Found> {
    const until = preciseNow() + limitSeconds * 1000;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#failure !== undefined) throw this.#failure;
      if (preciseNow() > until) throw new Error(`${what} did not happen within ${limitSeconds} s.`);
      await sleep(10);
    }
  }

  get #plan(): PlannedRollback {
    if (this.#planned === undefined) throw new Error("No plan was applied to the rollback yet.");
    return this.#planned;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ending;
    const minute = plannedMinuteMilliseconds / this.#world.timeFactor;
    for (let due = preciseNow() + minute; ; due = Math.max(due + minute, preciseNow())) {
      await sleep(Math.max(0, due - preciseNow()), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await this.passMinute();
    }
  }

  /**
   * What AWS does in a planned minute: the alarms are evaluated, their changes are sent, and the check runs. It is done by
   * itself once the watch has begun. Whoever has a clock to turn calls it instead.
   */
  async passMinute(): Promise<void> {
    const { balancer, clock, traffic } = this.#world;
    const { alarms, limits, starts } = this.#plan;
    const minuteEnd = this.#minuteEnd();
    const at = clock?.() ?? preciseNow();
    const minute = this.#minutes + 1;
    const [requests, targetGroups] = [await traffic.all(), await balancer.status()];
    const measured = { requests, targetGroups, minuteEnd, minute, at };
    for (const { alarm, change } of this.#alarms.evaluate(alarms, measured)) {
      await this.#send(alarm, change, `in ALARM: ${change.firing.join(", ") || "none"}`);
    }
    for (const { alarm, change } of this.#alarms.evaluateLimits(limits, measured)) {
      await this.#send(alarm, change, "Threshold Crossed");
    }
    this.#minutes++;
    for (const { everySeconds, mayStart, input } of starts.onSchedule) {
      if (mayStart && (this.#minutes * 60) % everySeconds === 0) await this.#execute("check", input);
    }
  }

  /** Sends a change as CloudWatch does. Each planned rule that matches it starts the machine. */
  async #send(
    alarm: Parameters<typeof alarmStateChange>[0]["alarm"],
    { from, to }: Pick<AlarmChange, "from" | "to">,
    reason: string,
  ): Promise<void> {
    const event = alarmStateChange({ alarm, from, to, at: this.#world.now(), reason });
    for (const { mayStart, inputFor } of this.#plan.starts.onEvents) {
      const input = mayStart ? inputFor(event) : undefined;
      if (input !== undefined) await this.#execute("alarm", input);
    }
  }

  async #execute(startedBy: StartedExecution["startedBy"], input: unknown): Promise<StartedExecution> {
    if (this.#machine === undefined) throw new Error("No plan was applied to the rollback yet.");
    const execution = await this.#machine(input);
    const started = { ...execution, startedBy };
    this.executions.push(started);
    return started;
  }
}
