import { z } from "zod";
import { type Colour, otherColour, whereByColour } from "./colour.ts";
import { gateQuestion } from "./gate/gate-question.ts";
import { readJson } from "./json.ts";
import { askedFor, loweringIsAllowed, type Move, type Refusal } from "./move.ts";
import { reasonFor } from "./override.ts";
import { plainLine } from "./plain-text.ts";
import type { RolloutRecord } from "./record.ts";
import { type Clock, formatDuration, formatInstant, mostClocksDifferSeconds, secondsBetween } from "./time.ts";
import { fingerprintOf } from "./used-reasons.ts";

/** What `verify` found of a deployed release, as the SSM parameter of its colour holds it. */
export interface Verification {
  readonly version: 1;
  /** {@link releaseFingerprint} of what was verified. */
  readonly release: string;
  readonly image: string;
  readonly host: "public" | "candidate";
  readonly verdict: "pass" | "fail" | "incomplete";
  /** ISO 8601 instant at which its checks began. */
  readonly at: string;
  /** Names of the checks that failed or could not be made. */
  readonly objections: readonly string[];
}

const text = z.string().transform(plainLine);

/** A key that this version does not know is left out: a newer version may add some. */
const verificationSchema = z.object({
  version: z.literal(1),
  release: z.string(),
  image: text,
  host: z.enum(["public", "candidate"]),
  verdict: z.enum(["pass", "fail", "incomplete"]),
  at: z.iso.datetime(),
  objections: z.array(text),
});

/** Names that are kept, so that the value fits a standard SSM parameter of 4096 characters. */
const mostObjections = 20;
const longestName = 80;

/** The value of a verification's parameter, as JSON. */
export function formatVerification(verification: Verification): string {
  const objections = keptObjections(verification.objections, mostObjections);
  return JSON.stringify({ ...verification, objections });
}

/** The first names as a parameter keeps them: in one line each, cut, and without braces. SSM takes no text in double braces. */
export function keptObjections(names: readonly string[], most: number): readonly string[] {
  return names.slice(0, most).map((name) => plainLine(name).replaceAll(/[{}]/g, "").slice(0, longestName));
}

/** Names of objections at the end of a sentence; empty without any. */
export function namedObjections(names: readonly string[]): string {
  return names.length === 0 ? "" : `: ${names.join(", ")}`;
}

/** Reads a verification's parameter. What this version cannot read is none. */
export function parseVerification(value: string | undefined): Verification | undefined {
  return verificationSchema.safeParse(readJson(value)).data;
}

/**
 * A release in 16 hexadecimal digits: its image, and what its tasks see of the config, the versions of its secrets among it.
 *
 * @returns undefined for a colour without an image
 */
export function releaseFingerprint(
  { images, releaseSettings }: Pick<RolloutRecord, "images" | "releaseSettings">,
  colour: Colour,
): string | undefined {
  const image = images[colour];
  if (image === null) return undefined;
  const settings = Object.entries(releaseSettings?.[colour] ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return fingerprintOf(JSON.stringify([image, settings]));
}

/** What stands of `verify`, and what the config demands of it. */
export interface VerificationDemand {
  /** `verify.required` of config. */
  readonly required: boolean;
  /** `verify.validFor` of config. */
  readonly validForSeconds: number;
  /** The parameter of each colour as it stands in AWS. */
  readonly parameters: Readonly<Partial<Record<Colour, string>>>;
  /** What the last update left behind, as it stands in the stack's outputs. */
  readonly recorded: Pick<RolloutRecord, "images" | "releaseSettings"> | null;
}

/**
 * Whether a move is the first step of public traffic, which waits for a verdict where one is required. A split that AWS has already
 * is no other: an update that was killed had its verdict, and whoever moved the rule by hand had none.
 */
export function needsVerification(move: Pick<Move, "previous" | "wanted" | "realWeights">): boolean {
  return move.previous?.weightPercent === 0 && gateQuestion(move) !== undefined;
}

/**
 * Whether the first step of public traffic may be taken: where the config requires it, after a verdict pass about exactly this
 * release on the candidate's own host.
 *
 * @returns undefined where nothing objects
 */
export function verificationProblem(
  move: Pick<Move, "previous" | "wanted" | "realWeights" | "now" | "timeZone">,
  { required, validForSeconds, parameters, recorded }: VerificationDemand,
): Refusal | undefined {
  if (!required || !needsVerification(move) || recorded === null) return undefined;
  const candidate = otherColour(move.wanted.liveColour);
  const release = releaseFingerprint(recorded, candidate);
  // A colour without an image gets no traffic by another rule.
  if (release === undefined) return undefined;
  const stands = verificationObjection(
    parseVerification(parameters[candidate]),
    { candidate, release, validForSeconds },
    move,
  );
  if (stands === undefined) return undefined;
  return {
    rule: "verify",
    message: `${askedFor(move)} ${stands} verify.required asks for a verdict pass about exactly this release on the candidate's own host before its first public traffic. Run npm run rollout -- verify --stage <stage> --host candidate, or ${reasonFor("verify")}. ${loweringIsAllowed}`,
    allowance: "verify",
  };
}

/** What stands in the way of the first step, as a sentence; undefined where the verdict counts for it. */
export function verificationObjection(
  found: Verification | undefined,
  { candidate, release, validForSeconds }: { candidate: Colour; release: string; validForSeconds: number },
  move: Clock,
): string | undefined {
  if (found === undefined) return `Nobody has verified the release in ${candidate}.`;
  const at = new Date(found.at);
  const when = formatInstant(at, move);
  if (found.release !== release) return `What was verified in ${candidate} at ${when} is another release.`;
  if (found.host !== "candidate") return `The release in ${candidate} was verified at ${when} on the public host.`;
  if (found.verdict !== "pass") {
    const result = found.verdict === "fail" ? "failed" : "the verdict is incomplete";
    return `The release in ${candidate} was verified at ${when} and ${result}${namedObjections(found.objections)}.`;
  }
  const age = secondsBetween(at, move.now);
  if (age < -mostClocksDifferSeconds) {
    return `The release in ${candidate} was verified at ${when}, which is in the future: a clock was wrong. Verify it again.`;
  }
  if (age > validForSeconds) {
    return `The release in ${candidate} was verified ${formatDuration(age)} ago, and verify.validFor is ${formatDuration(validForSeconds)}.`;
  }
  return undefined;
}

/** The last part of the name of a colour's parameter, beside the latch. */
export function verificationParameterEnd(colour: Colour): string {
  return `verified-${colour}`;
}

/** The parameters of both colours among those of a path. */
export function verificationsIn(
  valueAt: (end: string) => string | undefined,
): Readonly<Partial<Record<Colour, string>>> {
  return whereByColour((colour) => valueAt(verificationParameterEnd(colour)));
}
