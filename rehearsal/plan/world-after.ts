import { projectName } from "../../infra/config/config-keys.ts";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { latchParameter } from "../../infra/naming.ts";
import type { StackOutputs } from "../../infra/stack-outputs.ts";
import { byColour, colours, otherColour } from "../../rollout/colour.ts";
import { clearLatch } from "../../rollout/latch.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { type Split, weightsByColour } from "../../rollout/split.ts";
import type { CallAnswers } from "./provider-model/answer-call.ts";
import { plannedAccountId, plannedZone } from "./provider-model/model.ts";

const arn = (resource: string) => `arn:aws:elasticloadbalancing:ap-southeast-2:${plannedAccountId}:${resource}`;
const publicRuleArn = arn("listener-rule/app/deployed/1/2/3");
const candidateRuleArn = arn("listener-rule/app/deployed/1/2/4");
const targetGroupArns = byColour((colour) => arn(`targetgroup/deployed-${colour}/1`));

/**
 * What an update finds that comes after another one: the outputs that it left, both rules in AWS, and a clear latch.
 * Their ARNs are made up, since the program reads them and compares them with nothing that it plans. There is a latch for
 * each stage; a stage reads its own.
 *
 * @param realWeights what the rule gives each colour; default what the record says
 */
export function worldAfter(
  record: RolloutRecord,
  realWeights: Split = weightsByColour(record.liveColour, record.weightPercent),
): Pick<CallAnswers, "stackOutputs" | "listenerRules" | "parameters"> {
  return {
    stackOutputs: {
      rollout: record,
      publicRuleArn,
      targetGroupArns,
      candidateRuleArn,
      accountId: plannedAccountId,
      dnsZone: plannedZone,
    } satisfies Partial<StackOutputs>,
    listenerRules: {
      [publicRuleArn]: Object.fromEntries(colours.map((colour) => [targetGroupArns[colour], realWeights[colour]])),
      [candidateRuleArn]: { [targetGroupArns[otherColour(record.liveColour)]]: 1 },
    },
    parameters: Object.fromEntries(
      stages.map((stage) => [latchParameter(projectName, stage).name, JSON.stringify(clearLatch)]),
    ),
  };
}
