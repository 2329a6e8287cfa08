import type * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../../rollout/colour.ts";
import type { Tags } from "../tags.ts";

/** From when on a colour is unfit (guide A1, A2, A4). */
export interface ColourThresholds {
  /** Guide A1: per cent of requests that the service answered with 5xx. */
  readonly errorRatePercent: number;
  /** Guide A2: seconds that 95 of 100 requests are answered within. */
  readonly responseTimeSeconds: number;
  /** Guide A4: per cent of a task's memory. */
  readonly memoryPercent: number;
  /** Failed or slow requests below which a rate says nothing: one failed request in ten is no 10 % error rate. */
  readonly minimumErrors: number;
  /** Seconds of the short window, whole minutes. A window of an hour is always watched too. */
  readonly windowSeconds: number;
}

/** Arguments of `ColourAlarms`. Changing any of them updates alarms in place. */
export interface ColourAlarmsArgs {
  readonly colour: Colour;
  /** `app/<name>/<id>` of the load balancer. */
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** `targetgroup/<name>/<id>` of this colour. */
  readonly targetGroupArnSuffix: pulumi.Input<string>;
  /** The same of the other colour: what it receives tells what this one should have received. */
  readonly otherTargetGroupArnSuffix: pulumi.Input<string>;
  readonly clusterName: pulumi.Input<string>;
  /** Name of the colour's ECS service, whether or not it exists yet. */
  readonly serviceName: string;
  /** Namespace of the `TrafficWeight` metric. */
  readonly metricNamespace: string;
  readonly thresholds: ColourThresholds;
  readonly alertTopicArn: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * Checks what CloudWatch would refuse only during an update.
 *
 * @throws {RangeError} naming the argument, its value and the rule
 */
export function checkColourAlarmsArgs({ thresholds: { windowSeconds, minimumErrors } }: ColourAlarmsArgs): void {
  if (!Number.isInteger(windowSeconds / 60) || windowSeconds < 60 || windowSeconds > 86_400) {
    throw new RangeError(
      `windowSeconds is ${windowSeconds}. CloudWatch takes an alarm over whole minutes, from 60 to 86400 seconds: write one such as 300.`,
    );
  }
  if (!Number.isInteger(minimumErrors) || minimumErrors < 1) {
    throw new RangeError(
      `minimumErrors is ${minimumErrors}. It is a count of requests, at least 1: below it a single failure would return the traffic.`,
    );
  }
}
