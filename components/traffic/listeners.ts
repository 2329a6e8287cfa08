import { Listener } from "@pulumi/aws/lb/listener.js";
import type * as pulumi from "@pulumi/pulumi";
import type { TrafficArgs } from "./traffic-args.ts";

/**
 * TLS 1.3 and 1.2, forward secrecy, authenticated ciphers, hybrid post-quantum key exchange for clients that offer it.
 * The policy that AWS recommends (Application Load Balancers, "Security policies for your Application Load Balancer";
 * FSBP ELB.17).
 */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/** Browsers keep to HTTPS for a year after each answer. */
const strictTransportSecurity = "max-age=31536000; includeSubDomains";

/** Sends every request on port 80 to the same address over HTTPS, for good (FSBP ELB.1). */
export function createRedirectListener(
  name: string,
  loadBalancerArn: pulumi.Input<string>,
  args: Pick<TrafficArgs, "tags">,
  opts: pulumi.CustomResourceOptions,
): Listener {
  return new Listener(
    `${name}-http`,
    {
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
      tags: { ...args.tags, Name: `${name}-http` },
    },
    opts,
  );
}

/**
 * Terminates TLS. What no rule names is answered 404 by the load balancer itself, so that scanners that know only the
 * address reach no container.
 */
export function createHttpsListener(
  name: string,
  loadBalancerArn: pulumi.Input<string>,
  args: Pick<TrafficArgs, "certificateArn" | "tags">,
  opts: pulumi.CustomResourceOptions,
): Listener {
  return new Listener(
    `${name}-https`,
    {
      loadBalancerArn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: tlsPolicy,
      certificateArn: args.certificateArn,
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
      tags: { ...args.tags, Name: `${name}-https` },
    },
    opts,
  );
}
