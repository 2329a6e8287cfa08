import { z } from "zod";
import { stages } from "../../../rollout/names.ts";
import { durationPattern, parseDurationSeconds } from "../../../rollout/time.ts";

const duration = z
  .string({ error: "a duration such as 30m or 2h" })
  .regex(durationPattern, { error: "a duration: whole numbers with d, h, m or s, such as 30m or 2h" })
  .transform((text) => parseDurationSeconds(text) / 60)
  .refine((minutes) => Number.isInteger(minutes), {
    error: "whole minutes: the clock of a scenario moves by the minute",
  });

const percent = z.number({ error: "per cent, from 0 to 100" }).min(0, { error: "per cent, from 0 to 100" });
const perCent = percent.max(100, { error: "per cent, from 0 to 100" });

const count = z.int({ error: "a whole number from 0" }).min(0, { error: "a whole number from 0" });

const roles = ["candidate", "live", "both"] as const;

/** What one fault does. A fault names at least one of these. */
const faultKinds = {
  /** Per cent of requests that are answered 500. */
  errorPercent: perCent.optional(),
  /** The status that every request is answered with, such as 404. */
  status: z.int({ error: "a status code from 200 to 599" }).min(200).max(599).optional(),
  /** Per cent of requests whose connection is broken off without an answer. */
  hangUpPercent: perCent.optional(),
  /** Per cent of requests in the middle of which the process ends. A new one starts a minute later. */
  crashPercent: perCent.optional(),
  /** Per cent of requests that get no answer at all, until the load balancer gives up. */
  hangPercent: perCent.optional(),
  /** Milliseconds that each request waits before it is answered. */
  latencyMilliseconds: count.optional(),
  /** Whether the health check is answered 503. */
  failingHealth: z.literal(true, { error: "true" }).optional(),
  /** Whether each request opens a connection to the database and does not give it back. */
  leaksConnections: z.literal(true, { error: "true" }).optional(),
  /** How much memory a task uses, MiB. What it has is planned for each colour. */
  memoryMib: count.optional(),
  /** What the tasks' memory shows, per cent of what they have. */
  memoryPercent: percent.optional(),
  /** How many tasks the service runs. Default: `api.minTasks`. */
  tasks: count.optional(),
  /** Whether the service's tasks are being replaced. */
  deploying: z.literal(true, { error: "true" }).optional(),
  /** Whether a listener rule that somebody made gives all requests to the other colour. */
  receivesNothing: z.literal(true, { error: "true" }).optional(),
};

const faultKindNames = Object.keys(faultKinds);

const fault = z
  .strictObject({
    /** Whose tasks have it. */
    to: z.enum(roles, { error: "candidate, live or both" }),
    /** From when on, since the scenario's beginning. Default 0m. */
    from: duration.default(0),
    /** Until when. Default: to the end. */
    until: duration.optional(),
    ...faultKinds,
  })
  .refine((one) => faultKindNames.some((name) => one[name as keyof typeof one] !== undefined), {
    error: `a fault with at least one of ${faultKindNames.join(", ")}`,
  });

const asked = z
  .strictObject({
    /** Default step. */
    move: z
      .enum(["step", "promote", "rollback", "nothing"], { error: "step, promote, rollback or nothing" })
      .default("step"),
    /** When, since the beginning. Default: when the bake is over, or 5 minutes after the traffic was returned. */
    after: duration.optional(),
    /** When the promote is taken back, counted from it. Default: it is not. */
    returnAfter: duration.optional(),
  })
  .refine(({ move, returnAfter }) => returnAfter === undefined || move === "promote", {
    error: "without returnAfter, which only a promote can have",
  })
  .default({ move: "step" });

const traffic = z.strictObject({
  /** Public requests of both colours. */
  requestsPerHour: z
    .int({ error: "a whole number from 1 to 6000" })
    .min(1, { error: "a whole number from 1 to 6000" })
    .max(6000, { error: "a whole number from 1 to 6000" }),
  /** Requests an hour that fail whoever gets them, among the others. Default 0. */
  failingRequestsPerHour: count.default(0),
  /** How often a client repeats a request that failed, within the same minute. Default 0. */
  repeatsOfFailure: count.default(0),
  /** WebSockets that are opened at the beginning and kept. Default 0. */
  webSockets: count.default(0),
});

/** What a scenario expects. Whatever is left out is not judged. */
const expected = z.strictObject({
  /** What the gate answers to the move. */
  gate: z
    .enum(["pass", "pass by exposure", "not enough data", "fail", "not asked"], {
      error: "pass, pass by exposure, not enough data, fail or not asked",
    })
    .optional(),
  /** What the program answers to the move. */
  move: z.enum(["accepted", "refused"], { error: "accepted or refused" }).optional(),
  /** What the program answers to the return after the promote. */
  return: z.enum(["accepted", "refused"], { error: "accepted or refused" }).optional(),
  /** Everything that the gate finds and that does not let the move pass: exactly these. */
  findings: z.array(z.string()).optional(),
  /** Words that the refusal says. */
  says: z.array(z.string()).optional(),
  /** Every alarm that goes off at some time, by role: `candidate unfit`, `live memory`, `balancer-5xx`. Exactly these. */
  alarms: z.array(z.string()).optional(),
  /** Whether the planned machine returns the traffic: never, or by whom and within which time of the first fault. */
  returned: z
    .union(
      [
        z.literal("never"),
        z.strictObject({
          by: z.enum(["alarm", "check", "hand", "anybody"], { error: "alarm, check, hand or anybody" }),
          within: duration,
        }),
      ],
      { error: "never, or { by: alarm, check, hand or anybody, within: a duration }" },
    )
    .optional(),
  /** The most public requests that fail, of both colours. */
  failedAtMost: count.optional(),
  /** The fewest. A fault that nobody met would show nothing. */
  failedAtLeast: count.optional(),
  /** Notices that the machine sends, by the words of their subjects. Exactly these, in order. */
  notices: z.array(z.string()).optional(),
  /** The WebSockets that are still with the colour that they met first: all of them. */
  webSockets: z.literal("kept", { error: "kept" }).optional(),
});

/** What the file of a scenario holds. Durations are read as minutes. */
export const scenarioSchema = z.strictObject({
  /** What happens, in a sentence. */
  title: z
    .string({ error: "a sentence that says what happens" })
    .min(1, { error: "a sentence that says what happens" }),
  /** What it shows, in some sentences. */
  about: z.string({ error: "some sentences that say what it shows" }).optional(),
  stage: z.enum(stages, { error: stages.join(" or ") }).default("production"),
  /** Per cent of the public traffic that the candidate has at the beginning: 0, or a step of the stage's schedule. */
  startsAtPercent: perCent,
  traffic,
  /** Settings of the release, as the stack file writes them. Default none. */
  settings: z.record(z.string(), z.unknown()).default({}),
  faults: z.array(fault).default([]),
  ask: asked,
  /** How long it goes on after the move was asked for. Default 5m. */
  goesOn: duration.default(5),
  expect: expected.refine((one) => Object.keys(one).length > 0, { error: "at least one thing that is expected" }),
});

/** A scenario as it is run, with its name. Times are in minutes since the beginning. */
export type Scenario = z.output<typeof scenarioSchema> & { readonly name: string };

/** A fault of a scenario. */
export type ScenarioFault = Scenario["faults"][number];

/** What a scenario expects. */
export type Expectation = Scenario["expect"];
