import { setTimeout as sleep } from "node:timers/promises";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import type { AlarmState } from "../alarms/alarm-rule.ts";
import { evaluateComposite } from "../alarms/evaluate-alarm.ts";
import { MetricStore } from "../alarms/metric-store.ts";
import type { PlannedCompositeAlarm } from "../alarms/planned-alarms.ts";
import { TrafficMetrics } from "../alarms/traffic-metrics.ts";
import type { Balancer } from "../balancer/balancer.ts";
import { alarmStateChange } from "../events/alarm-event.ts";
import { preciseNow } from "../load/send-request.ts";
import { createMachine, type Execution, type Machine } from "../machine/execute-machine.ts";
import { publishedMetrics } from "../machine/published-metrics.ts";
import { loadBalancingActions } from "../services/load-balancing.ts";
import { monitoringActions } from "../services/monitoring.ts";
import { type Notice, noticeActions } from "../services/notices.ts";
import { parameterActions } from "../services/parameters.ts";
import { permittedActions } from "../services/permitted-actions.ts";
import type { ServiceActions } from "../services/service-actions.ts";
import type { TrafficRecord } from "../traffic-record.ts";
import type { RemoteCalls } from "../worker-calls.ts";
import { authorizationOf, type PlannedRollback, readRollback } from "./planned-rollback.ts";

/** What the rollback watches and works on. */
export interface RollbackSurroundings {
  readonly balancer: RemoteCalls<Pick<Balancer, "current" | "reweigh" | "status">>;
  readonly traffic: Pick<TrafficRecord, "all">;
  /** How many times faster than planned alarm periods and the check's minutes pass. */
  readonly timeFactor: number;
  /** The clock that a latch is dated by: the same that moves are judged by. */
  readonly now: () => Date;
}

/** A composite alarm that changed its state. */
export interface AlarmRecord {
  readonly name: string;
  readonly to: AlarmState;
  /** When it was evaluated, milliseconds since 1970. */
  readonly at: number;
  /** Logical names of the alarms that it is in ALARM by. */
  readonly firing: readonly string[];
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
  /** Every change of a composite alarm, in order. */
  readonly changes: AlarmRecord[] = [];
  /** Every notice that was published, in order. */
  readonly notices: Notice[] = [];
  readonly #around: RollbackSurroundings;
  readonly #services: ServiceActions;
  readonly #store = new MetricStore();
  readonly #parameters = new Map<string, string>();
  readonly #states = new Map<string, AlarmState>();
  readonly #ending = new AbortController();
  #metrics: TrafficMetrics | undefined;
  #planned: PlannedRollback | undefined;
  #machine: Machine | undefined;
  #running: Promise<void> | undefined;
  #failure: unknown;
  #minutes = 0;

  constructor(around: RollbackSurroundings) {
    this.#around = around;
    const services = {
      ...loadBalancingActions(around.balancer),
      ...monitoringActions(() => this.#alarmStatus(), this.#store, preciseNow),
      ...parameterActions(this.#parameters),
      ...noticeActions(() => this.#plan.topicArns, this.notices),
    };
    this.#services = permittedActions(services, () => authorizationOf(this.#plan));
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
    this.#metrics ??= new TrafficMetrics(this.#store, resources);
    for (const { namespace, metricName } of publishedMetrics(planned.machine.definition)) {
      this.#store.announce(namespace, metricName);
    }
    const { name, value } = planned.latch;
    if (!this.#parameters.has(name)) this.#parameters.set(name, value);
  }

  /** The latch parameter's value. */
  get latch(): string {
    return this.#parameters.get(this.#plan.latch.name) ?? "";
  }

  /** Whether the plan has the check run by itself. */
  get hasCheck(): boolean {
    return this.#plan.triggers.onSchedule.length > 0;
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
    const { balancer, timeFactor, traffic } = this.#around;
    const at = preciseNow();
    this.#metrics?.recordRequests(await traffic.all());
    this.#metrics?.recordHosts(await balancer.status(), at);
    for (const alarm of this.#plan.alarms) {
      const { state, firing } = evaluateComposite(alarm, { store: this.#store, at, timeFactor });
      await this.#turn(alarm, state, at, firing);
    }
    this.#minutes++;
    for (const { everySeconds, input } of this.#plan.triggers.onSchedule) {
      if ((this.#minutes * 60) % everySeconds === 0) await this.#execute("check", input);
    }
  }

  async #turn(alarm: PlannedCompositeAlarm, to: AlarmState, at: number, firing: readonly string[]): Promise<void> {
    const from = this.#states.get(alarm.name) ?? "OK";
    this.#states.set(alarm.name, to);
    if (from === to) return;
    this.changes.push({ name: alarm.name, to, at, firing });
    const reason = `in ALARM: ${firing.join(", ") || "none"}`;
    const event = alarmStateChange({ alarm, from, to, at: this.#around.now(), reason });
    for (const { inputFor } of this.#plan.triggers.onEvents) {
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

  #alarmStatus() {
    return this.#plan.alarms.map(({ name, arn }) => ({ name, arn, state: this.#states.get(name) ?? ("OK" as const) }));
  }
}
