import { describe, expect, it } from "vitest";
import { readRoutes, routeNamed } from "../../../rehearsal/local/routes.ts";
import {
  candidateHost,
  plannedRule,
  plannedTargetGroup,
  plannedTraffic,
  publicHost,
  weighted,
} from "./fixtures/planned-traffic.ts";

const without = (name: string) => plannedTraffic(5).filter((resource) => resource.name !== name);
const modelled = "is planned in a way that the rehearsal does not model";

describe("readRoutes", () => {
  it("reads hosts, weights and targets by rising priority", () => {
    const { routes } = readRoutes(plannedTraffic(5));
    expect(routes).toEqual([
      {
        arn: "arn:portal-staging-public",
        name: "portal-staging-public",
        hosts: [publicHost],
        targetGroups: [
          { arn: "arn:portal-staging-blue", weight: 95 },
          { arn: "arn:portal-staging-green", weight: 5 },
        ],
      },
      {
        arn: "arn:portal-staging-candidate",
        name: "portal-staging-candidate",
        hosts: [candidateHost],
        targetGroups: [{ arn: "arn:portal-staging-green", weight: 1 }],
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
    const group = readRoutes([...without("portal-staging-green"), bare]).targetGroups.at(-1);
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
    const resources = [...without("portal-staging-public").filter((one) => one.type !== rule.type), rule];
    expect(() => readRoutes([...resources, ...plannedTraffic(5).filter(isLoadBalancer)])).toThrow(
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
    expect(() => readRoutes(resources)).toThrow(`aws:lb/targetGroup:TargetGroup "portal-staging-green" ${modelled}`);
  });

  it("refuses a rule that forwards to what is not planned", () => {
    expect(() => readRoutes(without("portal-staging-green"))).toThrow(
      'Rule "portal-staging-public" forwards to arn:portal-staging-green, which is not a target group of the plan.',
    );
  });

  it("refuses a plan without rules or without their listener", () => {
    expect(() => readRoutes([])).toThrow(
      "The plan has no aws:lb/listenerRule:ListenerRule, so there is nothing to route.",
    );
    expect(() => readRoutes(without("portal-staging-https"))).toThrow(
      'The plan has no aws:lb/listener:Listener whose ARN is the listenerArn of rule "portal-staging-public".',
    );
  });
});

describe("routeNamed", () => {
  it("finds the rule by the end of its name", () => {
    expect(routeNamed(readRoutes(plannedTraffic(0)), "candidate").hosts).toEqual([candidateHost]);
  });

  it("refuses to choose between none", () => {
    const { routes, ...rest } = readRoutes(plannedTraffic(0));
    expect(() => routeNamed({ ...rest, routes: routes.slice(1) }, "public")).toThrow(
      'The plan has 0 listener rules named "...-public"; exactly one is expected.',
    );
  });
});

function isLoadBalancer({ type }: { readonly type: string }): boolean {
  return type === "aws:lb/loadBalancer:LoadBalancer";
}
