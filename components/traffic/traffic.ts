import type { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour } from "../../rollout/colour.ts";
import { createBalancerSecurityGroup } from "./balancer-security-group.ts";
import { createHttpsListener, createRedirectListener } from "./listeners.ts";
import { createLoadBalancer } from "./load-balancer.ts";
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
 * The way of a request into the API: load balancer, a target group for each colour, and the rule that splits the public
 * host between them (guide P3, R1, B1).
 *
 * A new weight holds for every request that starts after it, on connections that are already open too. A WebSocket that
 * is open stays with its container until it ends.
 */
export class Traffic extends pulumi.ComponentResource {
  readonly loadBalancerArn: pulumi.Output<string>;
  /** `app/<name>/<id>`, the dimension of CloudWatch metrics. */
  readonly loadBalancerArnSuffix: pulumi.Output<string>;
  /** What the API's DNS records point at. */
  readonly loadBalancerDnsName: pulumi.Output<string>;
  /** Group of the load balancer; containers admit it and nobody else. */
  readonly securityGroupId: pulumi.Output<string>;
  readonly targetGroups: Record<Colour, TargetGroupReference>;
  /** The rule that carries the weights. An ECS service must depend on it: ECS refuses a target group that no rule names. */
  readonly publicRule: ListenerRule;
  readonly candidateRule: ListenerRule;
  readonly httpsListenerArn: pulumi.Output<string>;

  /** @throws {RangeError} for a weight that is no whole per cent, equal hosts, or fewer than two subnets */
  constructor(name: string, args: TrafficArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:traffic:Traffic", name, {}, opts);
    checkTrafficArgs(args);
    const parent = { parent: this };

    const securityGroup = createBalancerSecurityGroup(name, args, parent);
    const loadBalancer = createLoadBalancer(name, args, securityGroup.id, parent);
    const targetGroups = createTargetGroups(name, args, parent);
    createRedirectListener(name, loadBalancer.arn, args, parent);
    const listener = createHttpsListener(name, loadBalancer.arn, args, parent);
    const parts = { listenerArn: listener.arn, targetGroups };
    this.publicRule = createPublicRule(name, args, parts, parent);
    this.candidateRule = createCandidateRule(name, args, parts, parent);

    this.loadBalancerArn = loadBalancer.arn;
    this.loadBalancerArnSuffix = loadBalancer.arnSuffix;
    this.loadBalancerDnsName = loadBalancer.dnsName;
    this.securityGroupId = securityGroup.id;
    this.targetGroups = byColour((colour) => {
      const { arn, arnSuffix, name: groupName } = targetGroups[colour];
      return { arn, arnSuffix, name: groupName };
    });
    this.httpsListenerArn = listener.arn;
    this.registerOutputs({
      loadBalancerArn: this.loadBalancerArn,
      loadBalancerDnsName: this.loadBalancerDnsName,
      publicRuleArn: this.publicRule.arn,
      candidateRuleArn: this.candidateRule.arn,
    });
  }
}
