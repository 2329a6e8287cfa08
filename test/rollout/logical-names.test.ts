import { expect, it } from "vitest";
import {
  isColourAlarm,
  isRollbackAddressName,
  isRuleName,
  type RuleRole,
  rollbackAddressName,
  ruleName,
} from "../../rollout/logical-names.ts";

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
  ["portal-staging-blue-error-rate", true],
  ["portal-staging-green-error-rate-hourly", true],
  ["portal-staging-blue-weighted", false],
  ["portal-staging-blue-unfit", false],
])("tells whether %s is an alarm on the error rate: %s", (logicalName, expected) => {
  expect(isColourAlarm(logicalName, "error-rate")).toBe(expected);
});

it("names the rollback's address, and knows it by that name", () => {
  expect(rollbackAddressName("portal-production")).toBe("portal-production-rollback-address");
  expect(isRollbackAddressName("portal-production-rollback-address")).toBe(true);
  expect(isRollbackAddressName("portal-production-latch")).toBe(false);
});
