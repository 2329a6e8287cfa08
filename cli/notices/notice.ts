import { Temporal } from "temporal-polyfill";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { isPlanStart, planRelease } from "../../rollout/release-plan.ts";
import { freezeWindowAt, type Schedule } from "../../rollout/schedule.ts";
import { dateAndTime, placeOf } from "../../rollout/time.ts";
import { service } from "../../service.ts";
import { type CommandOutcome, RefusedError } from "../outcome.ts";
import { planInput } from "../reports/release-plan/release-plan.ts";
import type { RolloutWorld } from "../world.ts";
import { type NoticeFacts, type NoticeKind, noticeText } from "./notice-texts.ts";

/** What is asked for, as it was typed. */
export interface AskedNotice {
  readonly about: NoticeKind;
  /** Day 1 of the release plan, `2026-11-30`. */
  readonly start?: string;
  /** Local times of the stage's zone, `2026-12-12T20:00`. */
  readonly from?: string;
  readonly until?: string;
  readonly at?: string;
  readonly features?: string;
  readonly why?: string;
  readonly means?: string;
  readonly data?: "kept" | "lost";
}

/**
 * Writes a notice to users with the dates, hosts and contact of the stage. It sends nothing.
 *
 * @throws {RefusedError} naming everything that is missing, and a maintenance window that no freeze window covers
 */
export function writeNotice({ stage, stackFile, now }: RolloutWorld, asked: AskedNotice): CommandOutcome {
  const config = stackFile.readConfig();
  const problems: string[] = [];
  const need = <Name extends keyof AskedNotice>(name: Name, example: string): string => {
    const value = asked[name];
    if (value === undefined) problems.push(`--${name} is missing, such as --${name} ${example}.`);
    return String(value ?? "");
  };
  const { notices, hosts, timeZone } = config;
  if (notices === undefined) {
    problems.push(
      `${stackFile.name} does not say whom users can ask. Set it: npm run rollout -- set --stage ${stage} notices.contact support@${config.dns.zone}`,
    );
  }
  const sender = { title: service.title, contact: notices?.contact ?? "", host: hosts.frontend };
  const time = (name: "from" | "until" | "at", missing?: Date): Date => {
    if (asked[name] === undefined && missing !== undefined) return missing;
    const text = need(name, "2026-12-12T20:00");
    const moment = localMoment(text, timeZone);
    if (moment === undefined && asked[name] !== undefined) {
      problems.push(`--${name} is "${text}". Give a local time of ${placeOf(timeZone)} such as 2026-12-12T20:00.`);
    }
    return moment ?? now();
  };
  const shown = (moment: Date) => shownMoment(moment, timeZone);
  const facts = ((): NoticeFacts => {
    switch (asked.about) {
      case "planned": {
        const days = rolloutDays(config, need("start", "2026-11-30"), problems);
        return { ...sender, kind: "planned", ...days, features: need("features", '"a calendar of ceremonies"') };
      }
      case "window": {
        const [from, until] = [time("from"), time("until")];
        if (problems.length === 0)
          problems.push(...windowProblems(scheduleOf(config.rollout), { from, until }, asked, stage));
        return {
          ...sender,
          kind: "window",
          from: shown(from),
          until: shown(until),
          why: need("why", '"we move the database"'),
        };
      }
      case "complete":
        return { ...sender, kind: "complete", features: need("features", '"a calendar of ceremonies"') };
      case "problem": {
        const data = need("data", "kept") === "lost" ? "lost" : "kept";
        const means = need("means", '"Invoices look as before"');
        return { ...sender, kind: "problem", at: shown(time("at", now())), means, data };
      }
    }
  })();
  if (problems.length > 0) throw new RefusedError(`The notice (${asked.about})`, problems);
  const notice = noticeText(facts);
  return {
    exitCode: 0,
    text: `Subject: ${notice.subject}\n\n${notice.body}`,
    json: { stage, about: asked.about, ...notice },
  };
}

/** The days of the first step and of the last, as users read them. */
function rolloutDays(config: StageConfig, start: string, problems: string[]) {
  if (!isPlanStart(start)) {
    if (start !== "") problems.push(`--start is "${start}". Give a date such as 2026-11-30, day 1 of plan-release.`);
    return { from: "", until: "" };
  }
  const steps = planRelease(planInput(config, start)).moves.filter(({ kind }) => kind === "step");
  const dayOf = (step: (typeof steps)[number] | undefined) =>
    step === undefined ? "" : shownDay(step.at, config.timeZone);
  return { from: dayOf(steps[0]), until: dayOf(steps.at(-1)) };
}

/** Steps between two looks at the freeze windows: a window is given to the minute. */
const lookMilliseconds = 60_000;

/** Why a window must not be announced: it has no length, or a weight could rise in it. */
function windowProblems(
  schedule: Schedule,
  { from, until }: { readonly from: Date; readonly until: Date },
  asked: AskedNotice,
  stage: string,
): readonly string[] {
  if (until <= from) return ["--until is not later than --from."];
  for (let at = from.getTime(); at < until.getTime(); at += lookMilliseconds) {
    const window = freezeWindowAt(schedule, new Date(at));
    if (window === undefined) {
      const next = schedule.freezeWindows.length;
      const written = `{ from: "${from.toISOString()}", until: "${until.toISOString()}", reason: ${pasteable(asked.why)} }`;
      return [
        `No freeze window covers it, so a step could be taken while users are told that nothing runs. Add one first: npm run rollout -- set --stage ${stage} "rollout.freezeWindows[${next}]" '${written}'`,
      ];
    }
    at = Math.max(at, Date.parse(window.until) - lookMilliseconds);
  }
  return [];
}

/** The reason of a window as YAML within single quotes of a shell takes it: other signs would end one or the other. */
function pasteable(why: string | undefined): string {
  return why !== undefined && /^[\p{L}\d][\p{L}\d .]*$/u.test(why) ? why : "maintenance";
}

function localMoment(text: string, timeZone: string): Date | undefined {
  try {
    return new Date(Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds);
  } catch {
    return undefined;
  }
}

function shownDay(moment: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-AU", { timeZone, weekday: "long", day: "numeric", month: "long" }).format(moment);
}

function shownMoment(moment: Date, timeZone: string): string {
  return `${shownDay(moment, timeZone)}, ${dateAndTime(moment, timeZone).time} (${placeOf(timeZone)})`;
}
