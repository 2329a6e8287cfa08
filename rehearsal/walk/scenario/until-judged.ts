import { slowMachineMilliseconds } from "../../local/run/machine-control.ts";
import type { ScenarioReport } from "../../report/report-schema.ts";

/** How often a scenario is run until the machine was quick enough. */
const mostTries = 3;

/** An attempt, and what came of it. */
export type Judged<Attempt> = Attempt & {
  readonly result: ScenarioReport["result"];
  readonly tries: number;
  /** The longest delay of other work on this machine during the last attempt, milliseconds. */
  readonly slowest: number;
};

/**
 * Tries until there is a verdict: again where something did not hold while the machine was too slow. What held on a slow machine
 * holds, because nothing that is expected comes from slowness.
 *
 * @param slowestSince the longest delay of other work since a time, which is in milliseconds since 1970
 */
export async function untilJudged<Attempt extends { readonly held: boolean }>(
  attempt: () => Promise<Attempt>,
  slowestSince: (since: number) => Promise<number>,
): Promise<Judged<Attempt>> {
  for (let tries = 1; ; tries++) {
    const since = Date.now();
    // The first question begins the measurement.
    await slowestSince(since);
    const tried = await attempt();
    const slowest = await slowestSince(since);
    const isSlow = slowest >= slowMachineMilliseconds;
    if (!tried.held && isSlow && tries < mostTries) continue;
    return { ...tried, result: tried.held ? "held" : isSlow ? "not judged" : "not held", tries, slowest };
  }
}
