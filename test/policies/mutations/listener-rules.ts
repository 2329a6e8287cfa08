/** Mutations of the listener rules, which send the public to a colour, and of rules beside them. */
import { listener, listenerRule, targetGroup } from "../../../policies/kinds.ts";
import {
  add,
  addCopy,
  append,
  type Mutation,
  notCaught,
  outputOf,
  type PlanName,
  remove,
  set,
  setOption,
  the,
  unset,
} from "./mutation.ts";

const publicRule = the(listenerRule, "public");
const candidateRule = the(listenerRule, "candidate");
const https = the(listener, "https");
const http = the(listener, "http");
const blue = the(targetGroup, "blue");
const green = the(targetGroup, "green");

const groups = "actions[0].forward.targetGroups";
const at25: readonly PlanName[] = ["production at 25 %"];
const promoted: readonly PlanName[] = ["production after promote"];
const everyPlan: readonly PlanName[] = ["production", "staging", ...at25, ...promoted];

/** A forward with weights for blue and green. */
const split = (blueWeight: number, greenWeight: number) => [
  {
    type: "forward",
    forward: {
      targetGroups: [
        { arn: outputOf(blue), weight: blueWeight },
        { arn: outputOf(green), weight: greenWeight },
      ],
    },
  },
];
const forwardTo = (group: typeof blue) => [{ type: "forward", targetGroupArn: outputOf(group) }];
const host = (...values: string[]) => [{ hostHeader: { values } }];
const publicHosts = { production: "api.celebrant-portal.com", staging: "api.staging.celebrant-portal.com" };

export const publicRuleMutations: readonly Mutation[] = [
  set(publicRule, `${groups}[0].weight`, 90, "rollout-weights-are-a-step", everyPlan),
  set(publicRule, `${groups}[1].weight`, 1, "rollout-weights-are-a-step", everyPlan),
  unset(publicRule, `${groups}[0].weight`, "rollout-weights-are-a-step", everyPlan),
  set(publicRule, "actions", split(0, 0), "rollout-weights-are-a-step"),
  set(publicRule, "actions", split(70, 30), "rollout-weights-are-a-step"),
  set(publicRule, "actions", split(999, 1), "rollout-weights-are-a-step"),
  set(
    publicRule,
    "actions",
    split(25, 75),
    "rollout-candidate-weight-is-a-step",
    everyPlan.filter((plan) => plan !== promoted[0]),
  ),
  set(publicRule, "actions", split(75, 25), "rollout-candidate-weight-is-a-step", promoted),
  set(publicRule, "actions", split(95, 5), "rollout-candidate-weight-is-a-step", promoted),
  set(publicRule, "actions", split(5, 95), "rollout-candidate-weight-is-a-step"),
  set(
    publicRule,
    "actions",
    split(0, 100),
    notCaught(
      "A policy sees no old state, and 100 is a step. The program's rules refuse a step that is not the next one.",
    ),
  ),
  set(
    publicRule,
    "actions",
    [
      {
        type: "forward",
        forward: {
          targetGroups: [
            { arn: outputOf(green), weight: 0 },
            { arn: outputOf(blue), weight: 100 },
          ],
        },
      },
    ],
    "rollout-blue-before-green",
  ),
  set(
    publicRule,
    "actions",
    [
      {
        type: "forward",
        forward: {
          targetGroups: [
            { arn: outputOf(blue), weight: 75 },
            { arn: outputOf(blue), weight: 25 },
          ],
        },
      },
    ],
    "rollout-both-colours-exist",
  ),
  set(
    publicRule,
    `${groups}[1].arn`,
    "arn:aws:elasticloadbalancing:ap-southeast-2:210987654321:targetgroup/portal-green-1/1",
    "rollout-both-colours-exist",
    everyPlan,
  ),
  set(publicRule, "actions", forwardTo(green), "rollout-weights-are-a-step"),
  set(
    publicRule,
    "actions",
    [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "503" } }],
    "rollout-weights-are-a-step",
  ),
  append(publicRule, groups, { arn: outputOf(blue), weight: 5 }, "rollout-weights-are-a-step"),
  set(
    publicRule,
    "actions[0].forward.stickiness",
    { enabled: true, duration: 86_400 },
    "rollout-short-group-stickiness",
    everyPlan,
  ),
  unset(publicRule, "tags.RolloutSteps", "rollout-one-public-rule", everyPlan),
  set(publicRule, "tags.RolloutSteps", "5 25 50", "rollout-weights-are-a-step"),
  set(publicRule, "tags.RolloutSteps", "100 50", "rollout-weights-are-a-step"),
  set(publicRule, "tags.RolloutSteps", "5 50 100", "rollout-weights-are-a-step", at25),
  setOption(publicRule, { ignoreChanges: ["actions"] }, "rollout-weights-are-not-ignored", everyPlan),
  setOption(publicRule, { ignoreChanges: ["*"] }, "rollout-weights-are-not-ignored"),
  setOption(
    publicRule,
    { ignoreChanges: ["actions[0].forward.targetGroups[0].weight"] },
    "rollout-weights-are-not-ignored",
  ),
  remove(publicRule, "rollout-one-public-rule", everyPlan),
  append(publicRule, "conditions", { pathPattern: { values: ["/v2/*"] } }, "rollout-public-rule-takes-its-host"),
  append(publicRule, "conditions", { sourceIp: { values: ["203.0.113.0/24"] } }, "rollout-public-rule-takes-its-host"),
  unset(publicRule, "conditions", "rollout-public-rule-takes-its-host"),
  set(publicRule, "conditions", host("*"), "rollout-public-rule-takes-its-host"),
  append(publicRule, "conditions[0].hostHeader.values", "*.celebrant-portal.com", "rollout-public-rule-takes-its-host"),
  set(publicRule, "listenerArn", outputOf(http), "lb-http-rules-only-redirect"),
];

