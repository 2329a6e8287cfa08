import { describe, expect, it } from "vitest";
import {
  type FeedbackAnswer,
  type FeedbackLimit,
  feedbackInput,
  judgeFeedback,
} from "../../../rollout/gate/feedback.ts";

const at = (time: string) => `2026-12-07T${time}:00.000Z`;
const steps = [
  { weightPercent: 5, from: at("10:00") },
  { weightPercent: 25, from: at("12:00") },
];
const answer = (time: string, subject: FeedbackAnswer["subject"], isProblem = false): FeedbackAnswer => ({
  at: Date.parse(at(time)),
  subject,
  isProblem,
});
const limit: FeedbackLimit = { objectAbovePercent: 20, fewestAnswers: 5 };
/** So many answers about the candidate at 25 %, of which so many tell of a problem. */
const many = (answers: number, problems: number) =>
  Array.from({ length: answers }, (_, index) => answer("12:30", "green", index < problems));
const judged = (answers: readonly FeedbackAnswer[], of?: FeedbackLimit) =>
  judgeFeedback(feedbackInput({ answers }, steps, "blue", of))[0];

describe("users' feedback in the gate", () => {
  it("is counted by the step in which it was given, and none before the first", () => {
    const answers = [
      answer("09:59", "green", true),
      answer("10:00", "green", true),
      answer("11:59", "blue"),
      answer("12:00", "green"),
      answer("13:00", "either", true),
    ];
    expect(feedbackInput({ answers }, steps, "blue", undefined)).toEqual({
      steps: [
        {
          weightPercent: 5,
          candidate: { answers: 1, problems: 1 },
          live: { answers: 1, problems: 0 },
          either: { answers: 0, problems: 0 },
        },
        {
          weightPercent: 25,
          candidate: { answers: 1, problems: 0 },
          live: { answers: 0, problems: 0 },
          either: { answers: 1, problems: 1 },
        },
      ],
    });
    // Evidence has no limit where the config has none.
    expect(feedbackInput({ answers }, steps, "blue", undefined)).not.toHaveProperty("limit");
    expect(judged(answers)).toMatchObject({
      value: "problems: candidate 1 of 2, live 0 of 1, either 1 of 1",
      bound: "shown only",
      verdict: "no objection",
      sentence: "Problems among the answers about the candidate, by step: 5 %: 1 of 1; 25 %: 0 of 1.",
    });
  });

  it("objects above the configured share, from the fewest answers on, and to the candidate's alone", () => {
    expect(judged(many(5, 2), limit)).toMatchObject({
      verdict: "fail",
      bound: "at most 20 % problems, from 5 answers on",
    });
    expect(judged(many(5, 2), limit)?.sentence).toContain(
      "2 of 5 answers about the candidate tell of a problem (40 %)",
    );
    expect(judged(many(5, 1), limit)).toMatchObject({ verdict: "no objection" });
    expect(judged(many(4, 4), limit)).toMatchObject({ verdict: "no objection" });
    expect(judged(many(5, 5))).toMatchObject({ verdict: "no objection" });
    const ofLive = many(9, 9).map((one) => ({ ...one, subject: "blue" as const }));
    expect(judged(ofLive, limit)).toMatchObject({ verdict: "no objection" });
  });

  it("that could not be read is missing data where it may object, and is said in any case", () => {
    const unread = (of?: FeedbackLimit) =>
      judgeFeedback(feedbackInput({ unread: "it answered 404" }, steps, "blue", of))[0];
    expect(unread(limit)).toMatchObject({ verdict: "not enough data", value: "not read" });
    expect(unread()).toMatchObject({ verdict: "no objection", value: "not read" });
    for (const one of [limit, undefined]) expect(unread(one)?.sentence).toContain("it answered 404");
  });

  it("is no finding where no source is configured", () => {
    expect(judgeFeedback(undefined)).toEqual([]);
  });
});
