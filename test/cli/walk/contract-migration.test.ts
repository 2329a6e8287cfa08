import { beforeAll, expect, it } from "vitest";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { recordedPath } from "../migrations/recorded-sql.ts";

describeWithMoto("after a contract migration", () => {
  const started = startStage("staging");
  let again: Standing;

  /** Green is promoted, blue retired, the migration run, and blue given its old image again, all within the window. */
  beforeAll(async () => {
    const stage = started.current;
    await stage.advanceTo(100);
    stage.waitHours(48);
    expect(await stage.run("promote")).toMatchObject({ exitCode: 0, stderr: "" });
    stage.waitHours(0.1);
    expect((await stage.run("status")).stdout).toContain("can become live again until");
    await stage.run("check-migration", "--sql", recordedPath("disguised"));
    const early = await stage.run("task", "--run", "migrate", "--reason", "the site is closed");
    expect(early.stderr).toContain("you can return to the old version, and the migration would break it");
    expect((await stage.run("retire", "--reason", "the new one is fine")).stderr).toBe("");
    const migrated = await stage.run("task", "--run", "migrate", "--reason", "the site is closed");
    expect(migrated.stdout).toMatch(/^migrate \(contract\) from green, sha256:\w+, ended with exit code 0/);
    stage.waitHours(0.1);
    stage.editStackFile((text) => text.replace(/^( {4})green: /m, `$1blue: ${sampleImageDigest("1.0.0")}\n$1green: `));
    await stage.up();
    again = await stage.rememberAll();
  });

  it("offers no return to the release before it", async () => {
    const stage = started.current;
    await stage.returnTo(again);
    const { stdout } = await stage.run("status");
    expect(stdout).not.toContain("can become live again");
    expect((await stage.run("rollback", "--reason", "it fails")).stdout).not.toContain("rollback --stage staging --to");
  });

  it("accepts none by the command", async () => {
    const stage = started.current;
    await stage.returnTo(again);
    const { exitCode, stderr } = await stage.run("rollback", "--to", "blue", "--reason", "the new one fails");
    expect(stderr).toMatch(/^The return to blue is refused\. Nothing was moved: a migration of kind contract ran at /);
    expect(exitCode).toBe(1);
    expect(await stage.weights()).toEqual({ blue: 0, green: 100 });
  });

  it("accepts none by an edit, and no step", async () => {
    const stage = started.current;
    for (const [key, value] of [
      ["liveColour: green", "liveColour: blue"],
      ["candidateWeight: 0", "candidateWeight: 5"],
    ] as const) {
      await stage.returnTo(again);
      stage.editStackFile((text) => text.replace(key, value));
      await expect(stage.up()).rejects.toThrow(
        /A migration of kind contract ran at .*, and the release of blue is older/,
      );
    }
  });

  it("lets everything be returned where the evidence tells of none", async () => {
    const stage = started.current;
    await stage.returnTo({ ...again, evidence: {} });
    expect((await stage.run("status")).stdout).toContain("can become live again until");
  });
});