export const candidateRuleMutations: readonly Mutation[] = [
  remove(candidateRule, "rollout-candidate-has-own-host", everyPlan),
  set(candidateRule, "conditions", host("*"), "rollout-one-rule-for-public-host", everyPlan),
  set(candidateRule, "conditions", host("*.celebrant-portal.com"), "rollout-one-rule-for-public-host"),
  set(candidateRule, "conditions[0].hostHeader.values", [publicHosts.production], "rollout-one-rule-for-public-host", [
    "production",
    ...at25,
  ]),
  set(candidateRule, "conditions[0].hostHeader.values", [publicHosts.staging], "rollout-one-rule-for-public-host", [
    "staging",
  ]),
  unset(candidateRule, "conditions", "rollout-one-rule-for-public-host"),
  set(candidateRule, "actions", split(50, 50), "rollout-split-is-tagged"),
  set(candidateRule, "tags.RolloutSteps", "5 25 50 100", "rollout-one-public-rule"),
  set(candidateRule, "actions", forwardTo(blue), "rollback-alarm-of-the-candidate", ["production", "staging", ...at25]),
  set(candidateRule, "actions", forwardTo(green), "rollback-alarm-of-the-candidate", promoted),
  set(candidateRule, "actions", forwardTo(blue), "rollout-candidate-weight-is-a-step", at25),
  set(
    candidateRule,
    "actions[0].targetGroupArn",
    "arn:aws:elasticloadbalancing:ap-southeast-2:210987654321:targetgroup/other/1",
    "rollout-candidate-has-own-host",
  ),
  set(
    candidateRule,
    "actions",
    [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "200" } }],
    "rollout-candidate-has-own-host",
  ),
  set(candidateRule, "listenerArn", outputOf(http), "lb-http-rules-only-redirect"),
];

