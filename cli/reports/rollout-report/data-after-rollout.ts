import { integrityCommand } from "../../../rollout/data-evidence.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { formatInstant } from "../../../rollout/time.ts";
import { type IntegrityReport, integrityReportFileName } from "../../evidence/integrity-report.ts";

/** What is known of the data at the end of a rollout (guide C4). */
export interface DataAfterRollout {
  /** Whether somebody has compared the data since, and nothing is lost. */
  readonly holds: boolean;
  readonly sentence: string;
  /** A line to paste; null where the data was compared. */
  readonly command: string | null;
}

/**
 * Finds the check of the data after a rollout: the last one since the candidate got its last weight, or since the promote, that was
 * compared with an earlier state.
 *
 * @param reports of the stage, oldest first
 */
export function dataAfterRollout(
  reports: readonly IntegrityReport[],
  { stage, record, timeZone, now }: DataQuestion,
): DataAfterRollout {
  const since = record.weightPercent > 0 ? record.since : (record.promotedAt ?? record.since);
  const clock = { now, timeZone };
  const last = reports.findLast(({ at, comparedWith }) => comparedWith !== null && Date.parse(at) >= Date.parse(since));
  if (last === undefined) {
    const before = reports.findLast(({ at }) => Date.parse(at) < Date.parse(since));
    const file = before === undefined ? "integrity-<time>.json" : integrityReportFileName(before);
    return {
      holds: false,
      sentence: `Nobody has compared the data since ${formatInstant(new Date(since), clock)}, when this release got its last traffic.`,
      command: integrityCommand(stage, ` --compare evidence/${stage}/${file}`),
    };
  }
  const objecting = last.findings.filter(({ result }) => result !== "pass");
  const compared = `Compared at ${formatInstant(new Date(last.at), clock)} with ${last.comparedWith}`;
  if (objecting.length === 0) {
    return {
      holds: true,
      sentence: `${compared}: ${last.findings.length === 1 ? "1 check" : `${last.findings.length} checks`} passed.`,
      command: null,
    };
  }
  const named = objecting.map(({ what, result, found }) => `${result}, ${what}: ${found}`);
  return { holds: false, sentence: `${compared}: ${named.join("; ")}.`, command: null };
}

interface DataQuestion {
  readonly stage: string;
  readonly record: Pick<RolloutRecord, "weightPercent" | "since" | "promotedAt">;
  readonly timeZone: string;
  readonly now: Date;
}
