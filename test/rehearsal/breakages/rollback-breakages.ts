import { type Breakage, change, retext } from "./break-plan.ts";

const none = /^none$/;

/** Breakages of what starts the rollback's machine, and of what its role may do. */
export const startBreakages: readonly Breakage[] = [
  {
    name: "the event rule's role has not its right",
    breaks: retext("RolePolicy", /rollback-start$/, "states:StartExecution", "states:DescribeExecution"),
    fires: none,
    seenBy: /portal-staging-green-unfit does not start the rollback; 0 checks start each minute/,
  },
  {
    name: "the event rule's role may start another machine",
    breaks: retext("RolePolicy", /rollback-start$/, /arn:aws:states:[^"]*/, "arn:aws:states:::other"),
    fires: none,
    seenBy: /portal-staging-green-unfit does not start the rollback/,
  },
  {
    name: "EventBridge may not use the role",
    breaks: retext("Role", /rollback-start$/, "events.amazonaws.com", "lambda.amazonaws.com"),
    fires: none,
    seenBy: /portal-staging-green-unfit does not start the rollback/,
  },
  {
    name: "the rule waits for the alarm to end",
    breaks: retext("EventRule", /candidate-alarm$/, '"ALARM"', '"OK"'),
    fires: none,
    seenBy: /portal-staging-green-unfit does not start the rollback/,
  },
  {
    name: "the rule listens to the live colour",
    breaks: retext("EventRule", /candidate-alarm$/, "green-unfit", "blue-unfit"),
    fires: none,
    seenBy: /portal-staging-blue-unfit starts the rollback/,
  },
  {
    name: "the target gives the machine no alarm",
    breaks: change("EventTarget", /candidate-alarm$/, ({ inputTransformer }) => ({
      inputTransformer: { ...(inputTransformer as object), inputTemplate: '{"alarm": <alarmName>}' },
    })),
    fires: none,
    seenBy: /portal-staging-green-unfit does not start the rollback/,
  },
  {
    name: "the check runs each hour",
    breaks: retext("EventRule", /rollback-check$/, "rate(1 minute)", "rate(60 minutes)"),
    fires: none,
    seenBy: /0 checks start each minute/,
  },
  {
    name: "the check is no check",
    breaks: change("EventTarget", /rollback-check$/, () => ({ input: '{"check": false}' })),
    fires: none,
    seenBy: /0 checks start each minute/,
  },
  {
    name: "the machine may not use its role",
    breaks: retext("Role", /staging-rollback$/, "states.amazonaws.com", "lambda.amazonaws.com"),
    fires: none,
    seenBy: /the machine may not use its role/,
  },
];

const count = /^rollback-count$/;

/** Breakages of what the check counts. */
export const countBreakages: readonly Breakage[] = [
  {
    name: "the check's boundaries are ten times as far",
    breaks: retext("StateMachine", /staging-rollback$/, />= (\d+\.\d+)\)/g, ">= 10$1)"),
    fires: count,
    seenBy: /it stays silent where every request fails from the first on, 3 of them/,
  },
  {
    name: "the check returns the traffic at the second failing minute",
    // The fewest failing minutes, and the threshold: either alone keeps two from returning traffic.
    breaks: retext(
      "StateMachine",
      /staging-rollback$/,
      /\(SUM\(failing_90_1_candidate\) >= 3\)([^"]*?) >= 11\.\d+\)/g,
      "(SUM(failing_90_1_candidate) >= 1)$1 >= 9)",
    ),
    fires: count,
    seenBy: /it returns traffic where the first 2 fail/,
  },
  {
    name: "the check counts the candidate for live",
    breaks: retext("StateMachine", /staging-rollback$/, /groups\.live/g, "groups.candidate"),
    fires: count,
    seenBy: /it stays silent where/,
  },
  {
    name: "the check does not compare with live",
    breaks: retext(
      "StateMachine",
      /staging-rollback$/,
      /\(100 \* \(SUM\(failures_live\) [-+] \d\) <= 0\.5 \* SUM\(requests_live\)\)/g,
      "(1)",
    ),
    fires: count,
    seenBy: /it returns traffic where \d+ % of both colours' fail/,
  },
  {
    name: "the check counts no failure of a task",
    breaks: retext("StateMachine", /staging-rollback$/, /HTTPCode_Target_5XX_Count/g, "HTTPCode_Target_4XX_Count"),
    fires: count,
    seenBy: /it stays silent where 20 % of its requests fail/,
  },
];

/** Rights that the machine's role loses, by what then goes wrong. */
export const lostRights = [
  ["elasticloadbalancing:DescribeRules", "the traffic stays"],
  ["elasticloadbalancing:ModifyRule", "the traffic stays"],
  ["ssm:PutParameter", "the latch stays clear"],
  ["sns:Publish", "nobody is told"],
] as const;
