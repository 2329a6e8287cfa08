import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { setAlarm } from "../../support/aws/set-alarm.ts";
import { setWeights } from "../../support/aws/set-weights.ts";
import { startStage } from "../../support/cli/start-stage.ts";

describeWithMoto("propose, as the workflow next-step runs it", () => {
  const started = startStage("staging");
  beforeEach(() => started.current.standAt5());

  /** @returns the exit code and what a machine reads */
  async function propose(...words: readonly string[]) {
    const { exitCode, stdout, stderr } = await started.current.run("propose", ...words, "--json");
    expect(stderr).toBe("");
    const found: Readonly<Record<string, unknown>> = { exitCode, ...JSON.parse(stdout) };
    return found;
  }
  const changedLines = (before: string, after: string) =>
    after.split("\n").flatMap((line, index) => (line === before.split("\n")[index] ? [] : [line.trim()]));

  it("edits the one number where the gate passes, deploys nothing, and tells what the gate saw", async () => {
    const stage = started.current;
    const before = stage.stackFile();
    const found = await propose("--in-office-hours", "--write");
    expect(found).toMatchObject({
      exitCode: 0,
      outcome: "proposed",
      branch: "next-step/staging/blue-5-to-25",
      title: "Advance staging to 25 %",
      file: "Pulumi.staging.yaml",
    });
    expect(changedLines(before, stage.stackFile())).toEqual(["celebrant-portal:candidateWeight: 25"]);
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
    expect(stage.pulumi.record.weightPercent).toBe(5);
    const body = String(found["body"]);
    expect(body).toContain("**Merging this gives green 25 % of the public traffic of staging.**");
    expect(body).toContain("### The gate: pass");
    expect(body).toMatch(/\| error rate[^|]*\| pass \| /);
    expect(body).toContain("- update `aws:lb/listenerRule:ListenerRule` portal-staging-public\n");
    expect(body.match(/- update `/g)).toHaveLength(1);
  });

  it("edits nothing without --write, and the same move has the same branch again", async () => {
    const before = await started.current.fingerprint();
    const { branch } = await propose();
    expect(await started.current.fingerprint()).toBe(before);
    expect(await propose()).toMatchObject({ exitCode: 0, branch });
  });

  it("asks nobody outside of the office hours, and says when they begin", async () => {
    const stage = started.current;
    stage.now = new Date("2026-11-28T03:00:00Z"); // a Saturday
    const before = await stage.fingerprint();
    expect(await propose("--in-office-hours", "--write")).toEqual({
      exitCode: 3,
      outcome: "outside office hours",
      opensAt: "2026-11-29T22:00:00.000Z",
    });
    expect(await stage.fingerprint()).toBe(before);
  });

  describe("waits, with the branch of the move that comes next,", () => {
    const branch = "next-step/staging/blue-5-to-25";

    it("while the step bakes", async () => {
      const stage = started.current;
      stage.now = new Date(Date.parse(stage.pulumi.record.since) + 60_000);
      const before = await stage.fingerprint();
      const found = await propose("--write");
      expect(found).toMatchObject({ exitCode: 3, outcome: "waits", branch });
      expect(String(found["why"])).toContain("bakes for");
      expect(await stage.fingerprint()).toBe(before);
    });

    it("while requests are missing", async () => {
      await started.current.standAt5(2);
      expect(await propose("--write")).toMatchObject({ exitCode: 3, outcome: "waits", branch });
    });

    it("while the file has a change that it would have to overwrite", async () => {
      const stage = started.current;
      stage.editStackFile((text) =>
        text.replace(
          /( *)(celebrant-portal:candidateWeight: 5)/,
          '$1$2\n$1celebrant-portal:rolloutOverride: "INC-12: out by Saturday"',
        ),
      );
      const before = stage.stackFile();
      const found = await propose("--write");
      expect(found).toMatchObject({ exitCode: 3, outcome: "waits", branch });
      expect(String(found["why"])).toContain("rolloutOverride");
      expect(stage.stackFile()).toBe(before);
    });
  });

  it("proposes nothing over a failing gate, and names the command", async () => {
    const stage = started.current;
    const { compositeAlarmNames } = await stage.addresses();
    await setAlarm(stage.pulumi.account().clients, compositeAlarmNames.green, "ALARM");
    const before = stage.stackFile();
    const found = await propose("--write");
    expect(found).toMatchObject({ exitCode: 1, outcome: "nothing", branch: null });
    expect(String(found["why"])).toContain("npm run rollout -- rollback --stage staging");
    expect(stage.stackFile()).toBe(before);
  });

  it("proposes nothing over weights that nobody recorded", async () => {
    const stage = started.current;
    await setWeights(stage.pulumi.account().clients, await stage.addresses(), { blue: 40, green: 60 });
    expect(await propose("--write")).toMatchObject({ exitCode: 1, outcome: "nothing", branch: null });
  });

  it("proposes weight 0 after a rollback that left the file as it was, once", async () => {
    const stage = started.current;
    await setWeights(stage.pulumi.account().clients, await stage.addresses(), { blue: 100, green: 0 });
    await stage.setLatch({ state: "set", at: stage.now.toISOString(), reason: "alarm", rolledBack: "green" });
    const before = stage.stackFile();
    const found = await propose("--write");
    expect(found).toMatchObject({
      exitCode: 0,
      outcome: "proposed",
      branch: "next-step/staging/blue-back-from-5",
      title: "Record the rollback in staging",
    });
    expect(changedLines(before, stage.stackFile())).toEqual(["celebrant-portal:candidateWeight: 0"]);
    // Merged, the deploy makes the record say so too, and nothing is left to propose.
    const { exitCode, stderr } = await stage.run("apply");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stage.pulumi.record.weightPercent).toBe(0);
    expect(await propose("--write")).toMatchObject({ exitCode: 1, outcome: "nothing", branch: null });
  });
});

describeWithMoto("--summary, of every command", () => {
  const started = startStage("staging");
  beforeEach(() => started.current.standAt5());
  const file = () => join(started.current.folder, "summary.md");
  const read = () => (existsSync(file()) ? readFileSync(file(), "utf8") : "");
  beforeEach(() => rmSync(file(), { force: true }));

  it("adds what was done to what is there, and prints the same as without", async () => {
    appendFileSync(file(), "before\n");
    const planned = await started.current.run("apply", "--dry-run");
    const { stdout } = await started.current.run("apply", "--dry-run", "--summary", file());
    expect(stdout).toBe(planned.stdout);
    expect(read()).toBe(`before\n### apply, staging: done\n\n\`\`\`\n${stdout}\n\`\`\`\n\n`);
    expect(stdout).toContain("asks for nothing that is not deployed");
  });

  it("says refused, and not enough data, in the words of the refusal", async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace(/candidateWeight: \d+/, "candidateWeight: 100"));
    const refused = await stage.run("apply", "--summary", file());
    expect(refused.exitCode).toBe(1);
    expect(read()).toBe(`### apply, staging: refused\n\n\`\`\`\n${refused.stderr}\n\`\`\`\n\n`);

    await stage.standAt5(2);
    rmSync(file(), { force: true });
    stage.editStackFile((text) => text.replace(/candidateWeight: \d+/, "candidateWeight: 25"));
    expect((await stage.run("apply", "--summary", file(), "--json")).exitCode).toBe(3);
    expect(read()).toMatch(/^### apply, staging: not enough data\n\n```\nThe update is not taken: not enough data\./);
  });

  it("says wrong use where the command was typed wrongly", async () => {
    const asked = await started.current.run("report", "--mail", "--summary", file());
    expect(asked.exitCode).toBe(2);
    expect(read()).toBe("### report, staging: wrong use, nothing was done\n\n```\n--mail goes with --daily.\n```\n\n");
  });

  it("does what was asked where the file cannot be written, and says so", async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace(/candidateWeight: \d+/, "candidateWeight: 0"));
    const { exitCode, stderr } = await stage.run("apply", "--summary", join(stage.folder, "none", "summary.md"));
    expect(exitCode).toBe(0);
    expect(stderr).toContain("The summary was not written. ENOENT");
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
  });
});
