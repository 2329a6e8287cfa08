import type { Compared, ResponseTimes } from "./gate-input.ts";
import type { Finding } from "./verdict.ts";

/** Holds the candidate's p95 response time against the threshold (guide A2); the averages are told beside it. */
export function judgeResponseTime(times: Compared<ResponseTimes>, responseTimeSeconds: number): Finding {
  const { p95Milliseconds } = times.candidate;
  const limit = `${responseTimeSeconds * 1000} ms`;
  const finding = {
    what: "response time",
    value: `candidate ${timesText(times.candidate)}; live ${timesText(times.live)}`,
    bound: `p95 at most ${limit}`,
  };
  if (p95Milliseconds === undefined) {
    return {
      ...finding,
      verdict: "not enough data",
      sentence:
        "The candidate has no p95 response time for this step. Wait for requests to reach it; where it had some, check that its target group reports to CloudWatch.",
    };
  }
  const shown = `The candidate answers 95 of 100 requests within ${Math.round(p95Milliseconds)} ms, and ${limit} is allowed.`;
  return p95Milliseconds > responseTimeSeconds * 1000
    ? { ...finding, verdict: "fail", sentence: `${shown} Roll back and look for what is slow in its logs.` }
    : { ...finding, verdict: "pass", sentence: shown };
}

function timesText({ averageMilliseconds, p95Milliseconds }: ResponseTimes): string {
  const text = (value: number | undefined) => (value === undefined ? "unknown" : `${Math.round(value)} ms`);
  return `p95 ${text(p95Milliseconds)}, average ${text(averageMilliseconds)}`;
}
