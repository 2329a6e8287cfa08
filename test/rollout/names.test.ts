import { describe, expect, it } from "vitest";
import {
  failureAlarm,
  isCandidateAlarmRule,
  isFailureAlarm,
  isIndicator,
  isRollbackAddressName,
  isRuleName,
  isSigningKeyResource,
  logicalNameOf,
  type RuleRole,
  readStepsTag,
  rollbackAddressName,
  ruleName,
  secretResource,
  signingKeyResource,
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
  ["portal-staging-green-error-rate-4-of-12", true, false],
  ["portal-staging-blue-response-time", false, false],
  [`portal-staging-blue-${weightedAlarm}`, false, true],
  ["portal-staging-blue-idle-within-60m", false, true],
  ["portal-staging-blue-at-most-6-in-60m", false, true],
  ["portal-staging-blue-unfit", false, false],
  ["portal-staging-blue-error-rate-7-of-10-topic", false, false],
  ["portal-staging-blue-error-rate-12-of-60", true, false],
  ["portal-staging-blue-at-most-12-in-60m", false, true],
  ["portal-staging-weighted-topic", false, false],
])("tells whether %s is an alarm on failures: %s, or an indicator: %s", (logicalName, onFailures, indicator) => {
  expect(isFailureAlarm(logicalName)).toBe(onFailures);
  expect(isIndicator(logicalName)).toBe(indicator);
});

it("knows the rule that listens to the candidate's alarm, in any stage", () => {
  expect(isCandidateAlarmRule("portal-staging-candidate-alarm")).toBe(true);
  expect(isCandidateAlarmRule("portal-staging-candidate-alarm-role")).toBe(false);
  expect(isCandidateAlarmRule("-candidate-alarm-of-portal")).toBe(false);
});

it("takes what Pulumi appended off a name in AWS, and no more", () => {
  expect(logicalNameOf("portal-staging-rollback-0a1b2c3")).toBe("portal-staging-rollback");
  expect(logicalNameOf("portal-staging-rollback")).toBe("portal-staging-rollback");
  expect(logicalNameOf("portal-0a1b2c3-rollback")).toBe("portal-0a1b2c3-rollback");
});

describe("the resources of secrets", () => {
  it("have the variable's name, and from the second version on its number", () => {
    expect(secretResource("STRIPE_SECRET_KEY", 1)).toBe("stripe-secret-key");
    expect(secretResource("STRIPE_SECRET_KEY", 2)).toBe("stripe-secret-key.2");
  });

  it("of a signing key have its number, except the first", () => {
    expect([1, 2, 12].map(signingKeyResource)).toEqual(["secret-key", "secret-key.2", "secret-key.12"]);
  });

  it.each([1, 2, 12])("are told from those of signing key %s", (number) => {
    expect(isSigningKeyResource(`portal-production-${signingKeyResource(number)}`)).toBe(true);
    expect(isSigningKeyResource(`portal-staging-${signingKeyResource(number)}`)).toBe(true);
    expect(isSigningKeyResource(`portal-production-stripe-${signingKeyResource(number)}`)).toBe(false);
    expect(isSigningKeyResource(`my-portal-production-${signingKeyResource(number)}`)).toBe(false);
    expect(isSigningKeyResource(`portal-production-${signingKeyResource(number)}-old`)).toBe(false);
    expect(isSigningKeyResource(`portal-production-${signingKeyResource(number)}.next`)).toBe(false);
  });
});

it("names the rollback's address, and knows it by that name", () => {
  expect(rollbackAddressName("portal-production")).toBe("portal-production-rollback-address");
  expect(isRollbackAddressName("portal-production-rollback-address")).toBe(true);
  expect(isRollbackAddressName("portal-production-latch")).toBe(false);
});
