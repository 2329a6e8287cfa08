import { beforeAll, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { type CliProcess, cliProcess, copyProject } from "../../support/cli/cli-process.ts";
import { startStage } from "../../support/cli/start-stage.ts";

const urn = "urn:pulumi:production::celebrant-portal::";

/** A saved plan that fits a step: without an interrupt the update would follow. */
const stepPlan = JSON.stringify({
  resourcePlans: {
    [`${urn}aws:lb/listenerRule:ListenerRule::portal-production-public`]: {
      goal: { inputDiff: { updates: { actions: [] } } },
      steps: ["update"],
    },
    [`${urn}pulumi:pulumi:Stack::celebrant-portal-production`]: {
      goal: { outputDiff: { updates: { rollout: {} } } },
      steps: ["same"],
    },
  },
});

describeWithMoto("the CLI as a process", () => {
  const started = startStage("production", new Date(Date.now() - 3 * 3_600_000));
  let project: Awaited<ReturnType<typeof copyProject>>;
  let cli: CliProcess;
  let withoutCredentials: CliProcess;
  beforeAll(async () => {
    await started.current.advanceTo(5);
    const { environment } = started.moto;
    project = await copyProject(started.current);
    cli = cliProcess(project, environment);
    const { AWS_ACCESS_KEY_ID: _key, AWS_SECRET_ACCESS_KEY: _secret, ...none } = environment;
    withoutCredentials = cliProcess(project, none);
  });

  it("prints one document with --json, and nothing else on standard output", async () => {
    const { exitCode, stdout, stderr } = await cli.run("status", "--json");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ stage: "production", split: { blue: 95, green: 5 }, drift: false });
    expect(exitCode).toBe(0);
  });

  it("ends on Ctrl-C during a preview that ends well all the same, with nothing changed", async () => {
    const before = started.current.stackFile();
    const outputs = await started.current.pulumi.outputs();
    const pulumi = project.setOutputs(outputs, { plan: stepPlan, endsOnInterrupt: "preview" });
    const asked = () => pulumi.calls().map(({ words }) => words[0]);
    const { exitCode, stderr } = await cli.interrupt(() => asked().includes("preview"), "advance");
    const commands = asked();
    project.setOutputs(outputs);
    expect(stderr).toBe(
      "The step to 25 %: previewing\nThe step to 25 % is not taken, because it was interrupted before its update began. Nothing was changed, and Pulumi.production.yaml was restored.\n",
    );
    expect(exitCode).toBe(1);
    expect(commands).toEqual(["stack", "preview"]);
    expect(started.current.stackFile()).toBe(before);
    expect(await started.current.evidence()).toHaveLength(1);
  });

  it("watches until Ctrl-C", async () => {
    const pulumi = project.setOutputs(await started.current.pulumi.outputs());
    started.current.editStackFile((text) => text.replace("bake: 2h", "bake: 160h"));
    const { exitCode, stderr } = await cli.interrupt(() => pulumi.calls().length > 0, "status", "--watch");
    started.current.editStackFile((text) => text.replace("bake: 160h", "bake: 2h"));
    expect([exitCode, stderr]).toEqual([-1, ""]);
  });

  it("ends with 3 where data is missing, and says what to do", async () => {
    started.current.editStackFile((text) =>
      text
        .replace("errorRatePercent: 1 #", "errorRatePercent: 0.01 #")
        .replace("    rollbackWindow:", "    exposure: { failedRequests: 0 }\n    rollbackWindow:"),
    );
    const { exitCode, stdout, stderr } = await cli.run("check");
    expect(stdout).toMatch(/^The gate's verdict: not enough data\./);
    expect([exitCode, stderr]).toEqual([3, ""]);
  });

  it("runs a one-off task, its progress on standard error and its end on standard output", async () => {
    // A task ends with moto's first answer, so that nobody waits.
    const transition = { model_name: "ecs::task", transition: { progression: "immediate" } };
    const url = `${started.moto.endpoint}/moto-api/state-manager/set-transition`;
    await fetch(url, { method: "POST", body: JSON.stringify(transition) });
    const { exitCode, stdout, stderr } = await cli.run("task", "--run", "integrity", "--json");
    expect(stderr).toBe("integrity from green: starting\n  integrity from green: STOPPED\n");
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: "done",
      how: "started",
      evidence: { action: "task", stage: "production", task: { run: "integrity", kind: null, exitCode: 0 } },
    });
    expect(exitCode).toBe(0);
  });

  it("refuses to end a grace that no key is in, in one line and without touching the stack file", async () => {
    const before = started.current.stackFile();
    const { exitCode, stdout, stderr } = await cli.run("rotate", "--end-grace");
    expect(stderr).toBe(
      "The rotation of SECRET_KEY is refused. No key is in its grace: signingKey 1 without alsoAcceptedSigningKey is deployed. To rotate, leave --end-grace out: npm run rollout -- rotate --stage production.\n",
    );
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(started.current.stackFile()).toBe(before);
  });

  it("rolls back, told by exit code and in AWS", async () => {
    const { exitCode, stdout } = await cli.run("rollback", "--reason", "logins fail");
    expect(stdout).toMatch(/^Public traffic: blue 100 %, green 0 %, \d+\.\d s after the command began\.$/m);
    expect(exitCode).toBe(0);
    expect(await started.current.weights()).toEqual({ blue: 100, green: 0 });
    expect(await started.current.latch()).toMatchObject({ state: "set", reason: "logins fail" });
  });

  it("says in one line what to do without credentials, and moves nothing", async () => {
    const { exitCode, stdout, stderr } = await withoutCredentials.run("rollback");
    expect(stderr).toMatch(
      /^No traffic was moved\. AWS: the rollback's address could not be read: .*There are no AWS credentials\. Log in/,
    );
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect([exitCode, stdout]).toEqual([1, ""]);
  });
});
