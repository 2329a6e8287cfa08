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
