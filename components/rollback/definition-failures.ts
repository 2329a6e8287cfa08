import type { RollbackDefinitionOptions } from "./definition-shared.ts";
import { failureQueries } from "./failure-queries.ts";
import { type Condition, callState, isPresent, type State } from "./states-language.ts";

/** What the latch and the notice say where the check counted too many failures. */
export const failuresReason = "the check counted more failed requests of it than may be";

const latchChangedPath = "$.latch.Parameter.LastModifiedDate";
const candidateSincePath = "$.address.value.candidateSince";
const reachedPath = "$.failures.MetricDataResults[0].Values[0]";

/** Whether a check found that more of the candidate's requests fail than may. */
export const failsTooOften: Condition = {
  And: [isPresent(reachedPath), { Variable: reachedPath, NumericGreaterThan: 0 }],
};

/**
 * The states of a check that count the candidate's failures since its first public request: the traffic is returned where a
 * boundary of the test is reached. An answer without a value means that nothing was counted, and moves nothing.
 *
 * The count begins where the candidate became what it is, or later: where the latch was cleared, because a person has then
 * decided that the same release may go out again. Before its first step the candidate has no public requests.
 */
export function failureStates(options: RollbackDefinitionOptions): Record<string, State> {
  const { addressParameterName, rollbackTest, loadBalancerArnSuffix } = options;
  const groups = { candidate: "$.plan.groups.candidate", live: "$.plan.groups.live" };
  return {
    ReadAddress: callState({
      comment: "Since when the candidate is the one that it is",
      action: "ssm:getParameter",
      parameters: { Name: addressParameterName },
      keep: { selector: { "value.$": "States.StringToJson($.Parameter.Value)" }, path: "$.address" },
      retries: 2,
      failure: { path: "$.addressError", next: "CheckIncomplete" },
      next: "SinceWhen",
    }),
    SinceWhen: {
      Type: "Choice",
      Comment: "A release that may go out again begins anew where its latch was cleared",
      Choices: [
        { Not: isPresent(candidateSincePath), Next: "CheckIncomplete" },
        {
          And: [
            isPresent(latchChangedPath),
            { Variable: latchChangedPath, IsTimestamp: true },
            { Variable: candidateSincePath, TimestampLessThanPath: latchChangedPath },
          ],
          Next: "SinceLatchCleared",
        },
      ],
      Default: "SinceCandidate",
    },
    SinceLatchCleared: beginning(latchChangedPath),
    SinceCandidate: beginning(candidateSincePath),
    CountFailures: callState({
      comment: "How many boundaries of the test the candidate's failures have reached",
      action: "cloudwatch:getMetricData",
      parameters: {
        MetricDataQueries: failureQueries(rollbackTest, loadBalancerArnSuffix, groups),
        "StartTime.$": "$.count.since",
        "EndTime.$": "$$.State.EnteredTime",
        // The number is the same for each minute, and thousands of them would be too much for the machine's data.
        ScanBy: "TimestampDescending",
        MaxDatapoints: 1,
      },
      keep: { path: "$.failures" },
      retries: 2,
      failure: { path: "$.failuresError", next: "CheckIncomplete" },
      next: "JudgeFailures",
    }),
    JudgeFailures: {
      Type: "Choice",
      Comment: "Against C3 or live's own rate",
      Choices: [{ ...failsTooOften, Next: "ReturnTraffic" }],
      Default: "PublishWeights",
    },
  };
}

function beginning(path: string): State {
  return {
    Type: "Pass",
    Comment: "Where the count begins",
    Parameters: { "since.$": path },
    ResultPath: "$.count",
    Next: "CountFailures",
  };
}
