import { describe, expect, it } from "vitest";
import { MetricStore, statisticOf } from "../../../../rehearsal/local/alarms/metrics.ts";

const blue = { namespace: "N", metricName: "M", dimensions: { A: "1", B: "2" } };

describe("MetricStore", () => {
  it("gives the values after the beginning of a period and up to its end", () => {
    const store = new MetricStore();
    for (const at of [100, 101, 200, 201]) store.put(blue, at, at);
    expect(store.values(blue, 100, 200)).toEqual([101, 200]);
  });

  it("tells dimensions apart, in whatever order they come", () => {
    const store = new MetricStore();
    store.put(blue, 1, 7);
    expect(store.values({ ...blue, dimensions: { B: "2", A: "1" } }, 0, 2)).toEqual([7]);
    expect(store.values({ ...blue, dimensions: { A: "1" } }, 0, 2)).toEqual([]);
  });

  it("knows a metric that was announced and has no values, and refuses one that nobody reports", () => {
    const store = new MetricStore();
    expect(() => store.values(blue, 0, 1)).toThrow(
      "An alarm is planned on the metric N M, which the rehearsal does not measure.",
    );
    store.announce("N", "M");
    expect(store.values(blue, 0, 1)).toEqual([]);
  });
});

describe("a store that keeps what is past", () => {
  it("computes a past period once, and anew where a late value comes", () => {
    const store = new MetricStore(true);
    store.put(blue, 10, 1);
    expect(store.statistic(blue, "Sum", 0, 60)).toBe(1);
    store.put(blue, 50, 2);
    // The period was not over.
    expect(store.statistic(blue, "Sum", 0, 60)).toBe(3);
    store.put(blue, 70, 4);
    store.put(blue, 130, 8);
    expect(store.statistic(blue, "Sum", 0, 60)).toBe(3);
    expect(store.statistic(blue, "Sum", 60, 120)).toBe(4);
    store.put(blue, 20, 16);
    expect(store.statistic(blue, "Sum", 0, 60)).toBe(19);
  });
});

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

describe("statisticOf", () => {
  it.each([
    ["Sum", 5050],
    ["SampleCount", 100],
    ["Minimum", 1],
    ["Maximum", 100],
    ["p95", 95],
    ["PR(:2)", 2],
    ["PR(:0.5)", 0],
  ])("computes %s", (statistic, expected) => {
    expect(statisticOf(statistic, hundred)).toBe(expected);
  });

  it("says nothing of nothing", () => {
    expect(statisticOf("Sum", [])).toBeUndefined();
  });

  it("refuses another statistic, even where there are no values", () => {
    expect(() => statisticOf("tm99", [])).toThrow("the statistic tm99");
  });
});
