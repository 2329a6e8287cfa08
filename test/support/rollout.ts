import { clearLatch } from "../../rollout/latch.ts";
import type { Move, WantedRollout } from "../../rollout/move.ts";
import { type Allowance, allowedByDefault, type Override } from "../../rollout/override.ts";
import type { ImagesByColour, RolloutRecord } from "../../rollout/record.ts";
import type { Schedule } from "../../rollout/schedule.ts";

const hour = 3600;

/** The guide's schedule (R1, R3), with a week to return in. */
export const guideSchedule: Schedule = {
  steps: [
    { weightPercent: 5, bakeSeconds: 2 * hour },
    { weightPercent: 25, bakeSeconds: 4 * hour },
    { weightPercent: 50, bakeSeconds: 8 * hour },
    { weightPercent: 100, bakeSeconds: 48 * hour },
  ],
  rollbackWindowSeconds: 168 * hour,
  freezeWindows: [],
};

/** A digest that a person can tell from another. */
export function digest(letter: string): string {
  return `sha256:${letter.repeat(64)}`;
}

/** Blue runs release a, green release b. */
export const bothImages: ImagesByColour = { blue: digest("a"), green: digest("b") };

/** A record that stands at `weightPercent` with blue live since noon. */
export function recordAt(weightPercent: number, over: Partial<RolloutRecord> = {}): RolloutRecord {
  const since = over.since ?? "2026-11-23T12:00:00.000Z";
  const entry = { at: since, liveColour: "blue", weightPercent, images: bothImages } as const;
  return {
    version: 1,
    liveColour: "blue",
    weightPercent,
    since,
    images: bothImages,
    promotedAt: null,
    history: [{ ...entry, event: weightPercent === 0 ? "deployed" : "advanced" }],
    ...over,
  };
}

/** A record after green was promoted at noon. */
export function promotedRecord(over: Partial<RolloutRecord> = {}): RolloutRecord {
  const at = "2026-11-23T12:00:00.000Z";
  return recordAt(0, {
    liveColour: "green",
    promotedAt: at,
    history: [{ at, event: "promoted", liveColour: "green", weightPercent: 0, images: bothImages }],
    ...over,
  });
}

/** What the config wants. A reason without what it allows is one as a step needs it. */
type Wanted = Partial<Omit<WantedRollout, "override">> & { readonly override?: string | Override };

/** A reason that allows these things, or what a reason allows by default. */
export function because(reason: string, ...allows: readonly Allowance[]): Override {
  return { reason, allows: allows.length === 0 ? allowedByDefault : allows };
}

/** A move from a record to what the config wants, at a time of 23 November 2026 UTC such as `12:40`. */
export function move(
  previous: RolloutRecord | null,
  { override, ...wanted }: Wanted,
  time: string,
  over: Partial<Move> = {},
): Move {
  return {
    previous,
    wanted: {
      liveColour: previous?.liveColour ?? "blue",
      weightPercent: previous?.weightPercent ?? 0,
      images: previous?.images ?? bothImages,
      ...wanted,
      ...(override === undefined ? {} : { override: typeof override === "string" ? because(override) : override }),
    },
    schedule: guideSchedule,
    latch: clearLatch,
    now: new Date(time.includes("T") ? time : `2026-11-23T${time}:00.000Z`),
    ...over,
  };
}

/** What the last update of the tests' production stack left of the certificates that Cloudflare presents. */
export const verifyingOutputs = { originPulls: { mode: "verify", authorities: [1], presented: 1 } } as const;
