/** What a load balancer counted for one target group over one period. */
export interface CountedAnswers {
  /** Requests for which it chose a target of the group. */
  readonly requests: number;
  /** Of those, the ones that a task answered, with whatever status. */
  readonly answered: number;
  /** Of those answers, the ones with 5xx. */
  readonly failed: number;
  /** Requests of **all** target groups that it answered itself, with 502 or 504. */
  readonly byBalancer: number;
}

/**
 * How many of a target group's requests failed at most: what its tasks answered with 5xx, and what the load balancer had to
 * answer itself because a task refused the connection, hung up or did not answer in time.
 *
 * The load balancer does not count its own answers by target group. They are among the requests that no task answered, and
 * so are WebSocket upgrades, which no metric counts. So the smaller of that rest and of all its own answers is the most
 * that can be the group's. The alarms compute the same by `colourFailureMath`.
 *
 * @see Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer"
 */
export function failuresAtMost({ requests, answered, failed, byBalancer }: CountedAnswers): number {
  return failed + Math.max(0, Math.min(requests - answered, byBalancer));
}
