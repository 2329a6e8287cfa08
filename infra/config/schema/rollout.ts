import { z } from "zod";
import { guardrailNames } from "../../../rollout/gate/guardrails.ts";
import { allowances } from "../../../rollout/override.ts";
import { fewestReasonLetters, hasReasonLetters, longestReason, minimumReasonLength } from "../../../rollout/reason.ts";
import { defaultTimeZone, isTimeZone } from "../../../rollout/time.ts";
import { weekdays } from "../../../rollout/weekly-freeze.ts";
import {
  andList,
  block,
  duration,
  instant,
  labelledDigest,
  list,
  nonEmptyList,
  oneOf,
  patterned,
  plainText,
  positiveNumber,
  trueOrFalse,
  wholeNumber,
} from "./primitives.ts";

/** `liveColour`: which colour serves the public. */
export const liveColour = oneOf("blue", "green").describe("The colour that serves the public. It flips on promote.");

/** `candidateWeight`: the per cent of public traffic that goes to the candidate. A rollout's step changes this number. */
export const candidateWeight = wholeNumber(0, 100).describe(
  "Per cent of public traffic that goes to the candidate: 0 or a weight of rollout.steps. A step edits this number and nothing else.",
);

/** A written reason, as the history keeps it. */
function reasonText(words: string) {
  return plainText(minimumReasonLength, words).refine(hasReasonLetters, words);
}

/** `rolloutOverride`: the written reason that lets one move through. */
export const rolloutOverride = reasonText(
  `a reason of ${minimumReasonLength} to ${longestReason} characters, ${fewestReasonLetters} of them letters or digits, that a reader of the history will understand, on one line and without invisible characters`,
)
  .optional()
  .describe(
    "A written reason that lets one move skip its bake, its order or missing data, or what rolloutOverrideAllows names. It is kept in the history and is valid for one move.",
  );

const allowance = `(${allowances.join("|")}|[a-z]\\w*(\\.\\w+)+)`;

/** `rolloutOverrideAllows`: what the reason allows, where it is something else than a step needs. A text, as `pulumi config set` writes it. */
export const rolloutOverrideAllows = patterned(
  new RegExp(`^${allowance}( *, *${allowance})*$`),
  `one or more of ${andList(allowances)} and of the keys of single settings such as api.memoryMib, separated by commas`,
)
  .optional()
  .describe(
    "What rolloutOverride allows: bake, order and data if this is not set. A reason never allows more than is named.",
  );

/** `images`: what each colour runs. A colour without an image has no tasks. */
export const images = block({
  blue: labelledDigest
    .optional()
    .describe("Digest of blue's image in the stack's own registry. A label may stand before it."),
  green: labelledDigest
    .optional()
    .describe("Digest of green's image in the stack's own registry. A label may stand before it."),
})
  .default({})
  .describe(
    "Image digests by colour. A colour without one has no tasks. A label, such as 2.4.0@sha256:…, is shown in status and history.",
  );

/** `acceptedFindings`: what the scan of an image may find all the same. */
export const acceptedFindings = list(
  block({
    finding: patterned(/^[A-Za-z0-9][A-Za-z0-9._:-]{2,99}$/, "the name of a finding such as CVE-2026-12345").describe(
      "Name of the finding, as the scan gives it.",
    ),
    reason: reasonText(
      `a reason of ${minimumReasonLength} to ${longestReason} characters, ${fewestReasonLetters} of them letters or digits, on one line and without invisible characters`,
    ).describe("Why it can do no harm here."),
    until: instant.describe("First moment at which it is not accepted any more, so that somebody looks again."),
  }),
)
  .default([])
  .describe(
    "Critical findings of an image's scan that are accepted, each with a reason and an end. npm run rollout -- image refuses an image with any other.",
  );

const step = block({
  weight: wholeNumber(1, 100).describe("Per cent of public traffic for the candidate."),
  bake: duration.describe("How long the step is watched before the next may be taken."),
  limit: duration
    .optional()
    .describe(
      "How long the step may stay before somebody has to decide: whole hours, longer than the bake, at most 7d. No limit by default.",
    ),
});

const freezeReason = plainText(1, `one line of 1 to ${longestReason} characters, without invisible ones`).describe(
  "Why the window exists. The refusal of a step shows it.",
);

const freezeWindow = block({
  from: instant.describe("First moment in which no weight may rise."),
  until: instant.describe("First moment after the window."),
  reason: freezeReason,
});

/** The largest budget that can be written: more failed requests than any rollout of the portal may cost. */
const mostFailedRequests = 100_000;

