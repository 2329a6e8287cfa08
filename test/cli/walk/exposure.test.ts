import { expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";

describeWithMoto("a step that passes by exposure, against AWS's API", () => {
  const started = startStage("production");

  it("is taken on thirty clean requests, and evidence and history say what it could cost", async () => {
    const stage = started.current;
    await stage.standAt5(30);
    const check = await stage.run("check");
    expect(check.stdout).toMatch(/^The gate's verdict: pass by exposure\.\n/);
    expect(check.stdout).toMatch(
      /- The candidate passes by exposure: in 19 of 20 cases at most \d+ visitors' requests fail in the next step \(25 % for 4 h\) before it is taken back, at any error rate up to 10\.9 %\. 0 failed so far, and \d+ may fail in the whole rollout\./,
    );
    expect(check.stdout).toContain("wrong data, wrong pages or lost mails");
    expect(check.exitCode).toBe(0);

    const { exitCode, stderr } = await stage.run("advance");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(await stage.weights()).toEqual({ blue: 75, green: 25 });
    const entry = stage.pulumi.record.history.at(-1);
    expect(entry).toMatchObject({
      event: "advanced",
      gate: {
        verdict: "pass",
        candidate: { requests: 30, errors: 0 },
        exposure: { atWorstRequests: expect.any(Number), budgetRequests: expect.any(Number) },
      },
    });
    expect(entry).not.toHaveProperty("override");
    expect((await stage.evidence()).at(-1)).toMatchObject({ reason: null, gate: { verdict: "pass" } });
    const { stdout } = await stage.run("history");
    expect(stdout).toMatch(/Gate: pass by exposure: at worst \d+ more failed requests, and \d+ may fail in all\./);
  });

  it("is refused where the next step may cost more than the budget, and nothing is changed", async () => {
    const stage = started.current;
    await stage.standAt5(30);
    stage.editStackFile((text) =>
      text.replace("  rollbackWindow:", "  exposure: { failedRequests: 1 }\n    rollbackWindow:"),
    );
    const edited = stage.stackFile();
    expect(edited).toContain("exposure: { failedRequests: 1 }");
    const { exitCode, stderr } = await stage.run("advance");
    expect(stderr).toMatch(
      /It does not pass by exposure either: in 19 of 20 cases at most \d+ visitors' requests fail/,
    );
    expect(stderr).toContain("that is more than the 1 that may fail in the whole rollout");
    expect(exitCode).toBe(3);
    expect(stage.stackFile()).toBe(edited);
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
  });

  it("never promotes: that needs the threshold", async () => {
    const stage = started.current;
    await stage.standAt5(30);
    for (const [green, blue] of [
      [60, 180],
      [60, 60],
    ] as const) {
      expect((await stage.run("advance")).exitCode).toBe(0);
      stage.waitHours(8);
      await stage.serve("green", green);
      await stage.serve("blue", blue);
    }
    expect((await stage.run("advance", "--reason", "INC-14: the guide's wedding day")).exitCode).toBe(0);
    stage.waitHours(48);
    await stage.serve("green", 100);
    const { exitCode, stderr } = await stage.run("promote");
    expect(stderr).toContain("The candidate had 0 errors in 250 requests");
    expect(stderr).not.toContain("exposure");
    expect(exitCode).toBe(3);
    expect(stage.pulumi.record).toMatchObject({ liveColour: "blue", weightPercent: 100 });
  });
});
