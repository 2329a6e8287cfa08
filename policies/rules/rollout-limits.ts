/** Rules on the limits of steps: what their alarms mean, and what the rollback's machine makes of them. */
import { readStepsTag, rolloutStepsTag } from "../../rollout/names.ts";
import { candidateWeightMetricName } from "../../rollout/rollback-machine.ts";
import { longestLimitSeconds } from "../../rollout/schedule.ts";
import { eventRule, listenerRule, metricAlarm, stateMachine } from "../kinds.ts";
import { known } from "../links.ts";
import { alarmRulesOf, limitAlarmsOf, type MetricAlarm } from "../rollback-alarms.ts";
import { publicRuleOf } from "../rollout-roles.ts";
import { type Rule, type Stack, shown, stackRule } from "../rule.ts";
import { choiceFor, reachableStates } from "../state-machine.ts";

/** CloudWatch looks back seven days only where a period has an hour or more. */
const hourSeconds = 3600;

const asBuilt = "take the alarm from components/rollback/limit-alarms.ts as it is";

export const limitRules: readonly Rule[] = [
  stackRule({
    name: "rollout-limit-alarm-means-its-step",
    rule: "An alarm on the candidate's weight must go off only where the weight was one step's, and no other, for the whole limit",
    source: "project rule",
    kinds: [listenerRule, metricAlarm],
    check(stack, report) {
      const steps = stepsOf(stack);
      for (const alarm of limitAlarmsOf(stack)) {
        const found = whyNotItsStep(alarm, steps);
        if (found !== undefined) report(alarm, { found, fix: asBuilt });
      }
    },
  }),

  stackRule({
    name: "rollback-limit-returns-its-step",
    rule: "Where a step's limit returns traffic, its alarm must start the machine, and the machine must return that step and no other",
    source: "project rule",
    kinds: [eventRule, listenerRule, metricAlarm, stateMachine],
    check(stack, report) {
      const alarms = limitAlarmsOf(stack);
      const patterns = alarmRulesOf(stack).map(({ props }) => props.eventPattern ?? "");
      const machines = stack.all(stateMachine).map(({ props }) => known(() => props.definition) ?? "");
      const starts = (arn: unknown) => patterns.some((pattern) => pattern.includes(`"${arn}"`));
      const isNamed = (name: unknown) => machines.some((text) => text.includes(`'${name}'`));
      const planned = alarms.flatMap((alarm) => {
        const [name, arn] = [known(() => alarm.props.name), known(() => alarm.props.arn)];
        return name === undefined || arn === undefined ? [] : [{ alarm, name, arn }];
      });
      // Where no limit returns traffic, no rule and no machine knows of any.
      if (!planned.some(({ name, arn }) => starts(arn) || isNamed(name))) return;
      const steps = stepsOf(stack);
      for (const { alarm, name, arn } of planned) {
        const found = starts(arn) ? whyNotReturned(stepOf(alarm), name, machines, steps) : "no event rule waits for it";
        if (found !== undefined) {
          report(alarm, { found, fix: "start the machine by it, and take its definition from components/rollback" });
        }
      }
    },
  }),
];

function stepsOf(stack: Stack): readonly number[] {
  return readStepsTag(publicRuleOf(stack)?.props.tags?.[rolloutStepsTag] ?? "") ?? [];
}

/** The step that an alarm's expression asks for: the lowest and the highest weight of a period are both its own. */
function stepOf({ props }: MetricAlarm): number | undefined {
  const { metricQueries = [] } = props;
  const expression = metricQueries.find(({ returnData }) => returnData === true)?.expression ?? "";
  const [, one, weight, other] = /^IF\((\w+) == (\d+) AND (\w+) == \2, 1, 0\)$/.exec(expression) ?? [];
  const statistics = [one, other].map((id) => {
    const metric = metricQueries.find((query) => query.id === id)?.metric;
    const isWhole = metric?.period === hourSeconds && Object.keys(metric.dimensions ?? {}).length === 0;
    return isWhole && metric.metricName === candidateWeightMetricName ? metric.stat : undefined;
  });
  const areBoth = statistics.includes("Minimum") && statistics.includes("Maximum");
  return weight === undefined || !areBoth ? undefined : Number(weight);
}

function whyNotItsStep(alarm: MetricAlarm, steps: readonly number[]): string | undefined {
  const { comparisonOperator, threshold, evaluationPeriods, datapointsToAlarm, treatMissingData } = alarm.props;
  const step = stepOf(alarm);
  if (step === undefined) {
    return "it does not ask whether the lowest and the highest weight of each hour are one step's";
  }
  if (!steps.includes(step)) return `it asks for ${step} %, which is no step of the schedule`;
  if (comparisonOperator !== "GreaterThanOrEqualToThreshold" || threshold !== 1) {
    return `it goes off ${comparisonOperator} ${threshold}, not at 1`;
  }
  if (datapointsToAlarm !== undefined && datapointsToAlarm !== evaluationPeriods) {
    return `${datapointsToAlarm} of ${evaluationPeriods} hours are enough for it`;
  }
  if (treatMissingData !== "notBreaching") return `${shown("treatMissingData", treatMissingData)}, as if it stood`;
  const seconds = (evaluationPeriods ?? 0) * hourSeconds;
  return seconds > longestLimitSeconds ? `it looks back ${seconds} s, and CloudWatch 604800 at most` : undefined;
}

/** Asks the machine's own choices what they do where the alarm starts it, at each step. */
function whyNotReturned(
  own: number | undefined,
  alarmName: string,
  machines: readonly string[],
  steps: readonly number[],
): string | undefined {
  const states = machines.flatMap(reachableStates);
  const isMoved = (candidateWeight: number) => {
    const plan = {
      candidate: "green",
      split: { green: candidateWeight, blue: 100 - candidateWeight },
      candidateWeight,
    };
    const input = { plan, input: { alarmName } };
    const next = states.filter(({ type }) => type === "Choice").map((choice) => choiceFor(choice, input));
    return states.some(({ name, resource }) => next.includes(name) && resource?.endsWith(":modifyRule") === true);
  };
  const wrong = steps.find((step) => isMoved(step) !== (step === own));
  if (wrong === undefined) return undefined;
  return `started by it, the machine ${wrong === own ? "leaves" : "returns"} ${wrong} %`;
}
