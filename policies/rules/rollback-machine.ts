/** Rules on what the automatic rollback does: its state machine must find the live colour and send all traffic there. */
import { isDeepStrictEqual } from "node:util";
import { byColour, type Colour, colours, otherColour } from "../../rollout/colour.ts";
import { memberOf } from "../../rollout/json.ts";
import { listenerRule, parameter, stateMachine, topic } from "../kinds.ts";
import { candidateRuleOf, colourIn, groupArnOf, ownHostGroupArnOf, publicRuleOf } from "../rollout-roles.ts";
import { type Rule, type Stack, shown, stackRule } from "../rule.ts";
import { choiceFor, reachableStates, type State } from "../state-machine.ts";

/** What the machine works on. */
interface Planned {
  readonly publicRuleArn: string | undefined;
  readonly candidateRuleArn: string | undefined;
  /** Target groups of the public host. */
  readonly groupArns: Readonly<Record<Colour, string>>;
  /** Target groups of the candidate's own host. */
  readonly ownHostArns: Readonly<Record<Colour, string | undefined>>;
  readonly states: readonly State[];
}

export const rollbackMachineRules: readonly Rule[] = [
  /** The machine is asked, by its own choices, what it does for each candidate and each order of AWS's answers. */
  stackRule({
    name: "rollback-machine-returns-to-live",
    rule: "The rollback's machine must send all public traffic to the colour that the candidate's own rule sends nobody to",
    source: "deployment guide R3",
    kinds: [listenerRule, stateMachine],
    check(stack, report) {
      for (const machine of stack.all(stateMachine)) {
        const planned = plannedFor(stack, machine.props.definition);
        if (planned === undefined) continue;
        const problems = [...problemsOfReading(planned), ...problemsOfPlans(planned), ...problemsOfMove(planned)];
        if ((machine.props.type ?? "STANDARD") !== "STANDARD") problems.push(shown("type", machine.props.type));
        const [found] = problems;
        if (found === undefined) continue;
        report(machine, {
          found,
          fix: "take the definition from components/rollback as it is, or run its tests for what you change",
        });
      }
    },
  }),

  stackRule({
    name: "rollback-machine-sets-latch",
    rule: "The rollback's machine must set the latch, or the next update sends the traffic out again",
    source: "project rule",
    kinds: [listenerRule, parameter, stateMachine],
    check(stack, report) {
      const names = stack.all(parameter).map(({ props }) => props.name);
      const latch = names.find((name) => name?.endsWith("/rollout/latch"));
      for (const machine of stack.all(stateMachine)) {
        const states = plannedFor(stack, machine.props.definition)?.states;
        if (states === undefined || latch === undefined) continue;
        const writes = tasksOf(states, "ssm:putParameter").map(({ parameters }) => parameters);
        const sets = (call: unknown) => memberOf(call, "Name") === latch && memberOf(call, "Overwrite") === true;
        if (writes.length > 0 && writes.every(sets)) continue;
        report(machine, {
          found: `ssm:putParameter is called for ${writes.map((call) => String(memberOf(call, "Name"))).join(", ") || "nothing"}, not always for the latch and over what it holds`,
          fix: `call it with the Name ${latch} and Overwrite true`,
        });
      }
    },
  }),

  stackRule({
    name: "rollback-machine-tells-people",
    rule: "Each notice of the rollback's machine must go to a topic of this stack",
    source: "project rule",
    kinds: [listenerRule, stateMachine, topic],
    check(stack, report) {
      const topics = stack.all(topic).map(({ props }) => props.arn);
      for (const machine of stack.all(stateMachine)) {
        const states = plannedFor(stack, machine.props.definition)?.states;
        if (states === undefined) continue;
        const notices = tasksOf(states, "sns:publish");
        const lost = notices.filter(
          ({ parameters }) => !topics.some((arn) => arn === memberOf(parameters, "TopicArn")),
        );
        if (notices.length > 0 && lost.length === 0) continue;
        report(machine, {
          found:
            notices.length === 0
              ? "no state sends a notice"
              : `${lost.map(({ name }) => name).join(", ")} names no topic of this stack`,
          fix: "set TopicArn to the alert topic in each state that sends a notice",
        });
      }
    },
  }),
];

