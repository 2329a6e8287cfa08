import type { Colour } from "./colour.ts";
import { readJson } from "./json.ts";
import { plainLine } from "./plain-text.ts";
import { fitReason } from "./reason.ts";
import { type Clock, formatInstant } from "./time.ts";

/**
 * The record in AWS that a rollback happened: the value of an SSM parameter, as JSON. While `state` is `set` no weight
 * may rise, whoever runs what. The rollback's state machine sets it with no one at a keyboard; only resume clears it.
 */
export type Latch = ClearLatch | SetLatch;

/** No rollback stands. */
interface ClearLatch {
  readonly state: "clear";
}

/** A rollback stands. */
export interface SetLatch {
  readonly state: "set";
  /** ISO 8601 instant of the rollback. */
  readonly at: string;
  /** Why the traffic was returned: the alarm's name, or a person's reason. */
  readonly reason: string;
  /** The colour whose release was taken off the public path; absent where none was known to be on it. */
  readonly rolledBack?: Colour;
  /** Present where the parameter does not exist in AWS: it counts as set, and there is no recorded reason to keep. */
  readonly isMissing?: true;
}

/** When a latch was set, for a person. What is no moment, because somebody wrote the parameter by hand, stays as it stands. */
export function latchedAt({ at }: Pick<SetLatch, "at">, clock: Clock): string {
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? at : formatInstant(moment, clock);
}

/** The value that a new stack's latch parameter starts with. */
export const clearLatch: ClearLatch = { state: "clear" };

/**
 * The value of the latch parameter, as JSON. SSM takes it whatever the reason holds, since a latch that cannot be written
 * is no latch. A clear one is always the same text: the rollback machine treats every other text as a set latch.
 */
export function formatLatch(latch: Latch): string {
  if (latch.state === "clear") return JSON.stringify(clearLatch);
  const { state, at, reason, rolledBack } = latch;
  return JSON.stringify({ state, at: fitReason(at).reason, reason: fitReason(reason).reason, rolledBack });
}

/**
 * Reads the latch parameter's value. People see what stands in it, and anybody may have written it by hand, so its texts
 * become plain lines.
 *
 * A value that cannot be read counts as set: a latch that nobody understands must not let traffic out.
 */
export function parseLatch(value: string): Latch {
  const parsed = readJson(value);
  if (typeof parsed === "object" && parsed !== null && "state" in parsed) {
    if (parsed.state === "clear") return clearLatch;
    if (parsed.state === "set") {
      const { at, reason, rolledBack } = parsed as Partial<SetLatch>;
      const colour = rolledBack === "blue" || rolledBack === "green" ? { rolledBack } : {};
      return { state: "set", at: textOf(at), reason: textOf(reason), ...colour };
    }
  }
  return {
    state: "set",
    at: "unknown",
    reason: `the latch parameter holds ${plainLine(JSON.stringify(shortened(value)))}, which is no latch`,
  };
}

function textOf(value: unknown): string {
  return plainLine(String(value ?? "")) || "unknown";
}

/** As much of a value as tells what it is. */
function shortened(value: string): string {
  return value.length <= 80 ? value : `${value.slice(0, 80)}…`;
}

/**
 * The latch of a stage that was deployed before and whose parameter is gone. It counts as set: nobody can tell whether a
 * rollback stands, so no weight may rise. Before the first deployment there is no parameter either; that latch is clear.
 *
 * @param name the parameter's full name
 */
export function missingLatch(name: string): SetLatch {
  return { state: "set", at: "unknown", reason: `the parameter ${name} does not exist in AWS`, isMissing: true };
}

/**
 * What the program creates the parameter with. It is clear on a first deployment. One that was lost comes back as set, so
 * that `pulumi up --refresh` cannot clear a latch; only resume does.
 *
 * @param found the latch as this update has read it
 * @param now the update's clock
 */
export function initialLatch(found: Latch, now: Date): Latch {
  if (found.state === "clear" || found.isMissing !== true) return clearLatch;
  return { state: "set", at: now.toISOString(), reason: `${found.reason}; an update has written it again` };
}
