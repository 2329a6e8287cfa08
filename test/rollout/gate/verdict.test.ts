import { describe, expect, it } from "vitest";
import { countText, type Finding, percentText, verdictText, worstVerdict } from "../../../rollout/gate/verdict.ts";

const finding = (verdict: Finding["verdict"]): Finding => ({ what: "x", value: "", bound: "", verdict, sentence: "" });

describe("worstVerdict", () => {
  it.each<[readonly Finding["verdict"][], string]>([
    [["pass"], "pass"],
    [["pass", "no objection"], "pass"],
    [["pass", "not enough data"], "not enough data"],
    [["pass", "not enough data", "fail"], "fail"],
    [["no objection", "fail"], "fail"],
    [["no objection"], "not enough data"],
    [[], "not enough data"],
  ])("of %j is %s", (verdicts, worst) => expect(worstVerdict(verdicts.map(finding))).toBe(worst));
});

describe("verdictText", () => {
  const exposure = { atWorstRequests: 12, budgetRequests: 93 };

  it("says of a pass whether it is one by exposure, and of nothing else", () => {
    expect(verdictText({ verdict: "pass", exposure })).toBe("pass by exposure");
    expect(verdictText({ verdict: "pass" })).toBe("pass");
    expect(verdictText({ verdict: "fail", exposure })).toBe("fail");
  });
});

it("writes shares with three digits, and counts with their nouns", () => {
  expect([0.123456, 1, 0.00002, 0].map(percentText)).toEqual(["12.3 %", "100 %", "0.002 %", "0 %"]);
  expect([0, 1, 2].map((count) => countText(count, "request"))).toEqual(["0 requests", "1 request", "2 requests"]);
});
