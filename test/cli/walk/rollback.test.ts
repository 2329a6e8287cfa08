import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { checkInput } from "../../../components/rollback/machine-input.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { subscribeInbox } from "../../support/aws/inbox.ts";
import { type RecordingProxy, startRecordingProxy } from "../../support/aws/recording-proxy.ts";
import { runMachine } from "../../support/aws/run-machine.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { ssmValueProblems } from "../../support/aws/ssm-value.ts";
import { cutOffWorld } from "../../support/cli/cut-off.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";

describeWithMoto("the rollback command", () => {
  const started = startStage("production");
  let at25: Standing;
  let promoted: Standing;
  let proxy: RecordingProxy;
  beforeAll(async () => {
    const stage = started.current;
    await stage.advanceTo(25);
    at25 = await stage.remember();
    await stage.advanceTo(100);
    expect((await stage.run("promote")).exitCode).toBe(0);
    stage.waitHours(1);
    promoted = await stage.remember();
    proxy = await startRecordingProxy(started.moto);
  });
  beforeEach(() => {
    proxy.clear();
  });
  afterAll(() => proxy?.stop());

  it("touches the traffic with AWS's second call, and asks nothing of Pulumi before the latch is set", async () => {
    const stage = started.current;
    await stage.returnTo(at25);
    const counted = cutOffWorld(stage.world());
    vi.stubEnv("AWS_ENDPOINT_URL", proxy.endpoint);
    const { exitCode } = await stage.runIn(counted.world, "rollback", "--reason", "logins fail");
    vi.stubEnv("AWS_ENDPOINT_URL", started.moto.endpoint);
    expect(exitCode).toBe(0);
    expect(counted.calls.slice(0, 3)).toEqual(["rescue.find", "rescue.moveAllTraffic", "rescue.writeLatch"]);
    expect(proxy.calls.slice(0, 3).map(({ action }) => action)).toEqual([
      "GetParametersByPath",
      "ModifyRule",
      "PutParameter",
    ]);
    expect(counted.calls.indexOf("pulumi.outputs")).toBeGreaterThan(counted.calls.indexOf("rescue.publish"));
  });

  it("tells everybody, with the reason and the way on", async () => {
    const stage = started.current;
    await stage.returnTo(at25);
    const { clients } = stage.pulumi.account();
    const notices = await subscribeInbox(clients, (await stage.addresses()).alertTopicArn);
    await stage.run("rollback", "--reason", "logins fail");
    expect(await notices()).toEqual(["Rolled back by hand: green is off the public path"]);
  });

  it("returns the traffic and says what is left when Pulumi cannot be reached, and does the rest when run again", async () => {
    const stage = started.current;
    await stage.returnTo(at25);
    const cutOff = stage.world({
      async outputs() {
        throw new Error("Pulumi is not logged in.");
      },
    });
    const cut = await stage.runIn(cutOff, "rollback");
    expect(cut.stdout).toMatch(/^Public traffic: blue 100 %, green 0 %/);
    expect(cut.stdout).toContain(
      "- Traffic is back, but config and record do not say so yet. When it is mended, run this command again. Pulumi is not logged in.",
    );
    expect(cut.exitCode).toBe(1);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect((await stage.latch()).state).toBe("set");
    expect(stage.pulumi.record.weightPercent).toBe(25);

    stage.waitHours(1);
    expect((await stage.run("rollback")).exitCode).toBe(0);
    expect(stage.pulumi.record.weightPercent).toBe(0);
    expect((await stage.evidence()).map(({ outcome }) => outcome)).toEqual(["incomplete", "done"]);
  });

  it("returns the traffic even where the latch cannot be written, and says so first", async () => {
    const stage = started.current;
    await stage.returnTo(at25);
    const world = stage.world();
    const openRescue = async () => {
      const rescue = await world.openRescue();
      const writeLatch = async () => {
        throw new Error("AWS: the rollback latch could not be written: no (AccessDeniedException).");
      };
      return { ...rescue, writeLatch };
    };
    const { exitCode, stdout } = await stage.runIn({ ...world, openRescue }, "rollback");
    expect(stdout).toContain("The latch is NOT set: nothing keeps an update from raising the weight.");
    expect(stdout).toContain("- The latch is not set, so run no update. AWS: the rollback latch could not be written");
    expect(exitCode).toBe(1);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
  });

  it("sets the latch whatever the reason holds, and says what was changed", async () => {
    const stage = started.current;
    await stage.returnTo(at25);
    const { clients } = stage.pulumi.account();
    const reason = `\u001b[31m{{ssm:key}}\n\u202e${"logins fail, ".repeat(400)}`;
    const { exitCode, stdout } = await stage.run("rollback", "--reason", reason);
    expect(stdout).toContain(
      "The reason was changed: line breaks and control characters were taken out; double braces were written apart, because SSM refuses them; it was cut to 500 of its 5213 characters. The evidence has all of it.",
    );
    expect(exitCode).toBe(0);
    const { Parameter } = await clients.parameters.send(
      new GetParameterCommand({ Name: (await stage.addresses()).latchParameterName }),
    );
    expect(ssmValueProblems(Parameter?.Value ?? "")).toEqual([]);
    expect(await stage.latch()).toMatchObject({
      state: "set",
      reason: expect.stringMatching(/^\{ \{ssm:key\} \} logins/),
    });
    expect((await stage.evidence()).at(-1)?.reason).toBe(`{{ssm:key}} ${"logins fail, ".repeat(400)}`.trim());
  });

  it("does no harm where no weight is out, and says what else it may be", async () => {
    const stage = started.current;
    await stage.returnTo(promoted);
    const { exitCode, stdout } = await stage.run("rollback");
    expect(stdout).toContain("No weight was out before. If green itself is the bad release, the way back is --to");
    expect(exitCode).toBe(0);
    expect(await stage.weights()).toEqual({ blue: 0, green: 100 });
  });

  it.each([
    ["with the latch clear", "clear"],
    ["with the latch set by a rollback that had nothing to return", "set"],
  ])("makes the version that served before promote live again, %s", async (_, state) => {
    const stage = started.current;
    await stage.returnTo(promoted);
    if (state === "set") await stage.run("rollback");
    stage.waitHours(1);
    const { exitCode, stdout } = await stage.run("rollback", "--to", "blue", "--reason", "green loses sessions");
    expect(stdout).toMatch(/^Public traffic: blue 100 %, green 0 %/);
    expect(exitCode).toBe(0);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(stage.pulumi.record).toMatchObject({ liveColour: "blue", weightPercent: 0, promotedAt: null });
    expect(stage.pulumi.record.history.at(-1)?.event).toBe("returned");
    expect(stage.stackFile()).toMatch(/liveColour: blue/);
    expect((await stage.latch()).state).toBe("set");
    stage.waitHours(1);
    expect((await stage.run("advance")).stderr).toContain("While it is set, the only accepted weight is 0");
  });

  it("is not undone by the check each minute while the update of a return is under way", async () => {
    const stage = started.current;
    await stage.returnTo(promoted);
    await stage.run("rollback", "--reason", "nothing was out");
    const { clients } = stage.pulumi.account();
    const { rollbackStateMachineArn } = await stage.addresses();
    const checks: string[] = [];
    const world = stage.world({
      async update(request) {
        // As the schedule starts it, for as long as no update has said that blue is live.
        const input = JSON.stringify(checkInput);
        checks.push((await runMachine(clients, rollbackStateMachineArn, input)).status);
        await stage.pulumi.update(request);
      },
    });
    stage.waitHours(1);
    const { exitCode } = await stage.runIn(world, "rollback", "--to", "blue", "--reason", "green loses sessions");
    expect(checks).toEqual(["SUCCEEDED"]);
    expect(exitCode).toBe(0);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(await stage.latch()).toMatchObject({ reason: "green loses sessions", rolledBack: "green" });
    const resumed = await stage.run("resume");
    expect(resumed.stderr).toMatch(/images\.green is still sha256:\w{64}, which was rolled back/);
  });

  it("sends nobody to a colour without a healthy task", async () => {
    const stage = started.current;
    await stage.returnTo(promoted);
    await setHealthyTasks(stage.pulumi.account(), "blue", 0);
    const { exitCode, stderr } = await stage.run("rollback", "--to", "blue");
    await setHealthyTasks(stage.pulumi.account(), "blue", 2);
    expect(stderr).toContain("blue has no healthy task, so nothing was moved: it would answer nobody.");
    expect(exitCode).toBe(1);
    expect(await stage.weights()).toEqual({ blue: 0, green: 100 });
  });

  it("offers no way back to a colour that was retired within the window", async () => {
    const stage = started.current;
    await stage.returnTo(promoted);
    expect((await stage.run("status")).stdout).toContain("blue can become live again until");
    const retired = await stage.run("retire", "--reason", "its database connections are needed");
    expect([retired.exitCode, retired.stderr]).toEqual([0, ""]);
    await setHealthyTasks(stage.pulumi.account(), "blue", 0);
    expect((await stage.run("status")).stdout).not.toContain("can become live again");
    const { exitCode, stderr } = await stage.run("rollback", "--to", "blue");
    expect(stderr).toContain("blue has no healthy task, so nothing was moved");
    expect(exitCode).toBe(1);
  });
});
