import type { Notice } from "../../infra/aws/notices.ts";
import type { Stage } from "../../rollout/names.ts";
import { plainLine } from "../../rollout/plain-text.ts";

/**
 * One message to the people who are told of alarms: what happened, to which release, since when, what was done and what to do
 * (guide K2). It names no person, and holds no text that somebody wrote or that a failed program printed: both can hold
 * what a topic must not.
 */
export interface Message {
  readonly stage: Stage;
  /** What happened, in a few words: `green has 25 % of the public traffic`. */
  readonly what: string;
  /** As people know it. Absent where it is about none. */
  readonly release?: string;
  /** A time as people read it. Absent where nothing has begun. */
  readonly since?: string;
  /** What was done or found, a sentence each. */
  readonly done: readonly string[];
  /** What to do next, a line each: a command that can be pasted, or a document. */
  readonly next: readonly string[];
}

/** A message as a notice: a subject with the stage first, and a line for each part. */
export function noticeOf({ stage, what, release, since, done, next }: Message): Notice {
  const lines = [
    ["What", `${what}.`],
    ["Release", release],
    ["Since", since],
    ["Done", done.join(" ")],
    ...next.map((line) => ["Next", line]),
  ];
  const message = lines.flatMap(([label, text]) =>
    text === undefined || text === "" ? [] : `${label}: ${plainLine(text)}`,
  );
  return { subject: `${stage}: ${what}`, message: message.join("\n"), nextSteps: next };
}
