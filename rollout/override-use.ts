import type { Move } from "./move.ts";
import type { Override } from "./override.ts";
import { reasonUsedAt } from "./used-reasons.ts";

/** The written reason of a move; undefined where none was given, and where it was used before. */
export function freshOverride(move: Pick<Move, "previous" | "wanted">): Override | undefined {
  return overrideUsedAt(move) === undefined ? move.wanted.override : undefined;
}

/** When the move's reason was used, by the record; undefined where it was not. */
export function overrideUsedAt({ previous, wanted }: Pick<Move, "previous" | "wanted">): string | undefined {
  const reason = wanted.override?.reason;
  return reason === undefined || previous === null ? undefined : reasonUsedAt(previous, reason);
}
