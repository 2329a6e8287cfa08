import { z } from "zod";
import { nearestRank } from "../../cli/verify/load/latency.ts";
import { colours } from "../../rollout/colour.ts";
import { isLost, type RequestRecord } from "../local/load/request.ts";

const seconds = z.number().min(0);
const count = z.int().min(0);
const byColour = z.object({ blue: count, green: count });

/** Something that happened during a stage's rehearsal. */
export interface StageEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What it was: the routes of an update, a refused update, a fault, an alarm, or an execution of the rollback machine. */
  readonly kind: "update" | "refused" | "fault" | "alarm" | "rollback";
  readonly text: string;
  /** Per cent of the public traffic that green has from now on. Absent where the routes stay. */
  readonly greenPercent?: number | undefined;
}

/** Requests and events over the time of one stage's rehearsal, as the report keeps them. */
export const timelineSchema = z
  .object({
    startedAt: z.iso.datetime().describe("When the first request was due."),
    binSeconds: seconds.describe("Length of a bin."),
    bins: z
      .array(
        z.object({
          answered: byColour.describe("Requests that each colour answered, failed ones included."),
          failed: byColour.describe("Of those, the failed ones."),
          unanswered: count.describe("Requests that no colour answered."),
          p95Milliseconds: z.number().nullable().describe("null where no request ended."),
        }),
      )
      .readonly()
      .describe("From the start on, by when requests ended."),
    events: z
      .array(
        z.object({
          second: seconds.describe("From the start on."),
          kind: z.enum(["update", "refused", "fault", "alarm", "rollback"]),
          text: z.string(),
          greenPercent: z.number().min(0).max(100).optional(),
        }),
      )
      .readonly(),
  })
  .describe("What was served over the time of the run, and what happened.");

export type Timeline = z.output<typeof timelineSchema>;

const binMilliseconds = 500;

/**
 * Puts the requests of a run into bins of half a second, beside the events.
 *
 * @param records the requests of the load, in any order; at least one
 */
export function timelineOf(records: readonly RequestRecord[], events: readonly StageEvent[]): Timeline {
  const startedAt = records.reduce((earliest, { dueAt }) => Math.min(earliest, dueAt), Number.POSITIVE_INFINITY);
  if (!Number.isFinite(startedAt)) throw new RangeError("no request was sent, so there is no time to show.");
  const bins: RequestRecord[][] = [];
  for (const record of records) {
    const index = Math.floor((record.endedAt - startedAt) / binMilliseconds);
    bins[index] ??= [];
    bins[index].push(record);
  }
  const shown = events.toSorted((one, other) => one.at - other.at);
  return {
    startedAt: new Date(Math.floor(startedAt)).toISOString(),
    binSeconds: binMilliseconds / 1000,
    bins: Array.from(bins, (bin) => countBin(bin ?? [])),
    events: shown.map(({ at, ...event }) => ({ second: Math.max(0, at - startedAt) / 1000, ...event })),
  };
}

function countBin(records: readonly RequestRecord[]): Timeline["bins"][number] {
  const answered = { blue: 0, green: 0 };
  const failed = { blue: 0, green: 0 };
  let unanswered = 0;
  for (const record of records) {
    const colour = colours.find((one) => one === record.colour);
    if (colour === undefined) unanswered++;
    else {
      answered[colour]++;
      if (isLost(record)) failed[colour]++;
    }
  }
  const latencies = records.map(({ latencyMilliseconds }) => latencyMilliseconds).toSorted((one, other) => one - other);
  return { answered, failed, unanswered, p95Milliseconds: nearestRank(latencies, 0.95) ?? null };
}
