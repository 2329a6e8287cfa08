import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseStackFile } from "../../../infra/config/stack-file.ts";
import { copyCode } from "../../support/copy-code.ts";
import { fakePulumi } from "../../support/fake-pulumi.ts";
import { fixtureFolder } from "../../support/stack-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const name = "Pulumi.production.yaml";

/** The CLI with a copy of its code and of the tests' stack file of production, and a Pulumi that encrypts. */
function project() {
  const folder = temporaryFolder();
  copyCode(["cli", "infra", "components", "rollout", "package.json", "Pulumi.yaml"], folder);
  const path = join(folder, name);
  copyFileSync(join(fixtureFolder, name), path);
  const pulumi = fakePulumi({});
  const run = (words: readonly string[], input = "") => {
    const cli = join(folder, "cli", "main.ts");
    const env = { PATH: pulumi.folder, HOME: folder };
    const all = [cli, "set", "--stage", "production", ...words];
    const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: "/", env, input, encoding: "utf8" });
    return { exitCode: status, stdout, stderr };
  };
  const read = () => readFileSync(path, "utf8");
  const write = (text: string) => writeFileSync(path, text);
  const writeStaging = (text: string) => writeFileSync(join(folder, "Pulumi.staging.yaml"), text);
  return { run, read, pulumi, write, writeStaging };
}

