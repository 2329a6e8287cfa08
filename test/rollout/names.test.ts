import { describe, expect, it } from "vitest";
import {
  failureAlarm,
  isFailureAlarm,
  isIndicator,
  isRollbackAddressName,
  isRuleName,
  type RuleRole,
  readStepsTag,
  rollbackAddressName,
  ruleName,
  weightedAlarm,
  writeStepsTag,
} from "../../rollout/names.ts";

describe("readStepsTag", () => {
  it.each([
    ["5 25 50 100", [5, 25, 50, 100]],
    ["100", [100]],
  ])("reads %s", (tag, weights) => expect(readStepsTag(tag)).toEqual(weights));

  it.each(["", "5 25 50", "0 100", "50 25 100", "5.5 100", "5,25,100", "5  100"])("refuses %j", (tag) =>
    expect(readStepsTag(tag)).toBeUndefined(),
  );
});

it("reads back what writeStepsTag writes", () => {
  expect(writeStepsTag([5, 25, 50, 100])).toBe("5 25 50 100");
  expect(readStepsTag(writeStepsTag([5, 25, 50, 100]))).toEqual([5, 25, 50, 100]);
});

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
  [`portal-staging-blue-${failureAlarm(7, 10)}`, true, false],
  ["portal-staging-green-error-rate-4-of-60", true, false],
  ["portal-staging-blue-response-time", false, false],
  [`portal-staging-blue-${weightedAlarm}`, false, true],
  ["portal-staging-blue-idle-within-60m", false, true],
  ["portal-staging-blue-at-most-6-in-60m", false, true],
  ["portal-staging-blue-unfit", false, false],
])("tells whether %s is an alarm on failures: %s, or an indicator: %s", (logicalName, onFailures, indicator) => {
  expect(isFailureAlarm(logicalName)).toBe(onFailures);
  expect(isIndicator(logicalName)).toBe(indicator);
});

it("names the rollback's address, and knows it by that name", () => {
  expect(rollbackAddressName("portal-production")).toBe("portal-production-rollback-address");
  expect(isRollbackAddressName("portal-production-rollback-address")).toBe(true);
  expect(isRollbackAddressName("portal-production-latch")).toBe(false);
});
