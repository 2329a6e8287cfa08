/**
 * The rules of the rollout as the design's table states them, a second time and in words of their own: this file knows the
 * table and imports nothing of `rollout/`, so that a mistake there cannot be repeated here.
 */

import {
  bakeHours,
  canReturn,
  changesRelease,
  changesSetting,
  hasAsked,
  hasReturnedFrom,
  isDrifted,
  isLaxer,
  isOlderThanSchema,
  isSet,
  isStaged,
  type Later,
  lowers,
  promotes,
  returns,
  rises,
  risesAboveRecord,
  stepsOf,
  wasRolledBack,
} from "./moves.ts";
import { type GateAnswer, type Reason, schedules, settingKey, type Update } from "./words.ts";

/** A row of the table: what it forbids, and the reason that lifts it. A row without one is never lifted. */
interface Row {
  readonly row: string;
  readonly forbids: (update: Later) => boolean;
  readonly liftedBy?: Reason;
}

const firstRow = "first deployment: weight 0";

const rows: readonly Row[] = [
  {
    row: "weight: 0, or one that the schedule names",
    forbids: ({ asked }) => asked.weight !== 0 && !stepsOf(asked.schedule).includes(asked.weight),
  },
  {
    row: "up: to the next step only",
    forbids: (update) => {
      const { before, asked } = update;
      const next = stepsOf(asked.schedule).find((step) => step > before.weight);
      return risesAboveRecord(update) && next !== undefined && asked.weight > next;
    },
    liftedBy: "order",
  },
  {
    row: "up and promote: after the bake",
    forbids: (update) => {
      const { before, asked } = update;
      const isEarly = before.hoursAtWeight < bakeHours(asked.schedule, before.weight);
      return isEarly && (risesAboveRecord(update) || promotes(update));
    },
    liftedBy: "bake",
  },
  {
    row: "up: outside freeze windows",
    forbids: (update) => rises(update) && schedules[update.asked.schedule].freezes && !update.isFreezeOver,
  },
  {
    row: "up: both colours have a release",
    forbids: ({ asked }) => asked.weight > 0 && (asked.live === null || asked.candidate === null),
  },
  {
    row: "drift: only all to live, at most what AWS and the record have, what AWS has, or a return",
    forbids: (update) => isDrifted(update) && !lowers(update) && !hasAsked(update) && !returns(update),
  },
  {
    row: "drift: where the split cannot be read, only all to live and nothing else",
    forbids: (update) =>
      update.aws === "unreadable" &&
      (update.asked.flips || update.asked.weight !== 0 || changesRelease(update) || changesSetting(update)),
  },
  {
    row: "latch: only weight 0",
    forbids: (update) => isSet(update) && update.asked.weight !== 0,
  },
  {
    row: "latch: live stays, but for a return",
    forbids: (update) => isSet(update) && update.asked.flips && !returns(update),
  },
  {
    row: "release: live's never changes, but the first one",
    forbids: ({ before, asked }) => before.live !== null && asked.live !== before.live,
  },
  {
    row: "release: staged at weight 0, in AWS too, in an update that moves nothing",
    forbids: (update) => {
      const { before, asked } = update;
      const isOutOfTraffic = before.weight === 0 && asked.weight === 0 && !asked.flips && !isDrifted(update);
      return changesRelease(update) && !isOutOfTraffic;
    },
  },
  {
    row: "release: the one to return to stays while its window is open",
    forbids: ({ before, asked }) => canReturn(before) && asked.candidate !== before.candidate,
    liftedBy: "warm",
  },
  {
    row: "setting: live keeps its own, and a changed one needs a candidate that takes it, unless traffic goes back to live",
    forbids: (update) => {
      const { before, asked } = update;
      if (isDrifted(update) && asked.weight === 0 && !asked.flips) return false;
      const isKept = canReturn(before) && asked.candidate === before.candidate && !asked.flips;
      const own = asked.candidate === null || isKept ? null : before.settings.candidate;
      const has = isStaged(update) ? asked.setting : own;
      return (
        before.weight === 0 && before.live !== null && asked.setting !== before.settings.live && has !== asked.setting
      );
    },
    liftedBy: settingKey,
  },
  {
    row: "setting: staged in an update that moves nothing",
    forbids: (update) => {
      const { before, asked } = update;
      const isNew = before.candidate !== null && asked.setting !== before.settings.candidate;
      return asked.weight !== 0 && isStaged(update) && isNew;
    },
    liftedBy: settingKey,
  },
  {
    row: "setting: none changes from the first step until weight 0",
    forbids: (update) => {
      const { before, asked } = update;
      const goesOn = before.weight > 0 && (asked.weight > 0 || promotes(update));
      return goesOn && asked.setting !== before.settings.inFile;
    },
    liftedBy: settingKey,
  },
  {
    row: "schedule: no laxer one from the first step until weight 0",
    forbids: (update) => {
      const { before, asked, isFreezeOver } = update;
      const goesOn = before.weight > 0 && (asked.weight > 0 || promotes(update));
      return goesOn && isLaxer(before.schedule, asked.schedule, isFreezeOver);
    },
    liftedBy: "schedule",
  },
  {
    row: "schedule: no laxer one in the edit of the first step",
    forbids: (update) => {
      const { before, asked, isFreezeOver } = update;
      return before.weight === 0 && risesAboveRecord(update) && isLaxer(before.schedule, asked.schedule, isFreezeOver);
    },
    liftedBy: "schedule",
  },
  {
    row: "promote: from 100 %, the weight going to 0 in the same edit",
    forbids: (update) => update.asked.flips && !promotes(update) && !returns(update),
  },
  {
    row: "return: within its window, to the release that was live before, if it was not rolled back",
    forbids: (update) => returns(update) && (!canReturn(update.before) || wasRolledBack(update)),
  },
  {
    row: "migrations: contract, and no older release takes its first step or is returned to",
    forbids: (update) =>
      (returns(update) || (rises(update) && update.before.weight === 0)) && isOlderThanSchema(update),
  },
  {
    row: "no old release as candidate",
    forbids: ({ before, asked }) =>
      asked.weight > 0 && before.promoted !== null && asked.candidate === before.promoted.awayFrom,
  },
  {
    row: "up: the release that was returned from, only for a reason",
    forbids: (update) => risesAboveRecord(update) && update.before.weight === 0 && hasReturnedFrom(update),
    liftedBy: "returned",
  },
];

