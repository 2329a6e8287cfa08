/**
 * What was only a model of the real thing, or was not rehearsed. Every report has it, so that nobody takes a rehearsal for
 * more than it is.
 */
export function modelsOf(timeFactor: number): readonly string[] {
  return [
    "The load balancer is a model of an Application Load Balancer. It has the planned hosts, weights, health checks, draining and fail-open. It has no TLS, zones, firewall or AWS API.",
    `Health check intervals and deregistration delays pass ${timeFactor} times faster than planned. Timeouts are as planned.`,
    "Bakes pass on a virtual clock, so nothing shows what two hours of real traffic would show.",
    "Where the stack file has a weight, the past is assumed: the step before it, with its bake over.",
    "The stack file's freeze windows are left out, so that a rehearsal can run on any day. One window is tried as an illegal move.",
    "The API is a small sample with one process for each colour. The plan has several tasks.",
    "PostgreSQL is real and local, without replicas or TLS, and does not wait for the disk (fsync is off). Its administrator has the rights that RDS gives. The roles log in with a password made for the run, because IAM authentication exists only on RDS. The role rds_iam is granted and has no effect.",
    "A seeded random generator chooses the target group of each request, so that a rerun gets the same split.",
    `The planned metric math, thresholds and composite alarms of each colour are evaluated on the load's requests, ${timeFactor} times faster: a window of 5 min takes ${300 / timeFactor} s, and a minute between two evaluations takes ${60 / timeFactor} s. CloudWatch's own delay in collecting metrics is left out. No run lasts long enough for the alarm on an hour without traffic.`,
    "The planned event rule, its targets and the planned state machine run on local stand-ins for a few AWS actions. Each action is allowed only where the machine's planned role allows it. Intervals between retries pass faster as well. Mails that alarms send by themselves are left out.",
    "The other alarms, DNS, the CDN, mail and the frontend are planned and judged by the policies. They are not run.",
  ];
}
