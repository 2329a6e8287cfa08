import type {
  EnforcementLevel,
  PolicyResource,
  PolicyResourceOptions,
  ReportViolation,
  ResourceValidationArgs,
  StackValidationArgs,
} from "@pulumi/policy";
import { enforcementIn, type ResourceRule, type Rule, type StackRule } from "../../policies/rule.ts";
import { rules as everyRule } from "../../policies/rules/index.ts";
import type { PlannedResource } from "./planned-resource.ts";

/** One violation of a policy by a plan. */
export interface PolicyFinding {
  /** Name of the policy, such as `rollout-weights-are-a-step`. */
  readonly policy: string;
  /** The resource at fault. */
  readonly urn: string;
  /** The resource, what is so, the rule with its source, and the fix. */
  readonly message: string;
  readonly enforcementLevel: EnforcementLevel;
}

/**
 * Judges a plan by the policy pack's rules in this process, with the arguments that the policy server would build: a
 * resource's inputs for a rule on one resource, outputs for a rule on the stack. No value is unknown in a plan made with
 * mocks, so rules run here that a preview of a new stack has to leave for the update.
 *
 * @param rules the pack's own unless told
 * @returns findings in the order of the rules
 * @throws {Error} what a rule throws, and when a rule answers later or declares itself not applicable, which none does
 */
export function judgePlan(resources: readonly PlannedResource[], rules: readonly Rule[] = everyRule): PolicyFinding[] {
  const byType = Map.groupBy(resources, ({ type }) => type);
  const stack = stackArgs(resources);
  const stackName = resources[0]?.urn.split(":")[2] ?? "";
  const findings: PolicyFinding[] = [];
  for (const rule of rules) {
    const enforcementLevel = enforcementIn(rule, stackName);
    const reporter =
      (ownUrn: string): ReportViolation =>
      (message, urn = ownUrn) =>
        findings.push({ policy: rule.name, urn, message, enforcementLevel });
    if (isStackRule(rule)) {
      mustBeDone(rule, rule.validateStack(stack, reporter("")));
      continue;
    }
    for (const resource of rule.tokens.flatMap((token) => byType.get(token) ?? [])) {
      for (const validate of [rule.validateResource ?? []].flat()) {
        mustBeDone(rule, validate(resourceArgs(resource), reporter(resource.urn)));
      }
    }
  }
  return findings;
}

function isStackRule(rule: ResourceRule | StackRule): rule is StackRule {
  return "validateStack" in rule;
}

function mustBeDone(rule: Rule, result: Promise<void> | void): void {
  if (result !== undefined) throw new Error(`Policy ${rule.name} answers later. Write its check without async.`);
}

function resourceArgs(resource: PlannedResource): ResourceValidationArgs {
  const props = { ...resource.inputs };
  return {
    type: resource.type,
    name: resource.name,
    urn: resource.urn,
    props,
    opts: optionsOf(resource),
    ...withoutPackConfig,
    ...typeTests(resource, props),
  };
}

function stackArgs(resources: readonly PlannedResource[]): StackValidationArgs {
  const members = new Map<string, PolicyResource>();
  for (const resource of resources) {
    // The engine's outputs hold the id, the mock monitor keeps it beside them. Dependencies are not recorded in a plan.
    const props = { ...resource.outputs, id: resource.id };
    const parent = members.get(resource.parentUrn ?? "");
    members.set(resource.urn, {
      type: resource.type,
      name: resource.name,
      urn: resource.urn,
      props,
      opts: optionsOf(resource),
      ...(parent === undefined ? {} : { parent }),
      dependencies: [],
      propertyDependencies: {},
      ...typeTests(resource, props),
    });
  }
  return { resources: [...members.values()], ...withoutPackConfig };
}

const withoutPackConfig = {
  stackTags: new Map<string, string>(),
  getConfig: <T extends object>() => ({}) as T,
  notApplicable: (reason?: string): never => {
    throw new Error(`A policy declared itself not applicable: ${reason ?? "no reason given"}. Return instead.`);
  },
};

function optionsOf({ protect, ignoreChanges, parentUrn }: PlannedResource): PolicyResourceOptions {
  return {
    protect,
    ignoreChanges: [...ignoreChanges],
    aliases: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    additionalSecretOutputs: [],
    ...(parentUrn === undefined ? {} : { parent: parentUrn }),
  };
}

/** The SDK's resource classes carry their type token as a static property. */
function typeTests({ type }: PlannedResource, props: object) {
  const isType = (resourceClass: object) => "__pulumiType" in resourceClass && resourceClass.__pulumiType === type;
  return { isType, asType: (resourceClass: object) => (isType(resourceClass) ? (props as never) : undefined) };
}
