import * as pulumi from "@pulumi/pulumi";
import type { Scope, Tags } from "../scope.ts";
import { createAlarm } from "./alarms.ts";
import { balancerMetric } from "./metrics.ts";

/** Arguments of {@link OriginAlarms}. Changing any of them updates alarms in place. */
export interface OriginAlarmsArgs {
  /** The client certificates in ACM, by the number of their authority. */
  readonly certificates: readonly { readonly authority: number; readonly arn: pulumi.Input<string> }[];
  /** `app/<name>/<id>` of the load balancer. */
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** Whether the load balancer refuses connections without a certificate. */
  readonly verifies: boolean;
  /** Failures below which nothing alarms. */
  readonly minimumErrors: number;
  readonly alertTopicArn: pulumi.Input<string>;
  readonly tags: Tags;
}

/** Days before its end at which people are told that a client certificate must be rotated. */
const expiryNoticeDays = 60;

const daySeconds = 86_400;

/**
 * Alarms on what Cloudflare presents to the load balancer: that a certificate comes to its end, and that connections fail. They
 * tell people and stop no rollout. The end is weeks away, and anybody with an account at Cloudflare can make connections fail.
 */
export class OriginAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: OriginAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:observability:OriginAlarms", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };
    for (const { authority, arn } of args.certificates) createExpiryAlarm(scope, { ...args, authority, arn });
    if (args.verifies) createHandshakeAlarm(scope, args);
    this.registerOutputs();
  }
}

/**
 * ACM publishes the days twice a day, from half a day after the import until the certificate has expired (ACM, "Supported
 * CloudWatch metrics"). So a new alarm waits for the first value, and one that is on stays on after the last.
 */
function createExpiryAlarm(
  scope: Scope,
  {
    authority,
    arn,
    alertTopicArn,
  }: OriginAlarmsArgs & { readonly authority: number; readonly arn: pulumi.Input<string> },
): void {
  createAlarm(scope, {
    what: `origin-client-${authority}-expiry`,
    description: `The certificate that Cloudflare presents (authority ${authority}) ends in less than ${expiryNoticeDays} days. Rotate it: docs/runbook.md, Requests through this zone alone.`,
    comparison: "below",
    threshold: expiryNoticeDays,
    periodSeconds: daySeconds,
    missingData: "ignore",
    alertTopicArn,
    metric: {
      namespace: "AWS/CertificateManager",
      metricName: "DaysToExpiry",
      dimensions: { CertificateArn: arn },
      statistic: "Minimum",
    },
  });
}

/**
 * A refused certificate ends the connection before there is a request, so no count of requests or answers shows it. Only
 * Cloudflare's addresses reach the load balancer, which keeps scanners out.
 */
function createHandshakeAlarm(scope: Scope, args: OriginAlarmsArgs): void {
  const { minimumErrors, loadBalancerArnSuffix, alertTopicArn } = args;
  createAlarm(scope, {
    what: "origin-handshakes",
    description: `${minimumErrors} connections or more failed their TLS handshake in 15 minutes. Visitors see Cloudflare's 520, 525 or 526 where it is our certificate: docs/runbook.md, Requests through this zone alone.`,
    comparison: "at least",
    threshold: minimumErrors,
    periodSeconds: 900,
    // Reported only where there are some.
    missingData: "notBreaching",
    alertTopicArn,
    metric: balancerMetric(loadBalancerArnSuffix, "ClientTLSNegotiationErrorCount", "Sum"),
  });
}
