import { byColour, type Colour, colours } from "../../../rollout/colour.ts";
import { type PlannedStack, readOutput } from "../../plan/planned-resource.ts";
import type { TargetGroupStatus } from "../balancer/target-group.ts";

import type { RequestRecord } from "../load/request.ts";
import type { MetricStore } from "./metrics.ts";

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
 * Reports what a load balancer reports to CloudWatch, from the load's requests and the local balancer's health checks.
 *
 * As on AWS, a count is reported only where there is something to count. A response time is the client's, from sending the
 * request to the complete answer, so it is at least as long as the load balancer's own.
 *
 * @see Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer"
 */
export class TrafficMetrics {
  readonly #store: MetricStore;
  readonly #loadBalancer: string;
  readonly #groups: Readonly<Record<Colour, string>>;
  readonly #connectionErrors = new Map<Colour, number>();
  #recorded = 0;

  /** @param plan names the load balancer and the target groups of the metrics' dimensions */
  constructor(store: MetricStore, plan: Pick<PlannedStack, "outputs">) {
    this.#store = store;
    for (const name of metricNames) store.announce(namespace, name);
    const targetGroupArns = readOutput(plan, "targetGroupArns");
    // CloudWatch knows a load balancer by the end of its ARN, and a target group by its ARN's last part.
    this.#loadBalancer = readOutput(plan, "loadBalancerArn").split(":loadbalancer/")[1] ?? "";
    this.#groups = byColour((colour) => targetGroupArns[colour].split(":")[5] ?? "");
  }

  /** Reports the requests that ended since the last call. @param all every request so far, in the order of their ends */
  recordRequests(all: readonly RequestRecord[]): void {
    for (const { sentAt, endedAt, colour, statusCode, generation } of all.slice(this.#recorded)) {
      // RequestCount leaves out requests that reached no target.
      if (generation !== undefined) this.#put("RequestCount", undefined, endedAt, 1);
      const by = colours.find((candidate) => candidate === colour);
      if (by === undefined) continue;
      this.#put("RequestCount", by, endedAt, 1);
      this.#put("TargetResponseTime", by, endedAt, (endedAt - sentAt) / 1000);
      if (statusCode >= 500) this.#put("HTTPCode_Target_5XX_Count", by, endedAt, 1);
    }
    this.#recorded = all.length;
  }

  /** Reports the targets' health, and the connections that failed since the last call. */
  recordHosts(groups: readonly TargetGroupStatus[], at: number): void {
    for (const { colour, targets, connectionErrors } of groups) {
      const failed = connectionErrors - (this.#connectionErrors.get(colour) ?? 0);
      this.#connectionErrors.set(colour, connectionErrors);
      if (failed > 0) this.#put("TargetConnectionErrorCount", colour, at, failed);
      // A target group without targets reports neither metric.
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
