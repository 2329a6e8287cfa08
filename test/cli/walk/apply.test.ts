import { beforeEach, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { setAlarm } from "../../support/aws/set-alarm.ts";
import { setWeights } from "../../support/aws/set-weights.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { TestStage } from "../../support/cli/test-stage.ts";

describeWithMoto("apply, as a deploy runs it after a merge", () => {
  const started = startStage("staging");
  beforeEach(() => started.current.standAt5());

  /** Merges an edit of the number. */
  function merge(weight: number): void {
    started.current.editStackFile((text) => text.replace(/candidateWeight: \d+/, `candidateWeight: ${weight}`));
  }
  const last = async () => (await started.current.evidence()).at(-1);

  it("takes the rise that the file asks for, asks the gate, and leaves evidence; then it finds nothing more to do", async () => {
    const stage = started.current;
    merge(25);
    const merged = stage.stackFile();
    const { exitCode, stdout, stderr } = await stage.run("apply");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("blue is live with 25 % on the candidate. AWS gives blue 75 %, green 25 %.");
    expect(await stage.weights()).toEqual({ blue: 75, green: 25 });
    expect(await last()).toMatchObject({
      action: "apply",
      outcome: "done",
      from: { weightPercent: 5 },
      to: { weightPercent: 25 },
      gate: { verdict: "pass" },
      readBack: { split: { blue: 75, green: 25 } },
    });

    const before = await stage.fingerprint();
    const again = await stage.run("apply");
    expect(again.stdout).toBe(
      "Pulumi.staging.yaml asks for nothing that is not deployed: blue is live with 25 % on the candidate. AWS gives blue 75 and green 25.",
    );
    expect(await stage.fingerprint()).toBe(before);
    expect(stage.stackFile()).toBe(merged);
  });

  it("takes no step where a merge leaves the number alone, and applies the other settings", async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace("maxTasks: 3", "maxTasks: 4"));
    const planned = await stage.run("apply", "--dry-run");
    expect(planned.stdout).toContain("update aws:appautoscaling/target:Target portal-staging-green");
    const { exitCode, stderr } = await stage.run("apply");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
    expect(stage.pulumi.record.weightPercent).toBe(5);
    expect((await last())?.plan?.changes.map(({ properties }) => properties)).toEqual([
      ["maxCapacity"],
      ["maxCapacity"],
    ]);
  });

  it("refuses a merge that raises the number, and whose program would change another resource", async () => {
    const stage = started.current;
    merge(25);
    const before = await stage.fingerprint();
    stage.pulumi.hasOtherCode = true;
    const { exitCode, stderr } = await stage.run("apply");
    stage.pulumi.hasOtherCode = false;
    expect(stderr).toMatch(
      /^The update is refused\. A step changes the public rule's weights and nothing else, but the plan would update aws:lb\/loadBalancer:LoadBalancer portal-staging-public \(tags\)\. Set liveColour to blue and candidateWeight to 5 again, as deployed, and apply the rest of the file\. Then ask for this by itself\.$/,
    );
    expect(exitCode).toBe(1);
    expect(await stage.fingerprint()).toBe(before);
  });

  it("is refused over a firing alarm, names the number of the file, and leaves the file as it was merged", async () => {
    const stage = started.current;
    merge(25);
    const before = await stage.fingerprint();
    const { clients } = stage.pulumi.account();
    const { compositeAlarmNames } = await stage.addresses();
    await setAlarm(clients, compositeAlarmNames.green, "ALARM");
    const { exitCode, stderr } = await stage.run("apply");
    await setAlarm(clients, compositeAlarmNames.green, "OK");
    expect(stderr).toBe(
      `The update is refused. You asked for 25 %. Alarm ${compositeAlarmNames.green} is firing. Take no step until it is OK; if traffic is out, roll back.\nPulumi.staging.yaml:6: celebrant-portal:liveColour: blue\nPulumi.staging.yaml:7: celebrant-portal:candidateWeight: 25`,
    );
    expect(exitCode).toBe(1);
    expect(await stage.fingerprint()).toBe(before);
  });

  it("ends with 3 where requests are missing, and goes on with the reason that the file has", async () => {
    const stage = started.current;
    await stage.standAt5(2);
    merge(25);
    const { exitCode, stderr } = await stage.run("apply");
    expect(stderr).toMatch(/^The update is not taken: not enough data\.\s(- )?You asked for 25 %\. /);
    expect(exitCode).toBe(3);

    const reason = "INC-12: the fix must be out before Saturday";
    stage.editStackFile((text) =>
      text.replace(
        /( *)(celebrant-portal:candidateWeight: 25)/,
        `$1$2\n$1celebrant-portal:rolloutOverride: "${reason}"`,
      ),
    );
    expect((await stage.run("apply")).exitCode).toBe(0);
    expect(await last()).toMatchObject({ reason, gate: { verdict: "not enough data" } });
    expect((await last())?.overridden).not.toEqual([]);
  });

  it("takes a lower weight at once, also from a split that nobody recorded", async () => {
    const stage = started.current;
    await setWeights(stage.pulumi.account().clients, await stage.addresses(), { blue: 75, green: 25 });
    merge(0);
    const { exitCode, stderr } = await stage.run("apply");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(await last()).toMatchObject({ action: "apply", gate: null, to: { weightPercent: 0 } });
  });

  it("makes the first deployment of a stage", async () => {
    const stage = await TestStage.prepare("staging");
    try {
      const planned = await stage.run("apply", "--dry-run");
      expect(planned.stdout).toContain("create aws:lb/listenerRule:ListenerRule portal-staging-public");
      const { exitCode, stdout, stderr } = await stage.run("apply");
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("blue is live with 0 % on the candidate. AWS gives blue 100 %, green 0 %.");
      expect((await stage.evidence()).at(-1)).toMatchObject({ action: "apply", outcome: "done", from: null });
    } finally {
      await stage.remove();
    }
  });
});
