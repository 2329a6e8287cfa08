import { loadBalancerDimension } from "../../../infra/aws/stage-aws.ts";
import type { StageConfig } from "../../../infra/config/schema/stage-config.ts";
import { byColour, type Colour, colours, otherColour } from "../../../rollout/colour.ts";
import { targetGroupArnSuffix } from "../../../rollout/rollback-machine.ts";
import { weightsByColour } from "../../../rollout/split.ts";
import type { MetricStore } from "../../local/alarms/metrics.ts";
import type { WatchedAlarms } from "../../local/alarms/watched-alarms.ts";
import type { Execution } from "../../local/rollback/state-machine.ts";
import { type PlannedStack, readOutput } from "../../plan/planned-resource.ts";

const minute = 60_000;
const historyDays = 14;
/** One hour of each day is busier, so that an hour of the scenario is not the busiest ever. */
const busyFactor = 1.2;
const busyHoursBefore = 15;

/** What nobody measures here, each minute: values at which nothing is wrong. */
const wholesome = { FreeStorageSpace: 40 * 1024 ** 3, CPUUtilization: 20, FreeableMemory: 2 * 1024 ** 3 } as const;
const usualMemoryPercent = 45;

/** What was before a scenario begins. */
interface Past {
  readonly requestsPerHour: number;
  readonly liveColour: Colour;
  /** Per cent that the candidate had, and for how many minutes. */
  readonly weightPercent: number;
  readonly weightMinutes: number;
}

/** The metrics of a stage besides those of the load's own requests. */
export class ScenarioMetrics {
  readonly #store: MetricStore;
  readonly #alarms: WatchedAlarms;
  readonly #config: StageConfig;
  readonly #loadBalancer: string;
  readonly #groups: Readonly<Record<Colour, string>>;

  constructor(plan: PlannedStack, store: MetricStore, alarms: WatchedAlarms, config: StageConfig) {
    this.#store = store;
    this.#alarms = alarms;
    this.#config = config;
    this.#loadBalancer = loadBalancerDimension(readOutput(plan, "loadBalancerArn"));
    const arns = readOutput(plan, "targetGroupArns");
    this.#groups = byColour((colour) => targetGroupArnSuffix(arns[colour]));
    store.announce("AWS/ApplicationELB", "RequestCountPerTarget");
  }

  /**
   * Puts two weeks of traffic without a failure before the beginning: of live alone, and of both colours while the step
   * before the first one stood.
   */
  putPast(beginsAt: number, { requestsPerHour, liveColour, weightPercent, weightMinutes }: Past): void {
    const candidate = otherColour(liveColour);
    const stoodFrom = beginsAt - weightMinutes * minute;
    for (let at = beginsAt - historyDays * 24 * 60 * minute + 5 * minute; at <= stoodFrom; at += 5 * minute) {
      const isBusy = Math.floor((beginsAt - at) / (60 * minute)) % 24 === busyHoursBefore;
      this.#putAnswered(liveColour, at, ((isBusy ? busyFactor : 1) * requestsPerHour) / 12);
    }
    for (let at = beginsAt - 23 * 60 * minute; at <= beginsAt; at += minute) {
      const percent = at > stoodFrom ? weightPercent : 0;
      const split = weightsByColour(liveColour, percent);
      for (const { alarm, identity } of this.#alarms.identitiesOf("TrafficWeight")) {
        this.#store.put(identity, at, split[colourIn(alarm)]);
      }
      if (at <= stoodFrom) continue;
      this.#putAnswered(candidate, at, (requestsPerHour * percent) / 6000);
      this.#putAnswered(liveColour, at, (requestsPerHour * (100 - percent)) / 6000);
    }
    for (let at = beginsAt - 59 * minute; at <= beginsAt; at += minute) {
      for (const colour of colours) this.#ofGroup("HealthyHostCount", colour, at, this.#config.api.minTasks);
      this.putMinute(at, {
        executions: [],
        memoryPercent: () => undefined,
        connections: 10,
        connectionFailures: byColour(() => 0),
      });
      for (const { identity } of this.#alarms.identitiesOf("ExecutionsSucceeded")) this.#store.put(identity, at, 1);
    }
  }

  /** Reports a minute. */
  putMinute(
    at: number,
    {
      executions,
      memoryPercent,
      connections,
      connectionFailures,
    }: {
      /** Of the machine. */
      readonly executions: readonly Pick<Execution, "succeeded">[];
      readonly memoryPercent: (colour: Colour) => number | undefined;
      /** To the database. */
      readonly connections: number;
      readonly connectionFailures: Readonly<Record<Colour, number>>;
    },
  ): void {
    const put = (metricName: string, reported: (alarm: string) => number) => {
      for (const identity of unique(this.#alarms.identitiesOf(metricName))) {
        const value = reported(identity.alarm);
        if (value >= 0) this.#store.put(identity.identity, at, value);
      }
    };
    for (const [name, value] of Object.entries(wholesome)) put(name, () => value);
    put("DatabaseConnections", () => connections);
    put("MemoryUtilization", (alarm) => memoryPercent(colourIn(alarm)) ?? usualMemoryPercent);
    for (const colour of colours) put(`DatabaseConnectionFailures-${colour}`, () => connectionFailures[colour]);
    const succeeded = executions.filter((one) => one.succeeded).length;
    if (succeeded > 0) put("ExecutionsSucceeded", () => succeeded);
    if (succeeded < executions.length) put("ExecutionsFailed", () => executions.length - succeeded);
  }

  /** Reports for each full hour how many requests a live task had. */
  putHour(at: number, liveColour: Colour, requests: number): void {
    const identity = {
      namespace: "AWS/ApplicationELB",
      metricName: "RequestCountPerTarget",
      dimensions: { TargetGroup: this.#groups[liveColour] },
    };
    this.#store.put(identity, at, requests / this.#config.api.minTasks);
  }

  #putAnswered(colour: Colour, at: number, requests: number): void {
    if (requests === 0) return;
    this.#ofGroup("RequestCount", colour, at, requests);
    this.#ofGroup("HTTPCode_Target_2XX_Count", colour, at, requests);
    this.#store.put(
      { namespace: "AWS/ApplicationELB", metricName: "RequestCount", dimensions: { LoadBalancer: this.#loadBalancer } },
      at,
      requests,
    );
    const perTask = { namespace: "AWS/ApplicationELB", metricName: "RequestCountPerTarget" };
    this.#store.put(
      { ...perTask, dimensions: { TargetGroup: this.#groups[colour] } },
      at,
      requests / this.#config.api.minTasks,
    );
  }

  #ofGroup(metricName: string, colour: Colour, at: number, value: number): void {
    const dimensions = { LoadBalancer: this.#loadBalancer, TargetGroup: this.#groups[colour] };
    this.#store.put({ namespace: "AWS/ApplicationELB", metricName, dimensions }, at, value);
  }
}

function colourIn(alarm: string): Colour {
  const found = colours.find((colour) => alarm.includes(`-${colour}-`));
  if (found === undefined) throw new Error(`The alarm ${alarm} names no colour, and looks at a metric of one.`);
  return found;
}

type Looked = ReturnType<WatchedAlarms["identitiesOf"]>[number];

/** Several alarms look at the same metric. */
function unique(looked: readonly Looked[]): readonly Looked[] {
  return [...new Map(looked.map((one) => [JSON.stringify(one.identity), one])).values()];
}
