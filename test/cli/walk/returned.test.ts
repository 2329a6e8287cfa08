import { beforeAll, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";

describeWithMoto("a return by an edit of the file", () => {
  const started = startStage("production");
  beforeAll(async () => {
    const stage = started.current;
    await stage.advanceTo(100);
    expect((await stage.run("promote")).exitCode).toBe(0);
    stage.waitHours(1);
  });

  it("is not yet made where the file has a new release instead: status says why that waits, and shows no gate", async () => {
    const stage = started.current;
    const before = stage.stackFile();
    stage.editStackFile((text) => text.replace(/blue: sha256:\w+/, `blue: sha256:${"c".repeat(64)}`));
    const { stdout } = await stage.run("status");
    expect(stdout).toContain(
      "Next: The stack file asks for images.blue in another version, which is not deployed. Apply it, when nothing below stands in its way, or set the file back.",
    );
    expect(stdout).toMatch(
      /Before the next move:\n- You set images\.blue to sha256:c{64}\. blue keeps sha256:\w{64} until/,
    );
    expect(stdout).not.toMatch(/gate's verdict|moves traffic/);
    stage.editStackFile(() => before);
  });

  it("makes the old release live, and sets no latch", async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace("liveColour: green", "liveColour: blue"));
    await stage.up();
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(await stage.latch()).toEqual({ state: "clear" });
  });

  it("holds the release back that it was returned from, and status offers no step", async () => {
    const stage = started.current;
    stage.waitHours(1);
    const { stdout } = await stage.run("status");
    expect(stdout).toContain("Next: green still has the release that was returned from.");
    expect(stdout).not.toContain("Before the next move");
    const { stderr, exitCode } = await stage.run("advance");
    expect(stderr).toMatch(
      /green still has the release that was live until .* when a return took it off the public path\. Set images\.green to a fixed release\. If the same one may go out again, give a written --reason "…"\.$/m,
    );
    expect(exitCode).toBe(1);
  });

  it("says after a resume, too, that the first step needs a reason of its own", async () => {
    const stage = started.current;
    await stage.setLatch({ state: "set", at: stage.now.toISOString(), reason: "logins fail", rolledBack: "green" });
    const { stdout } = await stage.run("resume", "--reason", "the cause was the database");
    expect(stdout).toContain(
      'green still has the release that was returned from. Set images.green to a fixed one, or take its first step with a reason: npm run rollout -- advance --stage production --reason "<why>".',
    );
  });

  it("lets it out again for a reason, which the history keeps with what it let through", async () => {
    const stage = started.current;
    const { exitCode, stderr } = await stage.run("advance", "--reason", "the cause was the database, which is mended");
    expect([stderr, exitCode]).toEqual(["", 0]);
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
    expect(stage.pulumi.record.history.at(-1)).toMatchObject({
      event: "advanced",
      override: "the cause was the database, which is mended",
      overrode: ["returned"],
    });
  });
});
