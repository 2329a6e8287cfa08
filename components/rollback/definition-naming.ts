import { type Colour, colours, otherColour } from "../../rollout/colour.ts";
import { weightsByColour } from "../../rollout/weights.ts";
import { isPresent, isText } from "./conditions.ts";
import type { RollbackDefinitionOptions } from "./definition-options.ts";
import type { State } from "./states-language.ts";

const planState = (candidate: Colour) => (candidate === "blue" ? "CandidateIsBlue" : "CandidateIsGreen");

/**
 * The states that turn the input into a plan: who is the candidate, whose alarm is asked, which weights are safe.
 *
 * An alarm counts only together with the candidate it belongs to. Otherwise an event of the live colour's alarm, or one
 * that was under way during a promote, would push the public onto the colour that no longer serves it.
 */
export function namingStates({ alarmNames }: RollbackDefinitionOptions): Record<string, State> {
  const plans = colours.map((candidate): [string, State] => {
    const live = otherColour(candidate);
    return [
      planState(candidate),
      {
        Type: "Pass",
        Comment: `${candidate} is the candidate, ${live} serves the public`,
        Result: { candidate, live, alarmName: alarmNames[candidate], weights: weightsByColour(live, 0) },
        ResultPath: "$.plan",
        Next: "ReadRule",
      },
    ];
  });
  return {
    WhatStarted: {
      Type: "Choice",
      Comment: "A check, or the candidate's own alarm",
      Choices: colours.map((candidate) => ({
        And: [
          isText("$.candidate", candidate),
          { Or: [isPresent("$.check"), isText("$.alarmName", alarmNames[candidate])] },
        ],
        Next: planState(candidate),
      })),
      Default: "UnknownInput",
    },
    UnknownInput: {
      Type: "Fail",
      Error: "UnknownInput",
      Cause:
        "The input names neither a check nor the alarm of the candidate it names. Traffic was not touched. Start a check with the candidate's colour, such as check true and candidate green.",
    },
    ...Object.fromEntries(plans),
  };
}
