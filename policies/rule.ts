import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

/** The stages whose plans a rule judges. */
export type JudgedStage = "staging" | "production";

/** What a rule says of itself, whichever way it looks at a plan. */
export interface RuleText {
  /** Id of the policy, unique in the pack: the service, then what must hold, such as `rds-storage-encrypted`. */
  readonly name: string;
  /** What must hold, as one sentence without its full stop. */
  readonly rule: string;
  /** Where the rule comes from: a control of AWS Security Hub, an AWS documentation page, a guide id or the design. */
  readonly source: string;
  /** Stages that the rule applies to. Default: both. */
  readonly stages?: readonly JudgedStage[];
}

/** One violation as a rule states it; the resource's name and the rule's own text are added to the message. */
export interface Violation {
  /** What is so: the property and its value. Never the value of a secret. */
  readonly found: string;
  /** What to do about it, as a command without its full stop. */
  readonly fix: string;
}

/** The type tokens that a rule looks at, so that a test can tell a rule that passes by matching nothing. */
interface WithTokens {
  readonly tokens: readonly string[];
}

export interface ResourceRule extends ResourceValidationPolicy, WithTokens {}
export interface StackRule extends StackValidationPolicy, WithTokens {}
export type Rule = ResourceRule | StackRule;

/** The policy's description: the rule and its source. */
export function describeRule(text: RuleText): string {
  return `${text.rule} (${text.source}).`;
}

/** The message of a violation: which resource, what is so, the rule and its source, what to do. */
export function violationMessage(
  text: RuleText,
  resource: { type: string; name: string },
  violation: Violation,
): string {
  return `${shortType(resource.type)} ${resource.name}: ${violation.found}. ${describeRule(text)} Fix: ${violation.fix}.`;
}

/** Whether a rule judges the stack that a URN belongs to: `urn:pulumi:<stack>::<project>::<types>::<name>`. */
export function appliesTo(text: RuleText, urn: string): boolean {
  return text.stages === undefined || text.stages.some((stage) => urn.startsWith(`urn:pulumi:${stage}::`));
}

/** `aws:rds/instance:Instance` as a reader of the program knows it: `rds.Instance`. */
function shortType(token: string): string {
  const [, module = "", type = token] = token.split(":");
  return `${module.split("/")[0]}.${type}`;
}
