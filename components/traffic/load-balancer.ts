import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import type * as pulumi from "@pulumi/pulumi";
import type { TrafficArgs } from "./traffic-args.ts";

/** Seconds that a client may reuse one connection; the AWS default, named because it bounds how long a client stays. */
const clientKeepAliveSeconds = 3600;

/**
 * The load balancer, facing the internet over IPv4 (FSBP ELB.4, ELB.5, ELB.6, ELB.12, ELB.13).
 *
 * Desync mitigation is `defensive` and not `strictest`: both satisfy ELB.12, and the strict mode also refuses requests
 * that break RFC 7230 harmlessly (Elastic Load Balancing, "Desync mitigation mode"), which a payment provider's webhook
 * may do. When AWS WAF cannot be reached, requests fail rather than pass it unseen.
 */
export function createLoadBalancer(
  name: string,
  args: Pick<
    TrafficArgs,
    | "publicSubnetIds"
    | "idleTimeoutSeconds"
    | "accessLogsBucketName"
    | "accessLogsBucketPolicy"
    | "deletionProtection"
    | "tags"
  >,
  securityGroupId: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): LoadBalancer {
  return new LoadBalancer(
    `${name}-public`,
    {
      loadBalancerType: "application",
      internal: false,
      ipAddressType: "ipv4",
      subnets: [...args.publicSubnetIds],
      securityGroups: [securityGroupId],
      idleTimeout: args.idleTimeoutSeconds,
      clientKeepAlive: clientKeepAliveSeconds,
      enableHttp2: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableWafFailOpen: false,
      preserveHostHeader: true,
      xffHeaderProcessingMode: "append",
      enableTlsVersionAndCipherSuiteHeaders: true,
      accessLogs: { bucket: args.accessLogsBucketName, enabled: true },
      enableDeletionProtection: args.deletionProtection,
      tags: { ...args.tags, Name: `${name}-public` },
    },
    { ...opts, protect: args.deletionProtection, dependsOn: [args.accessLogsBucketPolicy] },
  );
}
