import { z } from "zod";
import { type Colour, colours } from "../../../rollout/colour.ts";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import { readInputs } from "../routes/read-inputs.ts";
import { type AlarmRule, readAlarmRule } from "./alarm-rule.ts";
import { type PlannedMetricAlarm, readMetricAlarm } from "./planned-metric-alarm.ts";

/** A planned alarm on other alarms. */
export interface PlannedCompositeAlarm {
  readonly name: string;
  readonly arn: string;
  readonly colour: Colour;
  /** The rule as it is planned. */
  readonly ruleText: string;
  readonly rule: AlarmRule;
  /** The alarms that the rule names. */
  readonly parts: readonly PlannedMetricAlarm[];
}

const compositeInputs = z.object({ alarmRule: z.string(), actionsEnabled: z.literal(true).optional() });

const compositeType = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const metricType = "aws:cloudwatch/metricAlarm:MetricAlarm";

/**
 * Reads each colour's composite alarm, `...-<colour>-unfit`, with the alarms that it is made of.
 *
 * @throws {Error} when the plan uses something of an alarm that is not modelled, or a rule names an alarm that is not planned
 */
export function readColourAlarms(resources: readonly PlannedResource[]): readonly PlannedCompositeAlarm[] {
  return colours.map((colour) => {
    const composite = resources.find(({ type, name }) => type === compositeType && name.endsWith(`-${colour}-unfit`));
    if (composite === undefined) throw new Error(`The plan has no composite alarm "...-${colour}-unfit".`);
    const { alarmRule } = readInputs(composite, compositeInputs);
    const rule = readAlarmRule(alarmRule);
    const parts = rule.alarmNames.map((name) => {
      const part = resources.find(({ type, outputs }) => type === metricType && outputs["name"] === name);
      if (part === undefined) throw new Error(`${composite.name} looks at the alarm ${name}, which is not planned.`);
      return readMetricAlarm(part);
    });
    const { alarmName, arn } = composite.outputs;
    return { name: String(alarmName), arn: String(arn), colour, ruleText: alarmRule, rule, parts };
  });
}
