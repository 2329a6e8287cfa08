/** What a check found, without its name. */
export interface FoundAs<Result extends string> {
  readonly result: Result;
  /** What was found, or why nothing was. */
  readonly found: string;
  /** What to do. Absent where there is nothing to do. */
  readonly fix?: string;
}

/** The check was made, and holds. */
export function pass(found: string): FoundAs<"pass"> {
  return { result: "pass", found };
}

/** The check was made, and does not hold. */
export function fail(found: string, fix: string): FoundAs<"fail"> {
  return { result: "fail", found, fix };
}

/** The check could not be made. It says nothing, and is no pass. */
export function notChecked(found: string, fix?: string): FoundAs<"not checked"> {
  return { result: "not checked", found, ...(fix === undefined ? {} : { fix }) };
}
