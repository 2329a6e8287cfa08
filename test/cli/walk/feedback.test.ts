import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";

describeWithMoto("users' feedback during a rollout", () => {
  const started = startStage("production");
  beforeEach(async () => {
    const stage = started.current;
    await stage.standAt5();
    rmSync(join(stage.folder, "feedback.csv"), { force: true });
    const feedback = "  feedback: { from: feedback.csv, objectAbovePercent: 20, fewestAnswers: 3 }";
    stage.editStackFile((text) => text.replace("  rollbackWindow:", `${feedback}\n    rollbackWindow:`));
  });

  function answer(...ratings: readonly string[]): void {
    const stage = started.current;
    const at = new Date(Date.parse(stage.pulumi.record.since) + 30 * 60_000).toISOString();
    const lines = ratings.map((rating) => `${at},green,${rating},Jane Doe`);
    writeFileSync(join(stage.folder, "feedback.csv"), ["time,release,rating,name", ...lines, ""].join("\n"));
  }

  it("is shown by check, lets a step pass, and is kept in the history without a name", async () => {
    const stage = started.current;
    answer("5", "4", "3", "1", "5");
    const { stdout } = await stage.run("check");
    expect(stdout).toMatch(
      /^user feedback\n {2}verdict +no objection\n {2}found +problems: candidate 1 of 5, live 0 of 0,/m,
    );
    expect(await stage.run("advance")).toMatchObject({ stderr: "", exitCode: 0 });
    expect(stage.pulumi.record.history.at(-1)).toMatchObject({ gate: { feedback: { answers: 5, problems: 1 } } });
    expect((await stage.run("history")).stdout).toContain(
      "Feedback: 1 of 5 answers about the candidate tell of a problem.",
    );
    expect(JSON.stringify(await stage.evidence())).not.toContain("Jane");
  });

  it("refuses the step by the program itself where users report problems, with and without a reason", async () => {
    const stage = started.current;
    answer("1", "problem", "5");
    for (const words of [[], ["--reason", "INC-12: it must be out today"]]) {
      const { exitCode, stderr } = await stage.run("advance", ...words);
      expect(stderr).toContain("2 of 3 answers about the candidate tell of a problem");
      expect(exitCode).toBe(1);
    }
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
  });

  it("does not pass in silence where it cannot be read: a reason is needed", async () => {
    const stage = started.current;
    const { exitCode, stderr } = await stage.run("advance");
    expect(stderr).toContain("User feedback could not be read: feedback.csv: there is no such file.");
    expect(exitCode).toBe(3);
    expect(await stage.run("advance", "--reason", "INC-12: the form is closed today")).toMatchObject({ exitCode: 0 });
  });
});
