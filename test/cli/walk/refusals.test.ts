import { DeleteAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DeleteServiceCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { beforeEach, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { setAlarm } from "../../support/aws/set-alarm.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { setWeights } from "../../support/aws/set-weights.ts";
import { startStage } from "../../support/cli/start-stage.ts";

describeWithMoto("an advance from 5 %", () => {
  const started = startStage("production");
  let before: string;
  beforeEach(async () => {
    await started.current.standAt5();
    before = started.current.stackFile();
  });

  /** Nothing at all may have been changed. */
  async function expectNothingChanged() {
    const stage = started.current;
    expect(stage.stackFile()).toBe(before);
    expect(stage.pulumi.record.weightPercent).toBe(5);
    expect((await stage.evidence()).every(({ outcome }) => outcome === "done")).toBe(true);
  }

  it("is refused before the bake is over, and says until when", async () => {
    const stage = started.current;
    stage.now = new Date(new Date(stage.pulumi.record.since).getTime() + 40 * 60_000);
    const { exitCode, stderr } = await stage.run("advance");
    expect(stderr).toMatch(
      /The 5 % step began 40 min ago and bakes for 2h \(rollout\.steps\[0\]\.bake\)\. Wait until (?:2026-\d\d-\d\d )?\d\d:\d\d \(Melbourne\), (?:2026-\d\d-\d\d )?\d\d:\d\d UTC/,
    );
    expect(exitCode).toBe(1);
    await expectNothingChanged();
  });

  it("shows the file's own lines where the file is applied, by the engine or by the command, and not of its own edit", async () => {
    const stage = started.current;
    stage.now = new Date(new Date(stage.pulumi.record.since).getTime() + 40 * 60_000);
    expect((await stage.run("advance")).stderr).not.toContain("Pulumi.production.yaml:");
    stage.editStackFile((text) => text.replace("candidateWeight: 5", "candidateWeight: 25 # as agreed"));
    const lineOf = (part: string) => {
      const lines = stage.stackFile().split("\n");
      const index = lines.findIndex((line) => line.includes(part));
      return `Pulumi.production.yaml:${index + 1}: ${lines[index]?.trim()}`;
    };
    const shown = [lineOf("liveColour:"), lineOf("candidateWeight:"), lineOf("weight: 5,")];
    expect(shown[1]).toContain("candidateWeight: 25 # as agreed");
    const applied = await stage.run("apply");
    expect(applied.stderr).toContain(shown.join("\n"));
    expect(applied.exitCode).toBe(1);
    await expect(stage.up()).rejects.toThrow(shown.join("\n"));
    stage.editStackFile(() => before);
  });

  it("is refused inside a freeze window", async () => {
    const stage = started.current;
    const [from, until] = [-1, 1].map((hours) => new Date(stage.now.getTime() + hours * 3_600_000).toISOString());
    stage.editStackFile((text) =>
      text.replace("freezeWindows: []", `freezeWindows: [{ from: "${from}", until: "${until}", reason: weddings }]`),
    );
    const frozen = stage.stackFile();
    const { exitCode, stderr } = await stage.run("advance");
    expect(stderr).toContain("but no weight may rise until");
    expect(exitCode).toBe(1);
    expect(stage.stackFile()).toBe(frozen);
  });

  it("is refused while an alarm fires, one that is shared too", async () => {
    const stage = started.current;
    const { watchedAlarmNames } = await stage.addresses();
    const shared = watchedAlarmNames.shared.find((name) => name.includes("database-cpu")) ?? "";
    const { clients } = stage.pulumi.account();
    await setAlarm(clients, shared, "ALARM");
    const { exitCode, stderr } = await stage.run("advance");
    await setAlarm(clients, shared, "OK");
    expect(stderr).toBe(
      `The step to 25 % is refused. Alarm ${shared} is firing. Take no step until it is OK; if traffic is out, roll back.`,
    );
    expect(exitCode).toBe(1);
    await expectNothingChanged();
  });

  it("waits for an alarm without data, which is no health", async () => {
    const stage = started.current;
    const { compositeAlarmNames } = await stage.addresses();
    const { clients } = stage.pulumi.account();
    await setAlarm(clients, compositeAlarmNames.green, "INSUFFICIENT_DATA");
    const { exitCode, stderr } = await stage.run("advance");
    await setAlarm(clients, compositeAlarmNames.green, "OK");
    expect(stderr).toContain("The step to 25 % is not taken: not enough data.");
    expect(stderr).toContain(`Alarm ${compositeAlarmNames.green} has no data to judge by, which is not health.`);
    expect(exitCode).toBe(3);
    await expectNothingChanged();
  });

  it("is refused where ECS has rolled the candidate's deployment back by itself", async () => {
    const stage = started.current;
    const { clusterArn, serviceNames, taskDefinitionArns } = await stage.addresses();
    const { containers } = stage.pulumi.account().clients;
    const put = (taskDefinition: string | null) =>
      containers.send(
        new UpdateServiceCommand({
          cluster: clusterArn,
          service: serviceNames.green ?? "",
          taskDefinition: taskDefinition ?? "",
        }),
      );
    await put(taskDefinitionArns.blue);
    const { exitCode, stderr } = await stage.run("advance");
    await put(taskDefinitionArns.green);
    expect(stderr).toMatch(
      /green runs portal-production-blue:\d+ and portal-production-green:\d+ was planned: ECS has rolled/,
    );
    expect(exitCode).toBe(1);
    await expectNothingChanged();
  });

  it("is refused over drift, and says which way leads out", async () => {
    const stage = started.current;
    const { clients } = stage.pulumi.account();
    await setWeights(clients, await stage.addresses(), { blue: 100, green: 0 });
    const { exitCode, stderr } = await stage.run("advance");
    expect(stderr).toContain(
      "The public rule in AWS gives blue 100 and green 0, but the last update recorded blue 95 and green 5",
    );
    expect(exitCode).toBe(1);
    await expectNothingChanged();
  });

  it("is refused by errors for certain, and by too few tasks", async () => {
    const stage = started.current;
    await stage.serve("green", 100, 90);
    await setHealthyTasks(stage.pulumi.account(), "green", 1);
    const { exitCode, stderr } = await stage.run("advance", "--reason", "this reason must not help");
    await setHealthyTasks(stage.pulumi.account(), "green", 2);
    expect(stderr).toMatch(
      /- The candidate had 90 errors in 500 requests, and that shows that more than 1 % of its requests fail/,
    );
    expect(stderr).toMatch(/- The candidate has 1 healthy task and needs \d for 25 % of the traffic/);
    expect(exitCode).toBe(1);
    await expectNothingChanged();
  });

  it("is refused where the checked-out program would change more than the weights", async () => {
    const stage = started.current;
    stage.pulumi.hasOtherCode = true;
    const { exitCode, stderr } = await stage.run("advance");
    stage.pulumi.hasOtherCode = false;
    expect(stderr).toBe(
      "The step to 25 % is refused. A step changes the public rule's weights and nothing else, but the plan would update aws:lb/loadBalancer:LoadBalancer portal-production-public (tags). Check out the deployed version, or first apply the settings of the file: npm run rollout -- apply --stage production.",
    );
    expect(exitCode).toBe(1);
    await expectNothingChanged();
  });

  it("is refused where the file would change more than the weights", async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace("maxTasks: 8", "maxTasks: 9"));
    const edited = stage.stackFile();
    const { exitCode, stderr } = await stage.run("advance");
    expect(stderr).toMatch(
      /^The step to 25 % is refused\. You changed api\.maxTasks from 8 to 9 in the edit that raises the weight\. .* with liveColour blue and candidateWeight 5 \(npm run rollout -- apply --stage production\)/,
    );
    expect(exitCode).toBe(1);
    expect(stage.stackFile()).toBe(edited);
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
  });

  it("is refused over somebody's edit of the number", async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace("candidateWeight: 5", "candidateWeight: 100"));
    const { exitCode, stderr } = await stage.run("advance");
    expect(stderr).toContain(
      "candidateWeight is 100 in the stack file, but 5 is deployed and 25 is next. Set it back to 5",
    );
    expect(exitCode).toBe(1);
  });

  it("goes on without the requests that a gate asks for when a reason is given, which serves for nothing more", async () => {
    const stage = started.current;
    await stage.standAt5(2);
    expect((await stage.run("advance")).exitCode).toBe(3);
    const reason = "INC-12: the fix must be out before Saturday";
    const { exitCode, stderr } = await stage.run("advance", "--reason", reason);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect((await stage.evidence()).at(-1)).toMatchObject({ reason, gate: { verdict: "not enough data" } });
    expect(stage.pulumi.record.history.at(-1)).toMatchObject({ weightPercent: 25, override: reason });

    stage.waitHours(1);
    await stage.serve("green", 1000);
    const early = await stage.run("advance");
    expect(early.stderr).toMatch(
      /bakes for 4h \(rollout\.steps\[1\]\.bake\)\. Wait until (?:2026-\d\d-\d\d )?\d\d:\d\d \(Melbourne\), (?:2026-\d\d-\d\d )?\d\d:\d\d UTC, or give a written --reason "…"\./,
    );
    expect(early.exitCode).toBe(1);
  });

  it("skips a bake for a reason, once: config and history have it, and the next step takes it out", async () => {
    const stage = started.current;
    stage.now = new Date(new Date(stage.pulumi.record.since).getTime() + 3_600_000);
    const reason = "INC-13: the login fix cannot wait";
    const { exitCode, stderr } = await stage.run("advance", "--reason", reason);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stage.stackFile()).toContain(`celebrant-portal:rolloutOverride: "${reason}"`);
    expect(stage.pulumi.record.history.at(-1)).toMatchObject({ event: "advanced", override: reason });
    // Nothing was served in this step, so the reason also stands in for the requests that the gate asks for.
    const { overridden = [] } = (await stage.evidence()).at(-1) ?? {};
    expect(overridden[0]).toContain("bakes for 2h (rollout.steps[0].bake)");
    expect(overridden[1]).toContain("The candidate has had no traffic yet.");

    stage.waitHours(5);
    await stage.serve("green", 1000);
    await stage.serve("blue", 3000);
    expect((await stage.run("advance")).stderr).toBe("");
    expect(stage.stackFile()).not.toContain("rolloutOverride");
  });

  it("names the command that creates again what was deleted in AWS, with the stage, as do status and check", async () => {
    const stage = started.current;
    const { clusterArn, serviceNames, watchedAlarmNames, compositeAlarmNames } = await stage.addresses();
    const { containers, watching } = stage.pulumi.account().clients;
    const alarm = watchedAlarmNames.green.find((name) => name !== compositeAlarmNames.green) ?? "";
    await watching.send(new DeleteAlarmsCommand({ AlarmNames: [alarm] }));
    await containers.send(
      new DeleteServiceCommand({ cluster: clusterArn, service: String(serviceNames.green), force: true }),
    );
    const recreate = (target: string) =>
      `Run npx pulumi up --refresh --target '${target}' --target-dependents --stack production, which creates it again.`;
    const ofAlarm = recreate(`**Alarm::${alarm.slice(0, -8)}`);
    const ofService = recreate("**aws:ecs/service:Service::*-green");
    const { stderr } = await stage.run("advance");
    expect(stderr).toContain(`Alarm ${alarm} was planned and is not in AWS, so it could not go off. ${ofAlarm}`);
    expect(stderr).toContain(`green has an image and no service in AWS. ${ofService}`);
    expect((await stage.run("check")).stdout).toContain(ofAlarm);
    const { stdout } = await stage.run("status", "--json");
    expect(JSON.parse(stdout).colours.green.problem).toContain(ofService);
    await expectNothingChanged();
  });
});

