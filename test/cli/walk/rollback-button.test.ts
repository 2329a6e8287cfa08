import { beforeEach, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";

describeWithMoto("rollback --leave-file, as the workflow rollback runs it", () => {
  const started = startStage("staging");
  beforeEach(() => started.current.standAt5());

  it("moves the traffic and sets the latch while Pulumi cannot be asked, and is done", async () => {
    const stage = started.current;
    const file = stage.stackFile();
    const down = () => Promise.reject(new Error("the service is down"));
    const { exitCode, stdout, stderr } = await stage.runIn(
      stage.world({ outputs: down, preview: down, update: down }),
      "rollback",
      "--leave-file",
      "--reason",
      "logins fail",
    );
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Public traffic: blue 100 %, green 0 %, \d+\.\d s after the command began\./);
    expect(stdout).toContain("Pulumi.staging.yaml and the record still have the weight of before.");
    expect(stdout).toMatch(/\nCommit evidence\/staging\/[^ ]*-rollback\.json\.$/);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(await stage.latch()).toMatchObject({ state: "set", reason: "logins fail" });
    expect(stage.stackFile()).toBe(file);
    expect(stage.pulumi.record.weightPercent).toBe(5);
    expect((await stage.evidence()).at(-1)).toMatchObject({ action: "rollback", outcome: "done", from: null });
    // What the file still asks for stays away.
    const apply = await stage.run("apply");
    expect([apply.exitCode, await stage.weights()]).toEqual([1, { blue: 100, green: 0 }]);
    // What it says comes next is proposed, and merged.
    expect((await stage.run("propose", "--write")).stdout).toMatch(/^Record the rollback in staging\n/);
    expect((await stage.run("apply")).exitCode).toBe(0);
    expect(stage.pulumi.record.weightPercent).toBe(0);
  });

  it("is no way to make another colour live", async () => {
    const before = await started.current.fingerprint();
    const { exitCode, stderr } = await started.current.run("rollback", "--leave-file", "--to", "green");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--leave-file does not go with --to");
    expect(await started.current.fingerprint()).toBe(before);
  });
});
