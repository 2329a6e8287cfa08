import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { stageName } from "../../infra/naming.ts";
import { figuresOf } from "../../infra/rollout/ask-gate.ts";
import { type Colour, otherColour } from "../../rollout/colour.ts";
import type { Latch } from "../../rollout/latch.ts";
import type { GateFigures, HistoryEntry, ImagesByColour, RolloutEvent } from "../../rollout/record.ts";
import type { LabelsByColour } from "../../rollout/releases.ts";
import { isLimitReason } from "../../rollout/rollback-machine.ts";
import { secondsBetween } from "../../rollout/time.ts";
import type { Evidence } from "../evidence/evidence.ts";

/** Who or what caused a rollback, a return or a resume. */
interface HistoryCause {
  /** `limit`: a step reached its limit. `unknown`: a latch tells of it, and nobody's evidence does. */
  readonly kind: "alarm" | "limit" | "person" | "unknown";
  /** The alarm's name, the person, or what the latch says. */
  readonly who: string;
}

/** One thing that happened to a rollout. */
export interface HistoryLine {
  /** ISO 8601 instant, UTC. */
  readonly at: string;
  readonly event: RolloutEvent | "rolled back" | "resumed";
  readonly liveColour: Colour;
  /** Per cent of public traffic on the candidate afterwards. */
  readonly weightPercent: number;
  /** Null where nobody recorded them. */
  readonly images: ImagesByColour | null;
  /** What people called them. Absent where none had a label. */
  readonly labels?: LabelsByColour;
  /** Keys of the settings and secrets that a release has otherwise since. */
  readonly changed?: readonly string[];
  readonly cause?: HistoryCause;
  /** The written reason that went with it. */
  readonly override?: string;
  /** What the reason let through. */
  readonly overrode?: readonly string[];
  readonly gate?: GateFigures;
  /** What became of the frontend with it, by the evidence, in a sentence. Absent where it stayed as it was, or nobody knows. */
  readonly frontend?: string;
  /**
   * Seconds that the public traffic stayed so, until it moved again or the live colour changed; of the last such line, until
   * now. Absent where the line moved nothing.
   */
  readonly stoodSeconds?: number;
}

/** What a history is told from. */
export interface HistorySources {
  readonly stage: Stage;
  /** Of the record, oldest first. */
  readonly entries: readonly HistoryEntry[];
  /** ISO 8601 instant of the latest entry that the record left out; undefined while its history is whole. */
  readonly droppedUntil?: string | undefined;
  /** Of this folder, oldest first. */
  readonly evidence: readonly Evidence[];
  /** As it stands; undefined where it could not be read. */
  readonly latch: Latch | undefined;
  readonly now: Date;
}

/**
 * Tells what happened, oldest first: the record's updates, and what no update tells of. A rollback and a resume are in the
 * evidence; one that AWS made by itself is in the latch, and after it was cleared in the evidence of who cleared it.
 */
export function historyLines(sources: HistorySources): readonly HistoryLine[] {
  const { entries, evidence, now, droppedUntil } = sources;
  const rollbacks = evidence.filter(({ action }) => action === "rollback");
  const recorded = entries.map((entry) => ({
    ...ofUpdate(
      entry,
      rollbacks.find(({ at }) => isSameTime(at, entry.at)),
    ),
    ...frontendOf(evidence.find(({ at, frontend }) => frontend !== undefined && isSameTime(at, entry.at))),
  }));
  const ofEvidence = evidence.flatMap((one) => {
    if (one.action === "resume" && one.outcome === "done") return [resumed(one)];
    if (entries.some(({ at }) => isSameTime(at, one.at))) return [];
    if (one.action === "rollback") return [rolledBack(one)];
    return droppedUntil !== undefined && Date.parse(one.at) <= Date.parse(droppedUntil) ? droppedMove(one) : [];
  });
  const lines = [...recorded, ...ofEvidence, ...byAws(sources)].toSorted(
    (one, other) => Date.parse(one.at) - Date.parse(other.at),
  );
  return withDurations(lines, now);
}

/** An update of the record. The one that a rollback makes at its end is that rollback, unless AWS had made it before. */
function ofUpdate(entry: HistoryEntry, rollback: Evidence | undefined): HistoryLine {
  const { override, overrode, gate, labels, ...rest } = entry;
  const line: HistoryLine = {
    ...rest,
    ...(labels === undefined ? {} : { labels }),
    ...(override === undefined ? {} : { override }),
    ...(overrode === undefined ? {} : { overrode }),
    ...(gate === undefined ? {} : { gate }),
  };
  if (rollback === undefined) return line;
  const wasAws = rollback.latch !== undefined;
  const event = entry.event === "lowered" && !wasAws ? "rolled back" : entry.event;
  return { ...line, event, cause: { kind: "person", who: rollback.by }, ...reasonOf(rollback) };
}

function rolledBack(evidence: Evidence): HistoryLine {
  const { at, from, to, images, by } = evidence;
  const isReturn = from !== null && from.liveColour !== to.liveColour;
  return {
    at,
    event: isReturn ? "returned" : "rolled back",
    ...to,
    images,
    cause: { kind: "person", who: by },
    ...reasonOf(evidence),
    ...frontendOf(evidence),
  };
}

