import type { StageConfig } from "../../../infra/config/schema/stage-config.ts";
import { fail, notChecked, pass } from "../../found.ts";
import { check, type Found, notApplicable, type VerifyFinding } from "../../verify/finding.ts";
import type { ReportedStep, RolloutReport } from "./rollout-report.ts";

/**
 * Holds a rollout against the objectives of availability and of errors (guide C1, C3): all public requests of all its steps, of
 * both colours. Requests that no task answered count as failed, and a failure whose colour nobody knows counts for both.
 */
export async function rolloutObjectives(
  { steps }: Pick<RolloutReport, "steps">,
  { availabilityPercent, errorRatePercent }: StageConfig["objectives"],
): Promise<readonly VerifyFinding[]> {
  return await Promise.all([
    check("availability over the rollout", "C1", () =>
      judge(steps, (okPercent) => okPercent >= availabilityPercent, `at least ${availabilityPercent} %`, "answered"),
    ),
    check("errors over the rollout", "C3", () =>
      judge(steps, (okPercent) => 100 - okPercent < errorRatePercent, `below ${errorRatePercent} %`, "failed"),
    ),
  ]);
}

function judge(
  steps: readonly ReportedStep[],
  isMet: (okPercent: number) => boolean,
  wanted: string,
  told: "answered" | "failed",
): Found {
  const uncounted = steps.filter(({ counted }) => counted === null);
  const counted = steps.flatMap((step) => step.counted ?? []);
  const requests = counted.reduce((sum, { candidate, live }) => sum + candidate.requests + live.requests, 0);
  const errors = counted.reduce((sum, { candidate, live }) => sum + candidate.errors + live.errors, 0);
  if (uncounted.length > 0) {
    const which = uncounted.map(({ weightPercent }) => `${weightPercent} %`).join(", ");
    return notChecked(`nobody counted the requests of the step at ${which}`, "The dashboard has the whole time.");
  }
  if (requests === 0) return notApplicable("nobody sent a request");
  const okPercent = 100 - (100 * errors) / requests;
  const shown = told === "failed" ? 100 - okPercent : okPercent;
  const found = `${errors} of ${requests} requests failed: ${shown.toFixed(3)} % ${told}`;
  return isMet(okPercent) ? pass(found) : fail(found, `Wanted is ${wanted}. The steps above show which one.`);
}
