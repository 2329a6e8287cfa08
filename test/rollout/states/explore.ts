import { otherColour } from "../../../rollout/colour.ts";
import { type Latch, missingLatch } from "../../../rollout/latch.ts";
import { refuseResume } from "../../../rollout/rules/latch-and-resume.ts";
import { isSameSplit, type Split, weightsByColour } from "../../../rollout/split.ts";
import { mayResume } from "./after-table.ts";
import { CheckedUpdates, type Surroundings } from "./check-update.ts";
import { doubleEdits, firstEdits, singleEdits, unchanged, type Varied } from "./edits.ts";
import {
  keyOf,
  later,
  nowhere,
  type Place,
  pathTo,
  realLatch,
  rolledBack,
  seenLatch,
  splitOf,
  unusedRelease,
} from "./place.ts";
import { freezeHours } from "./real-rules.ts";
import type { Asked, ContractSeen, Standing } from "./words.ts";

/** What a walk through all states has seen. */
export interface Walk {
  /** Places by the number of edits that lead to them, each counted once. */
  readonly placesByDepth: readonly number[];
  readonly checked: CheckedUpdates;
  readonly resumes: { asked: number; accepted: number };
}

/**
 * Visits every place that edits lead to, the nearest first, and holds each update from there against the table.
 *
 * An edit changes at most two things: the number, the live colour, a release, the schedule, the time that has passed, what
 * AWS has, the latch. What the gate answers and what a reason allows is tried at each of them. Drift, a latch that somebody
 * writes by hand and a migration of kind contract are tried at every place and not kept, since they can come at any time.
 */
export function walkAllStates(depth: number, varied: Varied): Walk {
  const checked = new CheckedUpdates();
  const resumes = { asked: 0, accepted: 0 };
  const seen = new Set<string>([keyOf(nowhere)]);
  const placesByDepth = [1];
  let front: Place[] = [nowhere];
  for (let edits = 1; edits <= depth; edits += 1) {
    const next: Place[] = [];
    const visit = (place: Place, before: Place, by: string) => {
      const key = keyOf(place);
      if (seen.has(key)) return;
      seen.add(key);
      next.push({ ...place, path: { before, by } });
    };
    for (const place of front) leave(later(place, 0), varied, checked, resumes, visit);
    placesByDepth.push(next.length);
    front = next;
  }
  return { placesByDepth, checked, resumes };
}

type Visit = (place: Place, before: Place, by: string) => void;

/** Tries every edit from a place. */
function leave(place: Place, varied: Varied, checked: CheckedUpdates, resumes: Walk["resumes"], visit: Visit): void {
  const { standing } = place;
  const update = (from: Place, asked: Asked, around: Surroundings, event: string) => {
    const after = checked.check(from, asked, around);
    if (after !== undefined) visit(after, place, `${event}${wordsOf(asked, from.standing)}`);
  };
  const asItIs = surroundings(place, splitOf(place));
  if (standing === null) {
    for (const asked of firstEdits(varied)) update(place, asked, asItIs, "");
    return;
  }
  const singles = singleEdits(standing, unusedRelease(place), varied);
  const doubles = doubleEdits(standing, unusedRelease(place), varied);
  const still = unchanged(standing);
  // Without the number and the live colour, a schedule has nothing to do with what AWS has and with the latch.
  const isMove = ({ weight, flips, schedule }: Asked) =>
    flips || weight !== standing.weight || schedule === standing.schedule;
  const moves = [still, ...singles.filter(isMove)];
  const doubleMoves = doubles.filter(isMove);
  for (const asked of [still, ...singles, ...doubles]) update(place, asked, asItIs, "");
  const latches = byHand(place);
  for (const split of [...driftedSplits(place), "unreadable" as const]) {
    const drifted = surroundings(place, split);
    for (const asked of [...moves, ...doubleMoves]) update(place, asked, drifted, "drift, ");
    for (const latch of latches) for (const asked of moves) update(place, asked, { ...drifted, ...latch }, "drift, ");
  }
  for (const latch of latches) for (const asked of moves) update(place, asked, { ...asItIs, ...latch }, "latch, ");
  for (const contract of contracts(place, standing)) {
    const asks = singles.filter(
      ({ flips, weight }) => flips || (weight !== standing.weight && !contract.isBeforePromote),
    );
    for (const asked of asks) update(place, asked, { ...asItIs, contract }, "contract migration, ");
  }
  for (const [event, after] of events(place, checked, resumes)) {
    visit(after, place, event);
    for (const asked of [unchanged(after.standing ?? standing), ...singles]) {
      update(after, { ...asked }, surroundings(after, splitOf(after)), `${event}, `);
    }
  }
}

function surroundings(place: Place, split: Split | "unreadable"): Surroundings {
  return { split, latch: realLatch(place), seen: seenLatch(place) };
}

