import { Listener } from "@pulumi/aws/lb/listener.js";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import type { EnforcementLevel, ResourceValidation } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../../policies/rule.ts";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import { judgePlan } from "../../../rehearsal/plan/policy-findings.ts";

const component: PlannedResource = {
  type: "celebrant:traffic:Traffic",
  name: "portal",
  urn: "urn:pulumi:production::celebrant-portal::celebrant:traffic:Traffic::portal",
  custom: false,
  id: "",
  inputs: {},
  outputs: {},
  secretPaths: [],
  ignoreChanges: [],
  protect: false,
};

const rule: PlannedResource = {
  type: "aws:lb/listenerRule:ListenerRule",
  name: "portal-public",
  urn: "urn:pulumi:production::celebrant-portal::celebrant:traffic:Traffic$aws:lb/listenerRule:ListenerRule::portal-public",
  parentUrn: component.urn,
  custom: true,
  id: "rule-1",
  inputs: { priority: 1 },
  outputs: { priority: 1, arn: "arn:rule-1" },
  secretPaths: [],
  ignoreChanges: ["tags"],
  protect: true,
};

const witness = { name: "witness", description: "Tells what it sees.", tokens: [rule.type] };

/** A rule that reports what it is given. */
const resourceWitness = (validateResource: ResourceValidation, enforcementLevel?: EnforcementLevel): Rule => ({
  ...witness,
  validateResource,
  ...(enforcementLevel === undefined ? {} : { enforcementLevel }),
});

describe("judgePlan", () => {
  it("gives a resource rule the inputs, the options and the SDK's type tests", () => {
    const tell = resourceWitness((args, report) => {
      const { type, name, props, opts } = args;
      const types = [args.isType(ListenerRule), args.isType(Listener), args.asType(ListenerRule)?.priority];
      report(JSON.stringify({ type, name, props, opts, types, other: args.asType(Listener) ?? null }));
    }, "advisory");
    const findings = judgePlan([component, rule], [tell]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ policy: "witness", urn: rule.urn, enforcementLevel: "advisory" });
    expect(JSON.parse(findings[0]?.message ?? "")).toEqual({
      type: rule.type,
      name: "portal-public",
      props: { priority: 1 },
      opts: {
        protect: true,
        ignoreChanges: ["tags"],
        aliases: [],
        customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
        additionalSecretOutputs: [],
        parent: component.urn,
      },
      types: [true, false, 1],
      other: null,
    });
  });

  it("gives a stack rule every resource with outputs, id and parent", () => {
    const tell: Rule = {
      ...witness,
      validateStack: ({ resources }, report) => {
        for (const { props, urn, parent } of resources) report(JSON.stringify({ props, parent: parent?.name }), urn);
      },
    };
    const findings = judgePlan([component, rule], [tell]);
    expect(findings.map(({ urn, message }) => [urn, JSON.parse(message)])).toEqual([
      [component.urn, { props: { id: "" } }],
      [rule.urn, { props: { priority: 1, arn: "arn:rule-1", id: "rule-1" }, parent: "portal" }],
    ]);
  });

  it("lets no rule change the plan", () => {
    const meddler = resourceWitness(({ props }) => {
      props["priority"] = 2;
    });
    judgePlan([rule], [meddler]);
    expect(rule.inputs).toEqual({ priority: 1 });
  });

  it("refuses a rule that answers later, because its findings would be lost", () => {
    const late = resourceWitness(async () => {});
    expect(() => judgePlan([rule], [late])).toThrow("Policy witness answers later. Write its check without async.");
  });

  it("refuses a rule that declares itself not applicable", () => {
    const shy = resourceWitness(({ notApplicable }) => notApplicable("no rule here"));
    expect(() => judgePlan([rule], [shy])).toThrow(
      "A policy declared itself not applicable: no rule here. Return instead.",
    );
  });

  it("judges an empty plan by the whole pack", () => {
    expect(judgePlan([])).toEqual([]);
  });
});