/** Undefined where the stack has no rollout, whose rules are then judged elsewhere. */
function plannedFor(stack: Stack, definition: string): Planned | undefined {
  const [blue, green] = [groupArnOf(stack, "blue"), groupArnOf(stack, "green")];
  const publicRule = publicRuleOf(stack);
  if (publicRule === undefined || blue === undefined || green === undefined) return undefined;
  return {
    publicRuleArn: publicRule.props.arn,
    candidateRuleArn: candidateRuleOf(stack)?.props.arn,
    groupArns: { blue, green },
    ownHostArns: byColour((colour) => ownHostGroupArnOf(stack, colour)),
    states: reachableStates(definition),
  };
}

function tasksOf(states: readonly State[], call: string): readonly State[] {
  return states.filter(({ resource }) => resource?.endsWith(`:${call}`));
}

function problemsOfReading({ states, publicRuleArn, candidateRuleArn }: Planned): string[] {
  const [reading] = tasksOf(states, "elasticloadbalancingv2:describeRules");
  if (reading === undefined) return ["no state that it comes to reads the listener rules"];
  const arns = memberOf(reading.parameters, "RuleArns");
  return isDeepStrictEqual(arns, [publicRuleArn, candidateRuleArn])
    ? []
    : [`${reading.name} reads the rules ${String(arns)}, not the public and the candidate's rule`];
}

/** What the machine would do, for each colour as the candidate and for each order in which AWS may list things. */
function problemsOfPlans(planned: Planned): string[] {
  return colours.flatMap((candidate) =>
    answersOfAws(planned, candidate).flatMap((answer) => {
      const plan = planFor(planned, answer);
      const live = otherColour(candidate);
      const weights = byColour((colour) => (colour === live ? 100 : 0));
      const isRight =
        memberOf(plan, "candidate") === candidate &&
        memberOf(plan, "live") === live &&
        memberOf(plan, "receiverArn") === planned.groupArns[live] &&
        colourIn(String(memberOf(plan, "alarmName"))) === candidate &&
        isDeepStrictEqual(memberOf(plan, "weights"), weights);
      return isRight ? [] : [`where ${candidate} is the candidate, it would do ${JSON.stringify(plan) ?? "nothing"}`];
    }),
  );
}

/** The answers of DescribeRules for a candidate: either rule first, and in each either target group first. */
function answersOfAws(planned: Planned, candidate: Colour): readonly unknown[] {
  const { publicRuleArn, candidateRuleArn, groupArns, ownHostArns } = planned;
  const orders: readonly (readonly Colour[])[] = [colours, colours.toReversed()];
  const ruleOf = (arn: string | undefined, groups: readonly object[]) => {
    return { RuleArn: arn, Actions: [{ Type: "forward", ForwardConfig: { TargetGroups: groups } }] };
  };
  return orders.flatMap((order) => {
    const groups = order.map((colour) => ({ TargetGroupArn: groupArns[colour], Weight: 50 }));
    const shared = ruleOf(publicRuleArn, groups);
    return orders.flatMap((ownOrder) => {
      const ownGroups = ownOrder.map((colour) => {
        return { TargetGroupArn: ownHostArns[colour], Weight: colour === candidate ? 100 : 0 };
      });
      const own = ruleOf(candidateRuleArn, ownGroups);
      return [{ Rules: [shared, own] }, { Rules: [own, shared] }];
    });
  });
}

/** What the machine's first choice about the rules makes of an answer: the parameters of the state that it leads to. */
function planFor({ states }: Planned, answer: unknown): unknown {
  const isPlan = (state: State | undefined) => memberOf(state?.parameters, "weights") !== undefined;
  for (const choice of states.filter(({ type }) => type === "Choice")) {
    const next = choiceFor(choice, { rules: answer });
    const state = states.find(({ name }) => name === next);
    if (isPlan(state)) return state?.parameters;
  }
  return undefined;
}

function problemsOfMove({ states, publicRuleArn, groupArns }: Planned): string[] {
  const moves = tasksOf(states, "elasticloadbalancingv2:modifyRule");
  if (moves.length === 0) return ["no state that it comes to moves traffic"];
  const wanted = colours.map((colour) => ({
    TargetGroupArn: groupArns[colour],
    "Weight.$": `$.plan.weights.${colour}`,
  }));
  return moves.flatMap(({ name, parameters }) => {
    const groups = memberOf(parameters, "Actions", "0", "ForwardConfig", "TargetGroups");
    if (memberOf(parameters, "RuleArn") !== publicRuleArn) {
      return [`${name} writes the rule ${String(memberOf(parameters, "RuleArn"))}, which is not the public one`];
    }
    return isDeepStrictEqual(groups, wanted) ? [] : [`${name} writes the target groups ${JSON.stringify(groups)}`];
  });
}
