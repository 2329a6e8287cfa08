import { z } from "zod";
import { type Colour, otherColour, whereByColour } from "./colour.ts";
import { readJson } from "./json.ts";
import { askedFor, loweringIsAllowed, type Move, type Refusal } from "./move.ts";
import { reasonFor } from "./override.ts";
import { plainLine } from "./plain-text.ts";
import type { RolloutRecord } from "./record.ts";
import { type Clock, formatInstant } from "./time.ts";
import { keptObjections, namedObjections, needsVerification } from "./verification.ts";

/** What one run of `integrity` found of the data. */
export interface DataCheck {
  /** ISO 8601 instant of the data that it saw. */
  readonly at: string;
  /** `incomplete` where something could not be checked, and nothing failed. */
  readonly verdict: "pass" | "fail" | "incomplete";
  /** Names of the checks that failed or could not be made. */
  readonly objections: readonly string[];
}

/** A run of `integrity` that was compared with an earlier one. */
interface ComparedDataCheck extends DataCheck {
  /** ISO 8601 instant of the check that it was compared with. */
  readonly comparedWith: string;
}

/**
 * What is known of the data before and after the migration that an image brings, as the SSM parameter of its colour holds it.
 * The settings of a release change no schema, so it is kept for the image.
 */
export interface DataEvidence {
  readonly version: 1;
  readonly image: string;
  /** The last check before the first migration from this image began. */
  readonly before: DataCheck | null;
  /** When the first migration from this image began, and when the last one ended: null while that is not known. */
  readonly migration: { readonly began: string; readonly ended: string | null } | null;
  /** The last check that was compared with an earlier one. */
  readonly after: ComparedDataCheck | null;
}

const text = z.string().transform(plainLine);
const instant = z.iso.datetime();
const check = z.object({ at: instant, verdict: z.enum(["pass", "fail", "incomplete"]), objections: z.array(text) });

/** A key that this version does not know is left out: a newer version may add some. */
const evidenceSchema = z.object({
  version: z.literal(1),
  image: text,
  before: check.nullable(),
  migration: z.object({ began: instant, ended: instant.nullable() }).nullable(),
  after: check.extend({ comparedWith: instant }).nullable(),
});

/** Names that are kept, so that the value fits a standard SSM parameter of 4096 characters. */
const mostObjections = 15;

/** The value of the parameter, as JSON. */
export function formatDataEvidence({ before, after, ...evidence }: DataEvidence): string {
  return JSON.stringify({ ...evidence, before: before && short(before), after: after && short(after) });
}

function short<Check extends DataCheck>(found: Check): Check {
  return { ...found, objections: keptObjections(found.objections, mostObjections) };
}

/** Reads the parameter. What this version cannot read is undefined, as what is not there; {@link dataProblem} tells them apart. */
export function parseDataEvidence(value: string | undefined): DataEvidence | undefined {
  return evidenceSchema.safeParse(readJson(value)).data;
}

function ofImage(found: DataEvidence | undefined, image: string): DataEvidence {
  return found?.image === image ? found : { version: 1, image, before: null, migration: null, after: null };
}

/**
 * What is known once `integrity` has run.
 *
 * @returns undefined where the run counts for nothing: it was compared with no other, and the migration has begun
 */
export function withDataCheck(
  found: DataEvidence | undefined,
  image: string,
  { comparedWith, ...done }: DataCheck & { readonly comparedWith: string | null },
): DataEvidence | undefined {
  const known = ofImage(found, image);
  if (comparedWith !== null) return { ...known, after: { ...done, comparedWith } };
  return known.migration === null ? { ...known, before: done } : undefined;
}

/** What is known when a migration is about to begin. @param at ISO 8601 instant */
export function withMigrationBegun(found: DataEvidence | undefined, image: string, at: string): DataEvidence {
  const known = ofImage(found, image);
  return { ...known, migration: { began: known.migration?.began ?? at, ended: null } };
}

/** What is known when a migration has ended, well or not. @param at ISO 8601 instant */
export function withMigrationEnded(found: DataEvidence | undefined, image: string, at: string): DataEvidence {
  const known = ofImage(found, image);
  return { ...known, migration: { began: known.migration?.began ?? at, ended: at } };
}

/** The command that checks the data. It has to pass before a migration, and with `--compare` after it. */
export function integrityCommand(stage: string, further = ""): string {
  const ask = `npm run rollout -- integrity --stage ${stage}${further}`;
  return `npm run rollout -- tunnel --stage ${stage} -- ${ask}`;
}

const compared = " --compare evidence/<stage>/integrity-<time>.json";

/**
 * Why a migration may not begin: nobody has seen that the data holds before it.
 *
 * @returns a sentence; undefined where the check before it has passed, and for a later migration from the same image
 */
