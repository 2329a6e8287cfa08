import { join } from "node:path";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { readSplit } from "../../../infra/aws/public-rule.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { setWeights } from "../../support/aws/set-weights.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { wrapWorld } from "../../support/cli/wrap-world.ts";

describeWithMoto("an advance whose update came to no end", () => {
  const started = startStage("production");
  const reason = "INC-12: the fix must be out before Saturday";
  /** Runs within the next update, when AWS has the weights and the state has not. */
  function breakUpdate(meanwhile: () => Promise<void> = async () => {}): void {
    const { pulumi } = started.current;
    pulumi.betweenCloudAndState = async () => {
      pulumi.betweenCloudAndState = async () => {};
      pulumi.cancel();
      await meanwhile();
      throw new Error("pulumi up was interrupted before its end.");
    };
  }
  beforeAll(async () => {
    await started.current.advanceTo(5);
  });
  beforeEach(async () => {
    await started.current.standAt5(30);
  });

  it("is finished by the command alone, on the reason that was written for it", async () => {
    const stage = started.current;
    breakUpdate();
    const broken = await stage.run("advance", "--reason", reason);
    expect(broken.stderr).toContain(
      "The update failed, and AWS now gives blue 75 and green 25. Run this command again, which finishes the move, or roll back.",
    );
    stage.waitHours(0.01);
    const { exitCode, stderr } = await stage.run("advance");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stage.pulumi.record).toMatchObject({ weightPercent: 25 });
    expect((await stage.evidence()).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["interrupted", reason],
      ["done", reason],
    ]);
  });

  it("asks for a reason again where no traffic was moved", async () => {
    const stage = started.current;
    stage.editStackFile((text) =>
      text.replace("    rollbackWindow:", "    exposure: { failedRequests: 0 }\n    rollbackWindow:"),
    );
    breakUpdate(async () => {
      await setWeights(stage.pulumi.account().clients, await stage.addresses(), { blue: 95, green: 5 });
    });
    const broken = await stage.run("advance", "--reason", reason);
    expect(broken.stderr).toContain("The update failed and moved no traffic. AWS still gives blue 95 and green 5, ");
    expect((await stage.run("advance")).exitCode).toBe(3);
  });

  it("is not to be run again where a rollback came between", async () => {
    const stage = started.current;
    breakUpdate(async () => {
      await setWeights(stage.pulumi.account().clients, await stage.addresses(), { blue: 100, green: 0 });
    });
    const { exitCode, stderr } = await stage.run("advance", "--reason", reason);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "AWS now gives blue 100 and green 0. That is neither the old split nor the one that was asked for: a rollback happened meanwhile",
    );
    expect(stderr).toContain(
      "run npm run rollout -- rollback --stage production, which makes config and record agree with AWS.",
    );
    expect(stderr).not.toContain("Run the command again");
  });

  it("leaves no reason behind that a rollback has made void", async () => {
    const stage = started.current;
    breakUpdate();
    await stage.run("advance", "--reason", reason);
    expect(stage.stackFile()).toContain(reason);
    stage.waitHours(0.01);
    expect((await stage.run("rollback", "--reason", "errors on the login")).exitCode).toBe(0);
    expect(stage.stackFile()).not.toContain("rolloutOverride");
  });

  it.each([
    ["the preview, which ends well all the same", "pulumi.preview"],
    ["the question who runs it", "repository.author"],
    ["the writing of the evidence", "evidence.write"],
  ])("ends with nothing changed after Ctrl-C during %s", async (_what, at) => {
    const stage = started.current;
    const before = stage.stackFile();
    const listeners = process.listenerCount("SIGINT");
    const calls: string[] = [];
    const world = wrapWorld(stage.world(), async (name, call) => {
      calls.push(name);
      if (name === at && calls.filter((one) => one === at).length === 1) process.emit("SIGINT");
      return await call();
    });
    const { exitCode, stderr } = await stage.runIn(world, "advance", "--reason", reason);
    expect([exitCode, stderr]).toEqual([
      1,
      "The step to 25 % is not taken, because it was interrupted before its update began. Nothing was changed, and Pulumi.production.yaml was restored.",
    ]);
    expect(calls).not.toContain("pulumi.update");
    expect(stage.stackFile()).toBe(before);
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
    expect((await stage.evidence()).map(({ outcome }) => outcome)).toEqual(
      at === "evidence.write" ? ["interrupted"] : [],
    );
    // From then on an interrupt ends the program again.
    expect(process.listenerCount("SIGINT")).toBe(listeners);
  });

  it.each(["--dry-run", "--commit"])(
    "ends after Ctrl-C during the preview with %s, and commits nothing",
    async (flag) => {
      const stage = started.current;
      const before = await stage.fingerprint();
      const calls: string[] = [];
      const world = wrapWorld(stage.world(), async (name, call) => {
        calls.push(name);
        if (name === "pulumi.preview") process.emit("SIGINT");
        return await call();
      });
      const { exitCode, stderr } = await stage.runIn(world, "advance", "--reason", reason, flag);
      expect(stderr).toMatch(
        /^The step to 25 % is not taken, because it was interrupted before its update began\. Nothing was changed/,
      );
      expect(exitCode).toBe(1);
      expect(calls).not.toContain("repository.commit");
      expect(await stage.fingerprint()).toBe(before);
    },
  );

  it("has changed nothing where it ended within the preview, and says that first", async () => {
    const stage = started.current;
    const before = await stage.fingerprint();
    const world = stage.world();
    const { pulumi } = stage;
    const broken = {
      ...world,
      pulumi: {
        outputs: () => pulumi.outputs(),
        update: (request: Parameters<typeof pulumi.update>[0]) => pulumi.update(request),
        preview: async () => {
          throw new Error("A policy is violated: …");
        },
      },
    };
    for (const words of [[], ["--dry-run"]]) {
      const { exitCode, stderr } = await stage.runIn(broken, "advance", "--reason", reason, ...words);
      expect([exitCode, stderr]).toEqual([
        1,
        "The step to 25 % is not taken, because the preview failed. Nothing was changed, and Pulumi.production.yaml was restored. The error was:\nA policy is violated: …",
      ]);
    }
    expect(await stage.fingerprint()).toBe(before);
  });
});

describeWithMoto("an update by hand that was killed after it had moved the rule from 0 to 5 %", () => {
  const started = startStage("staging");

  it("is taken back by the number 0 and one more update, although the state has no change to make", async () => {
    const stage = started.current;
    const { pulumi } = stage;
    const edit = (weightPercent: number) =>
      stage.editStackFile((text) => text.replace(/candidateWeight: \d+/, `candidateWeight: ${weightPercent}`));
    const split = async () => readSplit(pulumi.account().clients.balancing, await stage.addresses());
    edit(5);
    pulumi.betweenCloudAndState = async () => {
      throw new Error("killed");
    };
    await expect(pulumi.update({ updateTime: stage.now })).rejects.toThrow("killed");
    pulumi.betweenCloudAndState = async () => {};
    pulumi.cancel();
    expect(await split()).toEqual({ blue: 95, green: 5 });
    edit(0);
    const planPath = join(stage.folder, "plan.json");
    expect((await pulumi.preview({ updateTime: stage.now, planPath })).changes).toEqual([]);
    expect(await split()).toEqual({ blue: 95, green: 5 });
    await pulumi.update({ updateTime: stage.now, planPath });
    expect(await split()).toEqual({ blue: 100, green: 0 });
    expect(pulumi.record).toMatchObject({ liveColour: "blue", weightPercent: 0 });
  });
});
