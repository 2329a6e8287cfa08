import { z } from "zod";
import { hiddenCharacters } from "../../../rollout/plain-text.ts";
import { longestReason } from "../../../rollout/reason.ts";
import { durationPattern } from "../../../rollout/time.ts";

/*
 * Every schema here names what it accepts in words: "a whole number from 1 to 50". zod makes them the message of each issue
 * that it finds with a value, whichever check failed. A refusal writes "must be" before them.
 */

const orWords = new Intl.ListFormat("en-GB", { type: "disjunction" });
const andWords = new Intl.ListFormat("en-GB", { type: "conjunction" });

/** Joins words as a sentence does: `blue`, `blue or green`, `5, 25, 50 or 100`. */
export function orList(words: readonly (string | number)[]): string {
  return orWords.format(words.map(String));
}

/** Joins words as a sentence does: `host and port`. */
export function andList(words: readonly (string | number)[]): string {
  return andWords.format(words.map(String));
}

/** The words for what a schema accepts. Where a value may be absent, they are for the values that are not. */
export function wordsOf(schema: z.core.$ZodType): string {
  return z.safeParse(withoutWrappers(schema), undefined).error?.issues[0]?.message ?? "";
}

/** The schema of a value that is present: without what `optional()` and `default()` put around it. */
export function withoutWrappers(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? withoutWrappers(schema.unwrap()) : schema;
}

/** A block with these keys and no others. */
export function block<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, { error: `a block with ${andList(Object.keys(shape))}` });
}

/** A list, which may be empty. */
export function list<Entry extends z.ZodType>(entry: Entry) {
  return z.array(entry, { error: `a list, each entry ${wordsOf(entry)}` });
}

/** A list with at least one entry. */
export function nonEmptyList<Entry extends z.ZodType>(entry: Entry) {
  return z.array(entry, { error: `a list of at least 1 entry, each ${wordsOf(entry)}` }).min(1);
}

/** One of these values. */
export function oneOf<const Value extends string | number>(...values: readonly [Value, ...Value[]]) {
  return z.literal(values, { error: orList(values) });
}

/** `true` or `false`. */
export const trueOrFalse = z.boolean({ error: "true or false" });

/** A whole number from `minimum` to `maximum`, both included. */
export function wholeNumber(minimum: number, maximum: number) {
  return z
    .int({ error: `a whole number from ${minimum} to ${maximum}` })
    .min(minimum)
    .max(maximum);
}

/** A number above 0, up to and including `maximum`. */
export function positiveNumber(maximum: number) {
  return z
    .number({ error: `a number above 0 and at most ${maximum}` })
    .positive()
    .max(maximum);
}

/** Any text but an empty one. */
export const text = z.string({ error: "text that is not empty" }).min(1);

/**
 * A text that matches a pattern.
 *
 * @param words what the pattern accepts. An editor shows them, too: the YAML and JSON services of VS Code read
 * `patternErrorMessage` from the generated JSON Schema
 */
export function patterned(pattern: RegExp, words: string) {
  return z
    .string({ error: words })
    .regex(pattern)
    .meta({ patternErrorMessage: `must be ${words}` });
}

/**
 * A line of text that people read in refusals and in the history, of at most {@link longestReason} characters.
 *
 * @param minimumLength characters, without the spaces around it
 * @param words what it accepts
 */
export function plainText(minimumLength: number, words: string) {
  return z
    .string({ error: words })
    .trim()
    .min(minimumLength)
    .max(longestReason)
    .regex(new RegExp(`^[^${hiddenCharacters}]*$`, "u"))
    .meta({ patternErrorMessage: `must be ${words}` });
}

/** A duration such as `2h`, `90m` or `48h`. */
export const duration = patterned(
  durationPattern,
  "a duration: whole numbers with d, h, m or s, such as 2h, 90m or 48h",
);

/** Most characters of a label, so that a table of releases fits a terminal. */
export const longestLabel = 40;

/** What people call an image: one line, without spaces around it, invisible characters and `@`, which ends it. */
const label = String.raw`(?!\s)[^@${hiddenCharacters}]{1,${longestLabel}}(?<!\s)`;

/** Whether a text can be an image's label. */
export function isImageLabel(text: string): boolean {
  return new RegExp(`^${label}$`, "u").test(text);
}

/**
 * An image digest, and before it, with `@` between them, what people call the image: `2.4.0@sha256:…`. A tag alone
 * is never accepted, because it can be moved to another image.
 */
export const labelledDigest = patterned(
  new RegExp(`^(${label}@)?sha256:[0-9a-f]{64}$`, "u"),
  "an image digest (sha256: and 64 hexadecimal digits), not a tag, which can move; a label may stand before it, as in 2.4.0@sha256:…",
);

/** A fully qualified host name in lower case, without a trailing dot. */
export const hostName = patterned(
  /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  "a host name such as api.example.com",
);

/** An origin as a browser sends it: scheme and host, no path. */
export const webOrigin = patterned(
  /^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/,
  "an origin such as https://example.com, without a path",
);

const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

/** The address range of a VPC. Its subnets are /20 blocks of it. */
export const vpcNetwork = patterned(
  new RegExp(`^${octet}\\.${octet}\\.0\\.0/16$`),
  "a /16 network such as 10.20.0.0/16: subnets are cut from it as /20 blocks",
);

/** Addresses in CIDR notation, IPv4 or IPv6. AWS WAF takes every length of prefix but 0. */
export const addressRange = patterned(
  new RegExp(
    `^(${octet}(\\.${octet}){3}/([1-9]|[12]\\d|3[0-2])|(?=[^/]*:)[0-9a-f:]{2,39}/([1-9]\\d?|1[01]\\d|12[0-8]))$`,
  ),
  "a range of addresses such as 203.0.113.0/24, or 203.0.113.7/32 for one address",
);

/** A path of a URL. */
export const urlPath = patterned(/^\//, "a path that begins with /");

/** A mail address. */
export const mailAddress = z.email("a mail address").meta({ patternErrorMessage: "must be a mail address" });

const instantWords = 'a time in quotes such as "2026-12-24T00:00:00+11:00"; without quotes YAML changes it';

/** A moment in time with its zone, ISO 8601. */
export const instant = z.iso
  .datetime({ offset: true, error: instantWords })
  .meta({ patternErrorMessage: `must be ${instantWords}` });

/** How long CloudWatch Logs keeps a group, in days. Its API accepts these values only. */
export const logRetentionDays = oneOf(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731);
