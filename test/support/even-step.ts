import { type Period, type StepCounts, stepCounts } from "../../rollout/gate/step-counts.ts";
import { slowerThanSeconds } from "../../rollout/measurements.ts";

/** What a colour counted over a whole step. */
interface Totals {
  readonly requests: number;
  /** Answered 5xx by a task. */
  readonly errors?: number;
  /** Answered 4xx by a task. */
  readonly refused?: number;
  /** Slower than each of the response times that are counted by. */
  readonly slow?: number;
  /** Left unanswered, so that the load balancer answered. */
  readonly hungUp?: number;
  /** Upgraded to a WebSocket. */
  readonly upgrades?: number;
}

/** A step to make counts of. */
export interface EvenStep {
  readonly weightPercent?: number;
  /** ISO 8601. Default noon of 23 November 2026. */
  readonly from?: string;
  /** Default two hours. */
  readonly minutes?: number;
  readonly candidate: Totals;
  readonly live: Totals;
}

/** A step in which everything came as evenly as whole numbers can, minute by minute. */
export function evenStep(step: EvenStep): StepCounts {
  const { weightPercent = 5, from = "2026-11-23T12:00:00.000Z", minutes = 120, candidate, live } = step;
  const until = new Date(Date.parse(from) + minutes * 60_000).toISOString();
  const indices = Array.from({ length: minutes }, (_, index) => index);
  /** Of `requests`, those that came before a minute. */
  const before = (requests: number, index: number) => Math.floor((index * requests) / minutes);
  const periods = indices.map((index): Period => {
    /** How many of a part of a colour's requests came in this minute. */
    const at = ({ requests }: Totals, part: number) =>
      requests === 0
        ? 0
        : Math.floor((before(requests, index + 1) * part) / requests) -
          Math.floor((before(requests, index) * part) / requests);
    const byBalancer = at(candidate, candidate.hungUp ?? 0) + at(live, live.hungUp ?? 0);
    const of = (totals: Totals) => {
      const { requests, errors = 0, refused = 0, slow = 0, hungUp = 0, upgrades = 0 } = totals;
      return {
        requests: at(totals, requests),
        answered: at(totals, requests) - at(totals, hungUp) - at(totals, upgrades),
        failed: at(totals, errors),
        refused: at(totals, refused),
        slow: slowerThanSeconds.map(() => at(totals, slow)),
        byBalancer,
      };
    };
    return { candidate: of(candidate), live: of(live) };
  });
  return stepCounts(
    { weightPercent, from, until, periodSeconds: 60, slowerThanSeconds },
    { candidate: periods.map((period) => period.candidate), live: periods.map((period) => period.live) },
  );
}
