import type { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import type { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour } from "../../rollout/colour.ts";
import type { Scope } from "../scope.ts";
import {
  createHttpsListener,
  createLoadBalancer,
  createRedirectListener,
  createSecurityGroup,
} from "./load-balancer.ts";
import { createCandidateRule, createPublicRule } from "./rules.ts";
import { createTargetGroups } from "./target-groups.ts";
import { checkTrafficArgs, type TrafficArgs } from "./traffic-args.ts";

/** How others name a target group: ECS by ARN, CloudWatch by ARN suffix. */
export interface TargetGroupReference {
  readonly arn: pulumi.Output<string>;
  /** `targetgroup/<name>/<id>`, the dimension of CloudWatch metrics. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
}

/**
 * How a request reaches the API: the load balancer, two target groups for each colour, the rule that splits the public host
 * between the colours, and the rule of the candidate's own host (guide P3, R1, B1).
 *
 * A new weight holds for every request that starts after it, also on connections that are already open. An open WebSocket
 * stays with its container until it ends.
 */
export class Traffic extends pulumi.ComponentResource {
  readonly loadBalancerArn: pulumi.Output<string>;
  /** `app/<name>/<id>`, the dimension of CloudWatch metrics. */
  readonly loadBalancerArnSuffix: pulumi.Output<string>;
  /** What the API's DNS records point at. */
  readonly loadBalancerDnsName: pulumi.Output<string>;
  /** Group of the load balancer. Containers admit it and nobody else. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Behind the public rule. Whatever counts requests for the rollout counts these alone. */
  readonly targetGroups: Record<Colour, TargetGroupReference>;
  /** Behind the rule of the candidate's own host. */
  readonly ownHostGroups: Record<Colour, TargetGroupReference>;
  /**
   * The rule that carries the weights. An ECS service must depend on both rules: ECS refuses a target group that no rule
   * names.
   */
  readonly publicRule: ListenerRule;
  readonly candidateRule: ListenerRule;
  readonly httpsListenerArn: pulumi.Output<string>;
  /** What the listener does about client certificates, as AWS answered; undefined where it was told nothing. */
  readonly clientCertificateMode: pulumi.Output<string | undefined>;

  /** @throws {RangeError} for a weight that is not a whole per cent, equal hosts, or fewer than two subnets */
  constructor(name: string, args: TrafficArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:traffic:Traffic", name, {}, opts);
    checkTrafficArgs(args);
    const scope: Scope = { name, parent: this, tags: args.tags };

    const securityGroup = createSecurityGroup(scope, args);
    const loadBalancer = createLoadBalancer(scope, { ...args, securityGroupId: securityGroup.id });
    const targetGroups = createTargetGroups(scope, args);
    createRedirectListener(scope, { loadBalancerArn: loadBalancer.arn });
    const listener = createHttpsListener(scope, { ...args, loadBalancerArn: loadBalancer.arn });
    this.publicRule = createPublicRule(scope, { ...args, listenerArn: listener.arn, targetGroups });
    this.candidateRule = createCandidateRule(scope, { ...args, listenerArn: listener.arn, targetGroups });

    this.loadBalancerArn = loadBalancer.arn;
    this.loadBalancerArnSuffix = loadBalancer.arnSuffix;
    this.loadBalancerDnsName = loadBalancer.dnsName;
    this.securityGroupId = securityGroup.id;
    this.targetGroups = byColour((colour) => referenceTo(targetGroups[colour].public));
    this.ownHostGroups = byColour((colour) => referenceTo(targetGroups[colour].ownHost));
    this.httpsListenerArn = listener.arn;
    this.clientCertificateMode = listener.mutualAuthentication.apply((answered) => answered?.mode);
    this.registerOutputs({
      loadBalancerArn: this.loadBalancerArn,
      loadBalancerDnsName: this.loadBalancerDnsName,
      publicRuleArn: this.publicRule.arn,
      candidateRuleArn: this.candidateRule.arn,
    });
  }
}

function referenceTo({ arn, arnSuffix, name }: TargetGroup): TargetGroupReference {
  return { arn, arnSuffix, name };
}
