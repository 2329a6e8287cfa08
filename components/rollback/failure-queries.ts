import { type Boundary, liveChangePart, type PeriodMinutes } from "../../rollout/rollback-test/boundaries.ts";
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

/**
 * The queries that compute the check of a rollback's test, over the time that the call asks for: all boundaries that count by
 * periods of one length. One number is returned; everything else CloudWatch computes.
 *
 * `SUM` of one series is a number for the whole time, and so is `MIN`; `TIME_SERIES` makes a series of such a number, which a
 * result must be. The sum since whichever moment makes it largest is `SUM(x) - MIN(RUNNING_SUM(x))`, or `SUM(x)` itself.
 *
 * @param loadBalancerArnSuffix `app/<name>/<id>`
 * @see CloudWatch User Guide, "Using math expressions with CloudWatch metrics"
 */
export function failureQueries(
  { boundaries, minimumFailingMinutes }: RollbackTest,
  periodMinutes: PeriodMinutes,
  loadBalancerArnSuffix: string,
  groups: GroupPaths,
): readonly FailureQuery[] {
  const queries = new PeriodQueries(60 * periodMinutes);
  const watched = boundaries.filter((boundary) => boundary.periodMinutes === periodMinutes);
  const counted = roles.flatMap((role) => queries.metrics(role, loadBalancerArnSuffix, groups[role]));
  const reached = watched.map((boundary) => queries.boundary(boundary, minimumFailingMinutes));
  const names = reached.flatMap((of) => of.map(({ Id }) => Id).filter((id) => id.startsWith(resultId)));
  return [
    ...new Map(counted.map((query) => [query.Id, query])).values(),
    ...queries.failures(),
    ...reached.flat(),
    queries.shown(resultId, names.join(" + ")),
  ];
}

const roles = ["candidate", "live"] as const;

type Role = (typeof roles)[number];

/** What is called otherwise for each colour. The load balancer's own metrics are the same for both. */
const ofColour = new Set(["asked", "ok", "moved", "refused", "failed"]);

/** Writes queries of one period. */
class PeriodQueries {
  readonly #periodSeconds: number;

  constructor(periodSeconds: number) {
    this.#periodSeconds = periodSeconds;
  }

  metrics(role: Role, loadBalancerArnSuffix: string, groupPath: string): FailureQuery[] {
    const metrics = colourFailureMetrics({ loadBalancerArnSuffix, targetGroupArnSuffix: groupPath });
    return Object.entries(metrics).map(([id, { namespace, metricName, dimensions, statistic }]) => ({
      Id: idOf(id, role),
      MetricStat: {
        Metric: {
          Namespace: namespace,
          MetricName: metricName,
          Dimensions: Object.entries(dimensions).map(([Name, value]) =>
            value === groupPath ? { Name, "Value.$": value } : { Name, Value: value },
          ),
        },
        Period: this.#periodSeconds,
        Stat: statistic,
      },
      ReturnData: false,
    }));
  }

  /**
   * Each colour's requests and failures in a period. What the load balancer answered itself is shared out by the colours'
   * requests without an answer, as the gate does: where both have as many WebSockets, each gets its due on average.
   */
  failures(): FailureQuery[] {
    const rename = (math: string, role: Role) => math.replaceAll(/\b[a-z]+\b/g, (word) => idOf(word, role));
    return [
      ...roles.flatMap((role) => [
        this.#hidden(`requests_${role}`, rename(colourFailureMath.requests, role)),
        this.#hidden(`left_${role}`, rename(colourFailureMath.unanswered, role)),
      ]),
      this.#hidden("left", roles.map((role) => `left_${role}`).join(" + ")),
      this.#hidden("shared", `IF(${colourFailureMath.byBalancer} < left, ${colourFailureMath.byBalancer}, left)`),
      ...roles.map((role) =>
        // Without such requests the divisor is 1.
        this.#hidden(
          `failures_${role}`,
          `${rename(colourFailureMath.taskFailures, role)} + shared * left_${role} / (left + (left == 0))`,
        ),
      ),
    ];
  }

  /** One query for each null of a boundary, and what it is computed from. */
  boundary(boundary: Boundary, minimumFailing: number): FailureQuery[] {
    const { alternativePercent, leastRequests, liveMargin, nulls, threshold, changeThreshold } = boundary;
    const key = `${alternativePercent}_${leastRequests}`;
    const watchedRoles = changeThreshold === undefined ? (["candidate"] as const) : roles;
    const liveFailures = `(SUM(failures_live) ${liveMargin < 0 ? "-" : "+"} ${Math.abs(liveMargin)})`;
    return [
      ...watchedRoles.flatMap((role) => this.#counts(boundary, key, role)),
      ...nulls.flatMap(({ ratePercent, perFailure, perRequest }, index) => {
        const score = (role: Role) => `score_${key}_${index}_${role}`;
        const ways = [
          ...(threshold === undefined ? [] : [`(SUM(${score("candidate")}) >= ${number(threshold)})`]),
          ...(changeThreshold === undefined ? [] : [changed(score("candidate"), score("live"), changeThreshold)]),
        ];
        const isAllowed = `(100 * ${liveFailures} <= ${number(ratePercent)} * SUM(requests_live))`;
        const isReached = `(SUM(failing_${key}_candidate) >= ${minimumFailing}) * ${isAllowed} * (${ways.join(" + ")})`;
        return [
          ...watchedRoles.map((role) =>
            this.#hidden(
              score(role),
              `${number(perFailure)} * failing_${key}_${role} - ${number(perRequest)} * counted_${key}_${role}`,
            ),
          ),
          this.#hidden(`${resultId}_${key}_${index}`, `TIME_SERIES(${isReached})`),
        ];
      }),
    ];
  }

  #counts({ failingShare, leastRequests, requestsPerPeriod }: Boundary, key: string, role: Role): FailureQuery[] {
    const [failures, requests] = [`failures_${role}`, `requests_${role}`];
    const failing = `IF(${failures} > ${number(failingShare)} * ${requests}, IF(${failures} < 1, ${failures}, 1), 0)`;
    return [
      this.#hidden(
        `failing_${key}_${role}`,
        leastRequests === 1 || role === "live" ? failing : `IF(${requests} >= ${leastRequests}, ${failing}, 0)`,
      ),
      this.#hidden(
        `counted_${key}_${role}`,
        `IF(${requests} < ${requestsPerPeriod}, ${requests}, ${requestsPerPeriod})`,
      ),
    ];
  }

  #hidden(Id: string, Expression: string): FailureQuery {
    return { Id, Expression, Period: this.#periodSeconds, ReturnData: false };
  }

  shown(Id: string, Expression: string): FailureQuery {
    return { Id, Expression, Period: this.#periodSeconds, ReturnData: true };
  }
}

function idOf(id: string, role: Role): string {
  return ofColour.has(id) ? `${id}_${role}` : id;
}

/** Whether the candidate has turned bad, and live has not at the same time. */
function changed(candidate: string, live: string, threshold: number): string {
  const since = (score: string) => `SUM(${score}) - MIN(RUNNING_SUM(${score}))`;
  const [least, leastOfLive] = [number(threshold), number(liveChangePart * threshold)];
  const candidateHas = `((${since(candidate)} >= ${least}) + (SUM(${candidate}) >= ${least}) > 0)`;
  return `${candidateHas} * (${since(live)} < ${leastOfLive}) * (SUM(${live}) < ${leastOfLive})`;
}

/** A number as an expression takes it, without an exponent. */
function number(value: number): string {
  return String(Number(value.toFixed(6)));
}
