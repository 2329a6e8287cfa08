import { beforeAll, describe, expect, it } from "vitest";
import type { StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import { judgeAlarms } from "../../rollout/gate/judge-gate.ts";
import { namingStage } from "../../rollout/move.ts";
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
  stages,
  weightedAlarm,
  writeStepsTag,
} from "../../rollout/names.ts";
import { serviceProblem } from "../../rollout/standing-problems.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { digest } from "../support/rollout.ts";

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

/** The URNs that the target of a command names. Pulumi's `**` stands for anything, `*` for anything without a colon. */
function targeted(sentence: string, urns: readonly string[]): readonly string[] {
  const glob = /--target '([^']+)' --target-dependents --stack/.exec(sentence)?.[1];
  if (glob === undefined) throw new Error(`No target in: ${sentence}`);
  const escaped = glob.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  const pattern = escaped.replace(/\*\*|\*/g, (stars) => (stars === "**" ? ".*" : "[^:]*"));
  return urns.filter((urn) => new RegExp(`^${pattern}$`).test(urn));
}

describe.each(stages)("what is missing of %s in AWS", (stage) => {
  let plan: StagePlan;
  beforeAll(async () => {
    const set = { "images.blue": digest("a"), "images.green": digest("b") };
    plan = await planFixture({ stage, previousRecord: null, now: new Date("2026-11-23T12:00:00Z"), set });
  });

  it("is an alarm: the command names that one resource, by the name that AWS has", () => {
    const { resources, outputs } = plan;
    const names = Object.values(outputs["watchedAlarmNames"] as Record<string, string[]>).flat();
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const [finding] = judgeAlarms({ [name]: "MISSING" });
      const found = targeted(
        finding?.sentence ?? "",
        resources.map(({ urn }) => urn),
      );
      const alarms = resources
        .filter((one) => found.includes(one.urn))
        .map((one) => one.outputs["alarmName"] ?? one.outputs["name"]);
      expect(alarms).toEqual([name]);
    }
  });

  it.each(["blue", "green"] as const)(
    "is the service of %s: the command names that one resource and the stage",
    (colour) => {
      const { resources, outputs } = plan;
      const sentence = namingStage(serviceProblem(colour, null, "arn:planned") ?? "", stage);
      const found = targeted(
        sentence,
        resources.map(({ urn }) => urn),
      );
      const services = resources.filter(({ urn }) => found.includes(urn)).map((one) => one.outputs["name"]);
      expect(services).toEqual([(outputs["serviceNames"] as Record<string, string>)[colour]]);
      expect(sentence).toMatch(new RegExp(`--stack ${stage}, which creates it again\\.$`));
    },
  );
});
