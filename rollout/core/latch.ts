import type { Colour } from "./colour.ts";

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
  /** The colour that was taken off the public path. */
  readonly rolledBack?: Colour;
}

/** The value that a new stack's latch parameter starts with. */
export const clearLatch: ClearLatch = { state: "clear" };

/**
 * Reads the latch parameter's value.
 *
 * A value that cannot be read counts as set: a latch that nobody understands must not let traffic out.
 *
 * @param value the parameter's value; `undefined` where the parameter does not exist yet, which is a clear latch
 */
export function parseLatch(value: string | undefined): Latch {
  if (value === undefined) return clearLatch;
  const parsed = parseJson(value);
  if (typeof parsed === "object" && parsed !== null && "state" in parsed) {
    if (parsed.state === "clear") return clearLatch;
    if (parsed.state === "set") {
      const { at, reason, rolledBack } = parsed as Partial<SetLatch>;
      const colour = rolledBack === "blue" || rolledBack === "green" ? { rolledBack } : {};
      return { state: "set", at: String(at ?? "unknown"), reason: String(reason ?? "unknown"), ...colour };
    }
  }
  return {
    state: "set",
    at: "unknown",
    reason: `the latch parameter holds ${JSON.stringify(value)}, which is no latch`,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
