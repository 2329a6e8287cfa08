import { hasHiddenCharacters, plainLine, visibly } from "./plain-text.ts";

/** Shortest reason that a reader of the history and the evidence will understand. */
export const minimumReasonLength = 10;

/** Fewest letters and digits of one: dots, spaces and characters of no width give no reason. */
export const fewestReasonLetters = 6;

/**
 * The letters and digits of a reason, by which it is known again: another sign, space, capital letter or invisible character
 * makes no new reason.
 *
 * @see Unicode Standard Annex #15, Normalization Forms (NFKC); Unicode Standard Annex #44, Default_Ignorable_Code_Point
 */
export function reasonLetters(reason: string): string {
  return reason
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\p{Default_Ignorable_Code_Point}|[^\p{L}\p{M}\p{N}]/gu, "");
}

/** Whether a text has enough letters and digits to be a reason. */
export function hasReasonLetters(reason: string): boolean {
  return [...reasonLetters(reason)].length >= fewestReasonLetters;
}

/**
 * Longest reason. In the latch it has to fit a standard SSM parameter of 4096 characters together with the rest, even
 * where JSON needs several for one.
 */
export const longestReason = 500;

/**
 * Why a written reason is not accepted; empty where it is, or where none was given. A rollback is never refused for its
 * reason: see {@link fitReason}.
 *
 * @param reason without the spaces around it
 */
export function reasonProblems(reason: string | undefined): string[] {
  if (reason === undefined) return [];
  if (hasHiddenCharacters(reason)) {
    return [
      `The reason is "${visibly(reason)}", which has line breaks, control characters or invisible ones. Write it as one line of plain text.`,
    ];
  }
  if (reason.length > longestReason) {
    return [`The reason has ${reason.length} characters, and the longest is ${longestReason}. Write a shorter one.`];
  }
  if ([...reason].length < minimumReasonLength) {
    return [
      `The reason is "${reason}", which is too short. Write at least ${minimumReasonLength} characters that a later reader will understand.`,
    ];
  }
  if (hasReasonLetters(reason)) return [];
  return [
    `The reason is "${visibly(reason)}", which has fewer than ${fewestReasonLetters} letters and digits. Write words that a later reader will understand.`,
  ];
}

/** A reason as the latch can hold it, and what was done to it. */
export interface FittedReason {
  /** One line of at most {@link longestReason} characters, which SSM takes. */
  readonly reason: string;
  /** The whole reason as one line of plain text, for where its length does not matter. */
  readonly whole: string;
  /** What was changed, for whoever gave it; undefined where nothing was. */
  readonly change: string | undefined;
}

/**
 * Makes a reason fit an SSM parameter instead of refusing it: a rollback moves the traffic first, and its latch must not
 * be lost to the words that it was given.
 *
 * SSM takes no value with text in double braces, since it would be a reference to another parameter.
 *
 * @see AWS Systems Manager API Reference, "PutParameter", Value
 */
export function fitReason(given: string): FittedReason {
  const whole = plainLine(given);
  const apart = whole.replace(/([{}])(?=\1)/g, "$1 ");
  const characters = [...apart];
  const isLong = characters.length > longestReason;
  const reason = isLong
    ? `${characters
        .slice(0, longestReason - 1)
        .join("")
        .trimEnd()}…`
    : apart;
  const changes = [
    ...(hasHiddenCharacters(given.trim()) ? ["line breaks and control characters were taken out"] : []),
    ...(apart === whole ? [] : ["double braces were written apart, because SSM refuses them"]),
    ...(isLong ? [`it was cut to ${longestReason} of its ${characters.length} characters`] : []),
  ];
  return { reason, whole, change: changes.length === 0 ? undefined : `The reason was changed: ${changes.join("; ")}.` };
}
