import { describe, expect, it } from "vitest";
import { afterCheck, initialHealth, matches, type TargetHealth } from "../../../../rehearsal/local/balancer/health.ts";

const settings = {
  path: "/health",
  intervalSeconds: 10,
  timeoutSeconds: 5,
  healthyThreshold: 3,
  unhealthyThreshold: 2,
  matcher: "200",
};

/** The states after each of these checks. */
function states(results: string, from: TargetHealth = initialHealth): string[] {
  let health = from;
  return [...results].map((result) => {
    health = afterCheck(health, result === "+", settings);
    return health.state;
  });
}

describe("afterCheck", () => {
  it("brings a new target in after one pass, whatever the threshold", () => {
    expect(states("+")).toEqual(["healthy"]);
    expect(states("-+")).toEqual(["initial", "healthy"]);
  });

  it("takes a target out after the unhealthy threshold in a row", () => {
    expect(states("+-+--")).toEqual(["healthy", "healthy", "healthy", "healthy", "unhealthy"]);
    expect(states("--")).toEqual(["initial", "unhealthy"]);
  });

  it("brings it back after the healthy threshold in a row", () => {
    expect(states("--++-+++")).toEqual([
      "initial",
      "unhealthy",
      "unhealthy",
      "unhealthy",
      "unhealthy",
      "unhealthy",
      "unhealthy",
      "healthy",
    ]);
  });

  it("leaves a draining target draining", () => {
    expect(states("+++", { state: "draining", passesInRow: 0, failuresInRow: 0 })).toEqual([
      "draining",
      "draining",
      "draining",
    ]);
  });
});

describe("matches", () => {
  it.each([
    ["200", 200, true],
    ["200", 204, false],
    ["200-299", 250, true],
    ["200-299", 300, false],
    ["200,301-302", 302, true],
    ["200,301-302", 301, true],
    ["200,301-302", 303, false],
  ])("%s with %i: %s", (matcher, statusCode, expected) => {
    expect(matches(matcher, statusCode)).toBe(expected);
  });
});
