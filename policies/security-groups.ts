/** Reads the rules of security groups in each of the ways in which a program can write them. */
import {
  databaseInstance,
  loadBalancer,
  prefixList,
  securityGroup,
  securityGroupEgressRule,
  securityGroupIngressRule,
  securityGroupRule,
  service,
} from "./kinds.ts";
import { isSet, known, mentions, refersTo } from "./links.ts";
import type { Member, Stack } from "./rule.ts";

/** A rule of a security group: in the group's own list, as a resource of its own, or as one of the older kind. */
export interface GroupRule {
  /** The resource that the rule is written in. */
  readonly writer: Member<object>;
  readonly direction: "ingress" | "egress";
  /** The group that the rule is about; undefined where the stack does not make it. */
  readonly group: Member<object> | undefined;
  readonly protocol: string | undefined;
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  readonly ranges: readonly string[];
  /** Whether the rule names a prefix list, of the stack or not. */
  readonly hasPrefixList: boolean;
  /** The groups and prefix lists of the stack that the rule names as the other side. */
  readonly peers: readonly Member<object>[];
}

/** Every rule of the stack's security groups in one direction. */
export function groupRulesOf(stack: Stack, direction: "ingress" | "egress"): readonly GroupRule[] {
  return [...inlineRules(stack, direction), ...ownRules(stack, direction), ...olderRules(stack, direction)];
}

function inlineRules(stack: Stack, direction: "ingress" | "egress"): readonly GroupRule[] {
  return stack.all(securityGroup).flatMap((group) =>
    // What a group does not write itself, its provider answers only once it exists.
    (known(() => group.props[direction]) ?? []).map((rule) => {
      const named: readonly string[] = [...(rule.securityGroups ?? []), ...(rule.prefixListIds ?? [])];
      const self = rule.self === true ? [group] : [];
      return {
        ...portsIn(rule),
        writer: group,
        direction,
        group,
        ranges: present([...(rule.cidrBlocks ?? []), ...(rule.ipv6CidrBlocks ?? [])]),
        hasPrefixList: (rule.prefixListIds?.length ?? 0) > 0,
        peers: [...peersOf(stack).filter((peer) => named.includes(known(() => peer.props.id) ?? "")), ...self],
      };
    }),
  );
}

function ownRules(stack: Stack, direction: "ingress" | "egress"): readonly GroupRule[] {
  const kind = direction === "ingress" ? securityGroupIngressRule : securityGroupEgressRule;
  return stack.all(kind).map((rule) => ({
    protocol: rule.props.ipProtocol,
    fromPort: rule.props.fromPort,
    toPort: rule.props.toPort,
    writer: rule,
    direction,
    group: groupOf(stack, rule),
    ranges: present([rule.props.cidrIpv4, rule.props.cidrIpv6]),
    hasPrefixList: isSet(() => rule.props.prefixListId),
    peers: peersOf(stack).filter(
      (peer) => refersTo(rule, "referencedSecurityGroupId", peer) || refersTo(rule, "prefixListId", peer),
    ),
  }));
}

function olderRules(stack: Stack, direction: "ingress" | "egress"): readonly GroupRule[] {
  return stack
    .all(securityGroupRule)
    .filter(({ props }) => props.type === direction)
    .map((rule) => {
      const group = groupOf(stack, rule);
      return {
        ...portsIn(rule.props),
        writer: rule,
        direction,
        group,
        ranges: present([...(rule.props.cidrBlocks ?? []), ...(rule.props.ipv6CidrBlocks ?? [])]),
        hasPrefixList: (known(() => rule.props.prefixListIds?.length, 1) ?? 0) > 0,
        peers: [
          ...peersOf(stack).filter(
            (peer) => refersTo(rule, "sourceSecurityGroupId", peer) || refersTo(rule, "prefixListIds", peer),
          ),
          ...(rule.props.self === true && group !== undefined ? [group] : []),
        ],
      };
    });
}

function peersOf({ all }: Stack): readonly Member<object>[] {
  return [...all(securityGroup), ...all(prefixList)];
}

function groupOf({ all }: Stack, rule: Member<{ securityGroupId: string }>): Member<object> | undefined {
  return all(securityGroup).find((candidate) => refersTo(rule, "securityGroupId", candidate));
}

function portsIn({ protocol, fromPort, toPort }: { protocol?: string; fromPort?: number; toPort?: number }) {
  return { protocol, fromPort, toPort };
}

function present(ranges: readonly (string | undefined)[]): readonly string[] {
  return ranges.filter((range): range is string => (range ?? "") !== "");
}

/** Whether a rule is about exactly one TCP port, one of these. */
export function isPort({ protocol, fromPort, toPort }: GroupRule, ports: readonly number[]): boolean {
  return protocol === "tcp" && fromPort === toPort && ports.includes(fromPort ?? 0);
}

/** The ports of a rule as a message says them. */
export function portsOf({ protocol, fromPort, toPort }: GroupRule): string {
  if (protocol === "-1" || fromPort === undefined) return "every port";
  return fromPort === toPort ? `port ${fromPort}` : `ports ${fromPort} to ${toPort}`;
}

/** Who is on the other side of a rule, as a message says it. */
export function peersIn({ peers, ranges, hasPrefixList }: GroupRule): string {
  const named = [...ranges, ...peers.map(({ name }) => name)];
  if (named.length > 0) return named.join(", ");
  return hasPrefixList ? "a prefix list that is not of this stack" : "a group that is not of this stack";
}

/** What a group belongs to. */
export type GroupUse = "balancer" | "tasks" | "database" | "tunnel";

/**
 * What a group belongs to. A group may have several uses, which is a fault. A plan does not show the task of the tunnel, which a
 * command starts, so its group is known by its name.
 */
export function usesOf(stack: Stack, group: Member<object> | undefined): readonly GroupUse[] {
  if (group === undefined) return [];
  const uses = [
    stack.all(loadBalancer).some((balancer) => refersTo(balancer, "securityGroups", group)) && "balancer",
    stack.all(service).some((one) => mentions(one, "networkConfiguration", group)) && "tasks",
    stack.all(databaseInstance).some((instance) => refersTo(instance, "vpcSecurityGroupIds", group)) && "database",
    /(^|-)tunnel$/.test(group.name) && "tunnel",
  ] as const;
  return uses.filter((use) => use !== false);
}
