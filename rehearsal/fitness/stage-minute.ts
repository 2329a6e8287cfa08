import { byColour, type Colour, otherColour } from "../../rollout/colour.ts";
import type { CountedValue } from "../local/alarms/metrics.ts";

/** What happens to one colour in a minute. */
export interface ColourMinute {
  /** Public requests that its tasks answered with 2xx. */
  readonly ok: number;
  /** ... with 4xx. */
  readonly refused: number;
  /** ... with 5xx. */
  readonly failed: number;
  /** Public requests that a task broke off, so that the load balancer answered 502. */
  readonly brokenOff: number;
  /** Requests on the candidate's own host that its tasks answered with 5xx. */
  readonly failedOnOwnHost: number;
  /** How many answers of its tasks took how long, seconds. */
  readonly answerSeconds: readonly CountedValue[];
  /** Its registered tasks; null where none is registered. */
  readonly tasks: { readonly healthy: number; readonly unhealthy: number } | null;
  /** Memory of its fullest task; null where it has no task. */
  readonly memoryPercent: number | null;
  /** Lines of its log that tell of a failed connection to the database. */
  readonly connectionFailures: number;
}

/** What happens in a stage in one minute. */
export interface StageMinute {
  readonly candidate: Colour;
  /** Per cent of the public traffic that the public rule gives the candidate; null where no check reports it. */
  readonly weightPercent: number | null;
  readonly colours: Readonly<Record<Colour, ColourMinute>>;
  readonly balancer: {
    /** Answers with 503, for want of a task. */
    readonly withoutTask: number;
    readonly rejectedConnections: number;
    /** Connections that failed before there was a request. */
    readonly failedHandshakes: number;
  };
  /** Days that the certificate which Cloudflare presents is still valid; null in the minutes in which ACM publishes nothing. */
  readonly certificateDays: number | null;
  /** Null where the database does not run. */
  readonly database: {
    readonly connections: number;
    readonly freeStorageBytes: number;
    readonly cpuPercent: number;
    readonly freeMemoryBytes: number;
  } | null;
  /** Executions of the rollback's machine, and events that did not start it. */
  readonly rollback: {
    readonly succeeded: number;
    readonly failed: number;
    readonly timedOut: number;
    readonly aborted: number;
    readonly alarmsNotStarted: number;
    readonly checksNotStarted: number;
    readonly undelivered: number;
  };
}

/** How much traffic a stage has, and who gets it. */
export interface Traffic {
  readonly candidate: Colour;
  /** Per cent that goes to the candidate. */
  readonly weightPercent: number;
  /** Public requests of both colours. */
  readonly requestsPerHour: number;
}

/** Whether the check runs, which alone reports the weights. */
export interface HealthySettings {
  readonly hasCheck: boolean;
  readonly tasks: number;
}

const mib = 1024 ** 2;
const gib = 1024 ** 3;

/** How long an answer takes where nothing is wrong: less than guide C2 allows on average. */
export const usualSeconds = 0.1;

/** Minutes from one value of ACM's to the next: it publishes twice a day. */
export const certificateMinutes = 720;

/** A minute in which nothing is wrong: requests come evenly, and each is answered at once. */
export function healthyMinute(traffic: Traffic, minute: number, { hasCheck, tasks }: HealthySettings): StageMinute {
  return {
    candidate: traffic.candidate,
    weightPercent: hasCheck ? traffic.weightPercent : null,
    colours: byColour((colour) => {
      const ok = requestsUntil(colour, traffic, minute + 1) - requestsUntil(colour, traffic, minute);
      return {
        ...{ ok, refused: 0, failed: 0, brokenOff: 0, failedOnOwnHost: 0 },
        answerSeconds: answers(usualSeconds, ok),
        tasks: { healthy: tasks, unhealthy: 0 },
        memoryPercent: 50,
        connectionFailures: 0,
      };
    }),
    balancer: { withoutTask: 0, rejectedConnections: 0, failedHandshakes: 0 },
    certificateDays: minute % certificateMinutes === 0 ? 365 : null,
    database: { connections: 10, freeStorageBytes: 10_000 * gib, cpuPercent: 20, freeMemoryBytes: 1000 * mib },
    rollback: {
      ...{ succeeded: hasCheck ? 1 : 0, failed: 0, timedOut: 0, aborted: 0 },
      ...{ alarmsNotStarted: 0, checksNotStarted: 0, undelivered: 0 },
    },
  };
}

/** So many answers that took so long. */
export function answers(seconds: number, count: number): readonly CountedValue[] {
  return count === 0 ? [] : [[seconds, count]];
}

/** How many requests of a colour came from minute 0 until a minute begins, where nothing is wrong. */
export function requestsUntil(colour: Colour, traffic: Traffic, minute: number): number {
  // Rates such as 199 an hour are not exact a minute; a hair more keeps the whole numbers where they belong.
  const all = Math.floor((minute * traffic.requestsPerHour) / 60 + 1e-9);
  const ofCandidate = Math.floor((all * traffic.weightPercent) / 100 + 1e-9);
  return colour === traffic.candidate ? ofCandidate : all - ofCandidate;
}

/** Per cent of the public traffic that a colour gets. */
export function shareOf(
  colour: Colour,
  { candidate, weightPercent }: Pick<Traffic, "candidate" | "weightPercent">,
): number {
  return colour === candidate ? weightPercent : 100 - weightPercent;
}

/** The minute with something else for one colour. */
export function withColour(stage: StageMinute, colour: Colour, change: Partial<ColourMinute>): StageMinute {
  return { ...stage, colours: { ...stage.colours, [colour]: { ...stage.colours[colour], ...change } } };
}

/** The minute with so many failed requests of a colour, of those that it has. */
export function withFailures(stage: StageMinute, colour: Colour, failed: number): StageMinute {
  const all = stage.colours[colour].ok;
  return withColour(stage, colour, { ok: all - Math.min(all, failed), failed: Math.min(all, failed) });
}

/** The minute in which a colour gets nothing, and the other one all requests. */
export function withoutRequests(stage: StageMinute, colour: Colour): StageMinute {
  const other = otherColour(colour);
  const ok = stage.colours[colour].ok + stage.colours[other].ok;
  const answerSeconds = [...stage.colours[colour].answerSeconds, ...stage.colours[other].answerSeconds];
  return withColour(withColour(stage, colour, { ok: 0, answerSeconds: [] }), other, { ok, answerSeconds });
}
