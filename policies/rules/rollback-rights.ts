/** Rules on the rights that the automatic rollback needs: one that may not act is none. */
import { memberOf } from "../../rollout/json.ts";
import {
  databaseEventSubscription,
  eventTarget,
  listenerRule,
  metricAlarm,
  parameter,
  policy,
  queue,
  queuePolicy,
  role,
  rolePolicy,
  rolePolicyAttachment,
  stateMachine,
  topic,
  topicPolicy,
} from "../kinds.ts";
import { refersTo } from "../links.ts";
import { type Statement, statementsOf } from "../policy-documents.ts";
import { publicRuleOf } from "../rollout-roles.ts";
import { type Member, type Rule, type Stack, stackRule } from "../rule.ts";
import { reachableStates } from "../state-machine.ts";
import { documentsHeldBy } from "./task-roles.ts";

/** What a role must be allowed, as an action and the resource that it is for. */
interface Right {
  readonly action: string;
  readonly resource: string | undefined;
}

/** What moves traffic, or lets it out again. Another policy refuses wildcards. */
const movingActions = [
  "elasticloadbalancing:CreateRule",
  "elasticloadbalancing:DeleteRule",
  "elasticloadbalancing:ModifyListener",
  "elasticloadbalancing:ModifyRule",
  "elasticloadbalancing:SetRulePriorities",
  "ssm:DeleteParameter",
  "ssm:PutParameter",
];

export const rollbackRightsRules: readonly Rule[] = [
  stackRule({
    name: "rollback-machine-may-act",
    rule: "EventBridge must be allowed to start the rollback's machine, and the machine to move the traffic, set the latch and tell people",
    source: "deployment guide R3",
    kinds: [eventTarget, listenerRule, parameter, policy, role, rolePolicy, rolePolicyAttachment, stateMachine, topic],
    check(stack, report) {
      const publicRule = publicRuleOf(stack);
      const latch = stack.all(parameter).find(({ props }) => props.name?.endsWith("/rollout/latch"));
      if (publicRule === undefined) return;
      for (const machine of stack.all(stateMachine)) {
        const missing = missingRights(stack, machine, "roleArn", [
          { action: "elasticloadbalancing:ModifyRule", resource: publicRule.props.arn },
          { action: "ssm:GetParameter", resource: latch?.props.arn },
          { action: "ssm:PutParameter", resource: latch?.props.arn },
          { action: "sns:Publish", resource: stack.all(topic)[0]?.props.arn },
        ]);
        if (missing.length > 0) {
          report(machine, {
            found: `its role is not allowed ${missing.join(", ")}`,
            fix: "allow it in the policy of the machine's role",
          });
        }
        for (const target of stack.all(eventTarget).filter((candidate) => refersTo(candidate, "arn", machine))) {
          const right = { action: "states:StartExecution", resource: machine.props.arn };
          if (missingRights(stack, target, "roleArn", [right]).length === 0) continue;
          report(target, {
            found: `its role is not allowed states:StartExecution on ${right.resource}`,
            fix: "allow it in the policy of the role that EventBridge takes",
          });
        }
      }
    },
  }),

  /** The rights follow from the definition, so that a new call needs its right in the same plan. */
  stackRule({
    name: "rollback-machine-may-call",
    rule: "The role of the rollback's machine must be allowed every call of its definition, on what the call names",
    source: "AWS Step Functions: IAM policies for integrated services",
    kinds: [policy, role, rolePolicy, rolePolicyAttachment, stateMachine],
    check(stack, report) {
      for (const machine of stack.all(stateMachine)) {
        const { definition } = machine.props;
        if (definition === undefined) continue;
        const statements = statementsOfRole(stack, machine, "roleArn");
        const refused = reachableStates(definition)
          .flatMap((state) => (state.resource === undefined ? [] : [calledBy(state.resource, state.parameters)]))
          .filter(({ action, isFor }) => !statements.some((statement) => allowsCall(statement, action, isFor)))
          .map(({ action, named }) => `${action} on ${named}`);
        if (refused.length === 0) continue;
        report(machine, {
          found: `its role is not allowed ${[...new Set(refused)].join(", ")}`,
          fix: "allow it in the policy of the machine's role (components/rollback/state-machine.ts)",
        });
      }
    },
  }),

  stackRule({
    name: "rollout-only-the-machine-moves-traffic",
    rule: "No role but that of the rollback's machine may change listener rules or the latch",
    source: "project rule",
    kinds: [policy, role, rolePolicy, rolePolicyAttachment, stateMachine],
    check(stack, report) {
      for (const one of stack.all(role)) {
        if (stack.all(stateMachine).some((machine) => refersTo(machine, "roleArn", one))) continue;
        const granted = documentsHeldBy(stack, one)
          .flatMap(statementsOf)
          .filter(({ effect }) => effect === "Allow")
          .flatMap(({ actions }) => actions.filter((action) => movingActions.includes(action)));
        if (granted.length === 0) continue;
        report(one, {
          found: `it is allowed ${granted.join(", ")}`,
          fix: "remove the action from the role's policies",
        });
      }
    },
  }),

  stackRule({
    name: "rollback-undelivered-may-be-sent",
    rule: "EventBridge must be allowed to send undelivered alarms to their queue",
    source: "AWS EventBridge: Using dead-letter queues",
    kinds: [eventTarget, queue, queuePolicy],
    check({ all }, report) {
      for (const one of all(queue)) {
        const isDeadLetterQueue = all(eventTarget).some(
          (target) => refersTo(target, "deadLetterConfig", one) || target.props.deadLetterConfig?.arn === one.props.arn,
        );
        const policies = all(queuePolicy).filter((candidate) => refersTo(candidate, "queueUrl", one));
        const lets = policies.some(({ props }) =>
          letsService(statementsOf(props.policy), "events.amazonaws.com", "sqs:SendMessage"),
        );
        if (!isDeadLetterQueue || lets) continue;
        report(one, {
          found: "no QueuePolicy of it allows events.amazonaws.com to send messages",
          fix: "add a QueuePolicy that allows sqs:SendMessage to events.amazonaws.com for the event rule's ARN",
        });
      }
    },
  }),

  stackRule({
    name: "sns-services-may-publish",
    rule: "The alert topic's policy must let the services that notify through it publish",
    source: "AWS SNS: Example cases for Amazon SNS access control",
    kinds: [databaseEventSubscription, eventTarget, metricAlarm, topic, topicPolicy],
    check({ all }, report) {
      for (const one of all(topic)) {
        const statements = all(topicPolicy)
          .filter((candidate) => refersTo(candidate, "arn", one))
          .flatMap(({ props }) => statementsOf(props.policy));
        const isUsed = {
          "cloudwatch.amazonaws.com": all(metricAlarm).some((alarm) => refersTo(alarm, "alarmActions", one)),
          "events.rds.amazonaws.com": all(databaseEventSubscription).some((events) =>
            refersTo(events, "snsTopic", one),
          ),
          "events.amazonaws.com": all(eventTarget).some((target) => refersTo(target, "arn", one)),
        };
        const needed = Object.entries(isUsed).flatMap(([service, uses]) => (uses ? [service] : []));
        const refused = needed.filter((service) => !letsService(statements, service, "sns:Publish"));
        if (refused.length === 0) continue;
        report(one, {
          found: `its policy does not let ${refused.join(", ")} publish`,
          fix: "add a statement that allows sns:Publish to each of them, with the condition aws:SourceAccount",
        });
      }
    },
  }),
];

