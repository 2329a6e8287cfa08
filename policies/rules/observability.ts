/** Rules on alarms and logs. */
import { compositeAlarm, type Kind, logGroup, metricAlarm, stateMachine } from "../kinds.ts";
import { known } from "../links.ts";
import { type Member, type Rule, resourceRule, shown, stackRule } from "../rule.ts";

const alarms: readonly Kind<{ actionsEnabled?: boolean }>[] = [metricAlarm, compositeAlarm];

export const observabilityRules: readonly Rule[] = [
  resourceRule({
    name: "cloudwatch-actions-enabled",
    rule: "An alarm's actions must be enabled",
    source: "AWS Security Hub CloudWatch.17",
    kinds: alarms,
    check({ props }, report) {
      if (props.actionsEnabled !== false) return;
      report({ found: "actionsEnabled is false", fix: "remove actionsEnabled" });
    },
  }),

  /** A metric alarm may act by being part of a composite alarm, which then acts for it. */
  stackRule({
    name: "cloudwatch-alarm-acts",
    rule: "An alarm must notify someone, either itself or through a composite alarm",
    source: "AWS Security Hub CloudWatch.15",
    kinds: [compositeAlarm, metricAlarm],
    check({ all }, report) {
      const composites = all(compositeAlarm);
      for (const alarm of composites) {
        if ((alarm.props.alarmActions?.length ?? 0) > 0) continue;
        report(alarm, { found: "alarmActions is empty", fix: "set alarmActions to the ARN of the alert topic" });
      }
      for (const alarm of all(metricAlarm)) {
        if ((alarm.props.alarmActions?.length ?? 0) > 0) continue;
        if (composites.some((composite) => isPartOf(composite, alarm))) continue;
        report(alarm, {
          found: "alarmActions is empty and no CompositeAlarm names it in alarmRule",
          fix: "set alarmActions to the ARN of the alert topic, or name the alarm in a CompositeAlarm",
        });
      }
    },
  }),

  resourceRule({
    name: "cloudwatch-missing-data-decided",
    rule: "An alarm must say what missing data means, because no data does not mean that the service is healthy",
    source: "project rule",
    kinds: [metricAlarm],
    check({ props }, report) {
      if (props.treatMissingData !== undefined) return;
      report({
        found: "treatMissingData is not set",
        fix: "set treatMissingData to breaching, notBreaching, ignore or missing, whichever fits the metric",
      });
    },
  }),

  /** The control asks for a year; how long each group of this project lives is config, and forever is never meant. */
  resourceRule({
    name: "logs-retention",
    rule: "A log group must say how long it keeps its logs",
    source: "AWS Security Hub CloudWatch.16",
    kinds: [logGroup],
    check({ props }, report) {
      if ((props.retentionInDays ?? 0) > 0) return;
      report({
        found: shown("retentionInDays", props.retentionInDays),
        fix: "set retentionInDays from the stage's config",
      });
    },
  }),

  resourceRule({
    name: "sfn-logging",
    rule: "A state machine must log what it does",
    source: "AWS Security Hub StepFunctions.1",
    kinds: [stateMachine],
    check({ props }, report) {
      const level = props.loggingConfiguration?.level;
      if (level !== undefined && level !== "OFF") return;
      report({
        found: shown("loggingConfiguration.level", level),
        fix: "set loggingConfiguration.level to ALL or ERROR",
      });
    },
  }),
];

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
