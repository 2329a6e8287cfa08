import { verdictText } from "../../rollout/gate/verdict.ts";
import { formatDuration, formatInstant } from "../../rollout/time.ts";
import type { CommandOutcome } from "../outcome.ts";
import { messageOf } from "../outcome.ts";
import { type TagsByImage, tagsOf, unlabelledImages } from "../release-names.ts";
import { readSnapshot } from "../snapshot.ts";
import { type Screen, splitWords } from "../terminal.ts";
import type { RolloutWorld } from "../world.ts";
import { describeStage, renderStatus, type StageDescription } from "./status-report.ts";

/** Seconds between two looks, and after which a watch ends whatever it sees: the longest bake is 48 h. */
const everySeconds = 30;
const atMostSeconds = 72 * 3600;

/** Looks that may fail one after another. A network that is gone for some minutes ends no watch of two days. */
const failuresInARow = 10;

/** Puts the next text at the top of an empty screen. */
const clearScreen = "\u001b[2J\u001b[H";

/**
 * Looks at a stage until somebody has to act: the latch is set, the gate fails, the bake is over, the step's limit is reached,
 * or, where nothing bakes, the gate decides.
 *
 * @returns the last look, with exit code 0 where the rollout may go on, 1 where it may not, and 3 where data is missing
 * @throws {Error} where the first look fails, or many in a row do
 */
export async function watchStatus(world: RolloutWorld, screen: Screen): Promise<CommandOutcome> {
  const endsAt = world.now().getTime() + atMostSeconds * 1000;
  const show = showOn(screen);
  let bake: WatchedBake | undefined;
  let failures = 0;
  // Once: the images of a rollout stay.
  let tags: TagsByImage | undefined;
  for (;;) {
    try {
      const snapshot = await readSnapshot(world);
      tags ??= await tagsOf(snapshot.aws, unlabelledImages(snapshot.record));
      const seen = describeStage(world.stage, snapshot, tags);
      failures = 0;
      // A step that somebody takes meanwhile begins another bake.
      if (bake?.since !== seen.record.since) bake = { since: seen.record.since, isWatched: seen.bake.secondsLeft > 0 };
      const end = endOf(seen, bake) ?? (world.now().getTime() >= endsAt ? tooLong : undefined);
      if (end !== undefined) {
        const text = `${screen.isTerminal ? clearScreen : ""}${renderStatus(seen)}\n\nThe watch is over: ${end.why}.`;
        return { exitCode: end.exitCode, text, json: { ...seen, watch: end.why } };
      }
      show.look(seen);
    } catch (error) {
      failures += 1;
      if (bake === undefined || failures >= failuresInARow) throw error;
      show.failure(messageOf(error));
    }
    await world.sleep(everySeconds * 1000);
  }
}

interface WatchedBake {
  readonly since: string;
  /** Whether it was going on when it was first seen. */
  readonly isWatched: boolean;
}

interface WatchEnd {
  readonly why: string;
  readonly exitCode: CommandOutcome["exitCode"];
}

const tooLong: WatchEnd = { why: `it has lasted ${formatDuration(atMostSeconds)}`, exitCode: 3 };

/** Why nothing is waited for any more; undefined where something is. */
function endOf(
  { latch, gate, next, bake, limit, refusals }: StageDescription,
  watched: WatchedBake,
): WatchEnd | undefined {
  if (latch.state === "set") return { why: "the latch is set", exitCode: 1 };
  if (next.kind === "new release") return { why: "there is no release to watch", exitCode: 0 };
  if (gate.verdict === "fail") return { why: "the gate fails", exitCode: 1 };
  if (bake.secondsLeft > 0) return undefined;
  if (gate.verdict === "not enough data") {
    if (limit?.secondsLeft === 0) {
      return { why: "the step has reached its limit, and the gate has not enough data", exitCode: 3 };
    }
    return watched.isWatched ? { why: "the bake is over, and the gate has not enough data", exitCode: 3 } : undefined;
  }
  const exitCode = refusals.length > 0 ? 1 : 0;
  return { why: watched.isWatched ? "the bake is over, and the gate passes" : "the gate passes", exitCode };
}

function showOn({ isTerminal, write }: Screen) {
  let last = "";
  return {
    look(seen: StageDescription): void {
      if (isTerminal) {
        write(`${clearScreen}${renderStatus(seen)}\n\nLooks again every ${everySeconds} s. Ctrl-C ends the watch.\n`);
        return;
      }
      const line = lineOf(seen);
      if (line !== last) write(`${clockOf(seen)} ${line}\n`);
      last = line;
    },
    failure(message: string): void {
      write(`Could not look, and tries again: ${message}\n`);
      last = "";
    },
  };
}

function clockOf({ at, timeZone }: StageDescription): string {
  return formatInstant(new Date(at), { now: new Date(at), timeZone });
}

/** What a change is a change of, in a line. */
function lineOf({ split, latch, gate, bake, limit, record, at, timeZone }: StageDescription): string {
  const clock = { now: new Date(at), timeZone };
  const bakes = bake.secondsLeft > 0 ? `bakes until ${formatInstant(new Date(bake.over), clock)}` : "nothing bakes";
  const limited =
    limit === null ? "" : `; ${limitWords(limit.secondsLeft, formatInstant(new Date(limit.reachedAt), clock))}`;
  return `AWS ${splitWords(split)}; record ${record.weightPercent} %; latch ${latch.state}; gate: ${verdictText(gate)}; ${bakes}${limited}`;
}

function limitWords(secondsLeft: number, at: string): string {
  return secondsLeft > 0 ? `limit at ${at}` : `LIMIT REACHED at ${at}`;
}
