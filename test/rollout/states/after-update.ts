import { type Colour, otherColour } from "../../../rollout/colour.ts";
import type { Move } from "../../../rollout/move.ts";
import type { Override } from "../../../rollout/override.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { servesOnlyWhatServed, standingAfter } from "./after-table.ts";
import { mayForget } from "./moves.ts";
import type { Place } from "./place.ts";
import { imagesOf, isMadeTrue, type Outcome } from "./real-rules.ts";
import { type Reason, type Standing, settingKey, settingName, type Update } from "./words.ts";

/** An update that table and rules accept, and what the rules made of it. */
interface Accepted {
  readonly place: Place;
  readonly update: Update;
  readonly move: Move;
  readonly outcome: Outcome & { readonly accepted: true };
  readonly needs: readonly Reason[];
  readonly reason: Override | undefined;
}

/** What does not hold after an accepted update, and must after every one, whatever row let it through. */
export function problemsAfter(accepted: Accepted): readonly string[] {
  return [
    ...trafficProblems(accepted),
    ...recordProblems(accepted),
    ...secretProblems(accepted),
    ...historyProblems(accepted),
  ]
    .filter(([isSo]) => isSo)
    .map(([, problem]) => problem);
}

/** Whether the reason names the setting, and so changes it for both colours at once. */
function isForced(reason: Override | undefined): boolean {
  return reason?.allows.includes(settingKey) === true;
}

function settingsIn({ releaseSettings }: RolloutRecord, live: Colour): string {
  const of = (colour: Colour) => releaseSettings?.[colour]?.[settingKey] ?? null;
  return `${of(live)} ${of(otherColour(live))}`;
}

function wordsOf({ live, candidate }: Standing["settings"]): string {
  return `${live} ${candidate}`;
}

type Problem = readonly [isSo: boolean, problem: string];

function trafficProblems({ place, update, move, reason }: Accepted): readonly Problem[] {
  return [
    [place.isHeld && update.asked.weight > 0, "traffic went out after a rollback that nobody has resumed from"],
    [!servesOnlyWhatServed(update), "a rollback gave the public a release that was not serving it"],
    [
      changesUnderTraffic(update, standingAfter(update, isForced(reason))) && !isForced(reason),
      "a colour changed its release under traffic",
    ],
    [!isMadeTrue(move), "accepted, and nothing brings it to AWS"],
  ];
}

/** The record tells what the table says that the update left. */
function recordProblems({ update, move, outcome, reason }: Accepted): readonly Problem[] {
  const { after } = outcome;
  const { previous, now, schedule, wanted } = move;
  const expected = standingAfter(update, isForced(reason));
  const { blue, green } = imagesOf(wanted.liveColour, expected);
  const isSame = previous?.liveColour === wanted.liveColour && previous.weightPercent === wanted.weightPercent;
  const { steps, onLimit, freezeWindows } = schedule;
  const atLimit = onLimit === "rollback" ? { onLimit } : {};
  const inForce = expected.weight === 0 ? undefined : JSON.stringify({ steps, ...atLimit, freezeWindows });
  return [
    [after.liveColour !== wanted.liveColour || after.weightPercent !== expected.weight, "the record has another split"],
    [after.images.blue !== blue || after.images.green !== green, "the record has other releases"],
    [after.since !== (isSame ? previous.since : now.toISOString()), "the bake is counted from another moment"],
    [(after.promotedAt === null) !== (expected.promoted === null), "the record tells of another promote"],
    [(after.returnedFrom === undefined) !== (expected.returnedFrom === null), "the record tells of another return"],
    [settingsIn(after, wanted.liveColour) !== wordsOf(expected.settings), "a colour runs with other settings"],
    [JSON.stringify(after.schedule) !== inForce, "another schedule is in force"],
  ];
}

/** Every version exists that a colour runs with, and none goes that a task may still start with. */
function secretProblems({ update, outcome, move, reason }: Accepted): readonly Problem[] {
  const existing = ({ secretVersions }: Pick<RolloutRecord, "secretVersions">) =>
    secretVersions?.[settingName]?.kept.map((version) => `version ${version}`) ?? [];
  const after = existing(outcome.after);
  const { settings } = standingAfter(update, isForced(reason));
  const run = [settings.live, settings.candidate].filter((setting) => setting !== null);
  const { before } = update;
  const isSameAsBefore =
    before !== null && settings.live === before.settings.live && settings.candidate === before.settings.candidate;
  const mayGo = before !== null && isSameAsBefore && mayForget({ ...update, before });
  const gone = existing(move.previous ?? {}).filter((setting) => !after.includes(setting));
  return [
    [run.some((setting) => !after.includes(setting)), "a version is gone that a colour runs with"],
    [gone.length > 0 && !mayGo, "a version is gone that a task may still start with"],
    [mayGo && after.some((setting) => !run.some((one) => one === setting)), "a version stays that nobody needs"],
  ];
}

/** The history gets one line at most, and tells the reason and what it was needed for. */
function historyProblems({ place, outcome, needs, reason }: Accepted): readonly Problem[] {
  const { after, overrode } = outcome;
  const uses = after.history.filter(({ override }) => override !== undefined && override === reason?.reason).length;
  return [
    [after.history.length > (place.record?.history.length ?? 0) + 1, "one update, two lines of history"],
    [overrode.toSorted().join() !== needs.toSorted().join(), "the history tells other reasons than were needed"],
    [uses > 1 || (needs.length > 0 && uses === 0), "the history does not keep the reason"],
  ];
}

/** Whether a colour that the public reaches, before or after, changes its release; its first one is no change. */
function changesUnderTraffic({ before, asked, aws }: Update, after: Standing): boolean {
  if (before === null) return false;
  const [live, candidate] = asked.flips
    ? [after.settings.candidate, after.settings.live]
    : [after.settings.live, after.settings.candidate];
  const isReached =
    before.weight > 0 || asked.weight > 0 || asked.flips || (aws !== "unreadable" && aws.candidateShare > 0);
  const changesLive = before.live !== null && (asked.live !== before.live || live !== before.settings.live);
  const changesCandidate = asked.candidate !== before.candidate || candidate !== before.settings.candidate;
  return changesLive || (isReached && changesCandidate);
}
