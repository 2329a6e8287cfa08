/**
 * Whether a text matches a pattern of a service model. The models write regular expressions as Java does. One without an
 * anchor must match the whole text, as the services apply it; one that begins with `^` or ends with `$` says itself
 * where it stands.
 *
 * @throws {SyntaxError} for a pattern that cannot be translated; no pattern is skipped
 */
export function isMatch(text: string, pattern: string): boolean {
  const known = compiled.get(pattern) ?? compile(pattern);
  compiled.set(pattern, known);
  return known.test(text);
}

const compiled = new Map<string, RegExp>();

function compile(pattern: string): RegExp {
  const ignoresCase = pattern.startsWith("(?i)");
  // A class of Java that JavaScript does not have.
  const source = unquoted(ignoresCase ? pattern.slice("(?i)".length) : pattern).replaceAll(
    "\\p{Print}",
    "[\\x20-\\x7E]",
  );
  const anchored = /^\^|(?<!\\)\$$/.test(source);
  const whole = anchored ? source : `^(?:${source})$`;
  const flags = ignoresCase ? "i" : "";
  // Unicode mode knows \p{L} and surrogate pairs, and refuses the needless escapes that many patterns have.
  return /\\p\{|\\uD8/.test(whole) ? new RegExp(withoutNeedlessEscapes(whole), `u${flags}`) : new RegExp(whole, flags);
}

/** A few patterns stand between slashes, as JavaScript would write them. */
function unquoted(pattern: string): string {
  return /^\/\[.*\]\*\/$/.test(pattern) ? pattern.slice(1, -1) : pattern;
}

function withoutNeedlessEscapes(source: string): string {
  return source.replace(/\\([_:@=!"'%,<>#&~ ])/g, "$1");
}
