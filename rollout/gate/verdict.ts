/** What a gate says about the next step. Silence is not health: without enough to go by, it is neither of the others. */
export type Verdict = "pass" | "fail" | "not enough data";

/** One thing that a gate looked at. */
export interface Finding {
  /** What was looked at, such as `error rate` or `alarm portal-green-errors`. */
  readonly what: string;
  /** What was found, with its unit. */
  readonly value: string;
  /** What it was held against, with its unit. */
  readonly bound: string;
  /** `no objection`: a check that can only refuse found nothing to refuse; it never makes a gate pass. */
  readonly verdict: Verdict | "no objection";
  /** For a person: what it means and, unless it passes, what to do next. */
  readonly sentence: string;
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
