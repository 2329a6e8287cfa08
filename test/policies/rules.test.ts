import { describe, expect, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";
import { judgePlan } from "../../rehearsal/plan/policy-findings.ts";
import { bucketCases } from "./fixtures/buckets.ts";
import { colourCases } from "./fixtures/colours.ts";
import { containerCases } from "./fixtures/containers.ts";
import { databaseCases } from "./fixtures/database.ts";
import { databaseOperationCases } from "./fixtures/database-operation.ts";
import { loadBalancerCases } from "./fixtures/load-balancer.ts";
import { networkCases } from "./fixtures/network.ts";
import { permissionCases } from "./fixtures/permissions.ts";
import type { RuleCases } from "./fixtures/planned.ts";
import { publicRuleCases } from "./fixtures/public-rule.ts";
import { safekeepingCases } from "./fixtures/safekeeping.ts";
import { serviceCases } from "./fixtures/services.ts";
import { watchingCases } from "./fixtures/watching.ts";

const cases: readonly RuleCases[] = [
  ...publicRuleCases,
  ...colourCases,
  ...bucketCases,
  ...containerCases,
  ...databaseOperationCases,
  ...databaseCases,
  ...loadBalancerCases,
  ...networkCases,
  ...permissionCases,
  ...safekeepingCases,
  ...serviceCases,
  ...watchingCases,
];

describe.each(cases)("$rule.name", ({ rule, passes, fails }) => {
  it.each(Object.entries(passes))("passes: %s", (_label, plan) => {
    expect(plan.some(({ type }) => rule.tokens.includes(type))).toBe(true);
    expect(judgePlan(plan, [rule])).toEqual([]);
  });

  it.each(Object.entries(fails))("finds: %s", (_label, { plan, messages }) => {
    const findings = judgePlan(plan, [rule]);
    expect(findings.map(({ message }) => message)).toEqual(messages);
    for (const finding of findings) {
      expect(finding).toMatchObject({ policy: rule.name, enforcementLevel: "mandatory" });
      expect(plan.map(({ urn }) => urn)).toContain(finding.urn);
    }
  });
});

it("has a passing and a failing fixture for every rule of the pack", () => {
  const complete = cases.filter(({ passes, fails }) => Object.keys(passes).length > 0 && Object.keys(fails).length > 0);
  expect(complete.map(({ rule }) => rule.name).sort()).toEqual(rules.map(({ name }) => name).sort());
});
