/** Rules on the two parameters of a rollback: the latch, and the address that the rollback command reads. */
import { parseRollbackAddress, type RollbackAddress } from "../../rollout/rollback-address.ts";
import { compositeAlarm, listenerRule, parameter, stateMachine, topic } from "../kinds.ts";
import { candidateOf, colourIn, groupArnOf, publicRuleOf } from "../rollout-roles.ts";
import { type Member, type Rule, type Stack, stackRule } from "../rule.ts";

type Parameter = Member<NonNullable<(typeof parameter)["props"]>>;

export const rollbackParameterRules: readonly Rule[] = [
  /**
   * What the plan says of the latch's value is not judged: it counts once, when the stage is created. A rule that refused
   * a set latch would refuse the very update after a rollback.
   */
  stackRule({
    name: "rollback-latch-is-kept",
    rule: "The latch must exist, and Pulumi must ignore its value, or an update clears what a rollback has set",
    source: "project rule",
    kinds: [listenerRule, parameter],
    check(stack, report) {
      const publicRule = publicRuleOf(stack);
      if (publicRule === undefined) return;
      const [latch, ...others] = parametersNamed(stack, "latch");
      if (latch === undefined || others.length > 0) {
        report(publicRule, {
          found: `the number of parameters whose name ends in /rollout/latch is ${others.length + (latch === undefined ? 0 : 1)}`,
          fix: "declare the one latch parameter of the stage",
        });
        return;
      }
      if (latch.opts.ignoreChanges.some((path) => path === "value" || path === "*")) return;
      report(latch, {
        found: `ignoreChanges contains ${latch.opts.ignoreChanges.join(", ") || "nothing"}`,
        fix: "add value to ignoreChanges",
      });
    },
  }),

  stackRule({
    name: "rollback-address-is-true",
    rule: "The rollback address must name the stack's own rule, target groups, alarms, machine and topic, and the live colour",
    source: "project rule",
    kinds: [compositeAlarm, listenerRule, parameter, stateMachine, topic],
    check(stack, report) {
      const publicRule = publicRuleOf(stack);
      if (publicRule === undefined) return;
      const [written, ...others] = parametersNamed(stack, "address");
      if (written === undefined || others.length > 0) {
        report(publicRule, {
          found: `the number of parameters whose name ends in /rollout/address is ${others.length + (written === undefined ? 0 : 1)}`,
          fix: "declare the one rollback address of the stage",
        });
        return;
      }
      const found = written.opts.ignoreChanges.length > 0 ? "ignoreChanges is set" : wrongMembers(stack, written);
      if (found === undefined) return;
      report(written, {
        found,
        fix: "write the address from the resources that the program registers, in each update",
      });
    },
  }),
];

function parametersNamed({ all }: Stack, name: string): readonly Parameter[] {
  return all(parameter).filter(({ props }) => props.name?.endsWith(`/rollout/${name}`));
}

/** What an address says that the stack does not have, as a message shows it. */
function wrongMembers(stack: Stack, { props }: Parameter): string | undefined {
  const address = readAddress(props.value);
  if (address === undefined) return "value is no rollback address that this version can read";
  const candidate = candidateOf(stack);
  const alarmOf = (colour: string) =>
    stack.all(compositeAlarm).find(({ props: { alarmName } }) => colourIn(alarmName) === colour)?.props.alarmName;
  const wanted: Record<string, readonly [written: string, has: readonly (string | undefined)[]]> = {
    publicRuleArn: [address.publicRuleArn, [publicRuleOf(stack)?.props.arn]],
    "targetGroupArns.blue": [address.targetGroupArns.blue, [groupArnOf(stack, "blue")]],
    "targetGroupArns.green": [address.targetGroupArns.green, [groupArnOf(stack, "green")]],
    alertTopicArn: [address.alertTopicArn, stack.all(topic).map((one) => one.props.arn)],
    stateMachineArn: [address.stateMachineArn, stack.all(stateMachine).map((one) => one.props.arn)],
    "compositeAlarmNames.blue": [address.compositeAlarmNames.blue, [alarmOf("blue")]],
    "compositeAlarmNames.green": [address.compositeAlarmNames.green, [alarmOf("green")]],
  };
  const wrong = Object.entries(wanted).filter(([, [written, has]]) => !has.includes(written));
  const words = wrong.map(([member, [written]]) => `${member} is ${written}`);
  if (candidate === address.liveColour) words.push(`liveColour is ${address.liveColour}, which is the candidate`);
  return words.length === 0 ? undefined : words.join(", ");
}

function readAddress(value: string | undefined): RollbackAddress | undefined {
  try {
    return value === undefined ? undefined : parseRollbackAddress(value);
  } catch {
    return undefined;
  }
}
