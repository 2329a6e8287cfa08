import { describe, expect, it } from "vitest";
import { checkDatabase } from "../../../cli/verify/checks/database.ts";
import { checkPerformance } from "../../../cli/verify/checks/performance.ts";
import type { DatabaseBackups } from "../../../infra/aws/database-health.ts";
import type { HourOfTraffic } from "../../../rollout/measurements.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";

const now = new Date("2026-11-26T05:00:00Z");
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const config = readConfig("staging");

describe("the checks of the database", () => {
  async function findings(backups: Partial<DatabaseBackups>, mostConnections: number | undefined = 12) {
    const found = await checkDatabase(
      {
        connectionLimit: 80,
        readBackups: async () => ({
          latestRestorableTime: minutesAgo(6),
          newestSnapshotAt: minutesAgo(900),
          ...backups,
        }),
        readLoad: async () => ({ mostConnections, mostCpuPercent: undefined, leastFreeMemoryMib: undefined }),
      },
      now,
    );
    return found.map(({ result, found: text }) => `${result}: ${text}`);
  }

  it("pass where there is room and something to restore", async () => {
    expect(await findings({})).toEqual([
      "pass: at most 12 of 80 in use in the last 20 min",
      "pass: up to 6 min ago",
      "pass: begun 15 h ago",
    ]);
  });

  it("leave room up to what the alarm on the connections allows", async () => {
    expect((await findings({}, 63))[0]).toBe("pass: at most 63 of 80 in use in the last 20 min");
  });

  it.each([
    [{}, 64, 0, "fail: at most 64 of 80 in use in the last 20 min"],
    [{ latestRestorableTime: undefined }, 12, 1, "fail: RDS names no moment"],
    [{ latestRestorableTime: minutesAgo(31) }, 12, 1, "fail: up to 31 min ago"],
    [{ newestSnapshotAt: undefined }, 12, 2, "fail: there is none"],
    [{ newestSnapshotAt: minutesAgo(27 * 60) }, 12, 2, "fail: begun 27 h ago"],
  ])("fail of %j with %i connections", async (backups, connections, index, told) => {
    expect((await findings(backups, connections))[index]).toBe(told);
  });

  it("are not checked where AWS has no value or does not answer, which is no pass", async () => {
    const refuse = () => Promise.reject(new Error("AWS: nobody answers"));
    const found = await checkDatabase({ connectionLimit: 80, readBackups: refuse, readLoad: refuse }, now);
    expect(found.map(({ result }) => result)).toEqual(["not checked", "not checked", "not checked"]);
    const silent = await checkDatabase(
      {
        connectionLimit: 80,
        readBackups: refuse,
        readLoad: async () => ({ mostConnections: undefined, mostCpuPercent: 1, leastFreeMemoryMib: 1 }),
      },
      now,
    );
    expect(silent[0]).toMatchObject({
      result: "not checked",
      found: expect.stringMatching(/^CloudWatch has no number/),
    });
  });
});

describe("what users met", () => {
  async function findings(
    times: { readonly averageMilliseconds?: number; readonly p95Milliseconds?: number },
    hour: Partial<HourOfTraffic> = {},
  ) {
    const counted = { from: "", requests: 1000, liveRequests: 1000, liveErrors: 4, liveRequestsPerTask: 500, ...hour };
    const found = await checkPerformance(
      {
        readResponseTimes: async () => ({ live: times, candidate: {} }),
        readTraffic: async () => [counted],
      },
      config,
      "blue",
      now,
    );
    return found.map(({ result, found: text }) => `${result}: ${text}`);
  }

  it("passes within the objectives, and fails from each of them on", async () => {
    expect(await findings({ averageMilliseconds: 199.4, p95Milliseconds: 2000 })).toEqual([
      "pass: average 199 ms, p95 2000 ms",
      "pass: 4 of 1000 requests failed (0.40 %)",
    ]);
    expect((await findings({ averageMilliseconds: 200, p95Milliseconds: 900 }))[0]).toMatch(/^fail: average 200 ms/);
    expect((await findings({ averageMilliseconds: 90, p95Milliseconds: 2001 }))[0]).toMatch(/^fail: .* p95 2001 ms/);
    expect((await findings({}, { liveErrors: 5 }))[1]).toBe("fail: 5 of 1000 requests failed (0.50 %)");
  });

  it("is not applicable where nobody was there", async () => {
    expect(await findings({}, { liveRequests: 0, liveErrors: 0 })).toEqual([
      "not applicable: live had no request in the last 24 h, so nothing was measured",
      "not applicable: live had no request in the last 24 h, so nothing was measured",
    ]);
  });
});