const exposure = block({
  failedRequests: wholeNumber(0, mostFailedRequests)
    .optional()
    .describe(
      "How many public requests of the candidate may fail in the whole rollout, at worst, for a step to pass by exposure. 0: every step has to show the threshold. By default what objectives.errorRatePercent allows over the whole rollout's public requests, and at least 25.",
    ),
});

const timeZoneWords = `the name of a time zone such as ${defaultTimeZone}`;

const zoneName = z.string({ error: timeZoneWords }).refine(isTimeZone, timeZoneWords).default(defaultTimeZone);

const timeOfDay = patterned(
  /^([01]\d|2[0-3]):[0-5]\d$/,
  'a time of day in quotes such as "08:00"; without quotes YAML may change it',
);

const weeklyFreezeWindow = block({
  every: oneOf(...weekdays).describe("The day on which the window begins."),
  from: timeOfDay.describe("First minute in which no weight may rise, as clocks there show it."),
  until: timeOfDay.describe("First minute after the window. One that is not later than from is on the next day."),
  timeZone: zoneName.describe("Zone of both times. Clocks that change are followed."),
  reason: freezeReason,
});

const guardrail = block({
  metric: oneOf(...guardrailNames).describe("What is compared, for each request; pageLoad is the p95 of page loads."),
  objectAbove: positiveNumber(1000)
    .optional()
    .describe("Object where the candidate has more than so many times what live has."),
  objectBelow: positiveNumber(1)
    .optional()
    .describe("Object where the candidate has less than so many times what live has, such as 0.3 for registrations."),
});

const feedback = block({
  from: patterned(
    /^(https:\/\/[^\s/]+\/\S*|(?!\/|.*\.\.)[\w./-]+\.csv)$/,
    "a path from this project's folder such as feedback/production.csv, or a URL that begins with https://",
  ).describe(
    "CSV of users' answers: time, rating (1 to 5, ok or problem), and release or host. Other columns are not read. A URL is in this file as it is written.",
  ),
  objectAbovePercent: positiveNumber(100)
    .optional()
    .describe(
      "The gate objects where more per cent of the candidate's answers tell of a problem (a rating of 1 or 2), and where the feedback cannot be read. By default it shows them.",
    ),
  fewestAnswers: wholeNumber(1, 10_000)
    .default(5)
    .describe("Answers about the candidate below which the gate does not object."),
});

const officeHours = block({
  days: nonEmptyList(oneOf(...weekdays)).describe("Days on which a step may be planned."),
  from: timeOfDay.describe("First minute, in timeZone."),
  until: timeOfDay.describe("First minute after, in timeZone. Later than from."),
})
  .default({ days: ["monday", "tuesday", "wednesday", "thursday", "friday"], from: "09:00", until: "17:00" })
  .describe("When people are there to take a step. plan-release plans by it; no rule depends on it.");

/** `rollout`: the schedule and its limits (guide R1). */
export const rollout = block({
  steps: nonEmptyList(step).describe(
    "The schedule: each weight and how long it bakes. Guide R1: 5 %/2 h, 25 %/4 h, 50 %/8 h, 100 %/48 h.",
  ),
  onLimit: oneOf("notify", "rollback")
    .default("notify")
    .describe(
      "What happens where a step reaches its limit: people are told, or all traffic goes back to live as well. notify by default; it says nothing of a step without a limit.",
    ),
  guardrails: list(guardrail)
    .default([])
    .describe("What of both colours' logs makes the gate object. The gate shows all of them; none objects by default."),
  feedback: feedback.optional().describe("What users say of a release, which the gate shows (guide R2)."),
  rollbackWindow: duration.describe(
    "How long after promote the old colour keeps running and liveColour may flip back at once.",
  ),
  freezeWindows: list(freezeWindow)
    .default([])
    .describe("Times in which no weight may rise. A weight may always fall."),
  weeklyFreezeWindows: list(weeklyFreezeWindow)
    .default([])
    .describe("Times of each week in which no weight may rise, such as the Saturdays on which people marry."),
  officeHours,
  automaticCheck: trueOrFalse
    .default(true)
    .describe(
      "Whether AWS checks each minute, while the weight is above 0, for an alarm that was already firing and for a set latch.",
    ),
  exposure: exposure
    .optional()
    .describe("What a rollout may cost at worst, where a step's requests are too few to show the threshold."),
  changeLiveInPlace: trueOrFalse
    .default(false)
    .describe(
      "Whether a changed setting of the API restarts live's tasks at once, for quick trials in staging. Otherwise it goes out with a release, by the steps.",
    ),
}).describe("The schedule of the rollout and its limits.");

/** `timeZone`: the zone that people read times in. No rule depends on it. */
export const timeZone = zoneName.describe(
  `The zone of the times in status, history and refusals, with UTC beside it. ${defaultTimeZone} by default.`,
);
