import { describe, expect, it } from "vitest";
import type { RequestRecord } from "../../../../rehearsal/local/load/request.ts";
import { accountRows, tally, underWay } from "../../../../rehearsal/local/load/tally.ts";

let lastId = 0;
function record(changes: Partial<RequestRecord>): RequestRecord {
  const { dueAt = 1000, latencyMilliseconds = 10 } = changes;
  return {
    kind: "write",
    id: `id-${++lastId}`,
    dueAt,
    sentAt: dueAt,
    endedAt: dueAt + latencyMilliseconds,
    latencyMilliseconds,
    statusCode: 201,
    ...changes,
  };
}

describe("tally", () => {
  it("counts answers and losses by colour", () => {
    const { requests, lost, answeredBy } = tally([
      record({ colour: "blue" }),
      record({ colour: "blue", statusCode: 200 }),
      record({ colour: "green", statusCode: 500 }),
      record({ kind: "read", colour: "green", statusCode: 404 }),
      record({ statusCode: 502 }),
      record({ statusCode: 0, error: "refused" }),
    ]);
    expect({ requests, lost }).toEqual({ requests: 6, lost: 4 });
    expect(answeredBy).toEqual({ blue: 2, green: 2 });
  });

  it("takes percentiles by the nearest rank", () => {
    const records = Array.from({ length: 100 }, (_, index) => record({ latencyMilliseconds: index + 1 }));
    expect(tally(records).latencyMilliseconds).toEqual({ mean: 50.5, p50: 50, p95: 95, max: 100 });
  });

  it("has nothing to say of no request", () => {
    expect(tally([])).toMatchObject({ requests: 0, lost: 0, latencyMilliseconds: { mean: 0, p95: 0, max: 0 } });
  });
});

describe("underWay", () => {
  it("keeps what overlaps the change, at either edge", () => {
    const times = (dueAt: number, latencyMilliseconds: number) => record({ dueAt, latencyMilliseconds });
    const records = [times(0, 9), times(0, 10), times(12, 1), times(20, 5), times(21, 5)];
    expect(underWay(records, 10, 20)).toEqual([records[1], records[2], records[3]]);
  });
});

describe("accountRows", () => {
  it("finds acknowledged rows that are not stored", () => {
    const [kept, lost] = [record({}), record({})];
    const account = accountRows([kept, lost], [kept.id]);
    expect(account).toEqual({ acknowledged: 2, stored: 1, lost: [lost.id], unacknowledged: 0, foreign: 0 });
  });

  it("tells rows whose write failed from rows that nobody wrote, and loses neither", () => {
    const failed = record({ statusCode: 500 });
    const read = record({ kind: "read", statusCode: 200 });
    expect(accountRows([failed, read], [failed.id, "stranger"])).toEqual({
      acknowledged: 0,
      stored: 2,
      lost: [],
      unacknowledged: 1,
      foreign: 1,
    });
  });
});
