import { createRequire } from "node:module";
import type { PolicyResource, StackValidationArgs } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";
import type { PlannedResource } from "../../rehearsal/plan/planned-resource.ts";
import { stages } from "../../rollout/names.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { bothImages } from "../support/rollout.ts";

/** What the policy server wraps properties in; the package's types leave it out. */
const { unknownCheckingProxy }: { unknownCheckingProxy: <T extends object>(props: T) => T } = createRequire(
  import.meta.url,
)("@pulumi/policy/proxy.js");

/** What the engine sends in place of a string that a preview cannot know; see @pulumi/policy's proxy. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The texts that the provider alone decides: nothing that was asked for holds them. */
function computedBy({ id, inputs, outputs }: PlannedResource): readonly string[] {
  const asked = JSON.stringify(inputs);
  return [id, ...Object.values(outputs)].filter(
    (value): value is string => typeof value === "string" && value.length > 8 && !asked.includes(value),
  );
}

/** A value as a first preview has it: each text that holds what a provider decides is unknown. */
function previewed(value: unknown, computed: readonly string[]): unknown {
  if (typeof value === "string") return computed.some((part) => value.includes(part)) ? unknownText : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => previewed(entry, computed));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, previewed(entry, computed)]));
}

/** The stack as the engine shows it to the pack in the first preview, with what each property was made from. */
function firstPreview(resources: readonly PlannedResource[]): StackValidationArgs {
  const made = resources.map((resource) => ({ resource, computed: computedBy(resource) }));
  const computed = made.flatMap((one) => one.computed);
  const members = new Map<string, PolicyResource>();
  for (const { urn, type, name, inputs, outputs, protect, ignoreChanges } of resources) {
    const props = { ...(previewed(outputs, computed) as object), id: unknownText };
    members.set(urn, {
      type,
      name,
      urn,
      props: unknownCheckingProxy(props),
      opts: { protect, ignoreChanges: [...ignoreChanges], aliases: [], additionalSecretOutputs: [] } as never,
      dependencies: [],
      propertyDependencies: {},
      isType: () => false,
      asType: () => undefined,
    });
    for (const [property, value] of Object.entries(inputs)) {
      const text = JSON.stringify(value) ?? "";
      const sources = made.filter((one) => one.computed.some((part) => text.includes(part)));
      const dependencies = members.get(urn)?.propertyDependencies ?? {};
      dependencies[property] = sources.flatMap(({ resource }) => members.get(resource.urn) ?? []);
    }
  }
  return {
    resources: [...members.values()],
    stackTags: new Map(),
    getConfig: () => ({}) as never,
    notApplicable: () => undefined as never,
  };
}

describe.each(stages)("the first preview of %s", (stage) => {
  it("is refused by no policy, although it knows almost no output", async () => {
    const set = { "images.blue": bothImages.blue, "images.green": bothImages.green };
    const now = new Date("2026-11-23T20:00:00.000Z");
    const { resources } = await planFixture({ stage, set, previousRecord: null, now });
    const args = firstPreview(resources);
    const violations: string[] = [];
    let unknown = 0;
    for (const rule of rules) {
      if (!("validateStack" in rule)) continue;
      try {
        rule.validateStack(args, (message) => violations.push(`${rule.name}: ${message}`));
      } catch (error) {
        if (!(error instanceof Error) || error.constructor.name !== "UnknownValueError") throw error;
        unknown += 1;
      }
    }
    expect(violations).toEqual([]);
    // Relations are followed by what they were made from, so that most rules run all the same.
    const stackRules = rules.filter((rule) => "validateStack" in rule).length;
    expect(unknown).toBeGreaterThan(0);
    expect(unknown).toBeLessThan(stackRules / 2);
  });
});
