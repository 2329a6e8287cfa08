import { describe, expect, it } from "vitest";
import { judgeCapacity, tasksForBusiestHour } from "../../../rollout/gate/capacity.ts";
import type { CapacityInput } from "../../../rollout/gate/gate-input.ts";
import { busiestRequestsPerMinute, provenRequestsPerMinutePerTask } from "../../../rollout/measurements.ts";

const capacity: CapacityInput = {
  healthyTasks: { candidate: 2, live: 10 },
  minTasks: 2,
  weightPercent: 5,
  nextWeightPercent: 25,
  requestsPerMinuteTotal: 600,
};
const boundsOf = (over: Partial<CapacityInput>) => judgeCapacity({ ...capacity, ...over }).map(({ bound }) => bound);

describe("the candidate's tasks", () => {
  it("are asked for by what a live task carries now, or by what one has been seen to carry, where that is more", () => {
    // Ten tasks carry 95 %.
    expect(boundsOf({})[0]).toBe("at least 3 for 25 % of the traffic");
    expect(boundsOf({ provenRequestsPerMinutePerTask: 80 })[0]).toBe("at least 2 for 25 % of the traffic");
    expect(boundsOf({ provenRequestsPerMinutePerTask: 20 })[0]).toBe("at least 3 for 25 % of the traffic");
  });

  it("are not counted by a proof of nothing: where no traffic is seen, live's share stands", () => {
    const none = { requestsPerMinuteTotal: 0, provenRequestsPerMinutePerTask: 80, minTasks: 1 };
    expect(boundsOf(none)[0]).toBe("at least 3 for 25 % of the traffic");
  });

  it("are no fewer than the least, and no more for what the candidate carries already", () => {
    expect(boundsOf({ minTasks: 5 })[0]).toBe("at least 5 for 25 % of the traffic");
    expect(boundsOf({ weightPercent: 25 })[0]).toBe("at least 2 for 25 % of the traffic");
  });
});

describe("live's tasks", () => {
  const sentenceOf = (over: Partial<CapacityInput>) => judgeCapacity({ ...capacity, ...over })[1]?.sentence;

  it("are the least where nobody has seen what one carries, or how busy an hour was", () => {
    expect(boundsOf({ busiestRequestsPerMinute: 6000 })[1]).toBe("at least 2 to take all traffic back");
    expect(boundsOf({ provenRequestsPerMinutePerTask: 10 })[1]).toBe("at least 2 to take all traffic back");
    expect(tasksForBusiestHour({ busiestRequestsPerMinute: 6000 })).toBeUndefined();
    expect(tasksForBusiestHour({ provenRequestsPerMinutePerTask: 10 })).toBeUndefined();
    expect(tasksForBusiestHour({ busiestRequestsPerMinute: 109, provenRequestsPerMinutePerTask: 10 })?.tasks).toBe(10);
    expect(tasksForBusiestHour({ busiestRequestsPerMinute: 120, provenRequestsPerMinutePerTask: 10 })?.tasks).toBe(10);
  });

  it("are told by the busiest hour where they are as many as the least, and by the least where they are fewer", () => {
    const busy = { busiestRequestsPerMinute: 115, provenRequestsPerMinutePerTask: 10 };
    expect(sentenceOf({ ...busy, healthyTasks: { candidate: 2, live: 2 } })).toContain(
      "needs 10 to take all traffic back: the busiest hour of the last two weeks had 115 requests a minute, and one task has been seen to carry 10 and is trusted with a fifth more.",
    );
    expect(sentenceOf({ ...busy, healthyTasks: { candidate: 2, live: 1 } })).toContain(
      "has 1 healthy task, fewer than the 2 of api.minTasks",
    );
  });

  it("are enough in an hour that is busier than all before, of which the candidate carries 5 %", () => {
    const hour = (requests: number, liveRequests: number) => ({
      from: "2026-11-23T00:00:00.000Z",
      requests,
      liveErrors: 0,
      liveRequests,
      liveRequestsPerTask: liveRequests / 2,
    });
    const tasksAfter = (latest: number) => {
      const traffic = [hour(600, 600), hour(latest, 0.95 * latest)];
      return tasksForBusiestHour({
        busiestRequestsPerMinute: busiestRequestsPerMinute(traffic),
        provenRequestsPerMinutePerTask: provenRequestsPerMinutePerTask(traffic, 1),
      })?.tasks;
    };
    expect([601, 640, 6000].map(tasksAfter)).toEqual([2, 2, 2]);
    // Three times as busy, and three quarters of it with the candidate.
    const traffic = [hour(600, 600), hour(1800, 450)];
    expect(
      tasksForBusiestHour({
        busiestRequestsPerMinute: busiestRequestsPerMinute(traffic),
        provenRequestsPerMinutePerTask: provenRequestsPerMinutePerTask(traffic, 1),
      })?.tasks,
    ).toBe(5);
  });
});
