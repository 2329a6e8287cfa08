import { describe, expect, it } from "vitest";
import { refuseLoad } from "../../../cli/verify/load/allowed-load.ts";
import { checkLoad, type LoadSource } from "../../../cli/verify/load/check-load.ts";
import { latencyOf, nearestRank } from "../../../cli/verify/load/latency.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { portalSubject, type ServedPortal } from "./portal-server.ts";

const load = { users: [2, 4], secondsForEach: 1, secondsBetweenRequests: 0.2, paths: ["/api/v1/couples", "/ready"] };

describe("a load", () => {
  const calm: LoadSource = {
    connectionLimit: 80,
    readLoad: async () => ({ mostConnections: 12, mostCpuPercent: 40, leastFreeMemoryMib: 300 }),
    readTaskMemory: async () => 55,
    awaitFigures: async () => {},
  };

  /** Whose answers may be as late as they like, because this machine may be busy. */
  async function loaded(served: ServedPortal = {}, source: Partial<LoadSource> = {}) {
    const subject = await portalSubject(served, { verify: { load } });
    const patient = {
      ...subject,
      config: { ...subject.config, alerts: { ...subject.config.alerts, responseTimeSeconds: 60 } },
    };
    return await checkLoad(patient, { ...calm, ...source }, () => {});
  }

  it("sends as many requests as its users do, each of which is counted, and asks AWS afterwards", async () => {
    const findings = await loaded();
    const figures = /average \d+ ms, p50 \d+, p95 \d+, p99 \d+, longest \d+$/;
    expect(findings.map(({ what, result }) => `${what}: ${result}`)).toEqual([
      "load of 2 users: pass",
      "load of 4 users: pass",
      "database under load: pass",
      "task memory under load: pass",
    ]);
    expect(findings[0]?.found).toMatch(/^0 of 10 requests failed \(0\.00 %\); /);
    expect(findings[1]?.found).toMatch(/^0 of 20 requests failed/);
    expect(findings[1]?.found).toMatch(figures);
    expect(findings[2]?.found).toBe(
      "at most 12 of 80 connections and 40 % of its CPU in use, at least 300 MiB of memory free",
    );
  });

  it("fails by the share of failed requests, and says which", async () => {
    const [finding] = await loaded({ faults: ["token without rights"] });
    // Every other request is of /ready, which needs no rights.
    expect(finding).toMatchObject({ result: "fail", found: expect.stringMatching(/^5 of 10 .*\(50\.00 %: 403\)/) });
  });

  it.each([
    [
      "database under load",
      { readLoad: async () => ({ mostConnections: 64, mostCpuPercent: 40, leastFreeMemoryMib: 300 }) },
    ],
    [
      "database under load",
      { readLoad: async () => ({ mostConnections: 12, mostCpuPercent: 91, leastFreeMemoryMib: 300 }) },
    ],
    ["task memory under load", { readTaskMemory: async () => 81 }],
  ] as const)("fails where %s is more than it may be", async (what, source) => {
    const findings = await loaded({}, source);
    expect(findings.find((one) => one.what === what)?.result).toBe("fail");
  });

  it("is not checked where AWS has no figures yet, which is no pass", async () => {
    const findings = await loaded(
      {},
      {
        readTaskMemory: async () => undefined,
        readLoad: () => Promise.reject(new Error("AWS: nobody answers")),
      },
    );
    expect(findings.slice(2).map(({ result }) => result)).toEqual(["not checked", "not checked"]);
  });
});

describe("a load is refused", () => {
  const staging = readConfig("staging", { verify: { load } });
  const production = readConfig("production", {
    verify: { load: { users: [10], secondsForEach: 300, secondsBetweenRequests: 2, mostRequestsPerSecond: 5 } },
  });
  const asked = { stage: "production", config: production, host: production.hosts.api, meansProduction: true } as const;

  it("nowhere else: not of staging's own host, nor of production where it is meant and below its rate", () => {
    refuseLoad({ stage: "staging", config: staging, host: staging.hosts.api, meansProduction: false });
    refuseLoad(asked);
  });

  it.each([
    [
      "of a host that is not the stage's",
      { ...asked, host: "api.example.com" },
      /api\.example\.com is no host of production\./,
    ],
    [
      "of staging by production's host",
      { ...asked, stage: "staging", config: staging } as const,
      /is no host of staging\./,
    ],
    ["of production that nobody meant", { ...asked, meansProduction: false }, /Add --i-mean-production\./],
    [
      "above the stated rate",
      { ...asked, config: { ...production, verify: withLoad({ users: [10], secondsBetweenRequests: 1 }) } },
      /10 users are 10 requests a second, and verify\.load\.mostRequestsPerSecond is 5\./,
    ],
    [
      "above what the firewall lets one address send",
      { ...asked, config: { ...production, verify: withLoad({ mostRequestsPerSecond: 50, users: [14] }) } },
      /7 requests a second are 2100 in five minutes, and edge\.requestsPerFiveMinutes is 2000: the firewall would answer/,
    ],
    [
      "without one in config",
      { ...asked, config: readConfig("production") },
      /Pulumi\.production\.yaml has no verify\.load\./,
    ],
  ])("%s", (_, one, problem) => {
    expect(() => refuseLoad(one)).toThrow(problem);
  });

  function withLoad(over: Partial<NonNullable<typeof production.verify.load>>) {
    const { verify } = production;
    return verify.load === undefined ? verify : { ...verify, load: { ...verify.load, ...over } };
  }
});

describe("latencies", () => {
  it("are summed up by nearest rank, and are 0 without one", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(latencyOf(hundred)).toEqual({ mean: 50.5, p50: 50, p95: 95, max: 100 });
    expect(latencyOf([])).toEqual({ mean: 0, p50: 0, p95: 0, max: 0 });
    expect(nearestRank([7], 0.99)).toBe(7);
    expect(nearestRank([], 0.5)).toBeUndefined();
  });
});
