import type { RollbackArgs } from "../../../components/rollback/rollback-args.ts";
import { clearLatch } from "../../../rollout/latch.ts";
import { testTags } from "../../support/plan-component.ts";

const elb = "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012";

/** ARN of the public rule. */
export const publicRuleArn = `${elb}:listener-rule/app/portal/1/2/3`;

/** Target groups by colour. */
export const targetGroupArns = {
  blue: `${elb}:targetgroup/portal-blue/aaaaaaaaaaaaaaaa`,
  green: `${elb}:targetgroup/portal-green/bbbbbbbbbbbbbbbb`,
} as const;

/** Topic that people are told by. */
export const alertTopicArn = "arn:aws:sns:ap-southeast-2:123456789012:alerts";

/** Args of a rollback whose candidate is green. */
export const rollbackArgs: RollbackArgs = {
  publicRuleArn,
  targetGroupArns,
  liveColour: "blue",
  compositeAlarms: {
    blue: { arn: "arn:aws:cloudwatch:ap-southeast-2:123456789012:alarm:blue-unfit", name: "blue-unfit" },
    green: { arn: "arn:aws:cloudwatch:ap-southeast-2:123456789012:alarm:green-unfit", name: "green-unfit" },
  },
  latchParameterName: "/celebrant-portal/production/rollout-latch",
  initialLatch: clearLatch,
  addressParameterName: "/celebrant-portal/production/rollout-address",
  alertTopicArn,
  automaticCheck: true,
  metricNamespace: "CelebrantPortal/production",
  region: "ap-southeast-2",
  accountId: "123456789012",
  tags: testTags,
};
