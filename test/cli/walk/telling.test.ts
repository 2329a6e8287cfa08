import { beforeEach, expect, it } from "vitest";
import type { RolloutWorld } from "../../../cli/world.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { subscribeNotices } from "../../support/aws/inbox.ts";
import { setWeights } from "../../support/aws/set-weights.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { wrapWorld } from "../../support/cli/wrap-world.ts";

describeWithMoto("what people are told of a rollout", () => {
  const started = startStage("production");
  beforeEach(() => started.current.standAt5());

  /** The stage with `alerts.messages`, and what comes to the alert topic. */
  async function tellingStage(messages = "[moves, verdicts]") {
    const stage = started.current;
    stage.editStackFile((text) => text.replace("    notify: # K2", `    messages: ${messages}\n    notify: # K2`));
    const { clients } = stage.pulumi.account();
    return { stage, notices: await subscribeNotices(clients, (await stage.addresses()).alertTopicArn) };
  }

  /** A world that keeps what is said to the person at the keyboard. */
  function heard(world: RolloutWorld): { readonly world: RolloutWorld; readonly said: string[] } {
    const said: string[] = [];
    return { said, world: { ...world, say: (line) => said.push(line) } };
  }

  it("has what a step did, to which release, since when, its verdict and what to do next, and names nobody", async () => {
    const { stage, notices } = await tellingStage();
    const { said, world } = heard(stage.world());
    expect(await stage.runIn(world, "advance")).toMatchObject({ stderr: "", exitCode: 0 });
    const [notice, ...more] = await notices();
    expect(more).toEqual([]);
    expect(notice?.subject).toBe("production: green has 25 % of the public traffic");
    const lines = notice?.message.split("\n") ?? [];
    expect(lines).toEqual([
      "What: green has 25 % of the public traffic.",
      expect.stringMatching(/^Release: green [0-9a-f]{12}$/),
      expect.stringMatching(/^Since: .*UTC$/),
      expect.stringMatching(/^Done: Gate: pass \(400 requests .*\)\..* AWS gives blue 75 %, green 25 %/),
      expect.stringMatching(/^Next: It bakes for 4 h, until .*: npm run rollout -- check --stage production$/),
      "Next: To take it back: npm run rollout -- rollback --stage production",
    ]);
    const by = (await stage.evidence()).at(-1)?.by ?? "";
    expect(by).not.toBe("");
    expect(notice?.message).not.toContain(by);
    expect(said).toContain("The people in alerts.notify were told");
  });

  it("keeps the words of a written reason out of it, because people write names into them", async () => {
    const { stage, notices } = await tellingStage();
    const reason = "INC-12: Jane Doe of support needs it, token hunter2";
    stage.now = new Date(Date.parse(stage.pulumi.record.since) + 60_000);
    expect(await stage.run("advance", "--reason", reason)).toMatchObject({ exitCode: 0 });
    const [notice] = await notices();
    expect(notice?.message).toContain("A written reason let it through, which the history has.");
    expect(`${notice?.subject} ${notice?.message}`).not.toMatch(/Jane|hunter2|INC-12/);
  });

  it("says why the gate refused a step, and that nothing was changed", async () => {
    const stage = started.current;
    await stage.standAt5(30);
    const { notices } = await tellingStage();
    stage.editStackFile((text) =>
      text.replace("  rollbackWindow:", "  exposure: { failedRequests: 1 }\n    rollbackWindow:"),
    );
    expect(await stage.run("advance")).toMatchObject({ exitCode: 3 });
    const [notice] = await notices();
    expect(notice?.subject).toBe("production: the gate has not enough data, and the step to 25 % is not taken");
    expect(notice?.message).toMatch(/\nDone: Nothing was changed\. .*0 errors in 30 requests/);
    expect(notice?.message).toContain("\nNext: npm run rollout -- status --stage production");
    // A dry run asks the same, and tells nobody.
    expect(await stage.run("advance", "--dry-run")).toMatchObject({ exitCode: 3 });
    expect(await notices()).toEqual([]);
  });

  it("says that an update failed after it moved the traffic, without what the program printed", async () => {
    const { stage, notices } = await tellingStage();
    const world = stage.world({
      async update(request) {
        await stage.pulumi.update(request);
        throw new Error("the provider printed token hunter2");
      },
    });
    expect(await stage.runIn(world, "advance")).toMatchObject({ exitCode: 1 });
    const [notice] = await notices();
    expect(notice?.subject).toBe("production: an update failed, and what it left has to be looked at");
    expect(notice?.message).toContain("Done: It was the step to 25 %.");
    expect(notice?.message).not.toContain("hunter2");
    // The next run ends the step, and tells of it.
    expect(await stage.run("advance")).toMatchObject({ exitCode: 0 });
    expect((await notices()).map(({ subject }) => subject)).toEqual([
      "production: green has 25 % of the public traffic",
    ]);
  });

  it("fails no step where nobody could be told, and the person who took it is told so", async () => {
    const { stage } = await tellingStage();
    const failing = wrapWorld(stage.world(), async (name, call) => {
      if (name === "aws.publish") throw new Error("AWS: the notice could not be sent: you may not (AccessDenied).");
      return await call();
    });
    const { said, world } = heard(failing);
    expect(await stage.runIn(world, "advance")).toMatchObject({ exitCode: 0 });
    expect(said).toContain("Nobody was told of it. AWS: the notice could not be sent: you may not (AccessDenied).");
    expect(await stage.weights()).toEqual({ blue: 75, green: 25 });
  });

  it("is nothing where the config does not want it", async () => {
    const { stage, notices } = await tellingStage("[verdicts]");
    expect(await stage.run("advance")).toMatchObject({ exitCode: 0 });
    expect(await notices()).toEqual([]);
  });

  it("has drift where a look at night finds it, and is nothing where AWS is as recorded", async () => {
    const { stage, notices } = await tellingStage("[]");
    const quiet = await stage.run("tell");
    expect([quiet.exitCode, quiet.stdout]).toEqual([
      0,
      "AWS is as the last update of production left it, and no limit is reached. Nobody was told.",
    ]);
    expect(await notices()).toEqual([]);

    await setWeights(stage.pulumi.account().clients, await stage.addresses(), { blue: 60, green: 40 });
    const { exitCode, stdout } = await stage.run("tell");
    expect(exitCode).toBe(0);
    const [notice] = await notices();
    expect(notice?.subject).toBe("production: AWS is not as the last update left it");
    expect(notice?.message).toContain("AWS gives blue 60 %, green 40 %");
    expect(notice?.message).toContain("and the record has blue 95 %, green 5 %");
    expect(stdout).toBe(`${notice?.message}\nThe people in alerts.notify were told.`);
  });

  it("has what a job found, and a job that cannot tell it fails", async () => {
    const { stage, notices } = await tellingStage("[]");
    const words = ["--what", "pulumi preview --refresh finds changes", "--next", "npx pulumi preview --refresh"];
    expect(await stage.run("tell", ...words)).toMatchObject({ exitCode: 0 });
    expect(await notices()).toEqual([
      {
        subject: "production: pulumi preview --refresh finds changes",
        message: "What: pulumi preview --refresh finds changes.\nNext: npx pulumi preview --refresh",
      },
    ]);
    const failing = wrapWorld(stage.world(), async (name, call) => {
      if (name === "aws.publish") throw new Error("AWS: the notice could not be sent.");
      return await call();
    });
    expect(await stage.runIn(failing, "tell", ...words)).toMatchObject({ exitCode: 1 });
    expect(await stage.run("tell", "--next", "a")).toMatchObject({ exitCode: 2 });
  });
});
