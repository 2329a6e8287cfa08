import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { writeLatch } from "../../../infra/aws/latch-and-address.ts";
import type { RescueAws } from "../../../infra/aws/rescue.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { rollbackAddressParameter } from "../../../infra/naming.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import type { SetLatch } from "../../../rollout/latch.ts";
import { checkInput } from "../../../rollout/rollback-machine.ts";
import { addSeconds, formatInstant } from "../../../rollout/time.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { subscribeInbox } from "../../support/aws/inbox.ts";
import { type RecordingProxy, startRecordingProxy } from "../../support/aws/recording-proxy.ts";
import { runMachine } from "../../support/aws/run-machine.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { ssmValueProblems } from "../../support/aws/ssm-value.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { countCalls } from "../../support/cli/wrap-world.ts";

const alarmLatch: SetLatch = { state: "set", at: "2026-11-23T12:30:00Z", reason: "alarm" };

describeWithMoto("the rollback command", () => {
  const started = startStage("production");
  let at0: Standing;
  let at25: Standing;
  let promoted: Standing;
  let proxy: RecordingProxy;
  let latchName: string;
  /** When the rollback window of 48 h ends, on its day. */
  let returnUntil: string;
  beforeAll(async () => {
    const stage = started.current;
    at0 = await stage.remember();
    latchName = (await stage.addresses()).latchParameterName;
    await stage.advanceTo(25);
    at25 = await stage.remember();
    await stage.advanceTo(100);
    expect((await stage.run("promote")).exitCode).toBe(0);
    returnUntil = formatInstant(addSeconds(new Date(stage.pulumi.record.since), 48 * 3600), {
      now: stage.now,
      timeZone: "Australia/Melbourne",
    });
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
    const counted = countCalls(stage.world());
    vi.stubEnv("AWS_ENDPOINT_URL", proxy.endpoint);
    const { exitCode } = await stage.runIn(counted.world, "rollback", "--reason", "logins fail");
    vi.stubEnv("AWS_ENDPOINT_URL", started.moto.endpoint);
    expect(exitCode).toBe(0);
    // The tasks' health, the traffic and the listener's rules are asked once the latch is set.
    const asked = ["rescue.readTargets", "rescue.readTargets", "rescue.readTraffic", "rescue.readPublicPath"];
    // The evidence is a folder of this machine.
    const first = [
      "rescue.find",
      "evidence.contractMigrations",
      "rescue.moveAllTraffic",
      "rescue.writeLatch",
      ...asked,
    ];
    expect(counted.calls.slice(0, 9)).toEqual([...first, "rescue.publish"]);
    const actions = proxy.calls.map(({ action }) => action);
    expect(actions.slice(0, 3)).toEqual(["GetParametersByPath", "ModifyRule", "PutParameter"]);
    expect(counted.calls.indexOf("pulumi.outputs")).toBeGreaterThan(counted.calls.indexOf("rescue.publish"));
  });

  it("says how many healthy tasks live has and how many the load needs", async () => {
    const stage = started.current;
    await stage.returnTo(at25);
    const { stdout } = await stage.run("rollback");
    expect(stdout).toMatch(
      /^blue has 2 healthy tasks and needs \d+ for all of the traffic: the busiest hour of the last two weeks had [\d.]+ requests a minute, and one task has been seen to carry [\d.]+ and is trusted with a fifth more\./m,
    );
  });

  it("moves to live with no healthy task on either side, says what that means, and ends as incomplete", async () => {
    const stage = started.current;
    await stage.returnTo(at25);
    for (const colour of ["blue", "green"] as const) await setHealthyTasks(stage.pulumi.account(), colour, 0);
    const { exitCode, stdout } = await stage.run("rollback");
    for (const colour of ["blue", "green"] as const) await setHealthyTasks(stage.pulumi.account(), colour, 2);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(stdout).toContain(
      "blue has NO healthy task. It has no task at all, so the load balancer answers every request with 503. green has none either, so no colour could answer. Look at blue's tasks now: npm run rollout -- status --stage production, the events of its ECS service, and its logs.",
    );
    expect(stdout).toContain("- blue serves 100 % of the public with 0 healthy tasks, but needs at least 1.");
    expect(exitCode).toBe(1);
    expect((await stage.latch()).state).toBe("set");
  });

  it("rolls back and tells people where neither health nor traffic can be read", async () => {
    const stage = started.current;
    await stage.returnTo(at25);
    const world = stage.world();
    const unreadable = async () => Promise.reject(new Error("AWS: no (AccessDeniedException)."));
    const openRescue = async () => ({
      ...(await world.openRescue()),
      readTargets: unreadable,
      readTraffic: unreadable,
    });
    const { stdout } = await stage.runIn({ ...world, openRescue }, "rollback");
    expect(stdout).toContain("It is not known how many healthy tasks blue has: AWS did not say.");
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect((await stage.latch()).state).toBe("set");
  });

  it("tells everybody, with the reason and the way on", async () => {
    const stage = started.current;
    await stage.returnTo(at25);
    const { clients } = stage.pulumi.account();
    const notices = await subscribeInbox(clients, (await stage.addresses()).alertTopicArn);
    await stage.run("rollback", "--reason", "logins fail");
    expect(await notices()).toEqual(["Rollback by hand: blue serves all public traffic"]);
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
      "- Traffic is back, but config and record do not say so yet. Fix the error below, then run this command again. Pulumi is not logged in.",
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

  it("says where nothing was out that no release was rolled back, and offers no return that is not possible", async () => {
    const stage = started.current;
    await stage.returnTo(at0);
    const { clients } = stage.pulumi.account();
    const notices = await subscribeInbox(clients, (await stage.addresses()).alertTopicArn);
    const { exitCode, stdout } = await stage.run("rollback");
    expect(stdout).toMatch(/^Public traffic: blue 100 %, green 0 %/);
    expect(stdout).toContain(
      "The last update gave green no public traffic, so no release was rolled back. If blue itself is the problem, there is no return: there is no promote to undo: nothing was promoted, or the return has been made already. Roll out a fixed release as images.green.",
    );
    expect(stdout).not.toContain("--to");
    expect(exitCode).toBe(0);
    expect((await notices()).at(-1)).toBe("Rollback by hand: blue serves all public traffic");
    expect(await stage.latch()).toMatchObject({ reason: "rollback by hand, no reason given" });
  });

  it("says after a promote that the released version stays live, and how to return", async () => {
    const stage = started.current;
    await stage.returnTo(promoted);
    const { exitCode, stdout } = await stage.run("rollback", "--reason", "logins fail");
    expect(stdout).toContain(
      `The last update gave blue no public traffic, so no release was rolled back.
green is the released version: it was promoted, and this rollback leaves it live. To return to blue, which was live before (possible until ${returnUntil}), run npm run rollout -- rollback --stage production --to blue.
The latch is set.`,
    );
    expect(exitCode).toBe(0);
    expect(await stage.weights()).toEqual({ blue: 0, green: 100 });
    expect(await stage.latch()).toEqual({ state: "set", at: expect.any(String), reason: "logins fail" });
    const again = await stage.run("rollback", "--reason", "payments fail");
    expect(again.stdout).toMatch(/^The latch stood already, since \S+Z, and keeps its reason: logins fail\.$/m);
    // The image that the latch holds back is told as what it is.
    const resumed = await stage.run("resume");
    expect(resumed.stderr).toMatch(/images\.blue is still sha256:\w{64}, as it was when the latch was set/);
  });

  it.each(["0 %", "25 %", "after the return"])(
    "refuses a return at %s, before it changes anything, with one question to AWS",
    async (where) => {
      const stage = started.current;
      await stage.returnTo({ "0 %": at0, "25 %": at25, "after the return": promoted }[where] ?? at0);
      if (where === "after the return") await stage.run("rollback", "--to", "blue");
      else await writeLatch(stage.pulumi.account().clients.parameters, latchName, alarmLatch);
      const before = await stage.fingerprint();
      const counted = countCalls(stage.world());
      const { exitCode, stderr, stdout } = await stage.runIn(counted.world, "rollback", "--to", "green", "--json");
      expect(stderr).toMatch(
        /^The return to green is refused\. Nothing was moved: there is no promote to undo: .* blue is live and green is the candidate, which gets traffic by the steps: npm run rollout -- advance --stage production\./,
      );
      expect(JSON.parse(stdout)).toMatchObject({ outcome: "refused" });
      expect(exitCode).toBe(1);
      expect(counted.calls).toEqual(["rescue.find", "evidence.contractMigrations"]);
      expect(await stage.fingerprint()).toBe(before);
    },
  );

  it("refuses a return after the window and to another release, told at once", async () => {
    const stage = started.current;
    await stage.returnTo(promoted);
    stage.waitHours(48);
    stage.editStackFile((text) => text.replace(sampleImageDigest("1.0.0"), sampleImageDigest("1.2.0")));
    await stage.up();
    const before = await stage.fingerprint();
    const { exitCode, stderr } = await stage.run("rollback", "--to", "blue");
    expect(stderr).toMatch(
      /^The return to blue is refused\.\n- Nothing was moved: blue no longer has the release that was live before, but sha256:\w{64}\. Roll out a fixed release as images\.blue\.\n- Nothing was moved: the rollback window ended at /,
    );
    expect(exitCode).toBe(1);
    expect(await stage.fingerprint()).toBe(before);
    const plain = await stage.run("rollback");
    expect(plain.stdout).toMatch(
      /If green itself is the problem, there is no return: blue no longer has .*; and the rollback window ended/,
    );
    expect(plain.stdout).not.toContain("--to");
  });

  it("refuses a return to a release that was rolled back since, and makes it once the latch is cleared", async () => {
    const stage = started.current;
    await stage.returnTo({ ...promoted, latch: { ...alarmLatch, rolledBack: "blue" } });
    const { stderr } = await stage.run("rollback", "--to", "blue");
    expect(stderr).toContain(
      "Nothing was moved: blue was itself taken off the public path at 2026-11-23 23:30 (Melbourne), 12:30 UTC (alarm).",
    );
    expect((await stage.run("status")).stdout).not.toContain("can become live again");
    stage.waitHours(0.1);
    expect((await stage.run("resume", "--reason", "blue was not the cause")).exitCode).toBe(0);
    expect((await stage.run("rollback", "--to", "blue")).exitCode).toBe(0);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
  });

  it("refuses a return by an address that an older version wrote, and rolls back by it", async () => {
    const stage = started.current;
    await stage.returnTo(promoted);
    const { parameters } = stage.pulumi.account().clients;
    const { name: Name } = rollbackAddressParameter(projectName, "production");
    const { Parameter } = await parameters.send(new GetParameterCommand({ Name }));
    const { lastPromote: _, ...older } = JSON.parse(Parameter?.Value ?? "");
    await parameters.send(new PutParameterCommand({ Name, Value: JSON.stringify(older), Overwrite: true }));
    const before = await stage.fingerprint();
    const { exitCode, stderr } = await stage.run("rollback", "--to", "blue");
    expect(stderr).toContain(
      "If blue was live before the last promote, set liveColour to blue and candidateWeight to 0 in Pulumi.production.yaml and run npx pulumi up --stack production",
    );
    expect(exitCode).toBe(1);
    expect(await stage.fingerprint()).toBe(before);
    const plain = await stage.run("rollback", "--to", "green");
    expect(plain.stdout).toContain(
      "this command cannot tell whether a return is possible: the last update was made by",
    );
    expect(plain.exitCode).toBe(0);
  });

  it("sets the latch again where the traffic of a return could not be moved", async () => {
    const stage = started.current;
    await stage.returnTo({ ...promoted, latch: alarmLatch });
    const before = await stage.fingerprint();
    const world = stage.world();
    const openRescue = async () => {
      const moveAllTraffic = async () => {
        throw new Error("AWS: the traffic could not be moved to blue: no (AccessDenied).");
      };
      return { ...(await world.openRescue()), moveAllTraffic };
    };
    const { exitCode, stderr } = await stage.runIn({ ...world, openRescue }, "rollback", "--to", "blue");
    expect([exitCode, stderr]).toEqual([
      1,
      "No traffic was moved: AWS gives blue 0 and green 100. AWS: the traffic could not be moved to blue: no (AccessDenied). Other ways to move it: docs/runbook.md, Roll back.",
    ]);
    expect(await stage.fingerprint()).toBe(before);
  });

  it.each<[string, Partial<RescueAws>, string]>([
    ["nothing could be found", { find: failing("AWS: no.") }, "No traffic was moved. AWS: no."],
    [
      "AWS refused the move",
      { moveAllTraffic: failing("AWS: no.") },
      "No traffic was moved: AWS gives blue 75 and green 25. AWS: no.",
    ],
    [
      "the answer was lost and the traffic has moved",
      { moveAllTraffic: failing("AWS: cut off."), readSplit: async () => ({ blue: 100, green: 0 }) },
      "The traffic is with blue: AWS gives blue 100 and green 0, although the call failed. Run this command again, which sets the latch and updates. AWS: cut off.",
    ],
    [
      "AWS says nothing any more",
      { moveAllTraffic: failing("AWS: cut off."), readSplit: failing("AWS: silent.") },
      "Nobody knows whether the traffic was moved, because AWS does not say what it gives now. AWS: cut off.",
    ],
  ])("says whether the traffic moved where %s", async (_what, over, said) => {
    const stage = started.current;
    await stage.returnTo(at25);
    const world = stage.world();
    const openRescue = async () => ({ ...(await world.openRescue()), ...over });
    const { exitCode, stderr } = await stage.runIn({ ...world, openRescue }, "rollback");
    expect([exitCode, stderr]).toEqual([1, `${said} Other ways to move it: docs/runbook.md, Roll back.`]);
  });

  it("says where the traffic is even where the evidence cannot be written", async () => {
    const stage = started.current;
    await stage.returnTo(at25);
    const world = stage.world();
    const write = async () => {
      throw new Error("ENOSPC: no space left on device");
    };
    const run = await stage.runIn({ ...world, evidence: { ...world.evidence, write } }, "rollback");
    expect(run.stdout).toMatch(/^Public traffic: blue 100 %, green 0 %/);
    expect(run.stdout).toContain("- The evidence could not be written. ENOSPC: no space left on device");
    expect(run.stdout).toMatch(/Commit Pulumi\.production\.yaml\.$/);
    expect(run.exitCode).toBe(1);
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
    expect(resumed.stderr).toMatch(/images\.green is still sha256:\w{64}, as it was when the latch was set/);
  });

  it("sends nobody to a colour without a healthy task", async () => {
    const stage = started.current;
    await stage.returnTo(promoted);
    await setHealthyTasks(stage.pulumi.account(), "blue", 0);
    const { exitCode, stderr } = await stage.run("rollback", "--to", "blue");
    await setHealthyTasks(stage.pulumi.account(), "blue", 2);
    expect(stderr).toContain(
      "The return to blue is refused. Nothing was moved: blue has no healthy task, so it would answer nobody.",
    );
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
    expect(stderr).toContain("Nothing was moved: blue was retired and runs nothing.");
    expect(exitCode).toBe(1);
  });
});

/** A call that fails. */
function failing(message: string) {
  return async () => Promise.reject(new Error(message));
}
