import type { StageConfig } from "../../../infra/config/schema/stage-config.ts";
import { fail, pass } from "../../found.ts";
import { type DatabaseSource, leavesRoom } from "../checks/database.ts";
import { check, type Found, type VerifyFinding } from "../finding.ts";
import { authorization, type Subject } from "../subject.ts";
import { latencyOf, nearestRank } from "./latency.ts";
import { preciseNow, startOpenLoop } from "./open-loop.ts";

/** What is asked after a load: AWS's figures of the time of the load. Each function throws an `Error`. */
export interface LoadSource extends Pick<DatabaseSource, "readLoad" | "connectionLimit"> {
  /** Per cent of its memory that the fullest task of the release had in use; undefined where CloudWatch has no value. */
  readonly readTaskMemory: (window: { readonly from: Date; readonly until: Date }) => Promise<number | undefined>;
  /** Waits until CloudWatch has the figures of a moment ago. */
  readonly awaitFigures: () => Promise<void>;
}

/** One request of the load. */
interface LoadedRequest {
  readonly latencyMilliseconds: number;
  /** 0 where there was no answer. */
  readonly status: number;
}

/** Seconds that answers to the last requests are waited for. */
const graceSeconds = 30;

/**
 * Lets each number of users send requests for a while, an open loop, and judges what they met (guide T2). Afterwards AWS tells
 * what database and tasks had to bear.
 */
export async function checkLoad(
  subject: Subject,
  source: LoadSource,
  say: (line: string) => void,
): Promise<readonly VerifyFinding[]> {
  const { load } = subject.config.verify;
  if (load === undefined) return [];
  const from = new Date();
  const findings: VerifyFinding[] = [];
  for (const users of load.users) {
    say(`${users} users for ${load.secondsForEach} s`);
    findings.push(
      await check(`load of ${users} users`, "T2", async () => judge(await loadWith(subject, users), subject.config)),
    );
  }
  const until = new Date();
  say("Waiting for CloudWatch's figures of the load");
  await source.awaitFigures();
  const ask = (what: string, run: () => Promise<Found>) => check(what, "T2", run, "not checked");
  return [
    ...findings,
    await ask("database under load", async () => judgeDatabase(await source.readLoad({ from, until }), source)),
    await ask("task memory under load", async () =>
      judgeMemory(await source.readTaskMemory({ from, until }), subject.config),
    ),
  ];
}

async function loadWith(subject: Subject, users: number): Promise<readonly LoadedRequest[]> {
  const { asker, config } = subject;
  const { load, readinessPath } = config.verify;
  const seconds = load?.secondsForEach ?? 0;
  const paths =
    load === undefined || load.paths.length === 0 ? [readinessPath ?? config.api.healthCheckPath] : load.paths;
  const requestsPerSecond = users / (load?.secondsBetweenRequests ?? 1);
  const maxRequests = Math.round(requestsPerSecond * seconds);
  const headers = await authorization(subject);
  const loop = startOpenLoop<LoadedRequest>(
    // No request waits for another one, however long the server stalls.
    { requestsPerSecond, maxInFlight: maxRequests, maxRequests, maxSeconds: seconds + graceSeconds },
    async (sequence, dueAt) => {
      const path = paths[sequence % paths.length] ?? "/";
      const status = await asker.ask({ path, headers }).then(
        (answer) => answer.status,
        () => 0,
      );
      return { status, latencyMilliseconds: preciseNow() - dueAt };
    },
  );
  await loop.over;
  return loop.drain();
}

function judge(requests: readonly LoadedRequest[], { alerts, objectives }: StageConfig): Found {
  const failed = requests.filter(({ status }) => status < 200 || status > 299);
  const percent = requests.length === 0 ? 100 : (100 * failed.length) / requests.length;
  const latencies = requests.map(({ latencyMilliseconds }) => latencyMilliseconds);
  const { mean, p50, p95, max } = latencyOf(latencies);
  const p99 =
    nearestRank(
      latencies.toSorted((one, other) => one - other),
      0.99,
    ) ?? 0;
  const [average, ...others] = [mean, p50, p95, p99, max].map((value) => Math.round(value));
  const [half, most, nearly, longest] = others;
  const statuses = [...new Set(failed.map(({ status }) => (status === 0 ? "no answer" : String(status))))].join(", ");
  const found = `${failed.length} of ${requests.length} requests failed (${percent.toFixed(2)} %${statuses === "" ? "" : `: ${statuses}`}); average ${average} ms, p50 ${half}, p95 ${most}, p99 ${nearly}, longest ${longest}`;
  const wanted = `below ${objectives.errorRatePercent} % failed (C3), p95 at most ${alerts.responseTimeSeconds * 1000} ms (A2), counted here with the way over the network`;
  return percent < objectives.errorRatePercent && p95 <= alerts.responseTimeSeconds * 1000
    ? pass(found)
    : fail(found, `Wanted is ${wanted}. The dashboard has the same time by colour, and database and tasks beside it.`);
}

function judgeDatabase(
  { mostConnections, mostCpuPercent, leastFreeMemoryMib }: Awaited<ReturnType<LoadSource["readLoad"]>>,
  { connectionLimit }: LoadSource,
): Found {
  if (mostConnections === undefined || mostCpuPercent === undefined || leastFreeMemoryMib === undefined) {
    throw new Error("CloudWatch does not have the database's figures of this time yet. The dashboard will have them.");
  }
  const found = `at most ${mostConnections} of ${connectionLimit} connections and ${Math.round(mostCpuPercent)} % of its CPU in use, at least ${Math.round(leastFreeMemoryMib)} MiB of memory free`;
  return leavesRoom(mostConnections, connectionLimit) && mostCpuPercent <= 90
    ? pass(found)
    : fail(
        found,
        "Look at the slow statements of this time (database.slowQueryMilliseconds), or take a larger instance.",
      );
}

function judgeMemory(percent: number | undefined, { alerts }: StageConfig): Found {
  if (percent === undefined) {
    throw new Error("CloudWatch does not have the tasks' memory of this time yet. The dashboard will have it.");
  }
  const found = `at most ${Math.round(percent)} % of a task's memory in use`;
  return percent <= alerts.memoryPercent
    ? pass(found)
    : fail(found, `Wanted is at most ${alerts.memoryPercent} % (A4). Raise api.memoryMib, or look for what grows.`);
}
