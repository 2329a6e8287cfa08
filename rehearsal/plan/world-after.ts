import { projectName } from "../../infra/config/config-keys.ts";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { latchParameter } from "../../infra/naming.ts";
import type { RecordedOutputs, StackOutputs } from "../../infra/stack-outputs.ts";
import { byColour, type Colour, colours } from "../../rollout/colour.ts";
import { clearLatch } from "../../rollout/latch.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { type Split, weightsByColour } from "../../rollout/split.ts";
import type { CallAnswers } from "./provider-model/answer-call.ts";
import { plannedAccountId, plannedZone } from "./provider-model/model.ts";

const arn = (resource: string) => `arn:aws:elasticloadbalancing:ap-southeast-2:${plannedAccountId}:${resource}`;
const publicRuleArn = arn("listener-rule/app/deployed/1/2/3");
const candidateRuleArn = arn("listener-rule/app/deployed/1/2/4");
const targetGroupArns = byColour((colour) => arn(`targetgroup/deployed-${colour}/1`));
const ownHostTargetGroupArns = byColour((colour) => arn(`targetgroup/deployed-${colour}-own/1`));

/** What a program reads of the update before. */
const madeUp = {
  publicRuleArn,
  targetGroupArns,
  ownHostTargetGroupArns,
  candidateRuleArn,
  accountId: plannedAccountId,
  dnsZone: plannedZone,
  region: "ap-southeast-2",
  loadBalancerArn: arn("loadbalancer/app/deployed/1"),
  latchParameterName: "/deployed/latch",
  alertTopicArn: `arn:aws:sns:ap-southeast-2:${plannedAccountId}:deployed`,
  rollbackStateMachineArn: `arn:aws:states:ap-southeast-2:${plannedAccountId}:stateMachine:deployed`,
  clusterArn: `arn:aws:ecs:ap-southeast-2:${plannedAccountId}:cluster/deployed`,
  serviceNames: byColour((colour) => `deployed-${colour}`),
  taskDefinitionArns: byColour((colour) => deployedTaskDefinitionArn(colour)),
  oneOffTaskDefinitionArns: { blue: null, green: null },
  privateSubnetIds: ["subnet-1"],
  apiSecurityGroupId: "sg-1",
  watchedAlarmNames: { ...byColour((colour) => [`deployed-${colour}-errors`]), shared: [] },
  compositeAlarmNames: byColour((colour) => `deployed-${colour}`),
  dashboardName: "deployed",
  metricNamespace: "Deployed/deployed",
  imageRepositoryUrl: `${plannedAccountId}.dkr.ecr.ap-southeast-2.amazonaws.com/deployed`,
  endpoints: { api: "https://api.invalid", candidateApi: "https://api-v2.invalid", frontend: "https://invalid" },
} satisfies Partial<StackOutputs>;

/** The task definition that the made-up last update left each colour on. */
export function deployedTaskDefinitionArn(colour: Colour): string {
  return `arn:aws:ecs:ap-southeast-2:${plannedAccountId}:task-definition/deployed-${colour}:1`;
}

/**
 * What an update finds that comes after another one: the outputs that it left, both rules in AWS, and a clear latch.
 * Their ARNs are made up, since the program reads them and compares them with nothing that it plans. There is a latch for
 * each stage; a stage reads its own.
 *
 * @param realWeights what the rule gives each colour; default what the record says
 * @param outputs those that are not made up
 */
export function worldAfter(
  record: RolloutRecord,
  realWeights: Split = weightsByColour(record.liveColour, record.weightPercent),
  outputs: RecordedOutputs = {},
): Pick<CallAnswers, "stackOutputs" | "listenerRules" | "parameters"> {
  return {
    stackOutputs: { ...madeUp, rollout: record, ...outputs },
    listenerRules: {
      [publicRuleArn]: Object.fromEntries(colours.map((colour) => [targetGroupArns[colour], realWeights[colour]])),
      [candidateRuleArn]: Object.fromEntries(
        colours.map((colour) => [ownHostTargetGroupArns[colour], colour === record.liveColour ? 0 : 100]),
      ),
    },
    parameters: Object.fromEntries(
      stages.map((stage) => [latchParameter(projectName, stage).name, JSON.stringify(clearLatch)]),
    ),
  };
}
