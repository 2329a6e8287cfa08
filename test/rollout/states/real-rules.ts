import { byColour, type Colour, otherColour } from "../../../rollout/colour.ts";
import type { ContractMigration } from "../../../rollout/contract-migrations.ts";
import { applyReason, decide } from "../../../rollout/decide.ts";
import { gateQuestion } from "../../../rollout/gate/gate-question.ts";
import { judgeRise } from "../../../rollout/gate/judge-rise.ts";
import type { StageSight } from "../../../rollout/gate/stage-sight.ts";
import { type Move, type Refusal, takesTrafficBack } from "../../../rollout/move.ts";
import { nextRecord } from "../../../rollout/next-record.ts";
import type { Allowance } from "../../../rollout/override.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { type SettingsByColour, settingsAfter } from "../../../rollout/release.ts";
import { keptVersions } from "../../../rollout/release-secrets.ts";
import { isSafeFromAnySplit } from "../../../rollout/safe-move.ts";
import type { Schedule } from "../../../rollout/schedule.ts";
import { isSameSplit, percentOf, weightsByColour } from "../../../rollout/split.ts";
import { firingSight, healthySight, quietSight } from "../../support/stage-sight.ts";
import type { ContractSeen, GateAnswer, Release, ScheduleWords } from "./words.ts";

/** What the program makes of an update, by the rules themselves. */
export type Outcome =
  | { readonly accepted: true; readonly overrode: readonly Allowance[]; readonly after: RolloutRecord }
  | { readonly accepted: false };

const refused: Outcome = { accepted: false };

/**
 * Asks the rules and the gate as the program does in `judgeMove`, and makes the record that an accepted update leaves.
 *
 * A split that cannot be read stops every update but those that are safe from any, as `readWeights` does.
 *
 * @param answer what the gate would say; it is only asked where the program asks
 */
export function askRealRules(move: Move, answer: GateAnswer): Outcome {
  if (move.previous !== null && move.realWeights === undefined && !isSafeFromAnySplit(move)) return refused;
  const decision = decide(move);
  if (!decision.accepted) return refused;
  const gate = applyReason(gateRefusals(move, answer), move);
  if (gate.refusals.length > 0) return refused;
  const overrode = [...decision.overridden, ...gate.overridden].flatMap(({ allowance }) => allowance ?? []);
  const releaseSettings = releaseSettingsAfter(move);
  const kept = keptVersions(move, releaseSettings ?? { blue: null, green: null });
  const observed = { ...move.wanted, schedule: move.schedule, releaseSettings, keptSecrets: kept };
  const because = { override: decision.override, overrode: [...new Set(overrode)] };
  return { accepted: true, overrode: because.overrode, after: nextRecord(move.previous, observed, move.now, because) };
}

/** What each colour's tasks run with after an update, as the program plans them. */
function releaseSettingsAfter(move: Move): SettingsByColour | undefined {
  const settings = settingsAfter(move);
  if (settings === undefined) return undefined;
  return byColour((colour) => (move.wanted.images[colour] === null ? null : settings[colour]));
}

/** Whether an accepted update reaches AWS: it has the split already, the engine sees a change, or the program writes it first. */
export function isMadeTrue(move: Move): boolean {
  const { previous, wanted, realWeights } = move;
  const asked = weightsByColour(wanted.liveColour, wanted.weightPercent);
  if (previous === null || (realWeights !== undefined && isSameSplit(realWeights, asked))) return true;
  if (!isSameSplit(asked, weightsByColour(previous.liveColour, previous.weightPercent))) return true;
  return takesTrafficBack(move);
}

/** Whether the program asks the gate about an update. */
export function asksGate(move: Move): boolean {
  return gateQuestion(move) !== undefined;
}

const unreadableGate: Refusal = { rule: "gate", message: "The gate could not be asked.", allowance: null };

const thresholds = {
  errorRatePercent: 1,
  responseTimeSeconds: 2,
  minTasks: 2,
  objectivePercent: 0.5,
  minimumErrors: 3,
};
const plannedTaskDefinitionArns = {
  blue: healthySight.services.blue?.taskDefinitionArn ?? null,
  green: healthySight.services.green?.taskDefinitionArn ?? null,
};

function sightOf(answer: Exclude<GateAnswer, "unreadable">, candidate: Colour): StageSight {
  switch (answer) {
    case "pass":
      return healthySight;
    case "alarm":
      return firingSight;
    case "no data":
      return quietSight;
    case "taskless":
      return { ...healthySight, targets: { ...healthySight.targets, [candidate]: { healthy: 0, notHealthy: 2 } } };
  }
}

/** The gate reads a sight in tens of microseconds, and there are few that differ. */
const judged = new Map<string, readonly Refusal[]>();

function gateRefusals(move: Move, answer: GateAnswer): readonly Refusal[] {
  const { previous, wanted, realWeights } = move;
  const question = gateQuestion(move);
  if (question === undefined || previous === null) return [];
  if (answer === "unreadable") return [unreadableGate];
  const candidate = otherColour(previous.liveColour);
  const inAws = realWeights === undefined ? previous.weightPercent : percentOf(realWeights, candidate);
  const key = [question, answer, candidate, inAws, wanted.liveColour, wanted.weightPercent].join();
  const known = judged.get(key);
  if (known !== undefined) return known;
  const sight = sightOf(answer, candidate);
  const { refusals } = judgeRise({ question, move, thresholds, plannedTaskDefinitionArns, sight });
  judged.set(key, refusals);
  return refusals;
}

/** A digest for a release's letter. */
function digestOf(release: string): string {
  return `sha256:${release.repeat(64)}`;
}

/** The releases of both colours, as config and record have them. */
export function imagesOf(
  live: Colour,
  { live: ofLive, candidate }: { readonly live: Release | null; readonly candidate: Release | null },
): Record<Colour, string | null> {
  const imageOf = (release: Release | null) => (release === null ? null : digestOf(release));
  return live === "blue"
    ? { blue: imageOf(ofLive), green: imageOf(candidate) }
    : { blue: imageOf(candidate), green: imageOf(ofLive) };
}

/** A migration as the program reads it from the evidence: half a second before now, or before the last promote. */
export function realContract(
  { broughtBy, isBeforePromote }: ContractSeen,
  record: RolloutRecord | null,
  seconds: number,
): ContractMigration {
  const after = isBeforePromote ? Date.parse(record?.promotedAt ?? "") : momentAt(seconds).getTime();
  return { at: new Date(after - 500).toISOString(), image: digestOf(broughtBy) };
}

const start = Date.parse("2026-11-23T00:00:00Z");
const hour = 3600;

/** How long the freeze window lasts that begins with the first deployment. */
export const freezeHours = 100;

/** A schedule as the program reads it from config. */
export function realSchedule({ bakes, limits, returnsAtLimit, freezes, returnHours }: ScheduleWords): Schedule {
  const until = momentAt(freezeHours * hour).toISOString();
  return {
    steps: Object.entries(bakes).map(([weight, hours]) => ({
      weightPercent: Number(weight),
      bakeSeconds: hours * hour,
      ...(limits[Number(weight)] === undefined ? {} : { limitSeconds: Number(limits[Number(weight)]) * hour }),
    })),
    onLimit: returnsAtLimit ? "rollback" : "notify",
    rollbackWindowSeconds: returnHours * hour,
    freezeWindows: freezes ? [{ from: momentAt(0).toISOString(), until, reason: "weddings" }] : [],
  };
}

/** A moment after the first deployment. */
export function momentAt(seconds: number): Date {
  return new Date(start + seconds * 1000);
}
