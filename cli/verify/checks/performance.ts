import type { StageAws } from "../../../infra/aws/stage-aws.ts";
import type { StageConfig } from "../../../infra/config/schema/stage-config.ts";
import type { Colour } from "../../../rollout/colour.ts";
import { arrivalSeconds } from "../../../rollout/measurements.ts";
import { fail, pass } from "../../found.ts";
import { check, notApplicable, type VerifyFinding } from "../finding.ts";

const hours = 24;

/** What users met on the public host in the last day, by the load balancer's own counts (guide C2, C3, A2, R4). */
export async function checkPerformance(
  aws: Pick<StageAws, "readResponseTimes" | "readTraffic">,
  { objectives, alerts }: Pick<StageConfig, "objectives" | "alerts">,
  live: Colour,
  now: Date,
): Promise<readonly VerifyFinding[]> {
  const until = Math.floor((now.getTime() - arrivalSeconds * 1000) / 60_000) * 60_000;
  const seconds = hours * 3600;
  const window = {
    from: new Date(until - seconds * 1000).toISOString(),
    until: new Date(until).toISOString(),
    seconds,
  };
  const nobody = notApplicable(`live had no request in the last ${hours} h, so nothing was measured`);
  return await Promise.all([
    check(
      "response times of the last day",
      "C2 A2 R4",
      async () => {
        const { averageMilliseconds, p95Milliseconds } = (await aws.readResponseTimes(live, window)).live;
        if (averageMilliseconds === undefined || p95Milliseconds === undefined) return nobody;
        const found = `average ${Math.round(averageMilliseconds)} ms, p95 ${Math.round(p95Milliseconds)} ms`;
        const isMet =
          averageMilliseconds < objectives.averageResponseMilliseconds &&
          p95Milliseconds <= alerts.responseTimeSeconds * 1000;
        const wanted = `below ${objectives.averageResponseMilliseconds} ms on average, and a p95 of at most ${alerts.responseTimeSeconds * 1000} ms`;
        return isMet
          ? pass(found)
          : fail(found, `Wanted is ${wanted}. The dashboard shows since when, and of which colour.`);
      },
      "not checked",
    ),
    check(
      "errors of the last day",
      "C1 C3 R4",
      async () => {
        const traffic = await aws.readTraffic(live, hours);
        const requests = traffic.reduce((sum, hour) => sum + hour.liveRequests, 0);
        const errors = traffic.reduce((sum, hour) => sum + hour.liveErrors, 0);
        if (requests === 0) return nobody;
        const percent = (100 * errors) / requests;
        const found = `${errors} of ${requests} requests failed (${percent.toFixed(2)} %)`;
        return percent < objectives.errorRatePercent
          ? pass(found)
          : fail(found, `Wanted is below ${objectives.errorRatePercent} %. The dashboard shows since when.`);
      },
      "not checked",
    ),
  ]);
}