/** What AWS may have besides: another step, a number of nobody's, nothing for anybody, weights of another sum. */
function driftedSplits(place: Place): readonly Split[] {
  const { live } = place;
  const candidate = otherColour(live);
  const ofCandidate = [0, 7, 10, 50, 100].map((percent) => weightsByColour(live, percent));
  const odd = [
    [0, 0],
    [900, 100],
  ].map(([one = 0, two = 0]) => ({ [live]: one, [candidate]: two }) as unknown as Split);
  return [...ofCandidate, ...odd].filter((split) => !isSameSplit(split, splitOf(place)));
}

/** What somebody may write into the latch, or take away. */
function byHand({ live, standing }: Place): readonly Pick<Surroundings, "latch" | "seen">[] {
  const set = { state: "set", at: "unknown", reason: "by hand" } as const satisfies Latch;
  return [
    { latch: set, seen: { is: "set", rolledBack: null } },
    {
      latch: { ...set, rolledBack: live },
      seen: { is: "set", rolledBack: { colour: "live", release: standing?.live ?? null } },
    },
    {
      latch: { ...set, rolledBack: otherColour(live) },
      seen: { is: "set", rolledBack: { colour: "candidate", release: standing?.candidate ?? null } },
    },
    { latch: missingLatch("/rollout/latch"), seen: { is: "deleted" } },
  ];
}

/** A migration from the image of either colour, or from another one; and one before the last promote, for a return. */
function contracts(place: Place, { live, candidate, promoted }: Standing): readonly ContractSeen[] {
  const unused = unusedRelease(place);
  const images = [...new Set([live, candidate, unused])].filter((image) => image !== null);
  const since = images.map((broughtBy) => ({ broughtBy, isBeforePromote: false }));
  return promoted === null ? since : [...since, { broughtBy: unused, isBeforePromote: true }];
}

/** What happens without an edit of the stack file. */
function events(
  place: Place,
  checked: CheckedUpdates,
  resumes: Walk["resumes"],
): readonly (readonly [string, Place])[] {
  const { standing, latch } = place;
  if (standing === null) return [];
  const waits = [1, freezeHours].map((hours) => [`wait ${hours} h`, later(place, hours)] as const);
  const back = standing.weight > 0 ? [["rollback", rolledBack(place)] as const] : [];
  const deleted =
    latch.is === "deleted" ? [] : [["latch deleted", { ...place, latch: { is: "deleted" } } as const] as const];
  const resumed = resume(place, standing, checked, resumes);
  return [...waits, ...back, ...deleted, ...(resumed === undefined ? [] : [["resume", resumed] as const])];
}

/** Tries to resume with and without a reason, from every split. @returns the place after it, where it may be */
function resume(
  place: Place,
  standing: Standing,
  checked: CheckedUpdates,
  resumes: Walk["resumes"],
): Place | undefined {
  const { record, live, latch } = place;
  if (record === null || latch.is === "clear") return undefined;
  const configuredWeightPercent = standing.weight;
  const common = { record, latch: realLatch(place), configuredWeightPercent };
  let isPossible = false;
  for (const split of [splitOf(place), ...driftedSplits(place)]) {
    const isAllToLive = isSameSplit(split, weightsByColour(live, 0));
    for (const reason of [undefined, "the cause is found"]) {
      const isAccepted = refuseResume({ ...common, split, reason }).length === 0;
      const isDue = mayResume(standing, seenLatch(place), isAllToLive, reason !== undefined);
      resumes.asked += 1;
      if (isAccepted) resumes.accepted += 1;
      if (isAccepted !== isDue) {
        const words = `resume ${isAccepted ? "accepted" : "refused"} against the table`;
        checked.report(
          words,
          () => `${pathTo(place)} > resume with ${reason === undefined ? "no reason" : "a reason"}`,
        );
      }
      if (isAccepted && isDue && isSameSplit(split, splitOf(place))) isPossible = true;
    }
  }
  return isPossible ? { ...place, latch: { is: "clear" }, isHeld: false } : undefined;
}

/** An edit in words: `10 %, candidate c`. */
function wordsOf(asked: Asked, standing: Standing | null): string {
  const was = standing === null ? undefined : unchanged(standing);
  const parts = [
    ...(asked.weight === was?.weight ? [] : [`${asked.weight} %`]),
    ...(asked.flips ? ["flip"] : []),
    ...(asked.live === was?.live ? [] : [`live ${asked.live}`]),
    ...(asked.candidate === was?.candidate ? [] : [`candidate ${asked.candidate}`]),
    ...(asked.schedule === was?.schedule ? [] : [asked.schedule]),
    ...(asked.setting === was?.setting ? [] : [`setting ${asked.setting}`]),
  ];
  return parts.length === 0 ? "update" : parts.join(", ");
}
