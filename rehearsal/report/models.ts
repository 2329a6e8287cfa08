/** What a rehearsal is not: said in every report, because a proof is worth no more than its limits are known. */
export function modelsOf(timeFactor: number): readonly string[] {
  return [
    "The load balancer is a model of an Application Load Balancer: planned hosts, weights, health checks, draining and fail-open. It has no TLS, zones, firewall or AWS API.",
    `Health check intervals and deregistration delays pass ${timeFactor} times faster than planned; timeouts pass as planned.`,
    "Bakes pass on a virtual clock. Nothing here shows what two hours of real traffic would.",
    "The past of a stack file with a weight out is assumed: the step before it, with its bake over.",
    "Freeze windows of the stack file are left out, so that a rehearsal runs on any day; one is put back to be refused.",
    "The API is a small sample, one process for each colour, where the plan has several tasks.",
    "PostgreSQL is real and local, without replicas or TLS, and does not wait for the disk (fsync is off). Its administrator has the rights that RDS gives; roles log in with a password made for the run, since IAM authentication is AWS's own, and the role rds_iam is only granted.",
    "Requests are drawn with a seeded generator, so that a sound split is not refused one run in a hundred by chance.",
    `The planned metric math, thresholds and alarm rules of each colour are evaluated on what the load met, ${timeFactor} times faster: a window of 5 min is ${300 / timeFactor} s here, the minute between two evaluations ${60 / timeFactor} s. CloudWatch's own delay in collecting metrics is not in it, nor is an alarm on a quiet hour: no run lasts that long.`,
    "The planned event rule, its targets and the planned state machine run on local stand-ins of seven actions of AWS, each allowed only where the machine's planned role allows it. Retries pass faster like the rest. What alarms tell people by themselves is left out.",
    "The other alarms, DNS, the CDN, mail and the frontend are planned and judged by the policies, and not run.",
  ];
}
