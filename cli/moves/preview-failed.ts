import { RefusedError } from "../outcome.ts";
import type { AcceptedMove } from "./accepted-move.ts";

/** Says of whatever ended a move before its update that it did no harm, which is what a reader wants to know first. */
export function previewFailed({ name }: AcceptedMove, stackFileName: string, error: unknown): Error {
  if (error instanceof RefusedError) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new Error(
    `${name} is not taken, and nothing was changed: the preview failed, and ${stackFileName} is as it was. It said:\n${said}`,
    { cause: error },
  );
}
