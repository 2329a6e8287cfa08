/** Joins words as a sentence does: `blue`, `blue or green`, `5, 25, 50 or 100`. */
export function orList(words: readonly (string | number)[]): string {
  return list(words, "or");
}

/** Joins words as a sentence does: `host and port`. */
export function andList(words: readonly (string | number)[]): string {
  return list(words, "and");
}

function list(words: readonly (string | number)[], conjunction: string): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? String(last) : `${words.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}
