import { z } from "zod";
import { stages } from "../../rollout/names.ts";
import { count, list, milliseconds, workFactor } from "./schema-parts.ts";

const comparison = z.object({
  what: z.string(),
  expected: z.string().describe("What the scenario's file expects."),
  was: z.string(),
  held: z.boolean(),
});

/** One scenario that was run: what its file expects, and what happened. */
export const scenario = z
  .object({
    name: z.string().describe("The name of its file."),
    title: z.string(),
    about: z.string().optional(),
    stage: z.enum(stages),
    startsAtPercent: z.number(),
    result: z
      .enum(["held", "not held", "not judged"])
      .describe("not judged: the machine was too slow for a verdict each time that it was tried."),
    comparisons: list(comparison),
    found: z
      .object({
        gate: z.string().describe("What the gate said of the move."),
        findings: list(z.string()).describe("What the gate found and does not let the move pass."),
        move: z.string(),
        refusal: z.string().describe("The program's own message, where it refused the move."),
        askedReturn: z
          .enum(["accepted", "refused"])
          .optional()
          .describe("The return after a promote, where one was asked for."),
        alarms: list(z.string()).describe("Every alarm that went off at some time."),
        returned: z
          .object({ by: z.enum(["alarm", "check", "hand"]), minutes: z.number() })
          .nullable()
          .describe("Who returned the traffic, and how many minutes after the first fault."),
        notices: list(z.string()).describe("Subjects of what the machine sent."),
        requests: count,
        failed: count.describe("Requests that got another status than 2xx, or no answer."),
        webSockets: z.object({ opened: count, kept: count }),
      })
      .describe("What happened, whether or not the file expects something of it."),
    timeline: list(
      z.object({
        minute: z.number(),
        candidatePercent: z.number().describe("What the public rule gave the candidate at its end."),
        requests: count,
        ofCandidate: count,
        failed: count,
      }),
    ).describe("Its minutes, on its own clock."),
    slowestControlMilliseconds: milliseconds.describe("The longest delay of work that does nothing for the scenario."),
    slowestWorkFactor: workFactor
      .optional()
      .describe("How many times longer such work took than the processor needs for it, over the slowest 2 s."),
    tries: count.describe("How often it was run: again where the machine was too slow."),
    seconds: z.number(),
  })
  .describe("One scenario: what it expects, and what was.");
