import type { PolicyResource } from "@pulumi/policy";
import type { Kind } from "./kind.ts";
import { appliesTo, describeRule, type RuleText, type StackRule, type Violation, violationMessage } from "./rule.ts";

/** What a provider adds to nearly every resource. */
interface Identity {
  readonly id?: string;
  readonly arn?: string;
}

/** A resource among the others of its stack. Its properties are outputs; reading one that is not known yet throws. */
export type Member<Props> = Omit<PolicyResource, "props"> & { readonly props: Props & Identity };

/** The resources of a stack, by kind. */
export interface Stack {
  readonly all: <Props>(kind: Kind<Props>) => readonly Member<Props>[];
}

interface StackRuleSpec extends RuleText {
  /** Every kind that `check` asks the stack for. */
  readonly kinds: readonly Kind<unknown>[];
  readonly check: (
    stack: Stack,
    report: (resource: { type: string; name: string; urn: string }, violation: Violation) => void,
  ) => void;
}

/**
 * A mandatory policy on resources and their relations. The engine judges it at the end of a preview or an update, the
 * in-process planner with every value known.
 */
export function stackRule(spec: StackRuleSpec): StackRule {
  return {
    name: spec.name,
    description: describeRule(spec),
    enforcementLevel: "mandatory",
    tokens: spec.kinds.map(({ token }) => token),
    validateStack: ({ resources }, reportViolation) => {
      const byType = groupByType(resources);
      const all = <Props>(kind: Kind<Props>) =>
        (byType.get(kind.token) ?? []).filter(({ urn }) => appliesTo(spec, urn)) as Member<Props>[];
      spec.check({ all }, (resource, violation) =>
        reportViolation(violationMessage(spec, resource, violation), resource.urn),
      );
    },
  };
}

const groupsOf = new WeakMap<readonly PolicyResource[], ReadonlyMap<string, readonly PolicyResource[]>>();

/** Kept for as long as the list lives: the in-process planner gives every rule the same one. */
function groupByType(resources: readonly PolicyResource[]): ReadonlyMap<string, readonly PolicyResource[]> {
  const groups = groupsOf.get(resources) ?? Map.groupBy(resources, ({ type }) => type);
  groupsOf.set(resources, groups);
  return groups;
}
