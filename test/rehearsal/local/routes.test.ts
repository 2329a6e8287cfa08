import { describe, expect, it } from "vitest";
import { readRoutes, routeOf } from "../../../rehearsal/local/routes.ts";
import {
  candidateHost,
  plannedRule,
  plannedTargetGroup,
  plannedTraffic,
  planOf,
  publicHost,
  weighted,
} from "./fixtures/planned-traffic.ts";

const without = (name: string) => plannedTraffic(5).resources.filter((resource) => resource.name !== name);
const modelled = "is planned in a way that the rehearsal does not model";

describe("readRoutes", () => {
  it("reads hosts, weights and targets by rising priority", () => {
    const { routes } = readRoutes(plannedTraffic(5));
    expect(routes).toEqual([
      {
        arn: "arn:portal-staging-public",
        role: "public",
        hosts: [publicHost],
        targetGroups: [
          { arn: "arn:portal-staging-blue", weight: 95 },
          { arn: "arn:portal-staging-green", weight: 5 },
        ],
      },
      {
        arn: "arn:portal-staging-candidate",
        role: "candidate",
        hosts: [candidateHost],
        targetGroups: [
          { arn: "arn:portal-staging-blue-own", weight: 0 },
          { arn: "arn:portal-staging-green-own", weight: 100 },
        ],
      },
    ]);
  });

  it("reads what traffic notices of a target group", () => {
    expect(readRoutes(plannedTraffic(0)).targetGroups[0]).toEqual({
      arn: "arn:portal-staging-blue",
      name: "portal-staging-blue",
      colour: "blue",
      deregistrationDelaySeconds: 60,
      healthCheck: {
        path: "/health",
        intervalSeconds: 10,
        timeoutSeconds: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
        matcher: "200",
      },
    });
  });

  it("reads the answer of the listener that the rules belong to, and the idle timeout", () => {
    const { defaultAnswer, idleTimeoutSeconds } = readRoutes(plannedTraffic(0));
    expect(defaultAnswer).toEqual({
      statusCode: 404,
      contentType: "application/json",
      body: '{"detail":"Not Found"}',
    });
    expect(idleTimeoutSeconds).toBe(300);
  });

  it("fills in what AWS does where a plan leaves it out", () => {
    const bare = plannedTargetGroup("green", {
      deregistrationDelay: undefined,
      healthCheck: { path: "/health" },
    });
    const group = readRoutes(planOf(...without("portal-staging-green"), bare)).targetGroups.at(-1);
    expect(group?.deregistrationDelaySeconds).toBe(300);
    expect(group?.healthCheck).toEqual({
      path: "/health",
      intervalSeconds: 30,
      timeoutSeconds: 6,
      healthyThreshold: 3,
      unhealthyThreshold: 3,
      matcher: "200",
    });
  });

  it.each([
    ["another action", plannedRule("public", { type: "redirect", redirect: { statusCode: "HTTP_302" } })],
    ["a second action", plannedRule("public", weighted(95, 5), { actions: [weighted(95, 5), weighted(95, 5)] })],
    [
      "stickiness",
      plannedRule("public", {
        type: "forward",
        forward: {
          targetGroups: [{ arn: "arn:portal-staging-blue", weight: 1 }],
          stickiness: { enabled: true, duration: 60 },
        },
      }),
    ],
    [
      "a condition on the path",
      plannedRule("public", weighted(95, 5), { conditions: [{ pathPattern: { values: ["/api/*"] } }] }),
    ],
    [
      "a host with a wildcard",
      plannedRule("public", weighted(95, 5), { conditions: [{ hostHeader: { values: ["*.example.com"] } }] }),
    ],
  ])("refuses %s in a rule, naming it", (_, rule) => {
    const others = without("portal-staging-public").filter((one) => one.type !== rule.type);
    expect(() => readRoutes(planOf(...others, rule))).toThrow(
      `aws:lb/listenerRule:ListenerRule "portal-staging-public" ${modelled}`,
    );
  });

  it.each([
    ["sticky targets", { stickiness: { type: "lb_cookie", enabled: true } }],
    ["another algorithm", { loadBalancingAlgorithmType: "least_outstanding_requests" }],
    ["no health check", { healthCheck: { enabled: false, path: "/health" } }],
    ["a setting of health checks that it does not know", { healthCheck: { path: "/health", surprise: 1 } }],
  ])("refuses a target group with %s", (_, change) => {
    const resources = [...without("portal-staging-green"), plannedTargetGroup("green", change)];
    expect(() => readRoutes(planOf(...resources))).toThrow(
      `aws:lb/targetGroup:TargetGroup "portal-staging-green" ${modelled}`,
    );
  });

  it("refuses a rule that forwards to what is not planned", () => {
    expect(() => readRoutes(planOf(...without("portal-staging-green")))).toThrow(
      'Rule "portal-staging-public" forwards to arn:portal-staging-green, which is not a target group of the plan.',
    );
  });

  it("refuses a rule or a target group that the plan's outputs do not name", () => {
    const { resources, outputs } = plannedTraffic(5);
    expect(() => readRoutes({ resources, outputs: { ...outputs, candidateRuleArn: "arn:other" } })).toThrow(
      "Rule \"portal-staging-candidate\" is neither the public rule nor the candidate's, by the plan's stack outputs.",
    );
    const targetGroupArns = { blue: "arn:other", green: "arn:portal-staging-green" };
    expect(() => readRoutes({ resources, outputs: { ...outputs, targetGroupArns } })).toThrow(
      "Target group \"portal-staging-blue\" is neither colour's, by the plan's stack outputs.",
    );
    expect(() => readRoutes({ resources, outputs: {} })).toThrow(
      'The plan\'s stack output "targetGroupArns" cannot be read:',
    );
  });

  it("refuses a plan without rules or without their listener", () => {
    expect(() => readRoutes(planOf())).toThrow(
      "The plan has no aws:lb/listenerRule:ListenerRule, so there is nothing to route.",
    );
    expect(() => readRoutes(planOf(...without("portal-staging-https")))).toThrow(
      'The plan has no aws:lb/listener:Listener whose ARN is the listenerArn of rule "portal-staging-public".',
    );
  });
});

describe("routeOf", () => {
  it("finds the rule by its role", () => {
    expect(routeOf(readRoutes(plannedTraffic(0)), "candidate").hosts).toEqual([candidateHost]);
  });

  it("refuses routes without that rule", () => {
    const { routes, ...rest } = readRoutes(plannedTraffic(0));
    expect(() => routeOf({ ...rest, routes: routes.slice(1) }, "public")).toThrow("The routes have no public rule.");
  });
});
