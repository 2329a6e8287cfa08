import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { IpSet } from "@pulumi/aws/wafv2/ipSet.js";
import { WebAcl as Acl } from "@pulumi/aws/wafv2/webAcl.js";
import { WebAclAssociation } from "@pulumi/aws/wafv2/webAclAssociation.js";
import { WebAclLoggingConfiguration } from "@pulumi/aws/wafv2/webAclLoggingConfiguration.js";
import * as pulumi from "@pulumi/pulumi";
import { child, onlyOne, type Scope, type Tags } from "../scope.ts";
import { visibility, type WebAclRuleArgs, webAclRules } from "./web-acl-rules.ts";

/** What `WebAcl` needs. */
export interface WebAclArgs extends Omit<WebAclRuleArgs, "candidateHostAddressSetArns"> {
  /** The load balancer to guard. */
  readonly loadBalancerArn: pulumi.Input<string>;
  /** Addresses that the candidate's own host answers, in CIDR notation. None: it answers all addresses. */
  readonly candidateHostAllowedRanges: readonly string[];
  /** Days that the firewall's logs are kept. */
  readonly logRetentionDays: number;
  readonly tags: Tags;
}

/**
 * The web application firewall of the load balancer (guide M4; FSBP ELB.16, WAF.10, WAF.11, WAF.12): rate limits, and
 * AWS's managed rule groups. A request that no rule blocks is allowed.
 */
export class WebAcl extends pulumi.ComponentResource {
  readonly webAclArn: pulumi.Output<string>;
  /** Metric name of the ACL. CloudWatch's dimension `WebACL` holds it, and not the ACL's name. */
  readonly webAclMetricName: pulumi.Output<string>;

  /** @throws {RangeError} when loginPathPrefixes is empty */
  constructor(name: string, args: WebAclArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:edge:WebAcl", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };

    const acl = createAcl(scope, { ...args, candidateHostAddressSetArns: createAddressSets(scope, args) });
    createLogging(scope, { ...args, webAclArn: acl.arn });
    new WebAclAssociation(
      `${name}-web-acl`,
      { resourceArn: args.loadBalancerArn, webAclArn: acl.arn },
      { parent: this, ...onlyOne },
    );

    this.webAclArn = acl.arn;
    this.webAclMetricName = acl.visibilityConfig.metricName;
    this.registerOutputs({ webAclArn: this.webAclArn, webAclMetricName: this.webAclMetricName });
  }
}

/** One set for each version of IP that the ranges have: a set of AWS WAF holds addresses of one version. */
function createAddressSets(
  scope: Scope,
  { candidateHostAllowedRanges: ranges }: Pick<WebAclArgs, "candidateHostAllowedRanges">,
): readonly pulumi.Output<string>[] {
  return (["ipv4", "ipv6"] as const).flatMap((version) => {
    const addresses = ranges.filter((range) => range.includes(":") === (version === "ipv6"));
    if (addresses.length === 0) return [];
    const { logicalName, tags, opts } = child(scope, `candidate-host-${version}`);
    const set = new IpSet(
      logicalName,
      {
        scope: "REGIONAL",
        description: "Addresses that the candidate host answers",
        ipAddressVersion: version.toUpperCase(),
        addresses: [...addresses],
        tags,
      },
      opts,
    );
    return [set.arn];
  });
}

/** Headers that let a reader act as the user. They are kept out of logs and of sampled requests. */
const secretHeaders = ["authorization", "cookie"] as const;

function createAcl(scope: Scope, args: WebAclRuleArgs): Acl {
  const { logicalName, tags, opts } = child(scope, "web-acl");
  return new Acl(
    logicalName,
    {
      scope: "REGIONAL",
      description: "Guards the load balancer of the API",
      defaultAction: { allow: {} },
      rules: webAclRules(args),
      dataProtectionConfig: {
        dataProtections: [
          { action: "SUBSTITUTION", field: { fieldType: "SINGLE_HEADER", fieldKeys: [...secretHeaders] } },
        ],
      },
      visibilityConfig: visibility(logicalName),
      tags,
    },
    opts,
  );
}

/**
 * Logs every judged request to a log group of its own (FSBP WAF.11).
 *
 * AWS WAF accepts groups named `aws-waf-logs-…` only. It adds the group to the account's log delivery policy itself when
 * logging is set up (Amazon CloudWatch Logs, "Logs sent to CloudWatch Logs"). So no policy is created here, where a region
 * takes ten of them.
 */
function createLogging(
  scope: Scope,
  args: Pick<WebAclArgs, "logRetentionDays"> & { readonly webAclArn: pulumi.Output<string> },
): void {
  const { logicalName, tags, opts } = child(scope, "web-acl");
  const logGroup = new LogGroup(
    logicalName,
    { name: `aws-waf-logs-${scope.name}`, retentionInDays: args.logRetentionDays, tags },
    opts,
  );
  new WebAclLoggingConfiguration(
    logicalName,
    {
      resourceArn: args.webAclArn,
      logDestinationConfigs: [logGroup.arn],
      redactedFields: secretHeaders.map((header) => ({ singleHeader: { name: header } })),
    },
    { ...opts, ...onlyOne },
  );
}
