import { expect, it } from "vitest";
import { isLimitReason, limitedSteps, limitReason, targetGroupArnSuffix } from "../../rollout/rollback-machine.ts";
import { guideSchedule } from "../support/rollout.ts";

const arn = "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:targetgroup/portal-blue/aaaaaaaaaaaaaaaa";

it("names a target group as CloudWatch does", () => {
  expect(targetGroupArnSuffix(arn)).toBe("targetgroup/portal-blue/aaaaaaaaaaaaaaaa");
});

it.each(["portal-blue", arn.replace("targetgroup/", "loadbalancer/"), ""])("refuses %j as a target group", (text) => {
  expect(() => targetGroupArnSuffix(text)).toThrow(`"${text}" is not a target group ARN`);
});

it("knows the reasons of limits by their words", () => {
  const [first, ...others] = guideSchedule.steps;
  if (first === undefined) throw new Error("The guide has steps.");
  const steps = limitedSteps([{ ...first, weightPercent: 25, limitSeconds: 7 * 86_400 }, ...others]);
  expect(steps.map(limitReason)).toEqual(["the 25 % step reached its limit of 7 d"]);
  expect(steps.map(limitReason).every(isLimitReason)).toBe(true);
});

it.each([
  "portal-production-green-unfit",
  "the 25 % step reached its limit of nothing",
  "INC-4: the 25 % step reached its limit of 7 d",
  "the first % step reached its limit of 7 d",
])("takes %j for no limit's", (reason) => expect(isLimitReason(reason)).toBe(false));
