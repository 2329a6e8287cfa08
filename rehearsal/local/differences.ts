/**
 * In what the local balancer and the local alarms still differ from AWS, where it could matter to what a rehearsal shows.
 * Every report has the list.
 *
 * @see Elastic Load Balancing, "Troubleshoot your Application Load Balancers", "Health checks", "Target group attributes";
 *   CloudWatch User Guide, "Alarm evaluation", "Using math expressions with CloudWatch metrics"
 */
export const differencesFromAws: readonly string[] = [
  "The balancer is one node. In AWS each zone has its own, which checks health, takes turns and draws for itself, so that a sick task gets requests until every node has noticed, and small numbers are split less evenly.",
  "The balancer speaks HTTP/1.1 without TLS. HTTP/2 and the answers that AWS gives to broken requests (400, 405, 414, 460, 463, 464, 561) are missing.",
  "A connection that a task does not accept at all is waited for, where AWS gives up after 10 s with 504. One that it refuses is answered with 502 at once in both.",
  "The idle timeout counts for the task's silence during a request. The client's side, and WebSockets that are silent, are left open.",
  "A WebSocket is not counted as a request that reached a task by the API, and by no metric but RequestCount in both.",
  "An alarm looks two periods further back for known values, as in all of CloudWatch's examples. For other numbers of periods CloudWatch does not say how far.",
  "FILL fills up a metric that never had a value. CloudWatch does not say that it does. Each planned alarm with FILL also has metrics that are always reported while there is traffic, or is silent without any.",
  "Metrics arrive at once and complete. In CloudWatch a minute's values may come one to three minutes late, and an alarm may be evaluated on a part of them.",
  "A composite alarm follows its parts in the same moment. In CloudWatch it follows seconds later.",
];
