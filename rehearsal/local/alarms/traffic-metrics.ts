import { type Colour, colours } from "../../../rollout/colour.ts";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import type { TargetGroupStatus } from "../balancer/target-group.ts";
import type { RequestRecord } from "../load/request-record.ts";
import { colourOfName } from "../planned-services.ts";
import type { MetricStore } from "./metric-store.ts";

const namespace = "AWS/ApplicationELB";
const metricNames = [
  "RequestCount",
  "HTTPCode_Target_5XX_Count",
  "TargetConnectionErrorCount",
  "TargetResponseTime",
  "HealthyHostCount",
  "UnHealthyHostCount",
] as const;

/**
 * What a load balancer tells CloudWatch, from what the load met and the local balancer's health checks saw.
 *
 * Counts are reported only where there is something to count, as the real ones are. A response time is the client's,
 * from sending the request to the whole answer: longer than the load balancer's own, never shorter.
 *
 * @see Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer"
 */
export class TrafficMetrics {
  readonly #store: MetricStore;
  readonly #loadBalancer: string;
  readonly #groups: Readonly<Record<Colour, string>>;
  readonly #connectionErrors = new Map<Colour, number>();
  #recorded = 0;

  /** @param resources a plan, for the names that the metrics' dimensions have */
  constructor(store: MetricStore, resources: readonly PlannedResource[]) {
    this.#store = store;
    for (const name of metricNames) store.announce(namespace, name);
    const balancer = resources.find(({ type }) => type === "aws:lb/loadBalancer:LoadBalancer");
    this.#loadBalancer = String(balancer?.outputs["arn"]).split(":loadbalancer/")[1] ?? "";
    const groups = resources.filter(({ type }) => type === "aws:lb/targetGroup:TargetGroup");
    const suffixOf = (colour: Colour) =>
      String(groups.find(({ name }) => colourOfName(name) === colour)?.outputs["arn"]).split(":")[5] ?? "";
    this.#groups = { blue: suffixOf("blue"), green: suffixOf("green") };
  }

  /** Reports the requests that ended since the last call. @param all every request so far, in the order they ended */
  recordRequests(all: readonly RequestRecord[]): void {
    for (const { sentAt, endedAt, colour, statusCode, generation } of all.slice(this.#recorded)) {
      // What was routed to no target is not counted.
      if (generation !== undefined) this.#put("RequestCount", undefined, endedAt, 1);
      const by = colours.find((candidate) => candidate === colour);
      if (by === undefined) continue;
      this.#put("RequestCount", by, endedAt, 1);
      this.#put("TargetResponseTime", by, endedAt, (endedAt - sentAt) / 1000);
      if (statusCode >= 500) this.#put("HTTPCode_Target_5XX_Count", by, endedAt, 1);
    }
    this.#recorded = all.length;
  }

  /** Reports what the health checks see now, and the connections that failed since the last call. */
  recordHosts(groups: readonly TargetGroupStatus[], at: number): void {
    for (const { name, targets, connectionErrors } of groups) {
      const colour = colourOfName(name);
      const failed = connectionErrors - (this.#connectionErrors.get(colour) ?? 0);
      this.#connectionErrors.set(colour, connectionErrors);
      if (failed > 0) this.#put("TargetConnectionErrorCount", colour, at, failed);
      // A group without targets reports no hosts at all.
      if (targets.length === 0) continue;
      const inState = (state: string) => targets.filter((target) => target.state === state).length;
      this.#put("HealthyHostCount", colour, at, inState("healthy"));
      this.#put("UnHealthyHostCount", colour, at, inState("unhealthy"));
    }
  }

  #put(metricName: (typeof metricNames)[number], colour: Colour | undefined, at: number, value: number): void {
    const whole = { LoadBalancer: this.#loadBalancer };
    const dimensions = colour === undefined ? whole : { ...whole, TargetGroup: this.#groups[colour] };
    this.#store.put({ namespace, metricName, dimensions }, at, value);
  }
}
