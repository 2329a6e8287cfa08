/**
 * The rules of the rollout as the design's table states them, a second time and in words of their own: this file knows the
 * table and imports nothing of `rollout/`, so that a mistake there cannot be repeated here.
 */

import {
  type Asked,
  type GateAnswer,
  type LatchSeen,
  type Promoted,
  type Reason,
  type Release,
  type ScheduleName,
  type Setting,
  type Standing,
  schedules,
  settingKey,
  type Update,
} from "./words.ts";

type Later = Update & { readonly before: Standing };

/** A row of the table: what it forbids, and the reason that lifts it. A row without one is never lifted. */
interface Row {
  readonly row: string;
  readonly forbids: (update: Later) => boolean;
  readonly liftedBy?: Reason;
}

const share = ({ aws, before }: Later) => (aws === "unreadable" ? before.weight : aws.candidateShare);
const bakesOf = (name: ScheduleName): Readonly<Record<number, number>> => schedules[name].bakes;
const steps = Object.fromEntries(
  Object.entries(schedules).map(([name, { bakes }]) => [name, Object.keys(bakes).map(Number)]),
) as Record<ScheduleName, number[]>;
const stepsOf = (name: ScheduleName) => steps[name];
const isDrifted = ({ aws }: Update) => aws !== "unreadable" && !aws.isAsRecorded;
const hasAsked = ({ aws }: Update) => aws !== "unreadable" && aws.isAsAsked;

/** More than the record, or AWS, gives the candidate. */
const rises = (update: Later) =>
  !update.asked.flips && update.asked.weight > Math.min(update.before.weight, share(update));
const risesAboveRecord = ({ before, asked }: Later) => !asked.flips && asked.weight > before.weight;
/** At most what AWS and the record have, or nothing at all. */
const lowers = (update: Later) => !update.asked.flips && (update.asked.weight === 0 || !rises(update));
const promotes = ({ before, asked }: Later) => asked.flips && asked.weight === 0 && before.weight === 100;
const returns = ({ before, asked }: Later) => asked.flips && asked.weight === 0 && before.weight === 0;
const changesRelease = ({ before, asked }: Later) => asked.live !== before.live || asked.candidate !== before.candidate;
const canReturn = ({ promoted, candidate }: Standing) =>
  promoted?.isWindowOpen === true && candidate !== null && candidate === promoted.awayFrom;
const isSet = ({ latch }: Update) => latch.is !== "clear";
const wasRolledBack = ({ latch, before }: Later) =>
  latch.is === "set" && latch.rolledBack?.colour === "candidate" && latch.rolledBack.release === before.candidate;

/** The bake of a weight that the schedule does not name is the one of the step above it. */
function bakeHours(name: ScheduleName, weight: number): number {
  const step = stepsOf(name).find((one) => one >= weight);
  return weight === 0 || step === undefined ? 0 : (bakesOf(name)[step] ?? 0);
}

/** A shorter bake, a step less, or a freeze window that is gone before its end. */
function isLaxer(from: ScheduleName, to: ScheduleName, isFreezeOver: boolean): boolean {
  if (schedules[from].freezes && !schedules[to].freezes && !isFreezeOver) return true;
  return stepsOf(from).some((step) => (bakesOf(to)[step] ?? 0) < (bakesOf(from)[step] ?? 0));
}

const firstRow = "first deployment: weight 0";

/**
 * The candidate takes the file's setting at weight 0, in AWS too, in an update that moves nothing: with a new release, or alone
 * where it is not the release to return to. Past the window the old release takes only what live does not run with.
 */
