/** Rules on the alarms of each colour: the candidate's composite alarm is what returns its traffic. */
import { type CompositeRule, readCompositeRule } from "../alarm-rule.ts";
import { compositeAlarm, listenerRule, metricAlarm } from "../kinds.ts";
import { known } from "../links.ts";
import { colourIn, publicRuleOf, targetGroupsOf } from "../rollout-roles.ts";
import { type Member, type Rule, stackRule } from "../rule.ts";

type MetricAlarm = Member<NonNullable<(typeof metricAlarm)["props"]>>;

/** What a colour's composite alarm must go off for, by the metric of its target group. */
const watchedMetrics = ["HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount"];

/** Metrics of a target group that mean a fault when they are high. Its weight is one of them beside no requests. */
const faultMetrics = [...watchedMetrics, "TargetConnectionErrorCount", "TrafficWeight"];

export const colourAlarmRules: readonly Rule[] = [
  stackRule({
    name: "cloudwatch-composite-names-exist",
    rule: "Each alarm that a composite alarm names must exist in the stack, or CloudWatch refuses it or waits for what never happens",
    source: "AWS CloudWatch: Creating a composite alarm",
    kinds: [compositeAlarm, metricAlarm],
    check({ all }, report) {
      const names = new Set([
        ...all(metricAlarm).map(({ props }) => known(() => props.name)),
        ...all(compositeAlarm).map(({ props }) => known(() => props.alarmName)),
      ]);
      for (const composite of all(compositeAlarm)) {
        const rule = known(() => composite.props.alarmRule) ?? "";
        const missing = namesIn(rule).filter((name) => !names.has(name));
        if (missing.length === 0) continue;
        report(composite, {
          found: `alarmRule names ${missing.join(", ")}, which this stack does not have`,
          fix: "add the alarm, or take it out of alarmRule",
        });
      }
    },
  }),

  stackRule({
    name: "rollout-colour-is-watched",
    rule: "Each colour must have a composite alarm that goes off for failed, slow and unhealthy answers of its own target group",
    source: "deployment guide R3",
    kinds: [compositeAlarm, listenerRule, metricAlarm],
    check(stack, report) {
      const publicRule = publicRuleOf(stack);
      const alarms = new Map(stack.all(metricAlarm).map((alarm) => [alarm.props.name, alarm]));
      for (const { arn } of publicRule === undefined ? [] : targetGroupsOf(publicRule.props)) {
        const colour = colourIn(arn);
        const composite = stack.all(compositeAlarm).find(({ props }) => colourIn(props.alarmName) === colour);
        if (publicRule === undefined || colour === undefined) continue;
        if (composite === undefined) {
          report(publicRule, {
            found: `${colour} has no composite alarm`,
            fix: `add ${colour}'s composite alarm, with the alarms of its target group`,
          });
          continue;
        }
        const [found] = problemsOf(composite.props.alarmRule, alarms, arn);
        if (found === undefined) continue;
        report(composite, {
          found,
          fix: "name the alarms of the colour's own target group in alarmRule, so that each makes it go off",
        });
      }
    },
  }),
];

/** The names in a composite alarm's rule; see "Creating a composite alarm" in the CloudWatch guide. */
function namesIn(alarmRule: string): readonly string[] {
  return [...alarmRule.matchAll(/\b(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]+?)"?\s*\)/g)].map(
    ([, name]) => name ?? "",
  );
}

/**
 * What is wrong with a rule. It is asked what it says where a single alarm goes off, in an hour with few requests.
 *
 * @param alarms by their names in AWS
 */
function problemsOf(alarmRule: string, alarms: ReadonlyMap<string | undefined, MetricAlarm>, groupArn: string) {
  const group = groupArn.split(":").at(-1) ?? "";
  const rule = readable(alarmRule);
  if (rule === undefined) return ["alarmRule consists of more than ALARM, NOT, AND and OR, and cannot be judged"];
  const { alarmNames, holds } = rule;
  const named = alarmNames.flatMap((name) => alarms.get(name) ?? []);
  const fewRequests = named.filter(({ props }) => props.metricName === "RequestCount");
  const goesOffFor = (firing: readonly MetricAlarm[]) =>
    holds((name) => [...fewRequests, ...firing].some(({ props }) => props.name === name));
  const alone = named.filter((alarm) => goesOffFor([alarm]));
  const silent = watchedMetrics.filter((metric) => !alone.some((alarm) => isOn(alarm, metric, group)));
  const noneHealthy = named.filter(
    (alarm) => isOn(alarm, "HealthyHostCount", group) && alarm.props.treatMissingData === "breaching",
  );
  const weighted = named.filter(
    (alarm) => isOn(alarm, "TrafficWeight", group) && alarm.props.comparisonOperator?.startsWith("Greater") === true,
  );
  return [
    ...alone.flatMap((alarm) => whyBlind(alarm, group) ?? []),
    ...silent.map((metric) => `no alarm on ${metric} makes it go off by itself`),
    ...(noneHealthy.length > 0 && goesOffFor([...noneHealthy, ...weighted])
      ? []
      : ["no alarm on HealthyHostCount of its target group takes missing data for a breach"]),
  ];
}

function readable(alarmRule: string): CompositeRule | undefined {
  try {
    return readCompositeRule(alarmRule);
  } catch {
    return undefined;
  }
}

/** Why an alarm cannot see a fault of a target group; undefined where it can. */
function whyBlind(alarm: MetricAlarm, group: string): string | undefined {
  const { comparisonOperator, threshold, metricQueries = [] } = alarm.props;
  const expression = metricQueries.find(({ returnData }) => returnData === true)?.expression;
  const faults = metricsOf(alarm).filter(
    ({ name, targetGroup }) => targetGroup === group && faultMetrics.includes(name),
  );
  if (faults.length === 0) return `alarm ${alarm.name} measures no fault of the colour's target group`;
  if (expression !== undefined && !faults.some(({ id }) => expression.includes(id ?? ""))) {
    return `alarm ${alarm.name} has the expression ${expression}, which uses no fault`;
  }
  if (!comparisonOperator?.startsWith("GreaterThan"))
    return `alarm ${alarm.name} has the comparison ${comparisonOperator}`;
  // Whether a minute is failing is 1 or 0.
  return expression?.endsWith(", 1, 0)") === true && (threshold ?? 0) > 1
    ? `alarm ${alarm.name} has the threshold ${threshold}, which 1 never reaches`
    : undefined;
}

function isOn(alarm: MetricAlarm, metric: string, group: string): boolean {
  return metricsOf(alarm).some(({ name, targetGroup }) => name === metric && targetGroup === group);
}

interface Measured {
  /** Of the query in an expression; absent where the alarm is on the metric itself. */
  readonly id?: string;
  readonly name: string;
  readonly targetGroup: string | undefined;
}

function metricsOf({ props }: MetricAlarm): readonly Measured[] {
  const own = props.metricName;
  if (own !== undefined) return [{ name: own, targetGroup: props.dimensions?.["TargetGroup"] }];
  return (props.metricQueries ?? []).flatMap(({ id, metric }) =>
    metric === undefined ? [] : [{ id, name: metric.metricName, targetGroup: metric.dimensions?.["TargetGroup"] }],
  );
}