describeWithMoto("at weight 0", () => {
  const started = startStage("production");

  it("does not retire the next release for an old version", async () => {
    const stage = started.current;
    const before = await stage.fingerprint();
    const { exitCode, stderr } = await stage.run("retire");
    expect(stderr).toBe(
      "Retiring green is refused. Nothing was promoted, so green is the next release, not an old version. To withdraw it, remove images.green and update.",
    );
    expect(exitCode).toBe(1);
    expect(await stage.fingerprint()).toBe(before);
  });

  it("does not roll the old version out again after a promote", async () => {
    const stage = started.current;
    await stage.advanceTo(100);
    expect((await stage.run("promote")).exitCode).toBe(0);
    stage.waitHours(1);
    const old =
      /blue still has the release that was live before green was promoted, which is the previous release, not a new one\. Set images\.blue to a new release\. To return to blue, which was live before \(possible until \S+ \S+ \(Melbourne\), (?:\S+ )?\S+ UTC\), run npm run rollout -- rollback --stage production --to blue\./;
    const { stdout } = await stage.run("status");
    expect(stdout).toContain("Next: blue still has the release that was live before. To roll a new one out,");
    expect(stdout).toContain("blue can become live again until");
    expect(stdout).not.toContain("advance");
    const { exitCode, stderr } = await stage.run("advance");
    expect(stderr).toMatch(old);
    expect(exitCode).toBe(1);
  });
});
