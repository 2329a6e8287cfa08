import type { Boundary } from "../../rollout/rollback-test/boundaries.ts";
import type { RollbackTest } from "../../rollout/rollback-test/rollback-test.ts";
import { colourFailureMath, colourFailureMetrics } from "../observability/colour-failures.ts";

/** One query of `GetMetricData`, as the machine writes it. A key that ends in `.$` is a path. */
export type FailureQuery =
  | {
      readonly Id: string;
      readonly MetricStat: {
        readonly Metric: {
          readonly Namespace: string;
          readonly MetricName: string;
          readonly Dimensions: readonly {
            readonly Name: string;
            readonly Value?: string;
            readonly "Value.$"?: string;
          }[];
        };
        readonly Period: number;
        readonly Stat: string;
      };
      readonly ReturnData: false;
    }
  | { readonly Id: string; readonly Expression: string; readonly Period: number; readonly ReturnData: boolean };

/** Id of the query whose value is above 0 where the traffic is to be returned: how many boundaries are reached. */
const resultId = "reached";

/** The paths of the two target groups' ARN suffixes in the machine's data. */
export interface GroupPaths {
  readonly candidate: string;
  readonly live: string;
}

const periodSeconds = 60;

/**
 * The queries that compute the check of a rollback's test, over the minutes that the call asks for. One number is returned;
 * everything else CloudWatch computes.
 *
 * `SUM` of one series is a number for the whole time, and `TIME_SERIES` makes a series of it, which a result must be.
 *
 * @param loadBalancerArnSuffix `app/<name>/<id>`
 * @see CloudWatch User Guide, "Using math expressions with CloudWatch metrics"
 */
export function failureQueries(
  { boundaries, minimumFailingMinutes }: RollbackTest,
  loadBalancerArnSuffix: string,
  groups: GroupPaths,
): readonly FailureQuery[] {
  const reached = boundaries.map(({ alternativePercent }) => `reached_${alternativePercent}`);
  return [
    ...colourQueries("candidate", loadBalancerArnSuffix, groups.candidate),
    ...colourQueries("live", loadBalancerArnSuffix, groups.live),
    ...boundaries.flatMap((boundary) => boundaryQueries(boundary, minimumFailingMinutes)),
    { Id: resultId, Expression: reached.join(" + "), Period: periodSeconds, ReturnData: true },
  ];
}

/** The metrics of a colour under ids of their own, and its failures and requests a minute. */
function colourQueries(colour: keyof GroupPaths, loadBalancerArnSuffix: string, groupPath: string): FailureQuery[] {
  const metrics = colourFailureMetrics({ loadBalancerArnSuffix, targetGroupArnSuffix: groupPath });
  const ids = Object.keys(metrics);
  const rename = (math: string) =>
    ids.reduce((text, id) => text.replaceAll(new RegExp(`\\b${id}\\b`, "g"), `${id}_${colour}`), math);
  return [
    ...Object.entries(metrics).map(
      ([id, { namespace, metricName, dimensions, statistic }]): FailureQuery => ({
        Id: `${id}_${colour}`,
        MetricStat: {
          Metric: {
            Namespace: namespace,
            MetricName: metricName,
            Dimensions: Object.entries(dimensions).map(([Name, value]) =>
              value === groupPath ? { Name, "Value.$": value } : { Name, Value: value },
            ),
          },
          Period: periodSeconds,
          Stat: statistic,
        },
        ReturnData: false,
      }),
    ),
    hidden(`failures_${colour}`, rename(colourFailureMath.failures)),
    hidden(`requests_${colour}`, rename(colourFailureMath.requests)),
  ];
}

function boundaryQueries(boundary: Boundary, minimumFailingMinutes: number): FailureQuery[] {
  const { alternativePercent: percent, failingShare, requestsPerMinute, threshold, liveMargin, nulls } = boundary;
  const [failing, counted] = [`failing_${percent}`, `counted_${percent}`];
  const live = `(SUM(failures_live) ${liveMargin < 0 ? "-" : "+"} ${Math.abs(liveMargin)})`;
  const terms = nulls.map(({ ratePercent, perFailure, perRequest }) => {
    const isAllowed = `(100 * ${live} <= ${number(ratePercent)} * SUM(requests_live))`;
    const score = `${number(perFailure)} * SUM(${failing}) - ${number(perRequest)} * SUM(${counted})`;
    return `${isAllowed} * (${score} >= ${number(threshold)})`;
  });
  const isReached = `(SUM(${failing}) >= ${minimumFailingMinutes}) * (${terms.join(" + ")})`;
  return [
    hidden(failing, `IF(failures_candidate > ${number(failingShare)} * requests_candidate, 1, 0)`),
    hidden(counted, `IF(requests_candidate < ${requestsPerMinute}, requests_candidate, ${requestsPerMinute})`),
    hidden(`reached_${percent}`, `TIME_SERIES(${isReached})`),
  ];
}

function hidden(Id: string, Expression: string): FailureQuery {
  return { Id, Expression, Period: periodSeconds, ReturnData: false };
}

/** A number as an expression takes it, without an exponent. */
function number(value: number): string {
  return String(Number(value.toFixed(6)));
}
