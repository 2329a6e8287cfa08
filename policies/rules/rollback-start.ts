/** Rules on what starts the automatic rollback: the candidate's alarm, and the check each minute. */
import { isDeepStrictEqual } from "node:util";
import { memberOf, readJson } from "../../rollout/json.ts";
import { compositeAlarm, eventRule, eventTarget, listenerRule, queue, stateMachine } from "../kinds.ts";
import { known, refersTo } from "../links.ts";
import { alarmRulesOf, type EventRule, limitAlarmsOf } from "../rollback-alarms.ts";
import { candidateOf, candidateRuleOf, colourIn } from "../rollout-roles.ts";
import { type Member, type Rule, type Stack, shown, stackRule } from "../rule.ts";

type EventTarget = Member<NonNullable<(typeof eventTarget)["props"]>>;

/** What EventBridge writes for an alarm that changed; see "Events from CloudWatch alarms" in the CloudWatch guide. */
const alarmEvents = { source: ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"] };

/** An event that was not delivered must be there when somebody looks at it in the morning. */
const leastUndeliveredSeconds = 86_400;
const defaultRetentionSeconds = 345_600;

export const rollbackStartRules: readonly Rule[] = [
  stackRule({
    name: "rollback-alarm-of-the-candidate",
    rule: "An enabled event rule must pass on that the candidate's composite alarm goes off, or nothing returns its traffic",
    source: "deployment guide R3",
    kinds: [compositeAlarm, eventRule, listenerRule],
    check(stack, report) {
      const rule = candidateRuleOf(stack);
      const candidate = candidateOf(stack);
      if (rule === undefined || candidate === undefined) return;
      const alarm = stack.all(compositeAlarm).find(({ props }) => colourIn(props.alarmName) === candidate);
      if (alarm === undefined) {
        report(rule, {
          found: `the candidate is ${candidate}, which has no composite alarm`,
          fix: `add ${candidate}'s composite alarm, with the alarms of its target group`,
        });
        return;
      }
      const wanted = { ...alarmEvents, resources: [alarm.props.arn], detail: { state: { value: ["ALARM"] } } };
      const limits = limitAlarmsOf(stack).flatMap(({ props }) => known(() => props.arn) ?? []);
      const problems = alarmRulesOf(stack).map((candidateRule) => problemOf(candidateRule, wanted, limits));
      if (problems.includes(undefined)) return;
      report(rule, {
        found: `the candidate is ${candidate}, and ${problems[0] ?? "no event rule waits for an alarm"}`,
        fix: `enable an event rule on the default bus that waits for the resource ${alarm.props.arn} to be in the state ALARM, and besides for alarms on limits alone`,
      });
    },
  }),

  stackRule({
    name: "rollback-alarm-starts-machine",
    rule: "The candidate's alarm must start the rollback's state machine, and tell it the alarm's name and nothing else",
    source: "deployment guide R3",
    kinds: [eventRule, eventTarget, stateMachine],
    check(stack, report) {
      for (const rule of alarmRulesOf(stack)) {
        const target = machineTargetOf(stack, rule);
        if (target === undefined) {
          report(rule, {
            found: "no EventTarget of it starts a state machine of this stack",
            fix: "add an EventTarget that starts the rollback's state machine",
          });
          continue;
        }
        const { input, inputPath, inputTransformer, retryPolicy } = target.props;
        const isAlarmName =
          isDeepStrictEqual({ ...inputTransformer?.inputPaths }, { alarmName: "$.detail.alarmName" }) &&
          inputTransformer?.inputTemplate.replaceAll(/\s/g, "") === '{"alarmName":<alarmName>}';
        if (!isAlarmName || input !== undefined || inputPath !== undefined) {
          report(target, {
            found: shown("inputTransformer", inputTransformer),
            fix: 'set inputPaths to { alarmName: "$.detail.alarmName" } and inputTemplate to {"alarmName": <alarmName>}; the machine asks AWS which colour is live',
          });
        }
        if (retryPolicy?.maximumRetryAttempts === 0) {
          report(target, {
            found: shown("retryPolicy.maximumRetryAttempts", 0),
            fix: "set retryPolicy.maximumRetryAttempts to 185",
          });
        }
      }
    },
  }),

  stackRule({
    name: "rollback-check-each-minute",
    rule: "An enabled event rule must start the rollback's check each minute: an alarm that fired before a weight rose sends no event",
    source: "project rule",
    advisoryIn: ["staging"],
    kinds: [eventRule, eventTarget, listenerRule, stateMachine],
    check(stack, report) {
      const rule = candidateRuleOf(stack);
      if (rule === undefined) return;
      const runs = stack
        .all(eventRule)
        .some(
          (check) =>
            check.props.scheduleExpression === "rate(1 minute)" &&
            isEnabled(check) &&
            isDeepStrictEqual(readJson(machineTargetOf(stack, check)?.props.input), { check: true }),
        );
      if (runs) return;
      report(rule, {
        found: "no enabled event rule with the schedule rate(1 minute) starts a state machine of this stack as a check",
        fix: "set rollout.automaticCheck to true",
      });
    },
  }),

  stackRule({
    name: "rollback-undelivered-is-kept",
    rule: "An alarm that could not start the rollback must be kept in a queue, where an alarm of its own sees it",
    source: "AWS EventBridge: Using dead-letter queues",
    kinds: [eventRule, eventTarget, queue, stateMachine],
    check(stack, report) {
      for (const rule of alarmRulesOf(stack)) {
        const target = machineTargetOf(stack, rule);
        if (target === undefined) continue;
        const arn = known(() => target.props.deadLetterConfig?.arn);
        const kept = stack
          .all(queue)
          .find((one) => refersTo(target, "deadLetterConfig", one) || (arn !== undefined && one.props.arn === arn));
        if (kept === undefined) {
          report(target, {
            found: `${shown("deadLetterConfig.arn", arn)}, which is no queue of this stack`,
            fix: "set deadLetterConfig.arn to the queue for undelivered alarms",
          });
          continue;
        }
        const seconds = kept.props.messageRetentionSeconds ?? defaultRetentionSeconds;
        if (seconds >= leastUndeliveredSeconds) continue;
        report(kept, {
          found: `${shown("messageRetentionSeconds", seconds)} s`,
          fix: `set messageRetentionSeconds to ${leastUndeliveredSeconds} or more`,
        });
      }
    },
  }),
];

function isEnabled({ props }: EventRule): boolean {
  return props.state !== "DISABLED" && props.isEnabled !== false;
}

/** @param besides the alarms that the rule may wait for as well */
function problemOf(rule: EventRule, wanted: object, besides: readonly unknown[]): string | undefined {
  if (!isEnabled(rule)) return `event rule ${rule.name} is disabled`;
  const bus = rule.props.eventBusName ?? "default";
  if (bus !== "default") return `event rule ${rule.name} is on the bus ${bus}, where no alarm arrives`;
  const pattern = readJson(rule.props.eventPattern);
  const resources = memberOf(pattern, "resources");
  const others = Array.isArray(resources) ? resources.filter((arn) => !besides.includes(arn)) : resources;
  return isDeepStrictEqual(pattern, { ...wanted, resources }) &&
    isDeepStrictEqual(others, memberOf(wanted, "resources"))
    ? undefined
    : `event rule ${rule.name} has the pattern ${JSON.stringify(pattern)}`;
}

/** The target of an event rule that is a state machine of this stack. */
function machineTargetOf({ all }: Stack, rule: EventRule): EventTarget | undefined {
  return all(eventTarget).find(
    (target) => refersTo(target, "rule", rule) && all(stateMachine).some((machine) => refersTo(target, "arn", machine)),
  );
}
