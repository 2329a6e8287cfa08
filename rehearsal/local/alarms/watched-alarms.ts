import { type LogEventName, logEvents, logMetricName } from "../../../components/observability/log-contract.ts";
import { colours } from "../../../rollout/colour.ts";
import { type PlannedStack, readOutput } from "../../plan/planned-resource.ts";
import { evaluateMetricAlarm } from "./alarm-watch.ts";
import type { AlarmState } from "./formulas.ts";
import type { MetricIdentity, MetricStore } from "./metrics.ts";
import { readAlarms } from "./planned-alarms.ts";

/** Metrics that a stage's alarms look at and nobody reports as long as nothing is wrong. */
const silentMetrics = [
  ["AWS/ApplicationELB", "RejectedConnectionCount"],
  ["AWS/States", "ExecutionsFailed"],
  ["AWS/States", "ExecutionsTimedOut"],
  ["AWS/States", "ExecutionsAborted"],
  ["AWS/Events", "FailedInvocations"],
  ["AWS/SQS", "ApproximateNumberOfMessagesVisible"],
  ["AWS/ECS", "MemoryUtilization"],
] as const;

/** The states of a stage's alarms, by the name in AWS. */
export type AlarmStates = Readonly<Record<string, AlarmState>>;

/** Evaluates every metric alarm and every composite alarm of a plan, on a clock that is turned by the minute. */
export class WatchedAlarms {
  readonly #store: MetricStore;
  readonly #alarms: ReturnType<typeof readAlarms>;

  constructor(plan: PlannedStack, store: MetricStore) {
    this.#store = store;
    for (const [namespace, name] of silentMetrics) store.announce(namespace, name);
    const logNamespace = readOutput(plan, "metricNamespace");
    for (const event of Object.keys(logEvents) as LogEventName[]) {
      for (const colour of colours) store.announce(logNamespace, logMetricName(event, colour));
    }
    this.#alarms = readAlarms(plan);
  }

  /** What the alarms look at under this name of a metric, each with the logical name of its alarm. */
  identitiesOf(metricName: string): readonly { readonly alarm: string; readonly identity: MetricIdentity }[] {
    return this.#alarms.metric.flatMap(({ logicalName, metrics }) =>
      Object.values(metrics)
        .filter(({ identity }) => identity.metricName === metricName)
        .map(({ identity }) => ({ alarm: logicalName, identity })),
    );
  }

  /**
   * The state of each alarm that is asked for, and of those that its rule names.
   *
   * @param at end of the last period, milliseconds since 1970
   */
  statesAt(at: number, names: readonly string[]): AlarmStates {
    const states: Record<string, AlarmState> = {};
    const stateOf = (name: string): AlarmState => {
      const known = states[name];
      if (known !== undefined) return known;
      const alarm = this.#alarms.metric.find((one) => one.name === name);
      const composite = this.#alarms.composite.find((one) => one.name === name);
      if (alarm !== undefined) states[name] = evaluateMetricAlarm(alarm, { store: this.#store, at, timeFactor: 1 });
      else if (composite === undefined) throw new Error(`The alarm ${name} is watched and not planned.`);
      else states[name] = composite.rule.holds((part) => stateOf(part) === "ALARM") ? "ALARM" : "OK";
      return states[name] ?? "OK";
    };
    return Object.fromEntries(names.map((name) => [name, stateOf(name)]));
  }
}
