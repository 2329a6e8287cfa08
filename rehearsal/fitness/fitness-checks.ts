import { isIndicator } from "../../rollout/names.ts";
import { quietRequestsPerHour } from "../../rollout/rollback-test/quiet-traffic.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { Check, FitnessReport } from "../report/report-schema.ts";
import { AlarmsOverTime, type JudgedStage, type PlannedAlarm } from "./alarms-over-time.ts";
import type { Happening } from "./faults/fault.ts";
import { answers, type Traffic, withColour, withoutRequests } from "./stage-minute.ts";

type FitnessRow = FitnessReport["rows"][number];

/** The traffic in words. */
export function trafficText({ candidate, weightPercent, requestsPerHour }: Traffic): string {
  const perHour = Number(requestsPerHour.toFixed(1));
  return `${perHour} requests an hour, ${weightPercent} % to ${candidate}`;
}

/** Each alarm has a fault, and goes off at each of its faults in time. */
export function firesCheck(rows: readonly FitnessRow[], names: readonly string[]): Check {
  const silent = rows.filter(({ cannotFire, firesAfterSeconds, firedAt, held }) =>
    cannotFire === null ? firesAfterSeconds === null || (!held && firedAt.length === 0) : firesAfterSeconds !== null,
  );
  const unproven = names.filter((name) => !rows.some(({ alarm }) => alarm === name));
  const problems = [
    ...silent.map(({ alarm, fault, cannotFire, firesAfterSeconds }) =>
      !names.includes(alarm)
        ? `${alarm} is not planned`
        : cannotFire !== null
          ? `${alarm} goes off, although ${cannotFire}`
          : `${alarm} ${firesAfterSeconds === null ? "stays silent" : "does not end"} where ${fault}`,
    ),
    ...unproven.map((name) => `no fault is written for ${name}`),
  ];
  const proven = names.filter((name) => {
    const own = rows.filter(({ alarm }) => alarm === name);
    return own.length > 0 && own.every((row) => !silent.includes(row));
  });
  return {
    what: "each planned alarm goes off at the smallest fault that it is for",
    held: problems.length === 0,
    found: problems.join("; ") || `${proven.length} of ${names.length} alarms, by ${rows.length} faults`,
  };
}

/** No alarm goes off at what it must be silent at. */
export function silentCheck(rows: readonly FitnessRow[]): Check {
  const problems = rows.flatMap(({ alarm, firedAt }) => firedAt.map((what) => `${alarm} goes off where ${what}`));
  const cases = rows.reduce((sum, { harmless }) => sum + harmless.length, 0);
  return {
    what: "each planned alarm is silent just below its fault",
    held: problems.length === 0,
    found: problems.join("; ") || `silent in ${cases} of ${cases} cases`,
  };
}

/** Hours that the weight has stood where nothing is wrong: shorter than any limit. */
const healthyHours = 6;

/** At little and at much traffic, and at each weight, no alarm is on but the indicators. */
export function healthyCheck(judged: JudgedStage): Check {
  const { alarms, settings } = judged;
  const faults = [...alarms.metric, ...alarms.composite].filter(({ logicalName }) => !isIndicator(logicalName));
  const problems: string[] = [];
  for (const requestsPerHour of [quietRequestsPerHour, 300, 3000]) {
    for (const weightPercent of [0, ...settings.steps.map((one) => one.weightPercent)]) {
      const traffic: Traffic = { candidate: "green", weightPercent: 0, requestsPerHour };
      const over = new AlarmsOverTime(judged, traffic, (_, minute) =>
        judged.historyOf({ ...traffic, weightPercent }).minute(minute),
      );
      for (const alarm of faults) {
        if (over.stateAt(alarm, 60 * healthyHours) !== "ALARM") continue;
        problems.push(`${alarm.logicalName} is on at ${trafficText({ ...traffic, weightPercent })}`);
      }
    }
  }
  return {
    what: "no alarm is on while nothing is wrong",
    held: problems.length === 0,
    found:
      problems.join("; ") || `${faults.length} alarms are silent from ${quietRequestsPerHour} to 3000 requests an hour`,
  };
}

/** An alarm tells a topic, or a composite alarm that tells one counts it. */
export function toldCheck({ alarms }: JudgedStage, plan: StagePlan): Check {
  const counted = new Set(alarms.composite.flatMap(({ rule }) => rule.alarmNames));
  const topics = new Set(
    plan.resources.filter(({ type }) => type === "aws:sns/topic:Topic").map(({ outputs }) => String(outputs["arn"])),
  );
  const tells = ({ topicArns }: PlannedAlarm) => topicArns.some((arn) => topics.has(arn));
  const unheard = [
    ...alarms.metric.filter((alarm) => !tells(alarm) && !counted.has(alarm.name)),
    ...alarms.composite.filter((alarm) => !tells(alarm)),
  ];
  return {
    what: "each alarm that goes off tells people, or a composite alarm that does",
    held: unheard.length === 0,
    found:
      unheard.map(({ logicalName }) => `nobody hears of ${logicalName}`).join("; ") ||
      `${alarms.metric.length + alarms.composite.length} alarms`,
  };
}

const dayMinutes = 24 * 60;

/** At quiet traffic, slowness and silence must show within a day at each step, or the plan must say where they cannot. */
export function quietCheck(judged: JudgedStage, { warnings }: StagePlan): Check {
  const { settings, byName } = judged;
  const colour = "green";
  const goesOff = (weightPercent: number, kind: RegExp, happens: Happening) => {
    const traffic = { candidate: colour, weightPercent, requestsPerHour: quietRequestsPerHour } as const;
    const over = new AlarmsOverTime(judged, traffic, happens);
    return [...byName].some(([name, alarm]) => kind.test(name) && over.stateAt(alarm, dayMinutes) === "ALARM");
  };
  const blind = settings.steps
    .map(({ weightPercent }) => weightPercent)
    .filter(
      (weight) =>
        !goesOff(weight, /^green-response-time/, (healthy) =>
          withColour(healthy, colour, { answerSeconds: answers(60, healthy.colours[colour].ok) }),
        ) ||
        !(settings.hasCheck
          ? goesOff(weight, /^green-no-traffic/, (healthy) => withoutRequests(healthy, colour))
          : true),
    );
  const warning = warnings.find((text) => text.includes("cannot go off there"));
  const said = [...(warning?.matchAll(/(?<=step of | and of )(\d+) %/g) ?? [])].map(([, weight]) => Number(weight));
  return {
    what: `at ${quietRequestsPerHour} requests an hour slowness and silence show at each step, or the plan says where not`,
    held: blind.join() === said.join(),
    found: `cannot show at: ${blind.join(", ") || "no step"}; the plan says: ${said.join(", ") || "no step"}`,
  };
}
