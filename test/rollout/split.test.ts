import { describe, expect, it } from "vitest";
import {
  colourOfTarget,
  formatSplit,
  forwardTargets,
  isSameSplit,
  percentOf,
  readTargetsByColour,
  soleReceiver,
} from "../../rollout/split.ts";

const arns = { blue: "arn:blue", green: "arn:green" };

describe("forwardTargets", () => {
  it("reads the target groups of a weighted forward", () => {
    const targetGroups = [
      { arn: arns.blue, weight: 75 },
      { arn: arns.green, weight: 25 },
    ];
    expect(forwardTargets([{ forward: { targetGroups } }])).toEqual(targetGroups);
  });

  it("reads a target group that is named alone, and counts it once where it is named in both places", () => {
    expect(forwardTargets([{ targetGroupArn: arns.green }])).toEqual([{ arn: arns.green }]);
    const both = { targetGroupArn: arns.green, forward: { targetGroups: [{ arn: arns.green, weight: 1 }] } };
    expect(forwardTargets([both])).toEqual([{ arn: arns.green, weight: 1 }]);
  });

  it("reads nothing from an action that does not forward", () => {
    expect(forwardTargets([{}])).toEqual([]);
  });
});

describe("readTargetsByColour", () => {
  it("reads each weight by its target group's ARN, in whatever order the targets come", () => {
    const targets = [
      { arn: arns.green, weight: 5 },
      { arn: arns.blue, weight: 95 },
    ];
    expect(readTargetsByColour(targets, arns)).toEqual({ weights: { blue: 95, green: 5 }, foreign: [] });
  });

  it("tells a colour that is not named from one with weight 0", () => {
    expect(readTargetsByColour([{ arn: arns.blue, weight: 0 }], arns).weights).toEqual({ blue: 0, green: undefined });
  });

  it("names each target that is neither colour's", () => {
    const targets = [{ arn: "arn:other", weight: 5 }, { arn: arns.blue, weight: 95 }, { arn: "arn:third" }];
    const { weights, foreign } = readTargetsByColour(targets, arns);
    expect(weights).toEqual({ blue: 95, green: undefined });
    expect(foreign).toEqual(["arn:other", "arn:third"]);
  });
});

it("knows whose target group an ARN names", () => {
  expect(colourOfTarget(arns.green, arns)).toBe("green");
  expect(colourOfTarget("arn:other", arns)).toBeUndefined();
  expect(colourOfTarget(undefined, arns)).toBeUndefined();
});

describe("soleReceiver", () => {
  const own = { blue: "arn:blue-own", green: "arn:green-own" };
  const named = (blue: number, green: number) => [
    { arn: own.blue, weight: blue },
    { arn: own.green, weight: green },
  ];

  it.each([
    ["the one with a weight", named(0, 100), "green"],
    ["the one with a weight, whichever", named(1, 0), "blue"],
    ["the only one, without a weight", [{ arn: own.green }], "green"],
    ["the only one of the other kind", [{ arn: arns.blue, weight: 1 }], "blue"],
  ])("is %s", (_, targets, colour) => {
    expect(soleReceiver(targets, own, arns)).toBe(colour);
  });

  it.each([
    ["both get something", named(99, 1)],
    ["nobody gets anything", named(0, 0)],
    ["the only one has no share", [{ arn: own.green, weight: 0 }]],
    ["several have no weight", [{ arn: own.green }, { arn: own.blue }]],
    ["one has no weight, beside another without a share", [{ arn: own.green }, { arn: own.blue, weight: 0 }]],
    ["a third one gets something", [...named(0, 100), { arn: "arn:other", weight: 1 }]],
    ["another one gets everything", [...named(0, 0), { arn: "arn:other", weight: 1 }]],
    ["there is none", []],
  ])("is nobody where %s", (_, targets) => {
    expect(soleReceiver(targets, own, arns)).toBeUndefined();
  });
});

it("takes weights for shares of their sum", () => {
  expect(percentOf({ blue: 950, green: 50 }, "green")).toBe(5);
  expect(percentOf({ blue: 0, green: 0 }, "green")).toBe(0);
});

it("takes weights that do not sum to 100 for no split of ours, and says a split in words", () => {
  expect(isSameSplit({ blue: 950, green: 50 }, { blue: 95, green: 5 })).toBe(false);
  expect(formatSplit({ blue: 75, green: 25 })).toBe("blue 75 and green 25");
});
