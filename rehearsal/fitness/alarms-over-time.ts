import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { stageName } from "../../infra/naming.ts";
import { resultOfPeriod, stateAfterPeriods } from "../local/alarms/alarm-watch.ts";
import type { PeriodResult } from "../local/alarms/evaluate-periods.ts";
import type { AlarmState } from "../local/alarms/formulas.ts";
import { type PlannedAlarms, type PlannedMetricAlarm, readAlarms } from "../local/alarms/planned-alarms.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import { type FaultSettings, faultSettings, type Happening } from "./faults/fault.ts";
import { type PublishedMetrics, publishedMetrics } from "./published-metrics.ts";
import { StageMetrics } from "./stage-metrics.ts";
import { healthyMinute, type StageMinute, type Traffic } from "./stage-minute.ts";

/** An alarm of a plan, on metrics or on other alarms. */
export type PlannedAlarm = PlannedAlarms["metric"][number] | PlannedAlarms["composite"][number];

/** What the alarms of a stage are judged on. */
export interface JudgedStage {
  readonly alarms: PlannedAlarms;
  /** The alarms on metrics by their names, as composite alarms name them. */
  readonly parts: ReadonlyMap<string, PlannedMetricAlarm>;
  /** All alarms by their logical names without the stage's. */
  readonly byName: ReadonlyMap<string, PlannedAlarm>;
  readonly published: PublishedMetrics;
  readonly settings: FaultSettings;
  /** What was before a fault. */
  readonly historyOf: (traffic: Traffic) => History;
}

/** The minutes of a stage in which nothing is wrong. Hundreds of cases have the same ones before them. */
interface History {
  readonly minute: (minute: number) => StageMinute;
  /** What the periods of the alarms showed that ended before minute 0, by alarm and end. */
  readonly results: Map<PlannedMetricAlarm, Map<number, PeriodResult>>;
}

/** Reads what is judged from a plan. @throws {Error} when an alarm is planned in a way that is not modelled */
export function judgedStage(plan: StagePlan, config: StageConfig): JudgedStage {
  const alarms = readAlarms(plan);
  const settings = faultSettings(config);
  const beginning = `${stageName(plan.stage)}-`;
  return {
    alarms,
    parts: new Map(alarms.metric.map((alarm) => [alarm.name, alarm])),
    byName: new Map(
      [...alarms.metric, ...alarms.composite].map((alarm) => [alarm.logicalName.replace(beginning, ""), alarm]),
    ),
    published: publishedMetrics(plan, plan.stage),
    settings,
    historyOf: keepHistories(settings),
  };
}

function keepHistories({ config, hasCheck }: FaultSettings): JudgedStage["historyOf"] {
  const healthy = { hasCheck, tasks: config.api.minTasks };
  const histories = new Map<string, History>();
  return (traffic) => {
    const { candidate, weightPercent, requestsPerHour } = traffic;
    const key = `${candidate} ${weightPercent} ${requestsPerHour}`;
    const known = histories.get(key);
    if (known !== undefined) return known;
    const minutes = new Map<number, StageMinute>();
    const minute = (of: number) => {
      const made = minutes.get(of) ?? healthyMinute(traffic, of, healthy);
      minutes.set(of, made);
      return made;
    };
    const history = { minute, results: new Map<PlannedMetricAlarm, Map<number, PeriodResult>>() };
    histories.set(key, history);
    return history;
  };
}

/** The states of a stage's alarms while something happens, from minute 0 on. */
export class AlarmsOverTime {
  readonly #store: StageMetrics;
  readonly #parts: JudgedStage["parts"];
  readonly #before: History["results"];
  readonly #results: History["results"] = new Map();

  constructor({ published, historyOf, parts }: JudgedStage, traffic: Traffic, happens: Happening) {
    const history = historyOf(traffic);
    this.#parts = parts;
    this.#before = history.results;
    this.#store = new StageMetrics(published, (minute) => {
      const usual = history.minute(minute);
      return minute < 0 ? usual : happens(usual, minute);
    });
  }

  /** The state at the beginning of a minute. */
  stateAt(alarm: PlannedAlarm, minute: number): AlarmState {
    if ("math" in alarm) return this.#stateOf(alarm, minute);
    const isFiring = (name: string) => {
      const part = this.#parts.get(name);
      return part !== undefined && this.#stateOf(part, minute) === "ALARM";
    };
    return alarm.rule.holds(isFiring) ? "ALARM" : "OK";
  }

  #stateOf(alarm: PlannedMetricAlarm, minute: number): AlarmState {
    const length = alarm.periodSeconds / 60;
    const [before, since] = [resultsOf(this.#before, alarm), resultsOf(this.#results, alarm)];
    return stateAfterPeriods(alarm, (back) => {
      const until = minute - back * length;
      const known = until <= 0 ? before : since;
      const result = known.get(until) ?? resultOfPeriod(alarm, this.#store, (until - length) * 60_000, until * 60_000);
      known.set(until, result);
      return result;
    });
  }
}

function resultsOf(all: History["results"], alarm: PlannedMetricAlarm): Map<number, PeriodResult> {
  const results = all.get(alarm) ?? new Map<number, PeriodResult>();
  all.set(alarm, results);
  return results;
}
