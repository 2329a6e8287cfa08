import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import type * as pulumi from "@pulumi/pulumi";
import { child, guarded, type Scope } from "../scope.ts";
import { createEgressRule, createIngressRule, type Peer } from "../security-group-rules.ts";
import type { IngressPrefixListIds, TrafficArgs } from "./traffic-args.ts";

/** Seconds that a client may reuse one connection. The AWS default; it limits how long a client stays. */
const clientKeepAliveSeconds = 3600;

/**
 * Creates the load balancer, which faces the internet over IPv4 (FSBP ELB.4, ELB.5, ELB.6, ELB.12, ELB.13).
 *
 * Desync mitigation is `defensive` and not `strictest`. Both satisfy ELB.12. The strict mode also refuses requests that
 * break RFC 7230 harmlessly (Elastic Load Balancing, "Desync mitigation mode"), and a payment provider's webhook may send
 * such requests. When AWS WAF cannot be reached, requests fail and do not pass unchecked.
 */
export function createLoadBalancer(
  scope: Scope,
  args: TrafficArgs & { readonly securityGroupId: pulumi.Output<string> },
): LoadBalancer {
  const { logicalName, tags, opts } = guarded(child(scope, "public"), args.balancerProtection);
  return new LoadBalancer(
    logicalName,
    {
      loadBalancerType: "application",
      internal: false,
      ipAddressType: "ipv4",
      subnets: [...args.publicSubnetIds],
      securityGroups: [args.securityGroupId],
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
      connectionLogs: connectionLogs(args),
      enableDeletionProtection: args.deletionProtection,
      tags,
    },
    { ...opts, dependsOn: [args.accessLogsBucketPolicy] },
  );
}

/** Access logs know no connection that a client certificate failed. Left as they are where nothing is said of certificates. */
function connectionLogs({ clientCertificates, accessLogsBucketName }: TrafficArgs) {
  if (clientCertificates === undefined) return undefined;
  return { bucket: accessLogsBucketName, enabled: clientCertificates.mode !== "off" };
}

const ports = [
  { protocol: "http", port: 80 },
  { protocol: "https", port: 443 },
] as const;

/**
 * Creates the load balancer's security group: 80 and 443 in, the containers' port out.
 *
 * The way out is limited by the VPC's range and not by the service's group. The service's own ingress rule names this
 * group, and if each named the other, the two components would form a cycle.
 */
export function createSecurityGroup(scope: Scope, args: TrafficArgs): SecurityGroup {
  const { logicalName, tags, opts } = child(scope, "balancer");
  const group = new SecurityGroup(
    logicalName,
    { vpcId: args.vpcId, description: "Load balancer of the API", tags },
    opts,
  );
  for (const [source, peer] of Object.entries(ingressPeers(args.ingressPrefixListIds))) {
    for (const { protocol, port } of ports) {
      createIngressRule(scope, {
        what: `balancer-${protocol}-from-${source}`,
        securityGroupId: group.id,
        peer,
        port,
        description: `${protocol.toUpperCase()} from ${source}`,
      });
    }
  }
  createEgressRule(scope, {
    what: "balancer-to-containers",
    securityGroupId: group.id,
    peer: { cidrIpv4: args.vpcCidrBlock },
    port: args.containerPort,
    description: "Requests and health checks to the containers",
  });
  return group;
}

/** Who may connect, by the name that the rules use. */
function ingressPeers(prefixListIds: IngressPrefixListIds | undefined): Readonly<Record<string, Peer>> {
  // IPv4 alone: the load balancer has no IPv6 address.
  if (prefixListIds === undefined) return { everyone: { cidrIpv4: "0.0.0.0/0" } };
  return { "ipv4-list": { prefixListId: prefixListIds.ipv4 }, "ipv6-list": { prefixListId: prefixListIds.ipv6 } };
}

/** Creates the listener on port 80, which redirects every request for good to the same address over HTTPS (FSBP ELB.1). */
export function createRedirectListener(
  scope: Scope,
  { loadBalancerArn }: { readonly loadBalancerArn: pulumi.Output<string> },
): void {
  const { logicalName, tags, opts } = child(scope, "http");
  new Listener(
    logicalName,
    {
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
      tags,
    },
    opts,
  );
}

/**
 * TLS 1.3 and 1.2, forward secrecy, authenticated ciphers, and hybrid post-quantum key exchange for clients that offer it.
 * AWS recommends this policy (Application Load Balancers, "Security policies for your Application Load Balancer"; FSBP
 * ELB.17).
 */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/** Browsers keep to HTTPS for a year after each answer. */
const strictTransportSecurity = "max-age=31536000; includeSubDomains";

/**
 * What the listener does about client certificates. An expired one is accepted: whoever has its key is still Cloudflare, and the
 * site must not go down on a date. An authority that has expired is not covered. The names of the authorities are not sent:
 * Cloudflare presents the certificate that it is told to for a host.
 */
function mutualAuthentication({ clientCertificates: asked }: TrafficArgs) {
  if (asked?.mode !== "verify") return asked;
  return { ...asked, ignoreClientCertificateExpiry: true, advertiseTrustStoreCaNames: "off" };
}

/**
 * Creates the listener that terminates TLS. The load balancer itself answers 404 to a request that no rule names, so that
 * scanners that know only the address reach no container.
 */
export function createHttpsListener(
  scope: Scope,
  args: TrafficArgs & { readonly loadBalancerArn: pulumi.Output<string> },
): Listener {
  const { logicalName, tags, opts } = child(scope, "https");
  return new Listener(
    logicalName,
    {
      loadBalancerArn: args.loadBalancerArn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: tlsPolicy,
      certificateArn: args.certificateArn,
      mutualAuthentication: mutualAuthentication(args),
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: {
            statusCode: "404",
            contentType: "application/json",
            messageBody: JSON.stringify({ detail: "Not Found" }),
          },
        },
      ],
      routingHttpResponseServerEnabled: false,
      routingHttpResponseStrictTransportSecurityHeaderValue: strictTransportSecurity,
      routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
      tags,
    },
    opts,
  );
}
