import { describe, expect, it } from "vitest";
import {
  type ListenerRule,
  matchesHost,
  plannedPath,
  publicPathOf,
  publicPathProblems,
  type RuleCondition,
} from "../../rollout/public-path.ts";

const host = "api.celebrants.example";
const onHost = (...values: string[]): RuleCondition => ({ field: "host-header", values, regexes: [] });
const onPath = (...values: string[]): RuleCondition => ({ field: "path-pattern", values, regexes: [] });

function rule(name: string, priority: number | null, ...conditions: RuleCondition[]): ListenerRule {
  return {
    arn: `arn:aws:elasticloadbalancing:ap-southeast-2:1:listener-rule/${name}`,
    priority,
    conditions,
    stickySeconds: null,
  };
}

const publicRule = rule("public", 10, onHost(host));
const candidateRule = rule("candidate", 20, onHost("api-v2.celebrants.example"));
const planned = [publicRule, candidateRule, rule("default", null)];

function taken(...others: ListenerRule[]) {
  return publicPathOf([...planned, ...others], publicRule.arn, host)?.rulesBefore.map(({ takes }) => takes);
}

describe("a host condition", () => {
  // The examples of Elastic Load Balancing, "Condition types for listener rules", and their neighbours.
  it.each([
    ["example.com", "example.com", true],
    ["Example.COM", "example.com", true],
    ["test.example.com", "example.com", false],
    ["*.example.com", "test.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", "a.b.example.com", true],
    ["api?.example.com", "api1.example.com", true],
    ["api?.example.com", "api.example.com", false],
    ["*", host, true],
    ["api.celebrants.exampl?", host, true],
    ["apixcelebrants.example", host, false],
    ["api*", host, true],
    ["(api).celebrants.example", host, false],
  ])("%s against %s: %s", (pattern, one, matches) => {
    expect(matchesHost(pattern, one)).toBe(matches);
  });
});

describe("the path of the public host", () => {
  it("is as planned with the project's own rules", () => {
    expect(publicPathOf(planned, publicRule.arn, host)).toEqual(plannedPath(host));
    expect(publicPathProblems(plannedPath(host))).toEqual([]);
    expect(publicPathOf(planned, publicRule.arn)).toEqual(plannedPath(host));
    const onlyPath = [{ ...publicRule, conditions: [onPath("/x")] }];
    expect(publicPathOf(onlyPath, publicRule.arn)?.host).toBe("every host");
    const pathFirst = [{ ...publicRule, conditions: [onPath("/x"), onHost(host)] }];
    expect(publicPathOf(pathFirst, publicRule.arn)?.host).toBe(host);
  });

  it("is taken by a rule of a lower number that names the host, by a wildcard, a regex or not at all", () => {
    expect(taken(rule("x", 9, onHost(host)))).toEqual([`host ${host}`]);
    expect(taken(rule("x", 1, onHost("other.example", "*.celebrants.example")))).toEqual([
      "host other.example or *.celebrants.example",
    ]);
    expect(taken(rule("x", 1, onPath("/login*")))).toEqual(["every host, path /login*"]);
    expect(taken(rule("x", 1, onPath("/login*"), onHost(host)))).toEqual([`path /login*, host ${host}`]);
    expect(taken(rule("x", 1, { field: "source-ip", values: [], regexes: [] }))).toEqual(["every host, source-ip"]);
    const regex: RuleCondition = { field: "host-header", values: [], regexes: ["^api\\..*"] };
    expect(taken(rule("x", 1, regex), rule("y", 2, { ...regex, regexes: ["("] }))).toHaveLength(2);
  });

  it("is not taken by a later rule, or by one of another host", () => {
    expect(taken(rule("x", 11, onHost(host)), rule("y", 1, onHost("shop.example")), rule("z", null))).toEqual([]);
  });

  it("is taken by any rule where the public one is the listener's default rule, which comes last", () => {
    const rules = [{ ...publicRule, priority: null }, rule("x", 50_000, onHost(host))];
    expect(publicPathOf(rules, publicRule.arn, host)?.rulesBefore).toHaveLength(1);
  });

  it("is told in the order of the rules", () => {
    expect(taken(rule("x", 7, onHost("*")), rule("y", 3, onHost("api*")))).toEqual(["host api*", "host *"]);
  });

  it("is not whole where the public rule has another condition, or none on the host", () => {
    for (const conditions of [[onHost("shop.example")], [onHost(host), onPath("/x")], [onPath("/x")], []]) {
      const path = publicPathOf([{ ...publicRule, conditions }], publicRule.arn, host);
      expect(path?.takesWholeHost, JSON.stringify(conditions)).toBe(false);
    }
  });

  it("is unknown where the public rule is gone", () => {
    expect(publicPathOf([candidateRule], publicRule.arn, host)).toBeUndefined();
  });
});

describe("what is said of it", () => {
  it("names the rule, what it takes, and the line that deletes it", () => {
    const path = publicPathOf([...planned, rule("x", 9, onHost("*.celebrants.example"))], publicRule.arn, host);
    expect(publicPathProblems(path ?? plannedPath(host))).toEqual([
      "Another rule takes requests of api.celebrants.example before the public rule does: priority 9, host *.celebrants.example. The weights decide nothing about them, and neither does a rollback. Find out who made the rule. To delete it, run aws elbv2 delete-rule --region ap-southeast-2 --rule-arn arn:aws:elasticloadbalancing:ap-southeast-2:1:listener-rule/x.",
    ]);
  });

  it("says that the rule's conditions were changed, and how it is written as planned", () => {
    expect(publicPathProblems({ ...plannedPath(host), takesWholeHost: false })).toEqual([
      "The public rule does not take all requests of api.celebrants.example: somebody has changed its conditions by hand. To write the rule as planned, run npx pulumi up --refresh --target '**aws:lb/listenerRule:ListenerRule::portal-<stage>-public' --target-dependents --stack <stage>.",
    ]);
  });

  it("says what stickiness means, and how it is switched off", () => {
    const [problem] = publicPathProblems({ ...plannedPath(host), stickySeconds: 3600 });
    expect(problem).toMatch(/^Stickiness is on in the public rule: for 3600 s a client stays/);
    expect(problem).toContain("npm run rollout -- rollback --stage <stage>");
  });
});
