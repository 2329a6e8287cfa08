import { otherColour } from "../../../rollout/colour.ts";
import type { Latch } from "../../../rollout/latch.ts";
import type { Move } from "../../../rollout/move.ts";
import type { Override } from "../../../rollout/override.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import type { Schedule } from "../../../rollout/schedule.ts";
import { percentOf, type Split } from "../../../rollout/split.ts";
import { standingAfter } from "./after-table.ts";
import { problemsAfter } from "./after-update.ts";
import { type Place, pathTo } from "./place.ts";
import { askRealRules, asksGate, imagesOf, momentAt, type Outcome, realContract, realSchedule } from "./real-rules.ts";
import { isGateAsked, type Ruling, ruleByGate, ruleByTable } from "./table.ts";
import {
  type Asked,
  type ContractSeen,
  type GateAnswer,
  gateAnswers,
  type LatchSeen,
  type Reason,
  reasons,
  type ScheduleName,
  schedules,
  settingKey,
  type Update,
} from "./words.ts";

/** What an update meets in AWS: as the program reads it, and as the table speaks of it. */
export interface Surroundings {
  readonly split: Split | "unreadable";
  readonly latch: Latch;
  readonly seen: LatchSeen;
  /** Absent where none ran. */
  readonly contract?: ContractSeen;
}

const realSchedules = Object.fromEntries(
  Object.entries(schedules).map(([name, schedule]) => [name, realSchedule(schedule)]),
) as Record<ScheduleName, Schedule>;

const realSettings = {
  "version 1": { [settingKey]: "version 1" },
  "version 2": { [settingKey]: "version 2" },
} as const;

const allSets = Array.from({ length: 2 ** reasons.length }, (_, bits) =>
  reasons.filter((_reason, index) => (bits >> index) & 1),
);

/** An update that more rows forbid is left out: each of them has to forbid it alone, and in pairs. */
const mostRowsAtOnce = 2;

/** How many updates of a class are asked with every set of reasons. The others are asked with the sets that decide. */
const withEverySet = 2;

/** Holds updates against the table, one after another, and keeps what was found. */
export class CheckedUpdates {
  /** Updates that the rules were asked about, each with one reason and one answer of the gate. */
  asked = 0;
  accepted = 0;
  /** How often each row was the only one that forbade an update. */
  readonly alone = new Map<string, number>();
  /** How often each reason was needed. */
  readonly needed = new Map<string, number>();
  /** What does not fit the table, by kind: how often, and the shortest way to the first. */
  readonly findings = new Map<string, { count: number; example: string }>();
  readonly #classes = new Map<string, number>();

  report(kind: string, example: () => string): void {
    const found = this.findings.get(kind);
    if (found === undefined) this.findings.set(kind, { count: 1, example: example() });
    else found.count += 1;
  }

  /** Asks the table and the rules about one update. @returns the place after it, where both accept it */
  check(place: Place, asked: Asked, around: Surroundings): Place | undefined {
    const update = updateOf(place, asked, around);
    const ruling = ruleByTable(update);
    if (ruling.never.length > mostRowsAtOnce) return undefined;
    const [first] = ruling.all;
    if (first !== undefined && ruling.all.length === 1) count(this.alone, first);
    const move = moveOf(place, asked, around);
    if (asksGate(move) !== isGateAsked(update)) {
      this.#report("the gate is asked against the table", { place, asked, around, answer: "pass" }, undefined);
    }
    let after: Place | undefined;
    for (const answer of answersToTry(update, ruling)) {
      const byGate = ruleByGate(update, answer);
      const isPossible = ruling.never.length === 0 && byGate !== "never";
      const needs = byGate === undefined || byGate === "never" ? ruling.needs : [...ruling.needs, byGate];
      for (const reason of needs) count(this.needed, reason);
      const classOf = `${ruling.never.join()} ${byGate} ${needs.join()}`;
      for (const allows of this.#reasonsToTry(classOf, isPossible, needs)) {
        const isDue = isPossible && needs.every((need) => allows?.includes(need));
        const reason = allows === undefined ? undefined : { reason: `reason ${place.seconds}`, allows };
        const outcome = this.#ask(withReason(move, reason), answer);
        if (outcome.accepted !== isDue) {
          const rows = [
            ...ruling.never,
            ...(byGate === "never" ? [`gate: ${answer}`] : []),
            ...needs.map((need) => `needs ${need}`),
          ];
          const kind = outcome.accepted ? `accepted against: ${rows.join("; ")}` : "refused against the table";
          this.#report(kind, { place, asked, around, answer }, allows);
          continue;
        }
        if (!outcome.accepted) continue;
        for (const kind of problemsAfter({ place, update, move, outcome, needs, reason })) {
          this.#report(kind, { place, asked, around, answer }, allows);
        }
        const isForced = reason?.allows.includes(settingKey) === true;
        if (isForced && !needs.includes(settingKey)) continue;
        after ??= placeAfter(place, update, outcome.after, needs.length > 0 ? reason?.reason : undefined, isForced);
      }
      if (isPossible && needs.length > 0 && place.usedReason !== undefined) {
        const used = withReason(move, { reason: place.usedReason, allows: reasons });
        if (this.#ask(used, answer).accepted)
          this.#report("a reason served twice", { place, asked, around, answer }, reasons);
      }
    }
    return after;
  }

  #ask(move: Move, answer: GateAnswer): Outcome {
    const outcome = askRealRules(move, answer);
    this.asked += 1;
    if (outcome.accepted) this.accepted += 1;
    return outcome;
  }

