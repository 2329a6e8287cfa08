import type { PolicyResourceOptions, ResourceValidation } from "@pulumi/policy";
import type { Kind } from "./kind.ts";
import { appliesTo, describeRule, type ResourceRule, type RuleText, type Violation, violationMessage } from "./rule.ts";

/** A resource on its own, before it is created or changed. */
interface Subject<Props> {
  readonly name: string;
  readonly urn: string;
  /** The inputs. Reading one that a preview does not know yet throws; the engine then reports the rule as not run. */
  readonly props: Props;
  readonly opts: PolicyResourceOptions;
}

interface ResourceRuleSpec<Props> extends RuleText {
  readonly kinds: readonly Kind<Props>[];
  readonly check: (subject: Subject<Props>, report: (violation: Violation) => void) => void;
}

/** A mandatory policy on each resource of some kinds, judged before the resource is created or changed. */
export function resourceRule<Props>(spec: ResourceRuleSpec<Props>): ResourceRule {
  const tokens = spec.kinds.map(({ token }) => token);
  const validate: ResourceValidation = ({ type, name, urn, props, opts }, reportViolation) => {
    if (!tokens.includes(type) || !appliesTo(spec, urn)) return;
    const subject = { name, urn, props: props as Props, opts };
    spec.check(subject, (violation) => reportViolation(violationMessage(spec, { type, name }, violation)));
  };
  return {
    name: spec.name,
    description: describeRule(spec),
    enforcementLevel: "mandatory",
    tokens,
    // With this mark the policy server skips other resources before it unpacks their properties.
    validateResource: tokens.length === 1 ? Object.assign(validate, { __pulumiType: tokens[0] }) : validate,
  };
}
