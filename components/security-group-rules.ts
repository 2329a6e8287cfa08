import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type * as pulumi from "@pulumi/pulumi";
import { child, type Scope } from "./scope.ts";

/** The other side of a connection: a security group, an address range or a prefix list. */
export type Peer =
  | { readonly referencedSecurityGroupId: pulumi.Input<string> }
  | { readonly cidrIpv4: pulumi.Input<string> }
  | { readonly prefixListId: pulumi.Input<string> };

/** Which connections a rule allows. It allows TCP on one port. */
export interface PortRuleArgs {
  /** Last part of the logical name. */
  readonly what: string;
  /** The group that the rule belongs to. */
  readonly securityGroupId: pulumi.Input<string>;
  readonly peer: Peer;
  readonly port: number;
  /** Why the connections are needed, as the console shows it. */
  readonly description: string;
}

/** Lets connections of the peer in. */
export function createIngressRule(scope: Scope, args: PortRuleArgs): void {
  const { logicalName, opts } = child(scope, args.what);
  new SecurityGroupIngressRule(logicalName, ruleInputs(scope, args), opts);
}

/** Lets connections to the peer out. */
export function createEgressRule(scope: Scope, args: PortRuleArgs): void {
  const { logicalName, opts } = child(scope, args.what);
  new SecurityGroupEgressRule(logicalName, ruleInputs(scope, args), opts);
}

function ruleInputs(scope: Scope, { what, securityGroupId, peer, port, description }: PortRuleArgs) {
  const { tags } = child(scope, what);
  return { securityGroupId, ...peer, ipProtocol: "tcp", fromPort: port, toPort: port, description, tags };
}
