import { expect, it } from "vitest";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { runMachine } from "../../support/aws/run-machine.ts";
import { setAlarm } from "../../support/aws/set-alarm.ts";
import { startStage } from "../../support/cli/start-stage.ts";

const hours = 3_600_000;

describeWithMoto("a step of 5 % that nobody decides about", () => {
  // So that its limit of seven days is over about now: what the machine in AWS writes has the real time.
  const started = startStage("production", new Date(Date.now() - (7 * 24 + 0.5) * hours));

  async function limitAlarm(): Promise<string> {
    const { limitAlarmNames } = await started.current.addresses();
    return limitAlarmNames?.["5"] ?? "";
  }

  it("is told by status from the beginning, with the limit's end", async () => {
    const stage = started.current;
    await stage.advanceTo(5);
    const { stdout } = await stage.run("status");
    expect(stdout).toMatch(/^The step may stay 7 d: at .* UTC the traffic goes back by itself\.$/m);
    expect(stdout).not.toContain("LIMIT REACHED");
  });

  it("is told by status and its watch as at its limit, with the way back", async () => {
    const stage = started.current;
    stage.now = new Date(Date.parse(stage.pulumi.record.since) + 7 * 24 * hours);
    const { stdout } = await stage.run("status");
    expect(stdout.split("\n").slice(2, 4)).toEqual([
      expect.stringMatching(/^LIMIT REACHED: the 5 % step was to stay 7 d at most, until .* UTC\. The rollback's/),
      "    npm run rollout -- rollback --stage production",
    ]);
    const json = JSON.parse((await stage.run("status", "--json")).stdout);
    expect(json.limit).toMatchObject({ weightPercent: 5, seconds: 604_800, secondsLeft: 0, onLimit: "rollback" });
    // The next step, too, ends the wait.
    expect(json.next).toMatchObject({ kind: "step", weightPercent: 25 });
  });

  it("is returned by the machine in AWS, which is told by the latch and by history", async () => {
    const stage = started.current;
    const { rollbackStateMachineArn } = await stage.addresses();
    const { clients } = stage.pulumi.account();
    await setAlarm(clients, await limitAlarm(), "ALARM");
    const input = JSON.stringify({ alarmName: await limitAlarm() });
    expect(await runMachine(clients, rollbackStateMachineArn, input)).toMatchObject({ status: "SUCCEEDED" });
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    const reason = "the 5 % step reached its limit of 7 d";
    expect(await stage.latch()).toMatchObject({ state: "set", reason, rolledBack: "green" });
    stage.now = new Date();
    const { stdout } = await stage.run("status");
    expect(stdout).toMatch(new RegExp(`^Latch: SET at .* UTC, ${reason}\\.$`, "m"));
    expect(stdout).not.toContain("LIMIT REACHED");
    const history = await stage.run("history");
    expect(history.stdout).toMatch(/rolled back {2}blue {5}0 %/);
    expect(history.stdout).toContain(`    By itself, because ${reason}.`);
  });

  it("is not taken again while its alarm is still on, since the check would return it", async () => {
    const stage = started.current;
    expect(await stage.run("rollback")).toMatchObject({ exitCode: 0 });
    const next = sampleImageDigest("1.2.0");
    stage.editStackFile((text) => text.replace(/green: sha256:\w{64}/, `green: ${next}`));
    await stage.up();
    expect(await stage.run("resume")).toMatchObject({ exitCode: 0 });
    const refused = await stage.run("advance");
    expect(refused.stderr).toMatch(
      /Alarm portal-production-limit-5-\w+, on the limit of the 5 % step, is on from the last time/,
    );
    expect(refused.exitCode).toBe(1);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });

    await setAlarm(stage.pulumi.account().clients, await limitAlarm(), "OK");
    expect(await stage.run("advance")).toMatchObject({ exitCode: 0 });
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
  });
});
