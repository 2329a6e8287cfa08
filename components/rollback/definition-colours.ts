import { type Colour, colours, otherColour } from "../../rollout/colour.ts";
import { targetGroupArnSuffix } from "../../rollout/rollback-machine.ts";
import { weightsByColour } from "../../rollout/split.ts";
import { isCheck, type RollbackDefinitionOptions } from "./definition-shared.ts";
import { type Condition, callState, isPresent, isText, type State } from "./states-language.ts";

/** One form in which AWS can answer: which colour is the candidate, and what is where in the two lists of the answer. */
interface Arrangement {
  readonly candidate: Colour;
  /** Place of the public rule among the two rules. */
  readonly publicPlace: 0 | 1;
  /** The colour whose target group the public rule names first. */
  readonly first: Colour;
}

/** All of them. DescribeRules promises no order of rules, and a person may write the target groups in either. */
const arrangements: readonly Arrangement[] = colours.flatMap((candidate) =>
  ([0, 1] as const).flatMap((publicPlace) => colours.map((first) => ({ candidate, publicPlace, first }))),
);

/**
 * The states that find out from AWS which colour is live, with one call. The rule of the candidate's own host gives all its
 * weight to the candidate, so the other colour is live. No input can name a colour: the input is put aside first, so that no state reads
 * a part of it by the path of something else.
 *
 * The colours are told apart only where both rules look as the program, the commands and this machine write them: each names
 * both colours' target groups of its host with a weight, and the candidate's rule gives one of them nothing. From any other answer no traffic
 * moves. What the weights add up to does not matter: all of them go to the live colour.
 *
 * The Choice asks for every arrangement by places in lists, which the developer guide documents for it. A filter in a
 * path would be shorter, but the guide rules filters out for a Choice and shows none for a result.
 *
 * @see AWS Step Functions Developer Guide, "Using JSONPath paths", "Reference paths"; "Choice workflow state"
 */
export function colourStates(options: RollbackDefinitionOptions): Record<string, State> {
  return {
    TakeInput: {
      Type: "Pass",
      Comment: "The input says what started the machine. It names no colour, and no state reads it as anything else",
      Parameters: { "input.$": "$" },
      Next: "ReadRules",
    },
    ReadRules: callState({
      comment: "Reads the public rule and the rule of the candidate's own host",
      action: "elasticloadbalancingv2:describeRules",
      parameters: { RuleArns: [options.publicRuleArn, options.candidateRuleArn] },
      keep: { path: "$.rules" },
      retries: 5,
      failure: { path: "$.rulesError", next: "ColoursUnclear" },
      next: "WhoIsLive",
    }),
    WhoIsLive: {
      Type: "Choice",
      Comment: "The candidate's rule sends everybody to the candidate; the other colour is live",
      Choices: arrangements.map((arrangement) => ({
        ...isArrangement(arrangement, options),
        Next: planState(arrangement),
      })),
      Default: "ColoursUnclear",
    },
    ...Object.fromEntries(arrangements.map((arrangement) => [planState(arrangement), makePlan(arrangement, options)])),
    ColoursUnclear: {
      Type: "Choice",
      Comment: "No traffic moves to a colour that AWS does not show to be live",
      Choices: [{ ...isCheck, Next: "CheckIncomplete" }],
      Default: "BecauseUnclear",
    },
  };
}

function planState({ candidate, publicPlace, first }: Arrangement): string {
  return `${capital(candidate)}IsCandidate-PublicRule${publicPlace === 0 ? "First" : "Second"}-${capital(first)}First`;
}

function capital(colour: Colour): string {
  return colour.charAt(0).toUpperCase() + colour.slice(1);
}

const actionPath = (place: number) => `$.rules.Rules[${place}].Actions[0]`;
const groupPath = (rulePlace: number, place: number) => `${actionPath(rulePlace)}.ForwardConfig.TargetGroups[${place}]`;

function isArrangement({ candidate, publicPlace, first }: Arrangement, options: RollbackDefinitionOptions): Condition {
  const candidatePlace = 1 - publicPlace;
  const { targetGroupArns, ownHostTargetGroupArns } = options;
  return {
    And: [
      isText(`$.rules.Rules[${publicPlace}].RuleArn`, options.publicRuleArn),
      isText(`$.rules.Rules[${candidatePlace}].RuleArn`, options.candidateRuleArn),
      {
        Or: ([0, 1] as const).map((place) =>
          givesAllTo(
            candidatePlace,
            place,
            ownHostTargetGroupArns[candidate],
            ownHostTargetGroupArns[otherColour(candidate)],
          ),
        ),
      },
      splitsBetween(publicPlace, [targetGroupArns[first], targetGroupArns[otherColour(first)]]),
    ],
  };
}

/** Whether a rule names the receiver at one place with a weight, the other target group at the other place without one. */
function givesAllTo(rulePlace: number, place: 0 | 1, receiverArn: string, otherArn: string): Condition {
  const weight = (of: number) => `${groupPath(rulePlace, of)}.Weight`;
  return {
    And: [
      splitsBetween(rulePlace, place === 0 ? [receiverArn, otherArn] : [otherArn, receiverArn]),
      { Not: { Variable: weight(place), NumericEquals: 0 } },
      { Variable: weight(1 - place), NumericEquals: 0 },
    ],
  };
}

/** Whether a rule forwards to these two target groups in this order, each by a weight, and to no third one. */
function splitsBetween(rulePlace: number, targetGroupArns: readonly [string, string]): Condition {
  return {
    And: [
      isOnlyAction(rulePlace),
      ...targetGroupArns.flatMap((arn, place) => [
        isText(`${groupPath(rulePlace, place)}.TargetGroupArn`, arn),
        isPresent(`${groupPath(rulePlace, place)}.Weight`),
      ]),
      { Not: isPresent(groupPath(rulePlace, targetGroupArns.length)) },
    ],
  };
}

/** Nobody but a person adds an action before the forward, such as a login. */
function isOnlyAction(rulePlace: number): Condition {
  return { Not: isPresent(`$.rules.Rules[${rulePlace}].Actions[1]`) };
}

function makePlan(
  { candidate, publicPlace, first }: Arrangement,
  { alarmNames, targetGroupArns }: RollbackDefinitionOptions,
): State {
  const live = otherColour(candidate);
  const split = colours.map((colour) => [`${colour}.$`, `${groupPath(publicPlace, colour === first ? 0 : 1)}.Weight`]);
  return {
    Type: "Pass",
    Comment: `${candidate} is the candidate, ${live} is live`,
    Parameters: {
      candidate,
      live,
      alarmName: alarmNames[candidate],
      receiverArn: targetGroupArns[live],
      groups: {
        candidate: targetGroupArnSuffix(targetGroupArns[candidate]),
        live: targetGroupArnSuffix(targetGroupArns[live]),
      },
      weights: weightsByColour(live, 0),
      split: Object.fromEntries(split),
      "candidateWeight.$": `${groupPath(publicPlace, candidate === first ? 0 : 1)}.Weight`,
    },
    ResultPath: "$.plan",
    Next: "WhatStarted",
  };
}