  /** No reason, every reason, just what is needed, and all but one of that; every set there is for the first of a class. */
  #reasonsToTry(
    classOf: string,
    isPossible: boolean,
    needs: readonly Reason[],
  ): readonly (readonly Reason[] | undefined)[] {
    const seen = (this.#classes.get(classOf) ?? 0) + 1;
    this.#classes.set(classOf, seen);
    if (seen <= withEverySet) return [undefined, ...allSets];
    if (!isPossible) return [reasons];
    if (needs.length === 0) return [undefined, reasons];
    return [undefined, reasons, needs, ...needs.map((need) => reasons.filter((one) => one !== need))];
  }

  #report(kind: string, { place, asked, around, answer }: Asking, allows: readonly Reason[] | undefined): void {
    const { split, seen } = around;
    this.report(
      kind,
      () =>
        `${pathTo(place)} > ${JSON.stringify({ live: place.live, standing: place.standing, asked, split, latch: seen, gate: answer, allows })}`,
    );
  }
}

/**
 * Every answer where the gate is asked, and the worst where it is not. What a row forbids is forbidden by the rules alone, with
 * a gate that passes.
 */
function answersToTry(update: Update, { never }: Ruling): readonly GateAnswer[] {
  if (never.length > 0) return ["pass"];
  return isGateAsked(update) ? gateAnswers : ["unreadable"];
}

interface Asking {
  readonly place: Place;
  readonly asked: Asked;
  readonly around: Surroundings;
  readonly answer: GateAnswer;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The update in the table's words. */
function updateOf(
  { standing, live, isFreezeOver }: Place,
  asked: Asked,
  { split, seen, contract }: Surroundings,
): Update {
  const common = { before: standing, asked, latch: seen, contract: contract ?? null, isFreezeOver };
  if (split === "unreadable") return { ...common, aws: split };
  const candidate = otherColour(live);
  const isAt = (percent: number) => split[candidate] === percent && split[live] === 100 - percent;
  return {
    ...common,
    aws: {
      candidateShare: percentOf(split, candidate),
      isAsRecorded: isAt(standing?.weight ?? 0),
      isAsAsked: isAt(asked.flips ? 100 - asked.weight : asked.weight),
    },
  };
}

/** The update as the program reads it. */
function moveOf({ record, live, seconds }: Place, asked: Asked, { split, latch, contract }: Surroundings): Move {
  const images = imagesOf(live, asked);
  return {
    previous: record,
    wanted: {
      liveColour: asked.flips ? otherColour(live) : live,
      weightPercent: asked.weight,
      images,
      settings: realSettings[asked.setting],
      taskSettings: realSettings[asked.setting],
      safeguards: {},
    },
    schedule: realSchedules[asked.schedule],
    latch,
    realWeights: record === null || split === "unreadable" ? undefined : split,
    now: momentAt(seconds),
    ...(contract === undefined ? {} : { contracts: [realContract(contract, record, seconds)] }),
  };
}

function withReason(move: Move, override: Override | undefined): Move {
  return override === undefined ? move : { ...move, wanted: { ...move.wanted, override } };
}

function placeAfter(
  place: Place,
  update: Update,
  record: RolloutRecord,
  reason: string | undefined,
  isForced: boolean,
): Place {
  const { live } = place;
  return {
    ...place,
    standing: standingAfter(update, isForced),
    record,
    live: update.asked.flips ? otherColour(live) : live,
    isReturned: false,
    usedReason: reason ?? place.usedReason,
  };
}