describe("set", () => {
  it("changes the one value, keeps every other byte and says what to do next", () => {
    const { run, read } = project();
    const before = read();
    expect(run(["images.green", digest])).toEqual({
      exitCode: 0,
      stdout: `${name} is changed.\nLook at it by git diff ${name}, then preview: npx pulumi preview --stack production\n`,
      stderr: "",
    });
    expect(read()).toBe(before.replace("images: {}", `images: { green: ${digest} }`));
    expect(run(["images.green", digest]).stdout).toBe(`${name} says so already.\n`);
  });

  it("writes a label into the one value of its image, and takes it out with the next image", () => {
    const { run, read } = project();
    const before = read();
    expect(run(["images.green", digest, "--label", "2.4.0"]).exitCode).toBe(0);
    expect(read()).toBe(before.replace("images: {}", `images: { green: 2.4.0@${digest} }`));
    expect(run(["images.green", `2.4.0@${digest}`, "--label", "Spring invoices: #2"]).exitCode).toBe(0);
    expect(read()).toContain(`images: { green: "Spring invoices: #2@${digest}" }`);
    const next = digest.replace("0", "f");
    expect(run(["images.green", next]).exitCode).toBe(0);
    expect(read()).toBe(before.replace("images: {}", `images: { green: "${next}" }`));
  });

  it.each([
    ["with @", ["images.green", digest, "--label", "a@b"], '--label cannot be "a@b". Give 1 to 40 characters'],
    ["that nobody sees", ["images.green", digest, "--label", "2.4\u202e"], '--label cannot be "2.4\\u202e".'],
    ["of 41 characters", ["images.green", digest, "--label", "x".repeat(41)], "--label cannot be"],
    ["of another key", ["api.minTasks", "2", "--label", "2.4.0"], "--label goes with one image"],
    [
      "of two images",
      ["images.green", digest, "images.blue", digest, "--label", "2.4.0"],
      "--label goes with one image",
    ],
  ])("refuses a label %s", (_what, words, message) => {
    const { run, read } = project();
    const before = read();
    const { exitCode, stderr } = run(words);
    expect([exitCode, stderr.split("\n")[0]]).toEqual([2, expect.stringContaining(message)]);
    expect(read()).toBe(before);
  });

  it("sets values that are valid together only, a freeze window, and removes them", () => {
    const { run, read } = project();
    const before = read();
    const window = '{ from: "2026-12-19T00:00:00+11:00", until: "2027-01-04T00:00:00+11:00", reason: summer weddings }';
    const instance = "portal-production-1a2b3c4d";
    const [from, time] = ["database.restoreFrom.sourceInstanceIdentifier", "database.restoreFrom.restoreTime"];
    expect(run([from, instance, time, "2026-12-24T09:30:00+11:00", "rollout.freezeWindows[0]", window]).exitCode).toBe(
      0,
    );
    expect(read()).toContain(
      `    restoreFrom:\n      sourceInstanceIdentifier: ${instance}\n      restoreTime: "2026-12-24T09:30:00+11:00"\n`,
    );
    expect(read()).toContain(`freezeWindows: [${window}]`);
    expect(run(["--remove", "database.restoreFrom", "rollout.freezeWindows[0]"]).exitCode).toBe(0);
    expect(read()).toBe(before);
  });

  it("writes nothing where a value is refused, and tells every problem of it", () => {
    const { run, read } = project();
    const before = read();
    const { exitCode, stdout, stderr } = run(["api.minTasks", "1", "candidateWeight", "7", "images.green", digest]);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`With this change, ${name} has 2 problems. Nothing was changed.`);
    expect(stderr).toContain("celebrant-portal:api.minTasks is 1");
    expect(stderr).toContain("celebrant-portal:candidateWeight is 7");
    expect(read()).toBe(before);
  });

  it("refuses in production a host that the stack file of staging has", () => {
    const { run, read, writeStaging } = project();
    const before = read();
    const staging = readFileSync(join(fixtureFolder, "Pulumi.staging.yaml"), "utf8");
    writeStaging(staging.replace("api: api.staging.", "api: trial."));
    const { exitCode, stderr } = run(["hosts.candidateApi", "trial.celebrant-portal.com"]);
    expect(stderr).toContain("production must not use a name of staging: the stack file of staging has it too");
    expect([exitCode, read()]).toEqual([1, before]);
    writeStaging("config: [");
    expect(run(["hosts.candidateApi", "trial.celebrant-portal.com"]).exitCode).toBe(0);
  });

  it("mends one mistake of two, and says which is left", () => {
    const { run, read, write } = project();
    write(read().replace("minTasks: 2", "minTasks: 1").replace("multiAz: true", "multiAz: false"));
    const { exitCode, stdout } = run(["api.minTasks", "2"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Still to be fixed:\n- celebrant-portal:database.multiAz production must run a standby");
    expect(run(["database.multiAz", "false"]).exitCode).toBe(1);
    expect(run(["database.multiAz", "true"]).stdout).not.toContain("Still to be fixed");
  });

  it("encrypts a secret by Pulumi, on no command line and in no file, and takes over that value alone", () => {
    const { run, read, pulumi } = project();
    const before = read();
    const { exitCode, stdout } = run(["--secret", "applicationSecrets.STRIPE_SECRET_KEY"], "sk_live_hunter2\n");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("at weight 0 the update stages it in the candidate, it gets traffic by the steps");
    expect(stdout).not.toContain("hunter2");
    const [call] = pulumi.calls();
    expect(call?.words.join(" ")).toBe(
      "config set --secret --non-interactive --stack production celebrant-portal:secret",
    );
    expect(call?.cwd).toContain("rollout-secret-");
    const secure = `v1:${Buffer.from("sk_live_hunter2").toString("base64")}`;
    expect(read()).toContain(
      `\n  celebrant-portal:applicationSecrets:\n    STRIPE_SECRET_KEY:\n      secure: ${secure}\n`,
    );
    expect(parseStackFile({ name, text: read() }).encryptedPaths).toEqual([
      ["celebrant-portal:applicationSecrets", "STRIPE_SECRET_KEY"],
    ]);
    expect(run(["--remove", "applicationSecrets"]).exitCode).toBe(0);
    expect(read()).toBe(`${before}encryptionsalt: "v1:new"\n`);
    const token = run(["--secret", "vercel:apiToken"], "token");
    expect(token.exitCode).toBe(0);
    expect(token.stdout).not.toContain("candidate");
    expect(read().match(/encryptionsalt/g)).toHaveLength(1);
  });

  it("leaves the file alone where Pulumi cannot encrypt", () => {
    const { read, run, pulumi } = project();
    const before = read();
    writeFileSync(
      join(pulumi.folder, "answers.json"),
      JSON.stringify({ raw: { stderr: "error: incorrect passphrase\n", exitCode: 255 } }),
    );
    const { exitCode, stderr } = run(["--secret", "applicationSecrets.STRIPE_SECRET_KEY"], "sk_live_hunter2");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("incorrect passphrase");
    expect(stderr).not.toContain("hunter2");
    expect(read()).toBe(before);
  });

  it.each<[readonly string[], string]>([
    [[], "The key is missing, such as images.green."],
    [["images.green"], "The value of images.green is missing."],
    [["images..green", "x"], '"images..green" is not a config key.'],
    [["--secret", "--remove", "a"], "--secret does not go with --remove."],
    [["--secret", "a", "hunter2"], "--secret takes one key."],
    [["--secret", "a"], "The secret is empty."],
  ])("ends with 2 for the words %j", (words, message) => {
    const { run, read } = project();
    const before = read();
    const { exitCode, stderr } = run(words);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("hunter2");
    expect([exitCode, read()]).toEqual([2, before]);
  });
});