/** A move whose entry the record left out. */
function droppedMove({ at, action, outcome, from, to, images, by, reason, gate }: Evidence): HistoryLine[] {
  const event = eventOfMove(action, from, to);
  if (outcome !== "done" || event === undefined) return [];
  const counts = gate === null ? {} : { gate: figuresOf(gate) };
  const why = reason === null ? {} : { override: reason };
  return [{ at, event, ...to, images, cause: { kind: "person", who: by }, ...why, ...counts }];
}

function eventOfMove(action: Evidence["action"], from: Evidence["from"], to: Evidence["to"]): RolloutEvent | undefined {
  if (["task", "resume", "cut-over", "cut-back"].includes(action) || from === null) return undefined;
  if (from.liveColour !== to.liveColour) return from.weightPercent === 100 ? "promoted" : "returned";
  if (from.weightPercent !== to.weightPercent) return from.weightPercent < to.weightPercent ? "advanced" : "lowered";
  return action === "rotate" ? "rotated" : "image";
}

function resumed(evidence: Evidence): HistoryLine {
  const { at, to, images, by } = evidence;
  return { at, event: "resumed", ...to, images, cause: { kind: "person", who: by }, ...reasonOf(evidence) };
}

/** The first sentence alone: what comes after it was to be done at that time. */
function frontendOf(evidence: Evidence | undefined): { readonly frontend?: string } {
  const { did = "nothing", text = "" } = evidence?.frontend ?? {};
  return did === "nothing" || did === "not asked" ? {} : { frontend: text.replace(/(?<=\.) .*/s, "") };
}

function reasonOf({ reason }: Evidence): { readonly override?: string } {
  return reason === null ? {} : { override: reason };
}

/** Rollbacks that nobody's evidence tells of: the latch that stands, and those that evidence saw standing. */
function byAws({ stage, entries, evidence, latch }: HistorySources): HistoryLine[] {
  const standing = latch?.state === "set" && latch.isMissing !== true ? [{ at: latch.at, reason: latch.reason }] : [];
  const seen = [...evidence.flatMap(({ latch: stood }) => stood ?? []), ...standing];
  const unknown = seen.filter(
    ({ at }, index) =>
      !Number.isNaN(Date.parse(at)) &&
      seen.findIndex((other) => other.at === at) === index &&
      !evidence.some((one) => one.action === "rollback" && isSameTime(one.at, at)),
  );
  return unknown.flatMap(({ at, reason }) => {
    const before = entries.findLast((entry) => Date.parse(entry.at) <= Date.parse(at));
    if (before === undefined) return [];
    const { liveColour, images } = before;
    // Alarms are named after their stage, in one word; people write sentences.
    const isAlarm = reason.startsWith(`${stageName(stage)}-`) && !/\s/.test(reason);
    const kind = isAlarm ? "alarm" : isLimitReason(reason) ? "limit" : "unknown";
    const cause: HistoryCause = { kind, who: reason };
    return [{ at, event: "rolled back" as const, liveColour, weightPercent: 0, images, cause }];
  });
}

/** Evidence is named by the second, and the machine's clock has more digits than ours. */
function isSameTime(one: string, other: string): boolean {
  return Math.floor(Date.parse(one) / 1000) === Math.floor(Date.parse(other) / 1000);
}

/** Of lines after which the public is served otherwise than before, how long it stayed so. */
function withDurations(lines: readonly HistoryLine[], now: Date): readonly HistoryLine[] {
  const moves = lines.filter((line, index) => index === 0 || isOtherSplit(lines[index - 1], line));
  return lines.map((line) => {
    const index = moves.indexOf(line);
    if (index === -1) return line;
    const until = moves[index + 1]?.at ?? now.toISOString();
    return { ...line, stoodSeconds: Math.max(0, secondsBetween(new Date(line.at), new Date(until))) };
  });
}

function isOtherSplit(before: HistoryLine | undefined, line: HistoryLine): boolean {
  return before?.liveColour !== line.liveColour || before.weightPercent !== line.weightPercent;
}

/** A line's images that differ from the line's before, a clause each: `green 2.4.0 461fe57aa912`. */
export function changedImages(
  before: HistoryLine | undefined,
  { images, labels, liveColour }: HistoryLine,
): readonly string[] {
  if (images === null) return [];
  return [liveColour, otherColour(liveColour)]
    .filter((colour) => before === undefined || before.images?.[colour] !== images[colour])
    .map((colour) => `${colour} ${shownRelease(images[colour], labels?.[colour])}`);
}

/** An image as people know it: its label, and the digest's first digits. */
export function shownRelease(digest: string | null, label: string | null | undefined): string {
  return [label ?? [], shortImage(digest)].flat().join(" ");
}

/** The first 12 digits of a digest, as container tools show them. */
function shortImage(digest: string | null): string {
  return digest === null ? "none" : digest.replace(/^sha256:/, "").slice(0, 12);
}
