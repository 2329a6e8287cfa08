/**
 * Characters that a reader does not see and that change how the text around them is shown, as the inside of a character
 * class of a regular expression with the flag `u`: control characters (C0 and C1), line and paragraph separators,
 * bidirectional overrides, lone surrogates, characters of no width, and tags. The joiners U+200C and U+200D are not among
 * them, because some scripts and emoji cannot be written without them.
 *
 * @see Unicode Standard Annex #9, Bidirectional Algorithm; Unicode Technical Report #36, Security Considerations
 */
export const hiddenCharacters: string = String.raw`\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u00AD\u200B\u2060-\u2064\u206A-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}`;

const hidden = new RegExp(`[${hiddenCharacters}]`, "gu");
const [bell, escapeKey, controlSequence, stringEnd] = [0x07, 0x1b, 0x9b, 0x9c].map((code) => String.fromCharCode(code));
const stringStarts = [0x90, 0x98, 0x9d, 0x9e, 0x9f].map((code) => String.fromCharCode(code)).join("");

/**
 * What a terminal takes for a command instead of text: control sequences such as colours, and control strings such as links.
 *
 * @see ECMA-48, Control Functions for Coded Character Sets, 5.4 and 5.6
 */
const terminalSequences = new RegExp(
  [
    String.raw`(?:${escapeKey}\[|${controlSequence})[0-?]*[ -/]*[@-~]`,
    String.raw`(?:${escapeKey}[\]PX^_]|[${stringStarts}])[^${bell}${escapeKey}${stringEnd}]*(?:${bell}|${escapeKey}\\|${stringEnd})`,
  ].join("|"),
  "g",
);
const breaks = /[\s\p{Cc}]+/gu;

/**
 * Text from outside as one line that is safe to show, to mail and to keep: without terminal sequences, hidden characters
 * and line breaks. Runs of spaces become one.
 *
 * For everything that somebody else wrote and a person reads later: reasons, alarm names, answers of AWS, names of people.
 */
export function plainLine(text: string): string {
  return text.replace(terminalSequences, "").replace(breaks, " ").replace(hidden, "").replace(/ {2,}/g, " ").trim();
}

/** The same for text of several lines; line breaks and the spaces of an indent stay. */
export function plainLines(text: string): string {
  return text
    .replace(terminalSequences, "")
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => line.replaceAll("\t", "  ").replace(hidden, ""))
    .join("\n");
}

/**
 * Text with each hidden character written out, `\u202e`. For a message about the text itself: a reader has to find what
 * is wrong with a key that looks right.
 */
export function visibly(text: string): string {
  return text.replace(hidden, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
  });
}

/** Whether text has characters that {@link plainLine} would take out, line breaks among them. */
export function hasHiddenCharacters(text: string): boolean {
  return text.search(hidden) !== -1;
}
