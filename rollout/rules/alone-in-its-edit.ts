import { readJson } from "../json.ts";
import { type Move, moveKind, type Refusal } from "../move.ts";
import { reasonFor, type SettingKey } from "../override.ts";
import { changedSettings, type Settings, shownSetting } from "../settings.ts";
import { parseDurationSeconds } from "../time.ts";
import { laxerParts } from "./schedule-in-force.ts";

/**
 * A rise and a promote change the weights and nothing else. What guards them, and at weight 0 also the schedule and what both
 * colours run with, changes in an update before: otherwise one edit could take away what would have refused it, and the step
 * would update more than one resource. Above 0 the schedule and those settings are fixed anyway.
 *
 * What gets stricter is let through, where that can be told. All traffic to live and a return are never refused for it.
 */
export function aloneInItsEdit(move: Move): readonly Refusal[] {
  const { previous, wanted, schedule } = move;
  const kind = moveKind(move);
  if (previous?.deployedFile === undefined || (kind !== "up" && kind !== "promote")) return [];
  const { deployedFile: deployed, releaseSettings } = previous;
  const does = kind === "up" ? "raises the weight" : `promotes ${wanted.liveColour}`;
  const rule = `A ${kind === "up" ? "rise" : "promote"} changes the weights and nothing else, and is judged by what the last update left.`;
  const standing = `liveColour ${previous.liveColour} and candidateWeight ${previous.weightPercent}`;
  const alone = `make that change in an update of its own first, with ${standing} (npm run rollout -- apply --stage <stage>)`;
  const isAtZero = previous.weightPercent === 0;
  const settings = isAtZero ? changedIn(deployed.settings, wanted.settings) : [];
  const changed = [
    ...settings.filter(({ key }) => !isOfRelease(key, [wanted.taskSettings, ...Object.values(releaseSettings ?? {})])),
    ...changedIn(deployed.safeguards, wanted.safeguards).filter(({ isStricter }) => !isStricter),
  ];
  const laxer = isAtZero ? laxerParts(deployed.schedule, schedule, move) : [];
  return [
    ...changed.map(
      ({ key, before, after }): Refusal => ({
        rule: "settings",
        message: `You changed ${key} from ${before} to ${after} in the edit that ${does}. ${rule} Put ${before} back, or ${alone}, or ${reasonFor(key)}.`,
        allowance: key,
      }),
    ),
    ...(laxer.length === 0 ? [] : [laxerRefusal(laxer, { does, rule, alone })]),
  ];
}

function laxerRefusal(laxer: readonly string[], { does, rule, alone }: Record<"does" | "rule" | "alone", string>) {
  return {
    rule: "schedule",
    message: `You made the schedule laxer in the edit that ${does}: ${laxer.join("; ")}. ${rule} Put the schedule back, or ${alone}, or ${reasonFor("schedule")}.`,
    allowance: "schedule",
  } satisfies Refusal;
}

/** Where nobody judges what is asked for, it is taken to be what is deployed. */
function changedIn(deployed: Settings, asked: Settings = deployed) {
  return changedSettings(deployed, asked).map((key) => ({
    key,
    before: shownSetting(deployed[key]),
    after: shownSetting(asked[key]),
    isStricter: isStricter(key, deployed[key], asked[key]),
  }));
}

/** What the tasks see is part of a release, and its own rule says how it is staged. */
function isOfRelease(key: SettingKey, releases: readonly (Settings | null | undefined)[]): boolean {
  return releases.some((settings) => settings?.[key] !== undefined);
}

/** Whether a change only asks for more of a rise, or leaves the way back open for longer. */
function isStricter(key: SettingKey, before: Settings[SettingKey] | undefined, after: typeof before): boolean {
  switch (key) {
    case "verify.required":
    case "verify.integrityRequired":
      return after === true;
    case "verify.validFor":
      return secondsOf(after) <= secondsOf(before);
    case "rollout.rollbackWindow":
      return secondsOf(after) >= secondsOf(before);
    case "rollout.guardrails":
      return entriesOf(before).every((entry) => entriesOf(after).includes(entry));
    case "rollout.feedback.from":
    case "rollout.feedback.objectAbovePercent":
    case "rollout.feedback.fewestAnswers":
      // Feedback that nobody had asked for can only object.
      return before === undefined;
    // Stryker disable next-line ConditionalExpression: without it nothing is returned, which counts as false
    default:
      return false;
  }
}

/** The entries of a list that a setting holds as JSON. */
function entriesOf(list: Settings[SettingKey] | undefined): readonly string[] {
  const read = readJson(String(list));
  return Array.isArray(read) ? read.map((entry) => JSON.stringify(entry)) : [];
}

function secondsOf(duration: Settings[SettingKey] | undefined): number {
  return parseDurationSeconds(String(duration));
}
