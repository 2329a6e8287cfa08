import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { GroupCounter } from "../../../../rehearsal/local/balancer/group-counter.ts";
import type { TargetGroupStatus } from "../../../../rehearsal/local/balancer/target-group.ts";
import { preciseNow, type RequestRecord } from "../../../../rehearsal/local/load/request.ts";
import { AutomaticRollback } from "../../../../rehearsal/local/rollback/automatic-rollback.ts";
import { readOutput } from "../../../../rehearsal/plan/planned-resource.ts";
import { parseLatch } from "../../../../rollout/latch.ts";
import { balancerAt, machineClock, rulesOf, weightsOf } from "../fixtures/machine-world.ts";
import { plannedStaging } from "../fixtures/planned-stage.ts";

const plan = plannedStaging();
/** Makes a planned minute 200 ms, and the alarm's ten minutes 2 s. */
const timeFactor = 300;

/**
 * A rollback that watches requests which come as fast as it looks: so many a look, so many of them failed, by a colour. A
 * failure is an answer 500 of the colour's task, or a 502 of the balancer because the task hung up.
 *
 * @param late milliseconds by which every other look is late
 */
async function watching(
  colour: "blue" | "green",
  failed: number,
  greenPercent = 25,
  failure: 500 | 502 = 500,
  late = 0,
) {
  const balancer = await balancerAt(plan(), greenPercent, ["blue", "green"]);
  const records: RequestRecord[] = [];
  const counter = new GroupCounter();
  const isServing = ({ arn }: TargetGroupStatus) => arn === readOutput(plan(), "targetGroupArns")[colour];
  const health = { failed };
  let looks = 0;
  const rollback = new AutomaticRollback({
    balancer: {
      ...rulesOf(balancer),
      status: async () =>
        balancer.status().map((group) => (isServing(group) ? { ...group, counts: counter.counts() } : group)),
    },
    traffic: {
      async all() {
        if (looks++ % 2 === 1) await sleep(late);
        const endedAt = preciseNow() - 1;
        const times = { dueAt: endedAt, sentAt: endedAt, endedAt, latencyMilliseconds: 0 };
        const one = { kind: "read", id: "", generation: 1, ...times } as const;
        for (let count = 0; count < 20; count++) {
          const statusCode = count < health.failed ? failure : 200;
          counter.choose();
          if (statusCode === 502) {
            records.push({ ...one, chosen: colour, statusCode });
            counter.answerItself(statusCode);
          } else {
            records.push({ ...one, colour, statusCode });
            counter.answer(statusCode);
          }
        }
        return records;
      },
    },
    timeFactor,
    now: () => new Date(machineClock),
  });
  rollback.apply(plan());
  rollback.start();
  onTestFinished(() => rollback.stop());
  const checks = (count: number) =>
    rollback.until(`${count} checks`, 10, () => {
      const ended = rollback.executions.filter(({ startedBy }) => startedBy === "check");
      return ended.length >= count ? ended : undefined;
    });
  return { balancer, rollback, checks, health };
}

describe("AutomaticRollback", () => {
  const byAlarm = (rollback: AutomaticRollback) =>
    rollback.until("a rollback", 20, () => rollback.executions.find(({ startedBy }) => startedBy === "alarm"));

  it("takes the failing candidate off the public path by itself, after seven failing minutes", async () => {
    const { balancer, rollback } = await watching("green", 16);
    const execution = await byAlarm(rollback);
    expect(rollback.executions.filter(({ startedBy }) => startedBy === "check").length).toBeGreaterThanOrEqual(6);
    expect(execution).toMatchObject({ startedBy: "alarm", succeeded: true, endState: "Returned" });
    expect(execution.input).toEqual({ alarmName: "portal-staging-green-unfit" });
    expect(rollback.changes[0]).toMatchObject({
      name: "portal-staging-green-unfit",
      to: "ALARM",
      firing: expect.arrayContaining(["portal-staging-green-error-rate-7-of-10"]),
    });
    expect(weightsOf(balancer)).toEqual([100, 0]);
    expect(parseLatch(rollback.latch)).toEqual({
      state: "set",
      at: machineClock,
      reason: "portal-staging-green-unfit",
      rolledBack: "green",
    });
    expect(rollback.notices).toHaveLength(1);
  });

  it("takes off a candidate whose tasks hang up, which the balancer counts for no target group", async () => {
    const { balancer, rollback } = await watching("green", 16, 25, 502);
    const execution = await byAlarm(rollback);
    expect(execution).toMatchObject({ succeeded: true, endState: "Returned" });
    expect(execution.input).toEqual({ alarmName: "portal-staging-green-unfit" });
    expect(rollback.changes[0]?.firing).toContain("portal-staging-green-error-rate-7-of-10");
    expect(weightsOf(balancer)).toEqual([100, 0]);
  });

  it("needs no more minutes on a machine that is late, which makes them longer", async () => {
    const { rollback } = await watching("green", 16, 25, 500, 500);
    await byAlarm(rollback);
    expect(rollback.changes[0]).toMatchObject({ name: "portal-staging-green-unfit", to: "ALARM", minute: 7 });
  });

  it("sends one event for one alarm, however long it lasts", async () => {
    const { rollback, checks } = await watching("green", 16);
    await byAlarm(rollback);
    await checks(rollback.executions.length + 3);
    expect(rollback.executions.filter(({ startedBy }) => startedBy === "alarm")).toHaveLength(1);
    expect(rollback.notices).toHaveLength(1);
  });

  it("moves nothing for the live colour, whose alarm goes off all the same", async () => {
    const { balancer, rollback, checks } = await watching("blue", 16, 0);
    await rollback.until("an alarm", 20, () => rollback.changes[0]);
    await checks(rollback.executions.length + 2);
    // Between two shortened minutes it may be OK for a moment.
    expect(rollback.changes[0]).toMatchObject({ name: "portal-staging-blue-unfit", to: "ALARM" });
    expect(rollback.changes.filter(({ name }) => name !== "portal-staging-blue-unfit")).toEqual([]);
    expect(rollback.executions.map(({ startedBy }) => startedBy)).not.toContain("alarm");
    expect(weightsOf(balancer)).toEqual([100, 0]);
    expect(parseLatch(rollback.latch).state).toBe("clear");
  });

  it("leaves a set latch alone when another update is applied", async () => {
    const { rollback } = await watching("green", 16);
    await byAlarm(rollback);
    const { latch } = rollback;
    rollback.apply(plan());
    expect([rollback.latch, parseLatch(latch).state]).toEqual([latch, "set"]);
  });

  it("tells what ended its watch to whoever waits", async () => {
    const balancer = await balancerAt(plan(), 0);
    const rollback = new AutomaticRollback({
      balancer: rulesOf(balancer),
      traffic: { all: () => Promise.reject(new Error("the load is gone")) },
      timeFactor,
      now: () => new Date(machineClock),
    });
    rollback.apply(plan());
    rollback.start();
    await expect(rollback.until("a rollback", 10, () => rollback.executions[0])).rejects.toThrow("the load is gone");
    await expect(rollback.stop()).rejects.toThrow("the load is gone");
  });
});