/** The rights that no policy of a resource's role allows, as a message shows them. */
function missingRights<Props extends { readonly roleArn?: string }>(
  stack: Stack,
  holder: Member<Props>,
  property: "roleArn" & keyof Props & string,
  rights: readonly Right[],
): readonly string[] {
  const statements = statementsOfRole(stack, holder, property);
  return rights
    .filter(({ action, resource }) => resource !== undefined && !allows(statements, action, resource))
    .map(({ action, resource }) => `${action} on ${resource}`);
}

function statementsOfRole<Props extends { readonly roleArn?: string }>(
  stack: Stack,
  holder: Member<Props>,
  property: "roleArn" & keyof Props & string,
): readonly Statement[] {
  return stack
    .all(role)
    .filter((one) => refersTo(holder, property, one))
    .flatMap((one) => documentsHeldBy(stack, one).flatMap(statementsOf));
}

/** What a state calls, as IAM knows it. */
interface Called {
  readonly action: string;
  /** What the call is for, as a message shows it. */
  readonly named: string;
  /** Whether a statement's resource covers what the call names. */
  readonly isFor: (resource: string) => boolean;
}

/** Services that IAM calls otherwise than the SDK does. */
const iamServices: Readonly<Record<string, string>> = { elasticloadbalancingv2: "elasticloadbalancing" };

/**
 * Reads the call of a task, such as `arn:aws:states:::aws-sdk:ssm:putParameter`. What names no resource by which IAM limits it
 * has to be allowed on all.
 */
function calledBy(resource: string, parameters: unknown): Called {
  const [service = "", operation = ""] = resource.split(":").slice(-2);
  const action = `${iamServices[service] ?? service}:${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
  const [arn, name] = [
    memberOf(parameters, "RuleArn") ?? memberOf(parameters, "TopicArn"),
    memberOf(parameters, "Name"),
  ];
  if (typeof arn === "string") return { action, named: arn, isFor: (of) => of === arn };
  if (service === "ssm" && typeof name === "string") {
    return { action, named: name, isFor: (of) => of.endsWith(`:parameter${name}`) };
  }
  return { action, named: "*", isFor: () => false };
}

function allowsCall({ effect, actions, resources }: Statement, action: string, isFor: Called["isFor"]): boolean {
  return effect === "Allow" && actions.includes(action) && resources.some((one) => one === "*" || isFor(one));
}

function allows(statements: readonly Statement[], action: string, resource: string): boolean {
  return statements.some(
    ({ effect, actions, resources }) =>
      effect === "Allow" && actions.includes(action) && (resources.includes(resource) || resources.includes("*")),
  );
}

function letsService(statements: readonly Statement[], service: string, action: string): boolean {
  return statements.some(
    ({ effect, actions, principals }) =>
      effect === "Allow" && actions.includes(action) && principals.some(({ name }) => name === service),
  );
}
