import { setTimeout as sleep } from "node:timers/promises";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import { type AlarmRecord, AlarmWatch } from "../alarms/alarm-watch.ts";
import type { PlannedCompositeAlarm } from "../alarms/planned-alarms.ts";
import type { Balancer } from "../balancer/balancer.ts";
import type { TrafficRecord } from "../load/load-thread.ts";
import { preciseNow } from "../load/request.ts";
import { createMachine, type Execution, type Machine } from "../machine/create-machine.ts";
import type { RemoteCalls } from "../run/worker-calls.ts";
import type { Notice } from "../services/notices.ts";
import type { ServiceActions } from "../services/service-actions.ts";
import { alarmStateChange } from "./events.ts";
import { type PlannedRollback, readRollback } from "./planned-rollback.ts";
import { rollbackServices } from "./rollback-services.ts";

/** What the rollback watches and works on. */
export interface RollbackSurroundings {
  readonly balancer: RemoteCalls<Pick<Balancer, "current" | "reweigh" | "status">>;
  readonly traffic: Pick<TrafficRecord, "all">;
  /** How many times faster than planned alarm periods and the check's minutes pass. */
  readonly timeFactor: number;
  /** The clock that a latch is dated by: the same that moves are judged by. */
  readonly now: () => Date;
}

/** An execution and what started it. */
export interface StartedExecution extends Execution {
  readonly startedBy: "alarm" | "check" | "hand";
}

const planMinuteMilliseconds = 60_000;

/**
 * The automatic rollback of one stage, running as it is planned and with no one at a keyboard: each minute, shortened by
 * the time factor, the composite alarms are evaluated on what the load met; a change is sent as an event through the
 * planned rules, whose targets start the planned machine; and the planned check runs.
 *
 * What happens in one minute happens in that order, one after the other, so that a run does not depend on which of the
 * alarm's execution and the check came first; in AWS either may.
 */
export class AutomaticRollback {
  /** Every execution that has ended, in order. */
  readonly executions: StartedExecution[] = [];
  /** Every notice that was published, in order. */
  readonly notices: Notice[] = [];
  readonly #around: RollbackSurroundings;
  readonly #services: ServiceActions;
  readonly #alarms: AlarmWatch;
  readonly #parameters = new Map<string, string>();
  readonly #ending = new AbortController();
  #planned: PlannedRollback | undefined;
  #machine: Machine | undefined;
  #running: Promise<void> | undefined;
  #failure: unknown;
  #minutes = 0;

  constructor(around: RollbackSurroundings) {
    this.#around = around;
    this.#alarms = new AlarmWatch(around.timeFactor);
    this.#services = rollbackServices({
      balancer: around.balancer,
      planned: () => this.#plan,
      alarms: () => this.#alarms.status(this.#plan.alarms),
      metrics: this.#alarms.store,
      parameters: this.#parameters,
      notices: this.notices,
    });
  }

  /** Takes over what an update plans. The latch is created once and never written again, since the program ignores it. */
  apply(resources: readonly PlannedResource[]): void {
    const planned = readRollback(resources);
    const { timeFactor, now } = this.#around;
    // A machine that did not change is not checked again: promoting leaves it as it is.
    if (this.#machine === undefined || this.#planned?.machine.definition !== planned.machine.definition) {
      this.#machine = createMachine(planned.machine.definition, { services: this.#services, timeFactor, now });
    }
    this.#planned = planned;
    this.#alarms.apply(planned, resources);
    const { name, value } = planned.latch;
    if (!this.#parameters.has(name)) this.#parameters.set(name, value);
  }

  /** Every change of a composite alarm, in order. */
  get changes(): readonly AlarmRecord[] {
    return this.#alarms.changes;
  }

  /** The latch parameter's value. */
  get latch(): string {
    return this.#parameters.get(this.#plan.latch.name) ?? "";
  }

  /** Whether the plan has the check run by itself. */
  get hasCheck(): boolean {
    return this.#plan.starts.onSchedule.length > 0;
  }

  /** Begins to watch; nothing is planned to start it by hand. */
  start(): void {
    this.#running ??= this.#watch().catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  /** Stops watching, once what is under way has ended. @throws what stopped it earlier */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Starts the machine by hand, as a person or the CLI may. */
  async execute(input: unknown): Promise<StartedExecution> {
    return await this.#execute("hand", input);
  }

  /**
   * Waits for something that the rollback does by itself.
   *
   * @param what named in the error when it does not happen in time
   * @throws what stopped the watch
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
    const minute = planMinuteMilliseconds / this.#around.timeFactor;
    for (let due = preciseNow() + minute; ; due = Math.max(due + minute, preciseNow())) {
      await sleep(Math.max(0, due - preciseNow()), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await this.#passMinute();
    }
  }

  async #passMinute(): Promise<void> {
    const { balancer, traffic } = this.#around;
    const { alarms, starts } = this.#plan;
    const at = preciseNow();
    const measured = { requests: await traffic.all(), targetGroups: await balancer.status(), at };
    for (const { alarm, change } of this.#alarms.evaluate(alarms, measured)) await this.#send(alarm, change);
    this.#minutes++;
    for (const { everySeconds, input } of starts.onSchedule) {
      if ((this.#minutes * 60) % everySeconds === 0) await this.#execute("check", input);
    }
  }

  /** Sends a change as CloudWatch would; what the planned rules let through starts the machine. */
  async #send(alarm: PlannedCompositeAlarm, { from, to, firing }: AlarmRecord): Promise<void> {
    const reason = `in ALARM: ${firing.join(", ") || "none"}`;
    const event = alarmStateChange({ alarm, from, to, at: this.#around.now(), reason });
    for (const { inputFor } of this.#plan.starts.onEvents) {
      const input = inputFor(event);
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
