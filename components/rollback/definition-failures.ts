import type { PeriodMinutes } from "../../rollout/rollback-test/boundaries.ts";
import type { RollbackDefinitionOptions } from "./definition-shared.ts";
import { failureQueries } from "./failure-queries.ts";
import { type Condition, callState, isPresent, type State } from "./states-language.ts";

/** What the latch and the notice say where the check counted too many failures. */
export const failuresReason = "the check counted more failed requests of it than may be";

const latchChangedPath = "$.latch.Parameter.LastModifiedDate";
const candidateSincePath = "$.address.value.candidateSince";
const failuresErrorPath = "$.failuresError";

/** The calls that count, one after the other: one for each length of period, because an expression takes one of them. */
const counts = [
  { state: "CountByMinute", periodMinutes: 1, path: "$.failuresByMinute" },
  { state: "CountByFiveMinutes", periodMinutes: 5, path: "$.failuresByFiveMinutes" },
] as const satisfies readonly {
  readonly state: string;
  readonly periodMinutes: PeriodMinutes;
  readonly path: string;
}[];

/** Whether a check found that more of the candidate's requests fail than may. */
export const failsTooOften: Condition = {
  Or: counts.map(({ path }) => {
    const reached = `${path}.MetricDataResults[0].Values[0]`;
    return { And: [isPresent(reached), { Variable: reached, NumericGreaterThan: 0 }] };
  }),
};

/**
 * The states of a check that count the candidate's failures since its first public request: the traffic is returned where a
 * boundary of the test is reached, since then or since any later moment. An answer without a value means that nothing was counted, and moves nothing.
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
    ...Object.fromEntries(
      counts.map(({ state, periodMinutes, path }, place) => {
        // What one call shows counts, even if the other fails.
        const next = counts[place + 1]?.state ?? "JudgeFailures";
        const call = callState({
          comment: `How many boundaries of the test the candidate's failures have reached, by periods of ${periodMinutes} min`,
          action: "cloudwatch:getMetricData",
          parameters: {
            MetricDataQueries: failureQueries(rollbackTest, periodMinutes, loadBalancerArnSuffix, groups),
            "StartTime.$": "$.count.since",
            "EndTime.$": "$$.State.EnteredTime",
            // The number is the same for each period, and thousands of them would be too much for the machine's data.
            ScanBy: "TimestampDescending",
            MaxDatapoints: 1,
          },
          keep: { path },
          retries: 2,
          failure: { path: failuresErrorPath, next },
          next,
        });
        return [state, call];
      }),
    ),
    JudgeFailures: {
      Type: "Choice",
      Comment: "Against C3 or live's own rate",
      Choices: [
        { ...failsTooOften, Next: "ReturnTraffic" },
        { ...isPresent(failuresErrorPath), Next: "CheckIncomplete" },
      ],
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
    Next: counts[0].state,
  };
}
