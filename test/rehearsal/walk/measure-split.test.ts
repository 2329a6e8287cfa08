import { describe, expect, it } from "vitest";
import { measureSplit } from "../../../rehearsal/walk/measure-split.ts";
import { publicHost } from "../local/fixtures/planned-traffic.ts";
import { greenArn, startBackend, startWith } from "../local/fixtures/run-traffic.ts";

/** Measures a balancer that gives green `served` per cent, with so many answers of the load before. */
async function measure(served: number, plannedPercent: number, judged: readonly number[] = [], generation = 1) {
  const balancer = await startWith(served, { blue: await startBackend("blue"), green: await startBackend("green") });
  const ofGreen = (served * 40) / 100;
  const answered = Array.from({ length: 40 }, (_, index) => ({ colour: index < ofGreen ? "green" : "blue" }));
  return await measureSplit({
    balancer: { port: balancer.port, draw: async (request) => balancer.draw(request) },
    publicHost,
    plannedPercent,
    candidate: "green",
    candidateGroupArn: greenArn,
    judged: new Set(judged),
    generation,
    answered,
  });
}

describe("measureSplit", () => {
  it("sends requests until the split is decided, and judges the choice by itself", async () => {
    const { split, checks } = await measure(25, 25);
    expect(checks.map(({ held }) => held)).toEqual([true, true]);
    expect(split.answers).toBeGreaterThan(40);
    expect(checks[1]?.found).toMatch(/of \d+ choices/);
  });

  it("refuses another split, in what was served and in what was chosen", async () => {
    const { split, checks } = await measure(50, 25);
    expect(checks.map(({ held }) => held)).toEqual([false, false]);
    expect(split.held).toBe(false);
  });

  it("sends nothing for a share that was judged before, and judges the choice again", async () => {
    const { split, checks } = await measure(50, 25, [25]);
    expect(split.answers).toBe(40);
    expect(checks[1]).toMatchObject({ held: false });
  });

  it("counts no answer that other routes chose, and says so", async () => {
    await expect(measure(25, 25, [], 2)).rejects.toThrow(
      "Nobody answers api.example.com under the routes of this move: the automatic rollback has changed them",
    );
  });

  it.each([0, 100])("draws nothing at %i %", async (percent) => {
    expect((await measure(percent, percent)).checks).toHaveLength(1);
    expect((await measure(25, percent)).split.held).toBe(false);
  });
});
