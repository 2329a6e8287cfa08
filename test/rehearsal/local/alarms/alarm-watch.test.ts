import { describe, expect, it } from "vitest";
import { evaluateComposite, evaluateMetricAlarm } from "../../../../rehearsal/local/alarms/alarm-watch.ts";
import { MetricStore } from "../../../../rehearsal/local/alarms/metrics.ts";
import { type PlannedMetricAlarm, readColourAlarms } from "../../../../rehearsal/local/alarms/planned-alarms.ts";
import { TrafficMetrics } from "../../../../rehearsal/local/alarms/traffic-metrics.ts";
import { GroupCounter } from "../../../../rehearsal/local/balancer/group-counter.ts";
import type { RequestRecord } from "../../../../rehearsal/local/load/request.ts";
import { readOutput } from "../../../../rehearsal/plan/planned-resource.ts";
import { byColour, colours } from "../../../../rollout/colour.ts";
import { plannedStaging } from "../fixtures/planned-stage.ts";

const plan = plannedStaging();
const at = Date.parse("2026-11-23T12:00:00Z");
const minute = 60_000;

const green = () => {
  const composite = readColourAlarms(plan()).find(({ colour }) => colour === "green");
  if (composite === undefined) throw new Error("no alarms of green");
  return composite;
};

function part(what: string): PlannedMetricAlarm {
  const found = green().parts.find(({ logicalName }) => logicalName === `portal-staging-green-${what}`);
  if (found === undefined) throw new Error(`no alarm ${what}`);
  return found;
}

/** A store in which the planned metrics are known. */
function emptyStore(): MetricStore {
  const store = new MetricStore();
  new TrafficMetrics(store, plan());
  store.announce("CelebrantPortal/staging", "TrafficWeight");
  return store;
}

/** Requests answered by green, all a millisecond before now unless said otherwise. */
function requests(count: number, over: Partial<RequestRecord> = {}): readonly RequestRecord[] {
  const endedAt = at - 1;
  const times = { dueAt: endedAt, sentAt: endedAt, endedAt, latencyMilliseconds: 0 };
  const one = { kind: "read", id: "", statusCode: 200, ...times } as const;
  return Array.from({ length: count }, () => ({ ...one, colour: "green", generation: 1, ...over }));
}

/** Reports requests as the balancer does that chose a task for each of them. */
function report(store: MetricStore, records: readonly RequestRecord[]): void {
  const metrics = new TrafficMetrics(store, plan());
  for (let count = 1; count <= records.length; count++) {
    metrics.recordRequests(records.slice(0, count), records[count - 1]?.endedAt ?? 0);
  }
  const counters = byColour(() => new GroupCounter());
  const arns = readOutput(plan(), "targetGroupArns");
  for (const { colour: by, statusCode, endedAt } of records.toSorted((one, other) => one.endedAt - other.endedAt)) {
    const counter = counters[by === "blue" ? "blue" : "green"];
    counter.choose();
    if (by === undefined) counter.answerItself(502);
    else counter.answer(statusCode);
    const groups = colours.map((colour) => {
      const counts = counters[colour].counts();
      return { arn: arns[colour], name: colour, colour, connectionErrors: 0, counts, targets: [] };
    });
    metrics.recordGroups(groups, endedAt);
  }
}

function stateAfter(alarm: PlannedMetricAlarm, records: readonly RequestRecord[], timeFactor = 1): string {
  const store = emptyStore();
  report(store, records);
  return evaluateMetricAlarm(alarm, { store, at, timeFactor });
}

const failed = (count: number, over: Partial<RequestRecord> = {}) => requests(count, { statusCode: 500, ...over });

/** One batch of requests in each of the last minutes, the newest first, a millisecond before the end of its minute. */
const byMinute = (minutes: readonly number[], batch: (endedAt: number) => readonly RequestRecord[]) =>
  minutes.flatMap((back) => batch(at - back * minute - 1));

const lastMinutes = (count: number) => Array.from({ length: count }, (_, back) => back);

