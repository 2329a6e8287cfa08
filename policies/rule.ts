/**
 * How a rule is written. A rule looks either at each resource by itself (`resourceRule`, `requireTrue`) or at a whole
 * stack (`stackRule`, and `requireLink` in links.ts).
 */
import type {
  EnforcementLevel,
  PolicyResource,
  PolicyResourceOptions,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Stage } from "../rollout/names.ts";
import type { Kind } from "./kinds.ts";

/** What a rule says of itself, whichever way it looks at a plan. */
export interface RuleText {
  /** Id of the policy, unique in the pack: the service, then what must hold, such as `rds-storage-encrypted`. */
  readonly name: string;
  /** What must hold, as one sentence with "must" or "may", without its full stop. */
  readonly rule: string;
  /** Where the rule comes from: an AWS control or guide, `deployment guide` and an id of docs/guide-map.md, or
   * `project rule`. */
  readonly source: string;
  /** Stages that the rule applies to. Default: both. In another stage it judges nothing. */
  readonly stages?: readonly Stage[];
  /** Stages in which a violation is a warning and stops nothing. Default: none, so that it stops the update. */
  readonly advisoryIn?: readonly Stage[];
}

/** One violation as a rule states it; the resource's name and the rule's own text are added to the message. */
export interface Violation {
  /** What is wrong: the property and its value. Never the value of a secret. */
  readonly found: string;
  /** What to do about it, as a command without its full stop. */
  readonly fix: string;
}

interface RuleScope {
  /** The type tokens that a rule looks at, so that a test finds a rule that passes by matching nothing. */
  readonly tokens: readonly string[];
  readonly advisoryIn?: readonly Stage[];
}

export interface ResourceRule extends ResourceValidationPolicy, RuleScope {}
export interface StackRule extends StackValidationPolicy, RuleScope {}
export type Rule = ResourceRule | StackRule;

/**
 * Whether a violation stops an update of a stack (`mandatory`) or is shown with it (`advisory`).
 *
 * @param stack name of the stack; one that is no stage is judged like the strictest
 */
export function enforcementIn(rule: Rule, stack: string): EnforcementLevel {
  const isAdvisory = rule.advisoryIn?.some((stage) => stage === stack) === true;
  return isAdvisory ? "advisory" : (rule.enforcementLevel ?? "mandatory");
}

/** A resource by itself, before it is created or changed. */
interface Subject<Props> {
  /** Its type token, for a rule on several kinds. */
  readonly type: string;
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

/** A policy on each resource of some kinds, judged before the resource is created or changed. */
export function resourceRule<Props>(spec: ResourceRuleSpec<Props>): ResourceRule {
  const tokens = spec.kinds.map(({ token }) => token);
  const validate: ResourceValidation = ({ type, name, urn, props, opts }, reportViolation) => {
    if (!tokens.includes(type) || !appliesTo(spec, urn)) return;
    const subject = { type, name, urn, props: props as Props, opts };
    spec.check(subject, (violation) => reportViolation(violationMessage(spec, { type, name }, violation)));
  };
  return {
    name: spec.name,
    description: describeRule(spec),
    enforcementLevel: "mandatory",
    advisoryIn: spec.advisoryIn ?? [],
    tokens,
    // With this mark the policy server skips other resources before it unpacks their properties.
    validateResource: tokens.length === 1 ? Object.assign(validate, { __pulumiType: tokens[0] }) : validate,
  };
}

/**
 * A `resourceRule` for a switch: the property must be true, and leaving it out is a violation.
 *
 * @param text the rule, with `fix` where "set the property to true" does not say enough
 */
export function requireTrue<Props>(
  kind: Kind<Props>,
  property: keyof Props & string,
  { fix = `set ${property} to true`, ...text }: RuleText & { readonly fix?: string },
): ResourceRule {
  return resourceRule({
    ...text,
    kinds: [kind],
    check({ props }, report) {
      if (props[property] !== true) report({ found: shown(property, props[property]), fix });
    },
  });
}

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
  /** The first resource of each type, also of types that no rule knows. */
  readonly types: () => readonly { readonly type: string; readonly name: string; readonly urn: string }[];
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
 * A policy on resources and their relations. The engine judges it at the end of a preview or an update, the
 * in-process planner with every value known.
 */
export function stackRule(spec: StackRuleSpec): StackRule {
  return {
    name: spec.name,
    description: describeRule(spec),
    enforcementLevel: "mandatory",
    advisoryIn: spec.advisoryIn ?? [],
    tokens: spec.kinds.map(({ token }) => token),
    validateStack: ({ resources }, reportViolation) => {
      const byType = groupByType(resources);
      const all = <Props>(kind: Kind<Props>) =>
        (byType.get(kind.token) ?? []).filter(({ urn }) => appliesTo(spec, urn)) as Member<Props>[];
      spec.check({ all, types: () => firstOfEach(byType, spec) }, (resource, violation) =>
        reportViolation(violationMessage(spec, resource, violation), resource.urn),
      );
    },
  };
}

/** A property and its value as a message shows them: `multiAz is false`, `sslPolicy is not set`. */
export function shown(property: string, value: unknown): string {
  if (value === undefined || value === null || value === "") return `${property} is not set`;
  return `${property} is ${typeof value === "string" ? value : JSON.stringify(value)}`;
}

/** The policy's description: the rule and its source. */
function describeRule(text: RuleText): string {
  return `${text.rule} (${text.source}).`;
}

/** The message of a violation: which resource, what is wrong, the rule and its source, what to do. */
function violationMessage(text: RuleText, resource: { type: string; name: string }, violation: Violation): string {
  return `${shortType(resource.type)} ${resource.name}: ${violation.found}. ${describeRule(text)} Fix: ${violation.fix}.`;
}

/** `aws:rds/instance:Instance` as a reader of the program knows it: `rds.Instance`. */
function shortType(token: string): string {
  const [, module = "", type = token] = token.split(":");
  return `${module.split("/")[0]}.${type}`;
}

/** Whether a rule judges the stack that a URN belongs to: `urn:pulumi:<stack>::<project>::<types>::<name>`. */
function appliesTo(text: RuleText, urn: string): boolean {
  return text.stages === undefined || text.stages.some((stage) => urn.startsWith(`urn:pulumi:${stage}::`));
}

const groupsOf = new WeakMap<readonly PolicyResource[], ReadonlyMap<string, readonly PolicyResource[]>>();

/** Kept for as long as the list lives: the in-process planner gives every rule the same one. */
function groupByType(resources: readonly PolicyResource[]): ReadonlyMap<string, readonly PolicyResource[]> {
  const groups = groupsOf.get(resources) ?? Map.groupBy(resources, ({ type }) => type);
  groupsOf.set(resources, groups);
  return groups;
}

function firstOfEach(
  byType: ReadonlyMap<string, readonly PolicyResource[]>,
  spec: RuleText,
): readonly PolicyResource[] {
  return [...byType.values()].flatMap(([first]) => (first !== undefined && appliesTo(spec, first.urn) ? [first] : []));
}