export function uncheckedBefore(found: DataEvidence | undefined, image: string): string | undefined {
  const { before, migration } = ofImage(found, image);
  if (migration !== null || before?.verdict === "pass") return undefined;
  return before === null ? "Nobody has checked the data before this migration." : `${checkWords(before, "before")}.`;
}

function checkWords({ at, verdict, objections }: DataCheck, when: "before" | "after", clock?: Clock): string {
  const moment = clock === undefined ? at : formatInstant(new Date(at), clock);
  const result = verdict === "fail" ? "failed" : "is incomplete";
  return `The check of the data ${when} the migration, at ${moment}, ${result}${namedObjections(objections)}`;
}

/** What stands of the data, and what the config demands of it. */
export interface DataDemand {
  /** `verify.integrityRequired` of config. */
  readonly required: boolean;
  /** The parameter of each colour as it stands in AWS. */
  readonly parameters: Readonly<Partial<Record<Colour, string>>>;
  /** What the last update left behind, as it stands in the stack's outputs. */
  readonly recorded: Pick<RolloutRecord, "images"> | null;
}

/**
 * Whether the first step of public traffic may be taken: where the config requires it and the candidate's image has brought a
 * migration, after `integrity` has passed before it and, compared with that, after it.
 *
 * @returns undefined where nothing objects
 */
export function dataProblem(
  move: Pick<Move, "previous" | "wanted" | "realWeights" | "now" | "timeZone">,
  { required, parameters, recorded }: DataDemand,
): Refusal | undefined {
  if (!required || !needsVerification(move) || recorded === null) return undefined;
  const candidate = otherColour(move.wanted.liveColour);
  const value = parameters[candidate];
  const found = parseDataEvidence(value);
  const isUnreadable = value !== undefined && found === undefined;
  const stands = isUnreadable ? unreadable(candidate) : dataObjection(found, recorded.images[candidate], move);
  if (stands === undefined) return undefined;
  return {
    rule: "integrity",
    message: `${askedFor(move)} ${stands.what} verify.integrityRequired asks for a check of the data before and after the migration of this release, compared with each other. ${stands.fix}, or ${reasonFor("integrity")}. ${loweringIsAllowed}`,
    allowance: "integrity",
  };
}

/** What was left may tell of a migration that nobody has checked. */
function unreadable(candidate: Colour) {
  return {
    what: `What is known of the data of ${candidate} cannot be read: the parameter ${dataParameterEnd(candidate)} beside the latch holds what this version does not know, and a migration may stand in it.`,
    fix: `Deploy with the version that wrote it. Or look at the data yourself, delete the parameter, and run ${integrityCommand("<stage>")}`,
  };
}

/** What stands in the way, as a sentence, and the way out, as the beginning of one. */
export function dataObjection(
  found: DataEvidence | undefined,
  image: string | null,
  clock: Clock,
): { readonly what: string; readonly fix: string; readonly command?: string } | undefined {
  if (found?.image !== image || found.migration === null) return undefined;
  const { before, after, migration } = found;
  const command = integrityCommand("<stage>", compared);
  const again = { fix: `Run ${command}`, command };
  const late = "It cannot be made up for: look at the data yourself";
  const began = formatInstant(new Date(migration.began), clock);
  if (before === null) {
    return { what: `Nobody checked the data before the migration that began at ${began}.`, fix: late };
  }
  if (before.verdict !== "pass") return { what: `${checkWords(before, "before", clock)}.`, fix: late };
  if (migration.ended === null) {
    const end = "npm run rollout -- task --stage <stage> --run migrate";
    const what = `The end of the migration that began at ${began} is not recorded.`;
    return { what, fix: `Run ${end}, which waits for it`, command: end };
  }
  const ended = formatInstant(new Date(migration.ended), clock);
  if (after === null || Date.parse(after.at) < Date.parse(migration.ended)) {
    return { what: `Nobody has checked the data since the migration ended at ${ended}.`, ...again };
  }
  if (after.comparedWith !== before.at) {
    const [one, other] = [after.comparedWith, before.at].map((at) => formatInstant(new Date(at), clock));
    const what = `The data after the migration was compared with its state of ${one}, and the last check before the migration is of ${other}.`;
    return { what, ...again };
  }
  if (after.verdict === "pass") return undefined;
  return { what: `${checkWords(after, "after", clock)}.`, fix: `Repair the data, and run ${command}`, command };
}

/** The last part of the name of a colour's parameter, beside the latch. */
export function dataParameterEnd(colour: Colour): string {
  return `integrity-${colour}`;
}

/** The parameters of both colours among those of a path. */
export function dataEvidenceIn(
  valueAt: (end: string) => string | undefined,
): Readonly<Partial<Record<Colour, string>>> {
  return whereByColour((colour) => valueAt(dataParameterEnd(colour)));
}
