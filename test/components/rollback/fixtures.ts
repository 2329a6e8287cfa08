import type { RollbackDefinitionOptions } from "../../../components/rollback/definition-shared.ts";
import type { RollbackArgs } from "../../../components/rollback/rollback-args.ts";
import { clearLatch } from "../../../rollout/latch.ts";
import { planTest } from "../../rollout/rollback-test/planned-test.ts";
import { testTags } from "../../support/plan-component.ts";
import { guideSchedule } from "../../support/rollout.ts";

const elb = "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012";

/** ARN of the public rule. */
export const publicRuleArn = `${elb}:listener-rule/app/portal/1/2/3`;

/** ARN of the rule of the candidate's own host. */
export const candidateRuleArn = `${elb}:listener-rule/app/portal/1/2/4`;

/** Target groups of the public host by colour. */
export const targetGroupArns = {
  blue: `${elb}:targetgroup/portal-blue/aaaaaaaaaaaaaaaa`,
  green: `${elb}:targetgroup/portal-green/bbbbbbbbbbbbbbbb`,
} as const;

/** Target groups of the candidate's own host by colour. */
export const ownHostTargetGroupArns = {
  blue: `${elb}:targetgroup/portal-blue-own/cccccccccccccccc`,
  green: `${elb}:targetgroup/portal-green-own/dddddddddddddddd`,
} as const;

/** Topic that people are told by. */
export const alertTopicArn = "arn:aws:sns:ap-southeast-2:123456789012:alerts";

/** What the definition is built from. */
export const definitionOptions: RollbackDefinitionOptions = {
  publicRuleArn,
  candidateRuleArn,
  targetGroupArns,
  ownHostTargetGroupArns,
  alarmNames: { blue: "blue-unfit", green: "green-unfit" },
  limits: [],
  stickiness: { enabled: false, durationSeconds: 1 },
  rollbackTest: planTest(),
  loadBalancerArnSuffix: "app/portal/1",
  addressParameterName: "/celebrant-portal/production/rollout-address",
  latchParameterName: "/celebrant-portal/production/rollout-latch",
  alertTopicArn,
  metricNamespace: "CelebrantPortal/production",
};

/** Args of a rollback whose candidate is green. */
export const rollbackArgs: RollbackArgs = {
  publicRuleArn,
  candidateRuleArn,
  targetGroupArns,
  ownHostTargetGroupArns,
  liveColour: "blue",
  compositeAlarms: {
    blue: { arn: "arn:aws:cloudwatch:ap-southeast-2:123456789012:alarm:blue-unfit", name: "blue-unfit" },
    green: { arn: "arn:aws:cloudwatch:ap-southeast-2:123456789012:alarm:green-unfit", name: "green-unfit" },
  },
  latchParameterName: "/celebrant-portal/production/rollout-latch",
  initialLatch: clearLatch,
  addressParameterName: "/celebrant-portal/production/rollout-address",
  lastPromote: null,
  candidateSince: "2026-11-20T08:00:00.000Z",
  rollbackTest: planTest(),
  loadBalancerArnSuffix: "app/portal/1",
  alertTopicArn,
  automaticCheck: true,
  steps: guideSchedule.steps,
  metricNamespace: "CelebrantPortal/production",
  region: "ap-southeast-2",
  accountId: "123456789012",
  tags: testTags,
};
