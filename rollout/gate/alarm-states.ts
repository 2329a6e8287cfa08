import { logicalNameOf, recreateCommand } from "../recreate-command.ts";
import type { WatchedAlarmState } from "./gate-input.ts";
import type { Finding } from "./verdict.ts";

/** One finding an alarm. No alarm at all is not health either: something that should watch is not there. */
export function judgeAlarms(alarms: Readonly<Record<string, WatchedAlarmState>>): readonly Finding[] {
  const names = Object.keys(alarms).sort();
  if (names.length === 0) {
    return [
      {
        what: "alarms",
        value: "none found",
        bound: "OK",
        verdict: "not enough data",
        sentence:
          "No alarm watches the candidate. Run pulumi preview to see which alarms are missing, and create them.",
      },
    ];
  }
  return names.map((name) => judgeAlarm(name, alarms[name]));
}

function judgeAlarm(name: string, state: WatchedAlarmState | undefined): Finding {
  const finding = { what: `alarm ${name}`, value: state ?? "unknown", bound: "OK" };
  switch (state) {
    case "OK":
      return { ...finding, verdict: "pass", sentence: `Alarm ${name} is OK.` };
    case "ALARM":
      return {
        ...finding,
        verdict: "fail",
        sentence: `Alarm ${name} is firing. Roll back, and take no step until it is OK.`,
      };
    case "MISSING":
      return {
        ...finding,
        verdict: "fail",
        sentence: `Alarm ${name} was planned and is not in AWS, so it could not go off. Run ${recreateCommand("Alarm", logicalNameOf(name))}, which creates it again.`,
      };
    default:
      return {
        ...finding,
        verdict: "not enough data",
        sentence: `Alarm ${name} has no data to judge by, which is not health. Wait until it is OK; if it stays so, check that its metric is reported.`,
      };
  }
}