/** What the table says of an update, the gate apart. */
export interface Ruling {
  /** Every row that forbids it. */
  readonly all: readonly string[];
  /** Rows that nothing lifts. */
  readonly never: readonly string[];
  /** The reasons that it needs. */
  readonly needs: readonly Reason[];
}

/** Holds an update against every row. */
export function ruleByTable(update: Update): Ruling {
  const { before, asked } = update;
  if (before === null) {
    const never = asked.weight === 0 ? [] : [firstRow];
    return { all: never, never, needs: [] };
  }
  const broken = rows.filter(({ forbids }) => forbids({ ...update, before }));
  return {
    all: broken.map(({ row }) => row),
    never: broken.filter(({ liftedBy }) => liftedBy === undefined).map(({ row }) => row),
    needs: [...new Set(broken.flatMap(({ liftedBy }) => liftedBy ?? []))],
  };
}

/** Every row, for a check that each of them has forbidden something. */
export const rowNames: readonly string[] = [firstRow, ...rows.map(({ row }) => row)];

/** Row "gate": it is asked before every rise and every promote. */
export function isGateAsked(update: Update): boolean {
  if (update.before === null) return false;
  const later = { ...update, before: update.before };
  return promotes(later) || rises(later);
}

/**
 * Row "gate": what an answer forbids. A failing one, a firing alarm and an unreadable one are never lifted. Data is missed
 * only of a candidate that has public traffic, and not where AWS has the split already.
 */
export function ruleByGate(update: Update, answer: GateAnswer): Reason | "never" | undefined {
  if (!isGateAsked(update) || answer === "pass") return undefined;
  if (answer !== "no data") return "never";
  const hasTraffic = update.aws !== "unreadable" && update.aws.candidateShare > 0;
  const isRecorded = hasAsked(update) && !update.asked.flips;
  return hasTraffic && !isRecorded ? "data" : undefined;
}
