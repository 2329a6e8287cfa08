import { z } from "zod";

/** What a gate says about the next step. Silence is not health: without enough data, it neither passes nor fails. */
export const verdictSchema = z.enum(["pass", "fail", "not enough data"]);

export type Verdict = z.output<typeof verdictSchema>;

/** One thing that a gate looked at. */
export const findingSchema = z
  .strictObject({
    /** What was looked at, such as `error rate` or `alarm portal-green-errors`. */
    what: z.string(),
    /** What was found, with its unit. */
    value: z.string(),
    /** What it was compared with, with its unit. */
    bound: z.string(),
    /** `no objection`: a check that can only refuse found nothing to refuse. It never makes a gate pass. */
    verdict: z.enum([...verdictSchema.options, "no objection"]),
    /** For a person: what it means and, unless it passes, what to do next. */
    sentence: z.string(),
  })
  .readonly();

export type Finding = z.output<typeof findingSchema>;

/** What a gate rests on that passes by exposure: requests of the public that fail. */
export const exposureFiguresSchema = z
  .strictObject({
    /** In 19 of 20 cases at most so many in the next step. */
    atWorstRequests: z.int(),
    /** At most so many in the whole rollout. */
    budgetRequests: z.int(),
  })
  .readonly();

export type ExposureFigures = z.output<typeof exposureFiguresSchema>;

/** A verdict in words, with the way by which it passes: a pass by the threshold is said without. */
export function verdictText({
  verdict,
  exposure,
}: {
  readonly verdict: Verdict;
  readonly exposure?: ExposureFigures | undefined;
}): string {
  return verdict === "pass" && exposure !== undefined ? "pass by exposure" : verdict;
}

/** The worst of the findings: fail, then not enough data, then pass. Nothing looked at is not enough data. */
export function worstVerdict(findings: readonly Finding[]): Verdict {
  const has = (verdict: Finding["verdict"]) => findings.some((finding) => finding.verdict === verdict);
  if (has("fail")) return "fail";
  return has("not enough data") || !has("pass") ? "not enough data" : "pass";
}

/** A share from 0 to 1 as per cent, to three digits. */
export function percentText(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** A count with its noun: `1 request`, `2 requests`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
