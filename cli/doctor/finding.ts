import type { FoundAs } from "../found.ts";
import { messageOf } from "../outcome.ts";

/**
 * What a check of `doctor` found, without its name. `not checked`: nobody could be asked, or there is nothing to look at yet. It
 * says nothing, and is no pass.
 */
export type Found = FoundAs<"pass" | "fail" | "not checked">;

/** What one check of `doctor` found. */
export interface Finding extends Found {
  readonly what: string;
}

/**
 * Runs one check. What it throws is its finding: a service that cannot be reached was not checked, and any other failure
 * fails the check.
 */
export async function check(what: string, run: () => Promise<Found> | Found): Promise<Finding> {
  try {
    return { what, ...(await run()) };
  } catch (error) {
    const result = isUnreachable(error) ? "not checked" : "fail";
    return { what, result, found: messageOf(error) };
  }
}

const unreachableCodes = /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|TimeoutError|UND_ERR_\w+)$/;

/** Whether nobody answered, by the error's own name or code, or that of what caused it. */
function isUnreachable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, code, cause, errors } = error as Record<string, unknown>;
  if ([name, code].some((one) => typeof one === "string" && unreachableCodes.test(one))) return true;
  return (Array.isArray(errors) && errors.some(isUnreachable)) || isUnreachable(cause);
}
