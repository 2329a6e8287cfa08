import { describe, expect, it } from "vitest";
import { readSavedPlan } from "../../../cli/ports/saved-plan.ts";
import { recorded } from "./recorded.ts";

const type = "pulumi-nodejs:dynamic:Resource";
const provider = {
  urn: "urn:pulumi:production::portal::pulumi:providers:pulumi-nodejs::default",
  type: "pulumi:providers:pulumi-nodejs",
  name: "default",
  operations: ["update"],
};
const rule = {
  urn: `urn:pulumi:production::portal::celebrant:traffic:Traffic$${type}::portal-production-public`,
  type,
  name: "portal-production-public",
  operations: ["update"],
  properties: ["actions", "weight"],
};

describe("readSavedPlan", () => {
  it("reads a step: the rule's own inputs, the provider's, and the record", () => {
    expect(readSavedPlan(recorded("step.plan.json"))).toEqual({
      changes: [rule, { ...provider, properties: ["portal:w"] }],
      outputs: ["rollout"],
    });
  });

  it("finds nothing in a plan that changes nothing", () => {
    expect(readSavedPlan(recorded("idle.plan.json"))).toEqual({ changes: [], outputs: [] });
  });

  it("reads every kind of change, and each output that comes, goes or differs", () => {
    const { changes, outputs } = readSavedPlan(recorded("many-changes.plan.json"));
    const change = (name: string, operations: string[], properties: string[]) => ({
      urn: `urn:pulumi:production::portal::${type}::${name}`,
      type,
      name,
      operations,
      properties,
    });
    expect(changes).toEqual([
      rule,
      change("arriving", ["create"], ["n", "size"]),
      // A deletion has no goal in the plan.
      change("leaving", ["delete"], []),
      // A name may hold what separates the parts of an URN.
      change("odd::name", ["update"], ["size", "tags"]),
      change("zoned", ["create-replacement", "replace", "delete-replaced"], ["zone"]),
      { ...provider, properties: ["portal:stage", "portal:w", "pulumi-nodejs:region"] },
    ]);
    expect(outputs).toEqual(["added", "dropped", "rollout"]);
  });

  it("keeps the order in which a resource is deleted before its replacement", () => {
    const zoned = readSavedPlan(recorded("replace-in-place.plan.json")).changes.find(({ name }) => name === "zoned");
    expect(zoned?.operations).toEqual(["delete-replaced", "replace", "create-replacement"]);
  });

  it("counts the creation of a stack and of its provider as changes", () => {
    const { changes } = readSavedPlan(recorded("first.plan.json"));
    expect(changes.map(({ name, operations }) => [name, operations])).toEqual([
      ["zoned", ["create"]],
      ["default", ["create"]],
      ["portal-other", ["create"]],
    ]);
  });

  it.each(["", "{", "{}", "[]", '{"resourcePlans":[]}', '{"resourcePlans":{"urn":{"steps":"update"}}}'])(
    "refuses %j, which is no plan",
    (text) => {
      expect(() => readSavedPlan(text)).toThrow(TypeError);
      expect(() => readSavedPlan(text)).toThrow("Pulumi saved a plan that cannot be read:");
    },
  );
});
