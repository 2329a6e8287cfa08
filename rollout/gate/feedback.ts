import { z } from "zod";
import { type Colour, otherColour } from "../colour.ts";
import type { StepCounts } from "./step-counts.ts";
import { countText, type Finding, percentText } from "./verdict.ts";

/** Whom an answer is about. `either`: it came from the public host while both releases answered there. */
export type FeedbackSubject = Colour | "either";

/** One answer of a user, without anything that tells who gave it. */
export interface FeedbackAnswer {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly subject: FeedbackSubject;
  /** A rating of 1 or 2, or the word `problem`. */
  readonly isProblem: boolean;
}

/** The answers, or why they could not be read. */
export type FeedbackSeen = { readonly answers: readonly FeedbackAnswer[] } | { readonly unread: string };

const feedbackCounts = z.strictObject({ answers: z.int(), problems: z.int() }).readonly();

const stepFeedback = z
  .strictObject({
    /** Per cent of public traffic that the candidate had. */
    weightPercent: z.number(),
    candidate: feedbackCounts,
    live: feedbackCounts,
    either: feedbackCounts,
  })
  .readonly();

const limitSchema = z
  .strictObject({
    /** Object where more per cent of the candidate's answers tell of a problem. */
    objectAbovePercent: z.number(),
    /** Answers of the candidate below which it does not object. */
    fewestAnswers: z.int(),
  })
  .readonly();

/** `rollout.feedback` of config, as the gate judges by it. */
export type FeedbackLimit = z.output<typeof limitSchema>;

export const feedbackInputSchema = z
  .strictObject({
    /** By step, oldest first; null where the feedback could not be read. */
    steps: z.array(stepFeedback).readonly().nullable(),
    /** Why not. */
    unread: z.string().optional(),
    /** Absent: it is shown and never objects. */
    limit: limitSchema.optional(),
  })
  .readonly();

export type FeedbackInput = z.output<typeof feedbackInputSchema>;

/** Counts answers by the step in which they were given: from its first whole minute until the next step's. */
export function feedbackInput(
  seen: FeedbackSeen,
  steps: readonly Pick<StepCounts, "weightPercent" | "from">[],
  live: Colour,
  limit: FeedbackLimit | undefined,
): FeedbackInput {
  const limited = limit === undefined ? {} : { limit };
  if ("unread" in seen) return { steps: null, unread: seen.unread, ...limited };
  const counted = steps.map(({ weightPercent, from }, index) => {
    const until = steps[index + 1]?.from;
    const within = seen.answers.filter(
      ({ at }) => at >= Date.parse(from) && (until === undefined || at < Date.parse(until)),
    );
    const of = (subject: FeedbackSubject) => {
      const answers = within.filter((answer) => answer.subject === subject);
      return { answers: answers.length, problems: answers.filter(({ isProblem }) => isProblem).length };
    };
    return { weightPercent, candidate: of(otherColour(live)), live: of(live), either: of("either") };
  });
  return { steps: counted, ...limited };
}

/** How many answers there are over all steps, and how many of them tell of a problem. */
export function feedbackOverSteps(
  steps: NonNullable<FeedbackInput["steps"]>,
  subject: "candidate" | "live" | "either",
): z.output<typeof feedbackCounts> {
  const sum = (name: "answers" | "problems") => steps.reduce((total, step) => total + step[subject][name], 0);
  return { answers: sum("answers"), problems: sum("problems") };
}

/**
 * Shows what users say of the candidate (guide R2), over all steps of the release, and objects where the config says so. It
 * never makes a gate pass. People answer who want to: no probability bounds it. Where it may object, feedback that cannot be
 * read is missing data and no silence.
 */
export function judgeFeedback(input: FeedbackInput | undefined): readonly Finding[] {
  if (input === undefined) return [];
  const { steps, unread, limit } = input;
  const what = "user feedback";
  const bound =
    limit === undefined
      ? "shown only"
      : `at most ${limit.objectAbovePercent} % problems, from ${countText(limit.fewestAnswers, "answer")} on`;
  if (steps === null) {
    const sentence = `User feedback could not be read: ${unread ?? "nobody knows why"}.`;
    const finding = { what, value: "not read", bound };
    return limit === undefined
      ? [{ ...finding, verdict: "no objection", sentence }]
      : [
          {
            ...finding,
            verdict: "not enough data",
            sentence: `${sentence} rollout.feedback may object, so it is not taken for good. Mend it, or take rollout.feedback.objectAbovePercent out.`,
          },
        ];
  }
  const shown = (["candidate", "live", "either"] as const).map((subject) => {
    const over = feedbackOverSteps(steps, subject);
    return `${subject} ${over.problems} of ${over.answers}`;
  });
  const value = `problems: ${shown.join(", ")}`;
  const { answers, problems } = feedbackOverSteps(steps, "candidate");
  if (limit !== undefined && answers >= limit.fewestAnswers && 100 * problems > limit.objectAbovePercent * answers) {
    return [
      {
        what,
        value,
        bound,
        verdict: "fail",
        sentence: `${problems} of ${countText(answers, "answer")} about the candidate tell of a problem (${percentText(problems / answers)}), and rollout.feedback objects above ${limit.objectAbovePercent} %. Read the answers, and roll back where the release is the cause.`,
      },
    ];
  }
  const bySteps = steps.map(
    (step) => `${step.weightPercent} %: ${step.candidate.problems} of ${step.candidate.answers}`,
  );
  return [
    {
      what,
      value,
      bound,
      verdict: "no objection",
      sentence: `Problems among the answers about the candidate, by step: ${bySteps.join("; ") || "none yet"}.`,
    },
  ];
}
