import { type Colour, colours } from "../../../rollout/colour.ts";
import { targetGroupArnSuffix } from "../../../rollout/rollback-machine.ts";
import { type PlannedStack, readOutput } from "../../plan/planned-resource.ts";
import { answerClasses, type GroupCounts, ownStatuses } from "../balancer/group-counter.ts";
import type { TargetGroupStatus } from "../balancer/target-group.ts";
import type { RequestRecord } from "../load/request.ts";
import type { MetricStore } from "./metrics.ts";

const namespace = "AWS/ApplicationELB";
const metricNames = [
  "RequestCount",
  "HTTPCode_Target_2XX_Count",
  "HTTPCode_Target_3XX_Count",
  "HTTPCode_Target_4XX_Count",
  "HTTPCode_Target_5XX_Count",
  "HTTPCode_ELB_5XX_Count",
  "HTTPCode_ELB_502_Count",
  "HTTPCode_ELB_503_Count",
  "HTTPCode_ELB_504_Count",
  "TargetConnectionErrorCount",
  "TargetResponseTime",
  "HealthyHostCount",
  "UnHealthyHostCount",
] as const;

const nothing: GroupCounts = {
  chosen: 0,
  answered: { 2: 0, 3: 0, 4: 0, 5: 0 },
  own: { 502: 0, 503: 0, 504: 0 },
};

/**
 * Reports what a load balancer reports to CloudWatch: what the local balancer counted, what its health checks found, and the
 * response times of the load's requests.
 *
 * As on AWS, a count is reported only where there is something to count; what the balancer answered itself belongs to no
 * target group, and a request without a target is not in `RequestCount`. A response time is the one that the
 * balancer measured, until the headers of the answer.
 *
 * @see Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer"
 */
export class TrafficMetrics {
  readonly #store: MetricStore;
  readonly #loadBalancer: string;
  readonly #publicGroups: Readonly<Record<Colour, string>>;
  readonly #last = new Map<string, Pick<TargetGroupStatus, "connectionErrors" | "counts">>();
  #recorded = 0;

  /** @param plan names the load balancer, and the target groups whose tasks answer the load */
  constructor(store: MetricStore, plan: Pick<PlannedStack, "outputs">) {
    this.#store = store;
    for (const name of metricNames) store.announce(namespace, name);
    this.#publicGroups = readOutput(plan, "targetGroupArns");
    // CloudWatch knows a load balancer by the end of its ARN.
    this.#loadBalancer = readOutput(plan, "loadBalancerArn").split(":loadbalancer/")[1] ?? "";
  }

  /**
   * Reports the response times of the requests that ended since the last call.
   *
   * @param all every request so far, in the order of their ends
   * @param at the end of the minute that they belong to
   */
  recordRequests(all: readonly RequestRecord[], at: number): void {
    for (const { sentAt, endedAt, targetMilliseconds = endedAt - sentAt, colour } of all.slice(this.#recorded)) {
      const by = colours.find((candidate) => candidate === colour);
      if (by === undefined) continue;
      this.#put("TargetResponseTime", this.#publicGroups[by], at, targetMilliseconds / 1000);
    }
    this.#recorded = all.length;
  }

  /** Reports the targets' health, and what was counted since the last call. */
  recordGroups(groups: readonly TargetGroupStatus[], at: number): void {
    for (const { arn, targets, connectionErrors, counts } of groups) {
      const before = this.#last.get(arn) ?? { connectionErrors: 0, counts: nothing };
      this.#last.set(arn, { connectionErrors, counts });
      this.#count("TargetConnectionErrorCount", arn, at, connectionErrors - before.connectionErrors);
      this.#count("RequestCount", arn, at, counts.chosen - before.counts.chosen);
      this.#count("RequestCount", undefined, at, counts.chosen - before.counts.chosen);
      for (const digit of answerClasses) {
        const answered = counts.answered[digit] - before.counts.answered[digit];
        this.#count(`HTTPCode_Target_${digit}XX_Count`, arn, at, answered);
        this.#count(`HTTPCode_Target_${digit}XX_Count`, undefined, at, answered);
      }
      for (const status of ownStatuses) {
        const own = counts.own[status] - before.counts.own[status];
        this.#count(`HTTPCode_ELB_${status}_Count`, undefined, at, own);
        this.#count("HTTPCode_ELB_5XX_Count", undefined, at, own);
      }
      // A target group without targets reports neither metric.
      if (targets.length === 0) continue;
      const inState = (state: string) => targets.filter((target) => target.state === state).length;
      this.#put("HealthyHostCount", arn, at, inState("healthy"));
      this.#put("UnHealthyHostCount", arn, at, inState("unhealthy"));
    }
  }

  #count(metricName: (typeof metricNames)[number], groupArn: string | undefined, at: number, value: number): void {
    if (value > 0) this.#put(metricName, groupArn, at, value);
  }

  #put(metricName: (typeof metricNames)[number], groupArn: string | undefined, at: number, value: number): void {
    const whole = { LoadBalancer: this.#loadBalancer };
    const dimensions = groupArn === undefined ? whole : { ...whole, TargetGroup: targetGroupArnSuffix(groupArn) };
    this.#store.put({ namespace, metricName, dimensions }, at, value);
  }
}
