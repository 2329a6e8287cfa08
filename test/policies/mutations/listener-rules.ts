/** Mutations of the listener rules, which send the public to a colour. */
import {
  append,
  at25,
  everyPlan,
  type Mutation,
  notCaught,
  outputOf,
  promoted,
  remove,
  set,
  setOption,
  unset,
} from "./mutation.ts";
import {
  blue,
  candidateRule,
  forwardTo,
  green,
  greenOwn,
  host,
  http,
  ownSplit,
  publicHosts,
  publicRule,
  split,
} from "./rule-parts.ts";

const groups = "actions[0].forward.targetGroups";

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
  set(candidateRule, "actions", ownSplit(50, 50), "rollout-split-is-tagged"),
  set(candidateRule, "actions", split(0, 100), "rollout-candidate-has-own-host", everyPlan),
  set(candidateRule, "actions", ownSplit(0, 0), "rollout-candidate-has-own-host"),
  set(candidateRule, "actions", forwardTo(greenOwn), "rollout-candidate-has-own-host"),
  set(candidateRule, "tags.RolloutSteps", "5 25 50 100", "rollout-one-public-rule"),
  set(candidateRule, "actions", ownSplit(100, 0), "rollback-alarm-of-the-candidate", [
    "production",
    "staging",
    ...at25,
  ]),
  set(candidateRule, "actions", ownSplit(0, 100), "rollback-alarm-of-the-candidate", promoted),
  set(candidateRule, "actions", ownSplit(100, 0), "rollout-candidate-weight-is-a-step", at25),
  set(
    candidateRule,
    "actions[0].forward.targetGroups[1].arn",
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
