/** Mutations that add a listener rule or a listener: a way past the weights. */
import { listener } from "../../../policies/kinds.ts";
import { add, addCopy, everyPlan, type Mutation, outputOf, the } from "./mutation.ts";
import { blue, candidateRule, forwardTo, green, host, http, publicHosts, publicRule, split } from "./rule-parts.ts";

const https = the(listener, "https");

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
