import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { colours } from "../../rollout/colour.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { FitnessReport } from "../report/report-schema.ts";
import { AlarmsOverTime, type JudgedStage, judgedStage, type PlannedAlarm } from "./alarms-over-time.ts";
import { judgeCount } from "./count-fitness.ts";
import { colourFaults } from "./faults/colour-faults.ts";
import type { Fault, Happening } from "./faults/fault.ts";
import { originFaults } from "./faults/origin-faults.ts";
import { rollbackFaults } from "./faults/rollback-faults.ts";
import { sharedFaults } from "./faults/shared-faults.ts";
import { firesCheck, healthyCheck, quietCheck, silentCheck, toldCheck, trafficText } from "./fitness-checks.ts";
import type { Traffic } from "./stage-minute.ts";
import { startsCheck } from "./starts-check.ts";

type FitnessRow = FitnessReport["rows"][number];

/**
 * Fires every planned alarm by the smallest fault that should fire it, and sees that it is silent just below. Each fault is
 * written from what the alarm is for; the alarm is the planned one, and its state is computed as CloudWatch does.
 *
 * It computes only: nothing is started and no time passes.
 *
 * @param isAsked which alarms are fired, by their logical names without the stage's. Default all
 * @throws {Error} when an alarm is planned in a way that is not modelled
 */
export function judgeFitness(
  plan: StagePlan,
  config: StageConfig,
  isAsked: (alarm: string) => boolean = () => true,
): FitnessReport {
  const judged = judgedStage(plan, config);
  const { settings } = judged;
  const faults = [
    ...colours.flatMap((colour) => colourFaults(colour, settings)),
    ...sharedFaults(settings),
    ...originFaults(settings),
    ...rollbackFaults(settings),
  ];
  const rows = faults.filter(({ alarm }) => isAsked(alarm)).map((fault) => judgeFault(fault, judged));
  const count = isAsked("rollback-count") ? judgeCount(plan, config) : { rows: [], checks: [] };
  return {
    rows: [...rows, ...count.rows],
    checks: [
      firesCheck(rows, [...judged.byName.keys()].filter(isAsked)),
      silentCheck(rows),
      healthyCheck(judged),
      toldCheck(judged, plan),
      quietCheck(judged, plan),
      startsCheck(plan, config),
      ...count.checks,
    ],
  };
}

/** CloudWatch evaluates an alarm that looks back more than a day once an hour, and others each minute. */
function evaluationMinutes(alarm: PlannedAlarm, { withinMinutes }: Fault): number {
  if ("math" in alarm && alarm.periodSeconds * alarm.periods > 86_400) return 60;
  // Hours are looked at in steps of five minutes: nothing that takes hours is over within them.
  return withinMinutes > 240 ? 5 : 1;
}

function judgeFault(fault: Fault, judged: JudgedStage): FitnessRow {
  const { what, traffic, happens, withinMinutes, overMinutes, harmless, cannotFire = null } = fault;
  const alarm = judged.byName.get(fault.alarm);
  const row = {
    alarm: fault.alarm,
    fault: what,
    traffic: trafficText(traffic),
    harmless: harmless.map((one) => one.what),
    cannotFire,
  };
  if (alarm === undefined) return { ...row, firesAfterSeconds: null, firedAt: [], held: false };
  const step = evaluationMinutes(alarm, fault);
  const longest = withinMinutes + 2 * step + 10;
  const firstAlarm = (of: Traffic, happening: Happening, until: number): number | undefined => {
    const over = new AlarmsOverTime(judged, of, happening);
    for (let minute = step; minute <= until; minute += step) {
      if (over.stateAt(alarm, minute) === "ALARM") return minute;
    }
    return undefined;
  };
  const fired = firstAlarm(traffic, happens, cannotFire === null ? withinMinutes : longest);
  const isOver =
    overMinutes === undefined || new AlarmsOverTime(judged, traffic, happens).stateAt(alarm, overMinutes) !== "ALARM";
  const firedAt = harmless.filter((one) => firstAlarm(one.traffic ?? traffic, one.happens, longest) !== undefined);
  const fires = cannotFire === null ? fired !== undefined && isOver : fired === undefined;
  return {
    ...row,
    firesAfterSeconds: fired === undefined ? null : 60 * fired,
    firedAt: firedAt.map((one) => one.what),
    held: fires && firedAt.length === 0,
  };
}