function isStaged(update: Later): boolean {
  const { before, asked } = update;
  if (asked.candidate === null || before.weight > 0 || asked.flips) return false;
  if (asked.weight === 0 && isDrifted(update)) return false;
  if (asked.candidate !== before.candidate) return true;
  if (before.promoted?.awayFrom !== before.candidate) return true;
  return !before.promoted.isWindowOpen && asked.setting !== before.settings.live;
}

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
      update.aws === "unreadable" && (update.asked.flips || update.asked.weight !== 0 || changesRelease(update)),
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
      const has = isStaged(update) ? asked.setting : asked.candidate === null ? null : before.settings.candidate;
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
    row: "promote: from 100 %, the weight going to 0 in the same edit",
    forbids: (update) => update.asked.flips && !promotes(update) && !returns(update),
  },
  {
    row: "return: within its window, to the release that was live before, if it was not rolled back",
    forbids: (update) => returns(update) && (!canReturn(update.before) || wasRolledBack(update)),
  },
  {
    row: "no old release as candidate",
    forbids: ({ before, asked }) =>
      asked.weight > 0 && before.promoted !== null && asked.candidate === before.promoted.awayFrom,
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

/**
 * Where the rollout stands after an accepted update.
 *
 * @param isSettingForced whether a reason names the setting, and so changes it for both colours at once
 */
export function standingAfter(update: Update, isSettingForced: boolean): Standing {
  const { before, asked } = update;
  const { setting: inFile } = asked;
  const of = (release: Release | null, own: Setting | null) =>
    release === null ? null : isSettingForced ? inFile : own;
  if (before === null) {
    const { weight, live, candidate, schedule } = asked;
    const settings = { inFile, live: of(live, inFile), candidate: of(candidate, inFile) };
    return { weight, live, candidate, schedule, settings, hoursAtWeight: 0, promoted: null };
  }
  const ofLive = of(asked.live, before.settings.live ?? inFile);
  const takes = isStaged({ ...update, before }) || before.settings.candidate === null;
  const ofCandidate = of(asked.candidate, takes ? inFile : before.settings.candidate);
  const [liveSetting, candidateSetting] = asked.flips ? [ofCandidate, ofLive] : [ofLive, ofCandidate];
  const [live, candidate] = asked.flips ? [asked.candidate, asked.live] : [asked.live, asked.candidate];
  const isPromote = asked.flips && before.weight === 100;
  const keeps = !asked.flips && asked.weight === before.weight;
  return {
    weight: asked.weight,
    live,
    candidate,
    schedule: asked.schedule,
    settings: { inFile, live: liveSetting, candidate: candidateSetting },
    hoursAtWeight: keeps ? before.hoursAtWeight : 0,
    promoted: isPromote ? promotedFrom(before, asked) : asked.flips ? null : before.promoted,
  };
}

/** The window to return in is fixed by the promote. */
function promotedFrom({ live }: Standing, { schedule }: Asked): Promoted {
  return { awayFrom: live, windowHours: schedules[schedule].returnHours, isWindowOpen: true };
}

/** Row "latch": resume clears it at weight 0, in AWS too, with another release than the one rolled back, or for a reason. */
export function mayResume(standing: Standing, latch: LatchSeen, isAllToLive: boolean, hasReason: boolean): boolean {
  if (!isAllToLive || standing.weight !== 0) return false;
  if (hasReason || standing.candidate === null) return true;
  if (latch.is !== "set" || latch.rolledBack === null) return false;
  return latch.rolledBack.colour === "live" || latch.rolledBack.release !== standing.candidate;
}

/**
 * What a rollback may never do: give the public a release that was not serving it. The releases with traffic after an update
 * that lowers or returns had some before, or are live's, or the one that a return leads back to.
 */
export function servesOnlyWhatServed(update: Update): boolean {
  const { before, asked, aws } = update;
  if (before === null) return true;
  const later = { ...update, before };
  if (!lowers(later) && !returns(later)) return true;
  if (asked.live !== before.live || asked.candidate !== before.candidate) return asked.weight === 0 && !asked.flips;
  if (returns(later)) return before.promoted?.awayFrom === asked.candidate;
  return asked.weight === 0 || aws === "unreadable" || aws.candidateShare > 0;
}