describe("the planned alarms on failing minutes", () => {
  const mostly = part.bind(undefined, "error-rate-7-of-10");

  it.each([
    [6, 5, 0, "OK"],
    [7, 2, 0, "OK"],
    [7, 4, 0, "ALARM"],
    [7, 5, 4, "OK"],
    [10, 4, 3, "ALARM"],
  ])("where %d minutes have %d failures beside %d answers: %s", (minutes, failures, fine, expected) => {
    const records = byMinute(lastMinutes(minutes), (endedAt) => [
      ...failed(failures, { endedAt }),
      ...requests(fine, { endedAt }),
    ]);
    expect(stateAfter(mostly(), records)).toBe(expected);
  });

  it("count a minute once, however often its client repeats", () => {
    expect(stateAfter(mostly(), failed(400))).toBe("OK");
    expect(stateAfter(part("error-rate-4-of-12"), failed(400))).toBe("OK");
  });

  it("look at their own colour, at failures only, and at what the balancer answered for it", () => {
    const each = (over: Partial<RequestRecord>) =>
      byMinute(lastMinutes(10), (endedAt) => failed(4, { endedAt, ...over }));
    expect(stateAfter(mostly(), each({ colour: "blue" }))).toBe("OK");
    expect(stateAfter(mostly(), each({ statusCode: 404 }))).toBe("OK");
    expect(stateAfter(mostly(), each({}))).toBe("ALARM");
  });

  it("look at their window, from just after its beginning to its end", () => {
    const shifted = (by: number) => byMinute(lastMinutes(7), (endedAt) => failed(4, { endedAt: endedAt - by }));
    expect(stateAfter(mostly(), shifted(3 * minute))).toBe("ALARM");
    expect(stateAfter(mostly(), shifted(4 * minute))).toBe("OK");
    expect(stateAfter(mostly(), shifted(-minute - 1))).toBe("OK");
  });

  it("look at minutes shortened by the time factor", () => {
    const quick = (count: number) =>
      lastMinutes(count).flatMap((back) => failed(4, { endedAt: at - back * (minute / 20) - 1 }));
    expect(stateAfter(mostly(), quick(7), 20)).toBe("ALARM");
    expect(stateAfter(mostly(), quick(7), 1)).toBe("OK");
  });

  it("see in an hour of few requests what no ten minutes show", () => {
    const spread = byMinute([50, 35, 20, 5], (endedAt) => failed(1, { endedAt }));
    const few = part("at-most-6-in-60m");
    expect(stateAfter(mostly(), spread)).toBe("OK");
    expect(stateAfter(part("error-rate-4-of-12"), spread)).toBe("ALARM");
    expect(stateAfter(few, [...spread, ...requests(2)])).toBe("ALARM");
    expect(stateAfter(few, [...spread, ...requests(3)])).toBe("OK");
  });

  it.each([
    [[5, 5, 5], "OK"],
    [[5, 0, 5], "ALARM"],
    [[], "OK"],
  ])("know from the weights %j of the last minutes whether the colour was without traffic: %s", (weights, expected) => {
    const store = emptyStore();
    const idle = part("idle-within-10m");
    const [metric] = Object.values(idle.metrics);
    if (metric === undefined) throw new Error("no metric");
    for (const [back, weight] of weights.entries()) store.put(metric.identity, at - back * minute - 1, weight);
    expect(evaluateMetricAlarm(idle, { store, at, timeFactor: 1 })).toBe(expected);
  });
});

describe("the planned response time: p95 above 2 s, at least 3 slow in 5 min", () => {
  const slow = (count: number, seconds = 2.001) => requests(count, { sentAt: at - seconds * 1000, endedAt: at });

  it.each([
    [3, 57, "OK"],
    [4, 56, "ALARM"],
    [2, 1, "OK"],
  ])("with %d slow and %d fast is %s", (count, fast, expected) => {
    expect(stateAfter(part("response-time"), [...slow(count), ...requests(fast)])).toBe(expected);
  });

  it("takes 2 s itself for fast enough", () => {
    expect(stateAfter(part("response-time"), slow(60, 2))).toBe("OK");
  });
});

