import { isSlow, type Slowness } from "../../local/run/machine-control.ts";
import type { ScenarioReport } from "../../report/report-schema.ts";

/** How often a scenario is run until the machine was quick enough. */
const mostTries = 3;

/** An attempt, and what came of it. */
export type Judged<Attempt> = Attempt & {
  readonly result: ScenarioReport["result"];
  readonly tries: number;
  /** How slow this machine was during the last attempt. */
  readonly slowness: Slowness;
};

/**
 * Tries until there is a verdict: again where something did not hold while the machine was too slow. What held on a slow machine
 * holds, because nothing that is expected comes from slowness.
 *
 * @param slownessSince how slow this machine was since a time, which is in milliseconds since 1970
 */
export async function untilJudged<Attempt extends { readonly held: boolean }>(
  attempt: () => Promise<Attempt>,
  slownessSince: (since: number) => Promise<Slowness>,
): Promise<Judged<Attempt>> {
  for (let tries = 1; ; tries++) {
    const since = Date.now();
    // The first question begins the measurement.
    await slownessSince(since);
    const tried = await attempt();
    const slowness = await slownessSince(since);
    const unclear = !tried.held && isSlow(slowness);
    if (unclear && tries < mostTries) continue;
    return { ...tried, result: tried.held ? "held" : unclear ? "not judged" : "not held", tries, slowness };
  }
}
