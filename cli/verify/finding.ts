import type { FoundAs } from "../found.ts";
import { messageOf } from "../outcome.ts";

/**
 * How a check ended:
 * - `pass`, `fail`: it was made
 * - `not applicable`: the config asks for nothing of it, or this stage has nothing of it; the reason says which
 * - `not checked`: it should have been made and could not. It says nothing, and is no pass
 */
export type CheckResult = "pass" | "fail" | "not applicable" | "not checked";

/** What a check found, without its name. */
export type Found = FoundAs<CheckResult>;

/** What one check found. */
export interface VerifyFinding extends Found {
  readonly what: string;
  /** Demands of the deployment guide that it answers: `T4`. */
  readonly guide: readonly string[];
}

export function notApplicable(found: string): Found {
  return { result: "not applicable", found };
}

/** A part of the config that is absent, and with it the check. */
export function withoutConfig(key: string): Found {
  return notApplicable(`config has no verify.${key}`);
}

/**
 * Makes one check. What it throws is its finding: a deployed release that does not answer fails.
 *
 * @param guide demands of the deployment guide that it answers, separated by spaces
 */
export async function check(
  what: string,
  guide: string,
  run: () => Promise<Found> | Found,
  thrown: "fail" | "not checked" = "fail",
): Promise<VerifyFinding> {
  const named = { what, guide: guide.split(" ") };
  try {
    return { ...named, ...(await run()) };
  } catch (error) {
    return { ...named, result: thrown, found: messageOf(error) };
  }
}
