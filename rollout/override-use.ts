import type { Move } from "./move.ts";
import type { Override } from "./override.ts";

/** The written reason of a move; undefined where none was given, and where it was used before. */
export function freshOverride(move: Pick<Move, "previous" | "wanted">): Override | undefined {
  return overrideUsedAt(move) === undefined ? move.wanted.override : undefined;
}

/** When the move's reason was used, by the history; undefined where it was not. */
export function overrideUsedAt({ previous, wanted }: Pick<Move, "previous" | "wanted">): string | undefined {
  const reason = wanted.override?.reason;
  if (reason === undefined) return undefined;
  return previous?.history.find(({ override }) => override === reason)?.at;
}
