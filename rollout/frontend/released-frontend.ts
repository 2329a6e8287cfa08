import { z } from "zod";
import type { Colour } from "../colour.ts";
import { readJson } from "../json.ts";

/** A deployment or project of Vercel. It becomes a part of a URL, so it is held to letters, digits, `_` and `-`. */
const vercelId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

const releasedFrontendSchema = z.object({
  version: z.literal(1),
  colour: z.enum(["blue", "green"]),
  candidateSince: z.iso.datetime(),
  state: z.enum(["out", "returning", "back"]),
  deployment: vercelId,
  before: vercelId,
  projectId: vercelId,
  teamId: vercelId.optional(),
  at: z.iso.datetime(),
});

/**
 * The frontend that went out with a release, as the SSM parameter beside the latch holds it. The commands write it before they
 * send the first visitor to it. Whoever returns the API's traffic reads from it what the frontend was before: the commands and
 * the machine, without asking Vercel first.
 *
 * - `colour`: whose release it belongs to; `candidateSince`: since when the candidate of then was it, as the rollback address tells.
 *   A frontend that went out while no release of the API was on its way belongs to the live colour
 * - `state`: `out` while visitors are sent to it; `returning` once it is to be taken back, until Vercel has done so; then `back`
 * - `deployment`: the frontend of the release; `before`: the one that served before
 * - `projectId`, `teamId`: the project at Vercel, and the team that owns it
 * - `at`: when this was written, ISO 8601
 */
export type ReleasedFrontend = Readonly<z.infer<typeof releasedFrontendSchema>>;

/** The last part of the parameter's name, beside the latch. */
export const releasedFrontendParameterEnd = "frontend";

/** The parameter's value, as JSON. */
export function formatReleasedFrontend(released: ReleasedFrontend): string {
  return JSON.stringify(releasedFrontendSchema.parse(released));
}

/** Reads the parameter. What this version cannot read is none: nothing may be taken back to a guess. */
export function parseReleasedFrontend(value: string | undefined): ReleasedFrontend | undefined {
  return releasedFrontendSchema.safeParse(readJson(value)).data;
}

/** Which release is the candidate. */
export interface CandidateRelease {
  readonly colour: Colour;
  /** Since when it is the candidate, as the rollback address has it. ISO 8601. */
  readonly since: string;
}

/**
 * The frontend that is out with this candidate, or still has to be taken back.
 *
 * @returns undefined where none is, or what is out belongs to another release
 */
export function outWith(
  released: ReleasedFrontend | undefined,
  candidate: CandidateRelease,
): ReleasedFrontend | undefined {
  if (released === undefined || released.state === "back") return undefined;
  if (released.state === "returning") return released;
  return released.colour === candidate.colour && released.candidateSince === candidate.since ? released : undefined;
}

/**
 * The frontend that went out with the release which the last promote made live. A return takes it back.
 *
 * @returns undefined where none did, or nothing was promoted since
 */
export function outWithPromoted(
  released: ReleasedFrontend | undefined,
  { liveColour, promotedAt }: { readonly liveColour: Colour; readonly promotedAt: string | undefined },
): ReleasedFrontend | undefined {
  if (released === undefined || released.state === "back") return undefined;
  if (released.state === "returning") return released;
  if (released.colour !== liveColour || promotedAt === undefined) return undefined;
  return Date.parse(released.candidateSince) <= Date.parse(promotedAt) ? released : undefined;
}
