import { expect, it } from "vitest";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { runMachine } from "../../support/aws/run-machine.ts";
import { setAlarm } from "../../support/aws/set-alarm.ts";
import { startStage } from "../../support/cli/start-stage.ts";

describeWithMoto("a release that fails at 25 %", () => {
  // So that the step of 25 % is baked about now: what the machine in AWS writes has the real time.
  const started = startStage("production", new Date(Date.now() - 6.2 * 3_600_000));

  it("is rolled back by the machine in AWS, with nobody at a keyboard", async () => {
    const stage = started.current;
    await stage.advanceTo(25);
    const { compositeAlarmNames, rollbackStateMachineArn } = await stage.addresses();
    const { clients } = stage.pulumi.account();
    const alarmName = compositeAlarmNames.green;
    await setAlarm(clients, alarmName, "ALARM");
    const { status } = await runMachine(clients, rollbackStateMachineArn, JSON.stringify({ alarmName }));
    expect(status).toBe("SUCCEEDED");
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(await stage.latch()).toMatchObject({ state: "set", reason: alarmName, rolledBack: "green" });
    // Nobody has run an update: record and config still tell of the step.
    expect(stage.pulumi.record.weightPercent).toBe(25);
    expect(stage.stackFile()).toContain("candidateWeight: 25");
  });

  it("is shown by status for what it is", async () => {
    const { stdout, exitCode } = await started.current.run("status");
    expect(stdout).toContain("AWS, production: blue 100 %, green 0 %, which is NOT what the record says.");
    expect(stdout).toMatch(/^Latch: SET at .* UTC, portal-production-green-unfit\.$/m);
    expect(stdout).toContain("Alarm portal-production-green-unfit is firing.");
    expect(exitCode).toBe(0);
  });

  it("is told by history, with the alarm, before anybody has run anything", async () => {
    const { stdout } = await started.current.run("history");
    expect(stdout).toMatch(
      /rolled back {2}blue {5}0 % .* so far\n {4}By itself, because of the alarm portal-production-green-unfit\.$/,
    );
    expect(stdout).toMatch(/ {4}Gate: pass\. Candidate: 1000 requests, 0 failed/);
  });

  it("is not advanced, with every reason told", async () => {
    const stage = started.current;
    stage.waitHours(5);
    const { stderr, stdout, exitCode } = await stage.run("advance", "--json");
    expect(stderr).toMatch(/While it is set, the only accepted weight is 0/);
    expect(stderr).toMatch(/Alarm portal-production-green-unfit is firing\. Take no step until it is OK/);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: "refused",
      move: { action: "advance", from: { weightPercent: 25 }, to: { weightPercent: 50 } },
    });
    expect(exitCode).toBe(1);
  });

  it("is not pushed out again by an update with the unchanged config", async () => {
    const stage = started.current;
    await expect(stage.up()).rejects.toThrow(/^Rollout refused\. You asked for 25 %\.\n- The rollback latch was set/);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
  });

  it("cannot be resumed before config and record are at 0, nor with the same image", async () => {
    const stage = started.current;
    const before = await stage.run("resume");
    expect(before.stderr).toMatch(
      /^Clearing the latch is refused\.\n- candidateWeight is 25 in config and 25 in the record/,
    );
    expect(before.stderr).toMatch(/- images\.green is still sha256:\w{64}, as it was when the latch was set\./);
    expect(before.exitCode).toBe(1);
    expect((await stage.latch()).state).toBe("set");
  });

  it("is brought to 0 everywhere by the rollback command, which keeps the first reason", async () => {
    const stage = started.current;
    const { exitCode, stdout } = await stage.run("rollback", "--reason", "the alarm was right");
    expect(stdout).toMatch(/^Public traffic: blue 100 %, green 0 %/);
    expect(exitCode).toBe(0);
    expect(stage.pulumi.record.weightPercent).toBe(0);
    expect(stage.stackFile()).toContain("candidateWeight: 0");
    expect(await stage.latch()).toMatchObject({ reason: "portal-production-green-unfit" });
  });

  it("is resumed with a fixed image, and begins again at the first step", async () => {
    const stage = started.current;
    const { compositeAlarmNames } = await stage.addresses();
    await setAlarm(stage.pulumi.account().clients, compositeAlarmNames.green, "OK");
    expect((await stage.run("resume")).exitCode).toBe(1);

    stage.editStackFile((text) => text.replace(sampleImageDigest("1.1.0"), sampleImageDigest("1.2.0")));
    stage.waitHours(1);
    await stage.up();
    const resumed = await stage.run("resume");
    expect(resumed.stdout).toMatch(/^The latch is clear\. It was set because of: portal-production-green-unfit\.\n/);
    expect(resumed.exitCode).toBe(0);
    expect(await stage.latch()).toEqual({ state: "clear" });

    stage.waitHours(1);
    const advanced = await stage.run("advance");
    expect(advanced.stderr).toBe("");
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
  });

  it("leaves evidence of the whole of it", async () => {
    const kept = await started.current.evidence();
    expect(kept.map(({ action, outcome, reason }) => [action, outcome, reason])).toEqual([
      ["advance", "done", null],
      ["advance", "done", null],
      ["rollback", "done", "the alarm was right"],
      ["resume", "done", null],
      ["advance", "done", null],
    ]);
  });
});
