import type { SetLatch } from "../../rollout/latch.ts";
import { alarmIsFiring, latchIsMissing, latchIsSet, limitIsReached } from "./definition-check.ts";
import { failsTooOften, failuresReason } from "./definition-failures.ts";
import { afterLatch } from "./definition-frontend.ts";
import { isLiveKnown, isStartedBy, type Limit, type RollbackDefinitionOptions } from "./definition-shared.ts";
import { callState, isPresent, type State } from "./states-language.ts";

/** The states after the move: why it was made, and the latch that keeps it. A latch that is set keeps its first reason. */
export function recordStates(options: RollbackDefinitionOptions): Record<string, State> {
  const { latchParameterName, limits } = options;
  const candidate = { "rolledBack.$": "$.plan.candidate" } satisfies LatchFields;
  return {
    WhyReturned: {
      Type: "Choice",
      Comment: "The reason is written in the latch and in the notice",
      Choices: [
        { ...latchIsSet, Next: "BecauseOfSetLatch" },
        ...limits.map((limit) => ({ ...isStartedBy(limit), Next: becauseOf(limit) })),
        { Or: [isPresent("$.input.alarmName"), alarmIsFiring], Next: "BecauseOfAlarm" },
        ...limits.map((limit) => ({ ...limitIsReached(limit, limits), Next: becauseOf(limit) })),
        { ...latchIsMissing, Next: "BecauseOfMissingLatch" },
        { ...failsTooOften, Next: "BecauseOfFailures" },
      ],
      Default: "BecauseByHand",
    },
    BecauseOfSetLatch: {
      Type: "Pass",
      Comment: "A latch that stands keeps its first reason",
      Parameters: { reason: "the latch was set" },
      ResultPath: "$.record",
      Next: afterLatch(options),
    },
    BecauseOfAlarm: reason({ "reason.$": "$.plan.alarmName", ...candidate }),
    ...Object.fromEntries(limits.map((limit) => [becauseOf(limit), reason({ reason: limit.reason, ...candidate })])),
    BecauseOfMissingLatch: reason({ reason: `the parameter ${latchParameterName} did not exist`, ...candidate }),
    BecauseOfFailures: reason({ reason: failuresReason, ...candidate }),
    BecauseByHand: reason({ reason: "the machine was started by hand", ...candidate }),
    BecauseUnclear: reason({
      reason: "a rollback was started, and AWS did not show which colour is live, so no traffic was moved",
    }),
    SetLatch: callState({
      comment: "While it is set no update may raise the weight, and the check returns one that does",
      action: "ssm:putParameter",
      parameters: {
        Name: latchParameterName,
        Type: "String",
        Overwrite: true,
        "Value.$": "States.JsonToString($.record)",
      },
      retries: 5,
      failure: { path: "$.latchError", next: "WasMoved" },
      next: "WasMoved",
    }),
    WasMoved: {
      Type: "Choice",
      Comment: "Where nothing was moved, no colour has received the traffic",
      Choices: [{ ...isLiveKnown, Next: afterLatch(options) }],
      Default: "TellColoursUnclear",
    },
  };
}

function becauseOf({ weightPercent }: Limit): string {
  return `BecauseOfLimitAt${weightPercent}`;
}

/** Fields of a set latch, as every reader of it knows them: a value, or the path of one. */
type LatchFields = { readonly [Name in keyof SetLatch as Name | `${Name}.$`]?: string };

/** The latch as an object: JsonToString writes it as JSON, so that no reason can break it. */
function reason(parts: LatchFields): State {
  return {
    Type: "Pass",
    Comment: "The latch as an object, which JsonToString writes as JSON",
    Parameters: { state: "set", "at.$": "$$.State.EnteredTime", ...parts } satisfies LatchFields,
    ResultPath: "$.record",
    Next: "SetLatch",
  };
}