describe("the planned alarms on hosts and silence", () => {
  /** One number a minute, the last one a millisecond ago. */
  function hosts(alarm: PlannedMetricAlarm, newestFirst: readonly number[]): string {
    const store = emptyStore();
    const [metric] = Object.values(alarm.metrics);
    if (metric === undefined) throw new Error("no metric");
    for (const [back, value] of newestFirst.entries()) store.put(metric.identity, at - back * minute - 1, value);
    return evaluateMetricAlarm(alarm, { store, at, timeFactor: 1 });
  }

  it.each([
    [[1, 0, 1, 0, 1], "ALARM"],
    [[1, 0, 1, 0, 0], "OK"],
    [[], "OK"],
  ])("unhealthy in 3 of 5 minutes: %j is %s", (minutes, expected) => {
    expect(hosts(part("unhealthy-hosts"), minutes)).toBe(expected);
  });

  it.each([
    [[0, 0, 0], "ALARM"],
    [[0, 0, 1], "OK"],
    [[], "ALARM"],
  ])("none healthy for 3 minutes, no data being the worst: %j is %s", (minutes, expected) => {
    expect(hosts(part("none-healthy"), minutes)).toBe(expected);
  });

  it.each([
    [4, "OK"],
    [5, "ALARM"],
  ])("looks past minutes without data: %i min after the last healthy task is gone it is %s", (minutes, expected) => {
    const alarm = part("none-healthy");
    const store = emptyStore();
    const [metric] = Object.values(alarm.metrics);
    if (metric === undefined) throw new Error("no metric");
    for (let back = 0; back < 9; back++) store.put(metric.identity, at - back * minute - 1, 1);
    expect(evaluateMetricAlarm(alarm, { store, at: at + minutes * minute, timeFactor: 1 })).toBe(expected);
  });

  it("counts no healthy task only together with public traffic", () => {
    const composite = green();
    const store = emptyStore();
    expect(evaluateComposite(composite, { store, at, timeFactor: 1 })).toEqual({
      state: "OK",
      firing: ["portal-staging-green-none-healthy"],
    });
    const [weight] = Object.values(part("weighted").metrics);
    if (weight === undefined) throw new Error("no metric");
    store.put(weight.identity, at - 1, 5);
    expect(evaluateComposite(composite, { store, at, timeFactor: 1 })).toEqual({
      state: "ALARM",
      firing: ["portal-staging-green-none-healthy", "portal-staging-green-weighted"],
    });
  });

  it("accuses a colour that had a weight for an hour and no request of 200", () => {
    const store = emptyStore();
    report(store, requests(200, { colour: "blue" }));
    const [weight] = Object.values(part("weighted").metrics);
    if (weight === undefined) throw new Error("no metric");
    for (let ago = 0; ago < 50; ago++) store.put(weight.identity, at - ago * minute - 1, 5);
    const silent = (over: number) =>
      evaluateMetricAlarm(part("no-traffic"), { store, at: at + over * minute, timeFactor: 1 });
    expect(silent(0)).toBe("ALARM");
    report(store, requests(1));
    expect(silent(0)).toBe("OK");
  });
});

describe("what is not modelled", () => {
  it("refuses an alarm that is planned otherwise, by its name", () => {
    const resources = plan().resources.map((resource) =>
      resource.name === "portal-staging-green-none-healthy"
        ? { ...resource, inputs: { ...resource.inputs, treatMissingData: "missing" } }
        : resource,
    );
    expect(() => readColourAlarms({ ...plan(), resources })).toThrow(
      /"portal-staging-green-none-healthy" is planned in a way/,
    );
  });

  it("refuses a rule on an alarm that is not planned", () => {
    const resources = plan().resources.filter(({ name }) => name !== "portal-staging-green-none-healthy");
    expect(() => readColourAlarms({ ...plan(), resources })).toThrow(
      /The rule of portal-staging-green-unfit names portal-staging-green-none-healthy-/,
    );
  });
});
