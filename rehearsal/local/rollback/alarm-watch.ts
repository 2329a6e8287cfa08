import type { PlannedResource } from "../../plan/planned-resource.ts";
import type { AlarmState } from "../alarms/alarm-rule.ts";
import { evaluateComposite } from "../alarms/evaluate-alarm.ts";
import { MetricStore } from "../alarms/metric-store.ts";
import type { PlannedCompositeAlarm } from "../alarms/planned-alarms.ts";
import { TrafficMetrics } from "../alarms/traffic-metrics.ts";
import type { TargetGroupStatus } from "../balancer/target-group.ts";
import type { RequestRecord } from "../load/request-record.ts";
import { publishedMetrics } from "../machine/published-metrics.ts";
import type { AlarmStatus } from "../services/monitoring.ts";
import type { PlannedRollback } from "./planned-rollback.ts";

/** A composite alarm that changed its state. */
export interface AlarmRecord {
  readonly name: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
  /** When it was evaluated, milliseconds since 1970. */
  readonly at: number;
  /** Logical names of the alarms that it is in ALARM by. */
  readonly firing: readonly string[];
}

/** What is measured at one moment. */
export interface Measured {
  /** Every request so far, in the order they ended. */
  readonly requests: readonly RequestRecord[];
  readonly hosts: readonly TargetGroupStatus[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The planned composite alarms with their metrics, and what each of them is in. */
export class AlarmWatch {
  /** Every change of a composite alarm, in order. */
  readonly changes: AlarmRecord[] = [];
  /** The metrics that the alarms look at. */
  readonly store = new MetricStore();
  readonly #timeFactor: number;
  readonly #states = new Map<string, AlarmState>();
  #metrics: TrafficMetrics | undefined;

  /** @param timeFactor how many times faster than planned the alarms' periods pass */
  constructor(timeFactor: number) {
    this.#timeFactor = timeFactor;
  }

  /** Takes over what an update plans. */
  apply({ machine }: PlannedRollback, resources: readonly PlannedResource[]): void {
    this.#metrics ??= new TrafficMetrics(this.store, resources);
    for (const { namespace, metricName } of publishedMetrics(machine.definition)) {
      this.store.announce(namespace, metricName);
    }
  }

  /** Evaluates alarms on what was measured. @returns those that changed, each with what changed */
  evaluate(
    alarms: readonly PlannedCompositeAlarm[],
    { requests, hosts, at }: Measured,
  ): readonly { readonly alarm: PlannedCompositeAlarm; readonly change: AlarmRecord }[] {
    this.#metrics?.recordRequests(requests);
    this.#metrics?.recordHosts(hosts, at);
    return alarms.flatMap((alarm) => {
      const { state: to, firing } = evaluateComposite(alarm, { store: this.store, at, timeFactor: this.#timeFactor });
      const from = this.#stateOf(alarm);
      this.#states.set(alarm.name, to);
      if (from === to) return [];
      const change = { name: alarm.name, from, to, at, firing };
      this.changes.push(change);
      return [{ alarm, change }];
    });
  }

  /** What each of these alarms is in now. */
  status(alarms: readonly PlannedCompositeAlarm[]): readonly AlarmStatus[] {
    return alarms.map((alarm) => ({ name: alarm.name, arn: alarm.arn, state: this.#stateOf(alarm) }));
  }

  /** An alarm that was never evaluated is taken for OK: the change to it starts nothing, as none to OK does. */
  #stateOf({ name }: PlannedCompositeAlarm): AlarmState {
    return this.#states.get(name) ?? "OK";
  }
}
