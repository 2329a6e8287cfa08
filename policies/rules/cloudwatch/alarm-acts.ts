import { compositeAlarm, metricAlarm } from "../../kinds.ts";
import { known } from "../../links.ts";
import { type Member, stackRule } from "../../stack-rule.ts";

/** A metric alarm may act by being part of a composite alarm, which then acts for it. */
export const cloudwatchAlarmActs = stackRule({
  name: "cloudwatch-alarm-acts",
  rule: "An alarm notifies someone, itself or through a composite alarm",
  source: "Security Hub CloudWatch.15",
  kinds: [compositeAlarm, metricAlarm],
  check({ all }, report) {
    const composites = all(compositeAlarm);
    for (const alarm of composites) {
      if ((alarm.props.alarmActions?.length ?? 0) > 0) continue;
      report(alarm, { found: "alarmActions is empty", fix: "set alarmActions to the alert topic" });
    }
    for (const alarm of all(metricAlarm)) {
      if ((alarm.props.alarmActions?.length ?? 0) > 0 || composites.some((composite) => isPartOf(composite, alarm)))
        continue;
      report(alarm, {
        found: "alarmActions is empty and no composite alarm names it",
        fix: "set alarmActions to the alert topic, or name it in a composite alarm",
      });
    }
  },
});

function isPartOf(
  composite: Member<{ readonly alarmRule: string }>,
  alarm: Member<{ readonly name?: string }>,
): boolean {
  if (composite.propertyDependencies["alarmRule"]?.some(({ urn }) => urn === alarm.urn)) return true;
  const rule = known(() => composite.props.alarmRule) ?? "";
  const named = [...rule.matchAll(/\b(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]+?)"?\s*\)/g)].map((match) => match[1]);
  const names = [known(() => alarm.props.name), known(() => alarm.props.arn)];
  return names.some((name) => name !== undefined && named.includes(name));
}
