import { expect, it } from "vitest";
import { colourOfName, isRuleName, type RuleRole, ruleName } from "../../rollout/logical-names.ts";

it.each<[RuleRole, string]>([
  ["public", "portal-production-public"],
  ["candidate", "portal-production-candidate"],
])("names the %s rule, and knows it by that name", (role, logicalName) => {
  expect(ruleName("portal-production", role)).toBe(logicalName);
  expect(isRuleName(logicalName, role)).toBe(true);
});

it.each(["portal-production-candidate", "portal-production-notpublic", "public", "portal-public-alarm"])(
  "does not take %s for the public rule",
  (logicalName) => expect(isRuleName(logicalName, "public")).toBe(false),
);

it.each([
  ["portal-staging-blue", "blue"],
  ["portal-staging-green", "green"],
  ["portal-blue-staging", undefined],
  ["portal-staging-lightblue", undefined],
])("reads the colour from the end of %s", (logicalName, colour) => expect(colourOfName(logicalName)).toBe(colour));
