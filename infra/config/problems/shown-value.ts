/** Longer values are cut, so that a problem stays one line for its value. */
const longestShown = 80;

/** A value as a problem shows it: JSON, or `missing`. */
export function shownValue(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}

/** What stands in place of a secret. */
export const hiddenValue = "[secret]";
