/** What the scan of an image found. */
export interface ImageFinding {
  /** Such as `CVE-2026-12345`. */
  readonly name: string;
  /** `CRITICAL`, `HIGH` and so on, as the registry says it. */
  readonly severity: string;
  /** Name and version of the package, where the scan tells it. */
  readonly package?: string | undefined;
}

/** A finding that the stack file accepts. */
export interface AcceptedFinding {
  readonly finding: string;
  readonly reason: string;
  /** ISO 8601 instant from which on it is not accepted any more. */
  readonly until: string;
}

/** What the findings of a scan mean for an image. */
export interface JudgedFindings {
  /** Critical findings that nobody has accepted, or whose acceptance is over. */
  readonly open: readonly (ImageFinding & { readonly acceptedUntil?: string | undefined })[];
  /** Critical findings that are accepted now, with the reason. */
  readonly accepted: readonly (ImageFinding & Pick<AcceptedFinding, "reason" | "until">)[];
  /** How many findings there are of each severity. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Judges what a scan found. A critical finding keeps an image out, unless the stack file accepts it with a reason and the end
 * of that has not come. Others are counted only.
 */
export function judgeFindings(
  findings: readonly ImageFinding[],
  accepted: readonly AcceptedFinding[],
  now: Date,
): JudgedFindings {
  const judged = critical(findings).map((finding) => {
    const named = accepted.filter((one) => one.finding === finding.name);
    const standing = named.find(({ until }) => Date.parse(until) > now.getTime());
    return { finding, standing, over: named.at(-1)?.until };
  });
  return {
    open: judged.flatMap(({ finding, standing, over }) =>
      standing === undefined ? [{ ...finding, acceptedUntil: over }] : [],
    ),
    accepted: judged.flatMap(({ finding, standing }) =>
      standing === undefined ? [] : [{ ...finding, reason: standing.reason, until: standing.until }],
    ),
    counts: Object.fromEntries(
      [...new Set(findings.map(({ severity }) => severity))]
        .sort()
        .map((severity) => [severity, findings.filter((one) => one.severity === severity).length]),
    ),
  };
}

/** A finding in several packages is told once, with all of them. */
function critical(findings: readonly ImageFinding[]): readonly ImageFinding[] {
  const names = [...new Set(findings.filter(({ severity }) => severity === "CRITICAL").map(({ name }) => name))];
  return names.map((name) => {
    const packages = findings.filter((one) => one.name === name).flatMap((one) => one.package ?? []);
    return { name, severity: "CRITICAL", package: [...new Set(packages)].join(", ") || undefined };
  });
}
