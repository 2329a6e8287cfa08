import { WebAcl as Acl } from "@pulumi/aws/wafv2/webAcl.js";
import { WebAclAssociation } from "@pulumi/aws/wafv2/webAclAssociation.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { managedRules } from "./managed-rules.ts";
import { type RateLimits, rateRules } from "./rate-rules.ts";
import { createWebAclLogging, secretHeaders } from "./web-acl-logging.ts";
import { inOrder, watched } from "./web-acl-rule.ts";

/** What `WebAcl` needs. */
export interface WebAclArgs {
  /** The load balancer to guard. */
  readonly loadBalancerArn: pulumi.Input<string>;
  /** Requests that one address may make in five minutes, at least 10. */
  readonly requestsPerFiveMinutes: number;
  /** Login attempts that one address may make in five minutes. */
  readonly loginRequestsPerFiveMinutes: number;
  /** Paths whose POST requests count as login attempts; at least one. */
  readonly loginPathPrefixes: readonly string[];
  /** Days that the firewall's logs are kept. */
  readonly logRetentionDays: number;
  /**
   * Header in which a proxy in front names the client's address, such as `CF-Connecting-IP`. Only for a load balancer
   * that admits the proxy alone: anybody else could write what they like in it, or leave it out. Default: no proxy.
   */
  readonly clientIpHeader?: string;
  readonly tags: Tags;
}

/**
 * The web application firewall of the load balancer (guide M4; FSBP ELB.16, WAF.10, WAF.11, WAF.12): rate limits first,
 * so that a flood costs no further inspection, then AWS's managed rule groups. What no rule blocks is allowed.
 */
export class WebAcl extends pulumi.ComponentResource {
  readonly webAclArn: pulumi.Output<string>;
  /** Metric name of the ACL: CloudWatch's dimension `WebACL` carries it, not the ACL's name. */
  readonly webAclMetricName: pulumi.Output<string>;

  /** @throws {RangeError} when loginPathPrefixes is empty */
  constructor(name: string, args: WebAclArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:edge:WebAcl", name, {}, opts);
    const parent = { parent: this };

    const acl = createAcl(name, args, parent);
    createWebAclLogging(name, acl.arn, args, parent);
    new WebAclAssociation(`${name}-web-acl`, { resourceArn: args.loadBalancerArn, webAclArn: acl.arn }, parent);

    this.webAclArn = acl.arn;
    this.webAclMetricName = acl.visibilityConfig.metricName;
    this.registerOutputs({ webAclArn: this.webAclArn, webAclMetricName: this.webAclMetricName });
  }
}

function createAcl(name: string, args: RateLimits & { readonly tags: Tags }, opts: pulumi.CustomResourceOptions): Acl {
  const behindProxy = args.clientIpHeader !== undefined;
  return new Acl(
    `${name}-web-acl`,
    {
      scope: "REGIONAL",
      description: "Guards the API's load balancer",
      defaultAction: { allow: {} },
      rules: inOrder([...rateRules(args), ...managedRules(behindProxy)]),
      dataProtectionConfig: {
        dataProtections: [
          { action: "SUBSTITUTION", field: { fieldType: "SINGLE_HEADER", fieldKeys: [...secretHeaders] } },
        ],
      },
      visibilityConfig: watched(`${name}-web-acl`),
      tags: { ...args.tags, Name: `${name}-web-acl` },
    },
    opts,
  );
}
