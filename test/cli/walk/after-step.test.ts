import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, it } from "vitest";
import { newEvidence } from "../../../cli/moves/evidence.ts";
import type { RolloutWorld } from "../../../cli/world.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { setAlarm } from "../../support/aws/set-alarm.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { startStage } from "../../support/cli/start-stage.ts";

describeWithMoto("what an advance finds after its update", () => {
  const started = startStage("production");
  beforeEach(() => started.current.standAt5());

  /** A world in which something happens as soon as an update is made. */
  function afterUpdate(happens: () => Promise<void>): RolloutWorld {
    const stage = started.current;
    return stage.world({
      async update(request) {
        await stage.pulumi.update(request);
        await happens();
      },
    });
  }

  it("starts the rollback itself where the alarm fires already, for then no event comes", async () => {
    const stage = started.current;
    const { clients } = stage.pulumi.account();
    const { compositeAlarmNames } = await stage.addresses();
    const world = afterUpdate(() => setAlarm(clients, compositeAlarmNames.green, "ALARM"));
    const { exitCode, stderr } = await stage.runIn(world, "advance");
    expect(stderr).toContain("The candidate's alarm is firing.");
    expect(stderr).toContain("The rollback's check was started instead, and the traffic is being returned");
    expect(exitCode).toBe(1);
    for (let waited = 0; waited < 100 && (await stage.latch()).state === "clear"; waited += 1) await sleep(50);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(await stage.latch()).toMatchObject({ state: "set", reason: compositeAlarmNames.green });
    await setAlarm(clients, compositeAlarmNames.green, "OK");
  });

  it("says so where the candidate's tasks are not there to take the traffic, and ends the step when they are", async () => {
    const stage = started.current;
    const account = stage.pulumi.account();
    const world = afterUpdate(() => setHealthyTasks(account, "green", 1));
    const { exitCode, stderr } = await stage.runIn(world, "advance");
    expect(stderr).toContain("green serves 25 % of the public with 1 healthy task, but needs at least 2.");
    expect(exitCode).toBe(1);
    expect((await stage.evidence()).at(-1)).toMatchObject({ outcome: "begun", to: { weightPercent: 25 } });

    await setHealthyTasks(account, "green", 2);
    const again = await stage.run("advance");
    expect(again.stdout).toContain("blue is live with 25 % on the candidate.");
    expect(again.exitCode).toBe(0);
    expect((await stage.evidence()).at(-1)).toMatchObject({ outcome: "done", to: { weightPercent: 25 } });
    expect(stage.pulumi.record.weightPercent).toBe(25);
  });

  it("says that nothing moved where the update failed before the rule, and leaves the file as it was", async () => {
    const stage = started.current;
    const before = stage.stackFile();
    const failing = stage.world({
      async update() {
        throw new Error("AWS said no.");
      },
    });
    const { exitCode, stderr } = await stage.runIn(failing, "advance");
    expect(stderr).toBe(
      "The update failed and moved no traffic. AWS still gives blue 95 and green 5, and Pulumi.production.yaml was restored. The error was: AWS said no.",
    );
    expect(exitCode).toBe(1);
    expect(stage.stackFile()).toBe(before);
    expect((await stage.evidence()).at(-1)).toMatchObject({ outcome: "interrupted" });
  });

  it("leaves evidence alone of a move that is older than the record's history", async () => {
    const stage = started.current;
    const { account, plan } = stage.pulumi.state;
    const dropped = { entries: 1, until: "2026-11-01T00:00:00.000Z", usedReasons: [] };
    const record = { ...plan.record, dropped };
    stage.setState({ account, plan: { ...plan, record, outputs: { ...plan.outputs, rollout: record } } });
    const standing = { liveColour: "blue", weightPercent: 0 } as const;
    const begun = await newEvidence(stage.world(), "advance", new Date(dropped.until), { ...record, ...standing });
    await stage.world().evidence.write(begun);
    const lost = { ...begun, at: "2026-11-02T00:00:00.000Z" };
    await stage.world().evidence.write(lost);
    const { exitCode, stderr } = await stage.run("advance");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const outcomes = (await stage.evidence()).map(({ at, outcome }) => [at, outcome]);
    expect(outcomes).toContainEqual([dropped.until, "begun"]);
    expect(outcomes).toContainEqual([lost.at, "interrupted"]);
  });
});
