import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectCopy } from "../../support/project-copy.ts";

const project = projectCopy();

/** Runs `npm run plan --` as a person does. */
function plan(...args: string[]) {
  const script = join(project(), "rehearsal", "plan", "main.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 24,
  });
  return { status, stdout, stderr };
}

describe("npm run plan", () => {
  it("names the one resource that a step changes", () => {
    const { status, stdout } = plan(
      "--stage",
      "production",
      "--set",
      "candidateWeight=25",
      "--diff",
      "candidateWeight=5",
    );
    expect(status).toBe(0);
    expect(stdout).toContain(
      "1 cloud resource changes:\n~ aws:lb/listenerRule:ListenerRule portal-production-public\n",
    );
    expect(stdout).toContain("Policies: no violation.");
    expect(stdout).toContain("Assumed: The stack stands at 5 % and that step's bake is over.");
  });

  it("prints one document for machines", () => {
    const { status, stdout } = plan("--stage", "staging", "--json", "--at", "2026-11-23T12:00:00Z");
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as { stage: string; record: { since: string }; findings: unknown[] };
    expect(document).toMatchObject({ stage: "staging", record: { since: "2026-11-23T12:00:00.000Z" }, findings: [] });
  });

  it("fails with the refusal alone when the program refuses", () => {
    const { status, stdout, stderr } = plan(
      "--stage",
      "production",
      "--set",
      "candidateWeight=50",
      "--diff",
      "candidateWeight=5",
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Rollout refused\. You asked for 50 %\. The rollout stands at 5 %.*\n$/);
  });

  it("refuses a secret in plain text without showing it", () => {
    const { status, stdout, stderr } = plan("--stage", "staging", "--set", "applicationSecrets.MAIL_KEY=hunter2");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("celebrant-portal:applicationSecrets.MAIL_KEY is [secret]");
    expect(stderr).not.toContain("hunter2");
  });

  it("says of a secret that was set anew that it may have changed, and no more", () => {
    const secret = (ciphertext: string) => `applicationSecrets.MAIL_KEY={ secure: ${ciphertext} }`;
    const image = (colour: string) => ["--set", `images.${colour}=sha256:${"a".repeat(64)}`];
    const folder = mkdtempSync(join(tmpdir(), "plan-"));
    const base = join(folder, "base.json");
    const written = plan("--stage", "staging", ...image("blue"), "--set", secret("v1:AAAA"), "--json");
    writeFileSync(base, written.stdout);
    const against = (ciphertext: string) =>
      plan("--stage", "staging", ...image("blue"), "--set", secret(ciphertext), "--against", base).stdout;
    const anew =
      "Assumed: applicationSecrets.MAIL_KEY was encrypted anew, and its value is taken to be the one before.";
    const notJudged = "It was not judged whether the values of these application secrets have changed: MAIL_KEY.";
    const changed = against("v1:BBBB");
    for (const said of ["No cloud resource changes.", anew, notJudged]) expect(changed).toContain(said);
    const same = against("v1:AAAA");
    expect(same).toContain(notJudged);
    expect(same).not.toContain("anew");
    rmSync(folder, { recursive: true });
  });

  it("shows what a changed secret would do, where both files are at hand", () => {
    const secret = (ciphertext: string) => `applicationSecrets.MAIL_KEY={ secure: ${ciphertext} }`;
    const { stdout } = plan("--stage", "staging", "--set", secret("v1:BBBB"), "--diff", secret("v1:AAAA"));
    expect(stdout).toContain("+ aws:secretsmanager/secretVersion:SecretVersion portal-staging-mail-key.2");
    expect(stdout).toContain("aws:ecs/taskDefinition:TaskDefinition portal-staging-green");
    expect(stdout).not.toContain("aws:ecs/taskDefinition:TaskDefinition portal-staging-blue");
  });

  it("takes the base branch's plan for the past, and tells what the program tells", () => {
    const folder = mkdtempSync(join(tmpdir(), "plan-"));
    const base = join(folder, "base.json");
    const digests = ["blue", "green"].flatMap((colour) => ["--set", `images.${colour}=sha256:${"a".repeat(64)}`]);
    const planned = (weight: number, ...args: string[]) =>
      plan("--stage", "production", ...digests, "--set", `candidateWeight=${weight}`, ...args);
    writeFileSync(base, planned(5, "--json").stdout);
    const next = planned(25, "--against", base);
    const skipped = planned(50, "--against", base);
    const otherStage = plan("--stage", "staging", "--against", base);
    writeFileSync(base, "{}");
    const noPlan = planned(25, "--against", base);
    rmSync(folder, { recursive: true });
    expect(next.status).toBe(0);
    expect(next.stdout).toContain(
      [
        "Gate: not asked, because this plan is made without AWS. The preview and the update ask it.",
        "",
        "Assumed: The stack stands at 5 %, as in the base plan, and that step's bake is over.",
        "",
      ].join("\n"),
    );
    expect({ status: skipped.status, stdout: skipped.stdout }).toEqual({ status: 1, stdout: "" });
    expect(skipped.stderr).toMatch(/^Rollout refused\. You asked for 50 %\. The rollout stands at 5 %/);
    const howTo = (stage: string) => `Write it with: npm run --silent plan -- --stage ${stage} --json > ${base}\n`;
    expect([otherStage.stderr, noPlan.stderr]).toEqual([
      `${base} is a plan of production, and staging cannot be compared with it. ${howTo("staging")}`,
      `${base} is not a plan that can be compared: it needs resources, outputs and a record. ${howTo("production")}`,
    ]);
  });

  it("names a file that is not valid JSON without quoting it", () => {
    const folder = mkdtempSync(join(tmpdir(), "plan-"));
    const record = join(folder, "record.json");
    writeFileSync(record, "hunter2");
    const { status, stderr } = plan("--stage", "staging", "--record", record);
    rmSync(folder, { recursive: true });
    expect({ status, stderr }).toEqual({ status: 1, stderr: `${record} cannot be read: it is not valid JSON\n` });
  });

  it.each([
    [[], "--stage needs a value: staging or production."],
    [["--stage", "live"], '--stage cannot be "live". Choose staging or production.'],
    [["--stage", "staging", "--sett", "a=1"], "There is no flag --sett. Did you mean --set?"],
    [["--stage", "staging", "--at", "soon"], '--at cannot be "soon". Give a moment, such as 2026-11-23T14:20:00Z.'],
  ])("calls %j wrong use", (args, message) => {
    const stderr = `${message}\n\nHow to use it: npm run plan -- --help\n`;
    expect(plan(...args)).toEqual({ status: 2, stdout: "", stderr });
  });
});