export const addedRuleMutations: readonly Mutation[] = [
  addCopy(
    publicRule,
    "the public host to the candidate, before the public rule",
    { tags: {}, priority: 1, actions: forwardTo(green) },
    "rollout-one-rule-for-public-host",
    everyPlan,
  ),
  addCopy(
    publicRule,
    "the public host to the candidate, after the public rule",
    { tags: {}, priority: 30, actions: forwardTo(green) },
    "rollout-one-rule-for-public-host",
  ),
  addCopy(
    publicRule,
    "the public host without a priority of its own",
    { tags: {}, priority: undefined, actions: forwardTo(green) },
    "rollout-one-rule-for-public-host",
  ),
  addCopy(
    candidateRule,
    "every host to the candidate",
    { priority: 1, conditions: host("*") },
    "rollout-one-rule-for-public-host",
    everyPlan,
  ),
  addCopy(
    candidateRule,
    "a wildcard that the public host matches",
    { priority: 2, conditions: host("api.*") },
    "rollout-one-rule-for-public-host",
  ),
  addCopy(
    candidateRule,
    "a wildcard with a question mark",
    { priority: 2, conditions: host("ap?.celebrant-portal.com") },
    "rollout-one-rule-for-public-host",
    ["production"],
  ),
  addCopy(
    candidateRule,
    "the public host in capitals",
    { priority: 2, conditions: host("API.Celebrant-Portal.com") },
    "rollout-one-rule-for-public-host",
    ["production"],
  ),
  addCopy(
    candidateRule,
    "a path of every host",
    { priority: 3, conditions: [{ pathPattern: { values: ["/api/*"] } }] },
    "rollout-one-rule-for-public-host",
  ),
  addCopy(
    candidateRule,
    "whoever sends a header",
    { priority: 3, conditions: [{ httpHeader: { httpHeaderName: "X-Beta", values: ["1"] } }] },
    "rollout-one-rule-for-public-host",
  ),
  addCopy(
    candidateRule,
    "a query string of the public host",
    {
      priority: 4,
      conditions: [
        { hostHeader: { values: Object.values(publicHosts) } },
        { queryString: { values: [{ key: "v", value: "2" }] } },
      ],
    },
    "rollout-one-rule-for-public-host",
  ),
  addCopy(
    candidateRule,
    "a regular expression for hosts",
    { priority: 5, conditions: [{ hostHeader: { regexValues: ["^api\\..*$"] } }] },
    "rollout-one-rule-for-public-host",
  ),
  addCopy(
    candidateRule,
    "a fixed answer for the public host",
    {
      priority: 6,
      conditions: host(...Object.values(publicHosts)),
      actions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "503" } }],
    },
    "rollout-one-rule-for-public-host",
  ),
  addCopy(
    candidateRule,
    "a split for a third host",
    { priority: 7, conditions: host("beta.example.com"), actions: split(50, 50) },
    "rollout-split-is-tagged",
  ),
  addCopy(
    candidateRule,
    "plain HTTP forwarded on port 80",
    { listenerArn: outputOf(http), priority: 1 },
    "lb-http-rules-only-redirect",
    everyPlan,
  ),
  addCopy(
    candidateRule,
    "plain HTTP of the public host forwarded on port 80",
    { listenerArn: outputOf(http), priority: 1, conditions: host("*"), actions: split(100, 0) },
    "lb-http-rules-only-redirect",
  ),
  addCopy(
    publicRule,
    "a second rule with the schedule's tag",
    { priority: 40, conditions: host("other.example.com") },
    "rollout-one-public-rule",
  ),
  addCopy(
    https,
    "a listener that forwards whatever comes, on port 8443",
    { port: 8443, defaultActions: forwardTo(green) },
    "lb-default-forwards-nothing",
  ),
  addCopy(
    http,
    "a listener that forwards plain HTTP, on port 8080",
    { port: 8080, defaultActions: forwardTo(blue) },
    "lb-http-only-redirects",
  ),
  add(
    { token: "aws:alb/listenerRule:ListenerRule" },
    "the public host, by the type's other name",
    {
      listenerArn: outputOf(https),
      priority: 1,
      conditions: host(...Object.values(publicHosts)),
      actions: forwardTo(green),
    },
    "types-reviewed",
  ),
];
