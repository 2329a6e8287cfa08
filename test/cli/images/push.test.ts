import { readdirSync } from "node:fs";
import { delimiter } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { findingOf, type ImageWorld, openImageWorld, setScan } from "../../support/registry/image-world.ts";
import type { FakeDockerFaults } from "../../support/registry/write-fake-docker.ts";
import { runHere } from "../commands/run-rollout.ts";

const push = ["push", "--stage", "staging"] as const;
const build = [...push, "--build", "portal", "--tag", "2.4.0"] as const;

describeWithMoto("image push and image check", () => {
  const started = startStage("staging");
  let standing: Standing;
  const path = process.env["PATH"];
  beforeAll(async () => {
    standing = await started.current.remember();
  });
  beforeEach(async () => await started.current.returnTo(standing));
  afterEach(() => void vi.stubEnv("PATH", path));

  async function open(faults: FakeDockerFaults & { readonly images?: Record<string, string> } = {}) {
    const it = await openImageWorld(started.current, faults);
    onTestFinished(() => it.registry.stop());
    vi.stubEnv("PATH", `${it.docker.folder}${delimiter}${path}`);
    return it;
  }

  /** Runs a command that is refused. @returns what it says */
  async function refused({ run }: ImageWorld, words: readonly string[], code = 1): Promise<string> {
    const { exitCode, stdout, stderr } = await run(words);
    expect([exitCode, stdout]).toEqual([code, ""]);
    return stderr;
  }

  const digestIn = (text: string) => /sha256:[0-9a-f]{64}/.exec(text)?.[0] ?? "none";

  it("builds for the tasks' platform, pushes, waits for the scan, and prints digest and next command", async () => {
    const it = await open();
    await setScan(started.current.moto, it.repositoryName, { findings: [findingOf("CVE-2026-1", "HIGH")] });
    const { exitCode, stdout, stderr } = await it.run(build);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const digest = digestIn(stdout);
    expect(stdout.split("\n")).toEqual([
      `${it.repositoryName} has 2.4.0 as ${digest}.`,
      "Platform: linux/amd64",
      "Scan: COMPLETE: The scan was completed successfully.; found: 1 high",
      "To make it the candidate: npm run rollout -- image stage --stage staging --tag 2.4.0",
    ]);
    const name = `${it.registry.host}/${it.repositoryName}:2.4.0`;
    expect(it.docker.calls().map(({ words }) => words.join(" "))).toEqual([
      `build --platform linux/amd64 --tag ${name} portal`,
      `image inspect --format {{.Os}}/{{.Architecture}} ${name}`,
      "context inspect --format {{.Endpoints.docker.Host}}",
      `push ${name}`,
    ]);
    const { stdout: json } = await it.run(["check", "--stage", "staging", "--digest", digest, "--json"]);
    expect(JSON.parse(json)).toMatchObject({
      outcome: "done",
      tag: "2.4.0",
      digest,
      platforms: ["linux/amd64"],
      scan: { state: "done", counts: { HIGH: 1 }, open: [] },
    });
  });

  it("leaves the registry's password in no command line, no config and no file", async () => {
    const it = await open();
    const left = () => readdirSync(started.current.folder).filter((name) => name.startsWith("rollout-registry-"));
    await it.run(build);
    const seen = it.docker.calls();
    expect(seen.some(({ config }) => config?.includes(`"credHelpers":{"${it.registry.host}"`))).toBe(true);
    expect(JSON.stringify(seen)).not.toMatch(/auth-token|QVdTO/);
    expect(left()).toEqual([]);
    expect(process.env).not.toHaveProperty("ROLLOUT_REGISTRY_PASSWORD_0");
  });

  it("takes an image of this machine", async () => {
    const it = await open({ images: { "portal:2.4.0": "linux/amd64" } });
    const { exitCode, stdout } = await it.run([...push, "--image", "portal:2.4.0", "--tag", "2.4.0"]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("has 2.4.0 as sha256:")]);
    expect(await refused(it, [...push, "--image", "portal:2.5.0", "--tag", "2.5.0"])).toContain(
      "No such image: portal:2.5.0",
    );
  });

  it("refuses an image for another platform before it is pushed, because a tag never moves", async () => {
    const it = await open({ images: { "portal:2.4.0": "linux/arm64" } });
    expect(await refused(it, [...push, "--image", "portal:2.4.0", "--tag", "2.4.0"])).toBe(
      "Pushing 2.4.0 is refused. It is built for linux/arm64, and the tasks run on linux/amd64. Build it with --platform linux/amd64.",
    );
    expect(it.registry.requests).toEqual([]);
  });

  it("refuses a tag that the registry has, before it builds anything", async () => {
    const it = await open();
    const { stdout } = await it.run(build);
    const before = it.docker.calls().length;
    expect(await refused(it, build)).toMatch(
      new RegExp(
        `^Pushing 2\\.4\\.0 is refused\\. The registry has had the tag 2\\.4\\.0 since .*, as ${digestIn(stdout)}, and a tag never moves to another image\\. .* npm run rollout -- image check --stage staging --tag 2\\.4\\.0\\.$`,
      ),
    );
    expect(it.docker.calls()).toHaveLength(before);
  });

  it("refuses a critical finding with the line that accepts it, and takes it once that is written", async () => {
    const it = await open();
    const stage = started.current;
    const found = [
      findingOf("CVE-2026-7", "CRITICAL"),
      findingOf("CVE-2026-7", "CRITICAL", "libssl"),
      findingOf("CVE-2026-8", "CRITICAL"),
    ];
    await setScan(stage.moto, it.repositoryName, { findings: found });
    const said = await refused(it, build);
    expect(said.split("\n")).toEqual([
      expect.stringMatching(/^The image 2\.4\.0, sha256:\w+ is refused\.$/),
      expect.stringMatching(
        /^- The scan found CVE-2026-7 \(CRITICAL, in openssl 3\.0\.1, libssl 3\.0\.1\), and the stack file does not accept it\. /,
      ),
      expect.stringMatching(/^- The scan found CVE-2026-8 /),
    ]);
    // As the refusal prints it.
    const lines = [...said.matchAll(/rollout -- set --stage staging "([^"]+)" '([^']+)'/g)];
    expect(lines.map(([, key]) => key)).toEqual(["acceptedFindings[0]", "acceptedFindings[1]"]);
    for (const [, key = "", value = ""] of lines) {
      const filled = value
        .replace("<why>", "the portal does not call this code")
        .replace("<time>", "2026-12-24T00:00:00Z");
      expect(await stage.run("set", key, filled)).toMatchObject({ exitCode: 0, stderr: "" });
    }
    const check = ["check", "--stage", "staging", "--tag", "2.4.0"];
    const { exitCode, stdout } = await it.run(check);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringContaining("Accepted until 2026-12-24T00:00:00Z: CVE-2026-7. the portal does not call this code"),
    ]);
    stage.now = new Date("2026-12-24T00:00:00Z");
    expect(await refused(it, check)).toContain("It was accepted until 2026-12-24T00:00:00Z, which is over.");
  });

  it("ends with 3 where the scan has not ended within ten minutes, and says how to ask again", async () => {
    const it = await open();
    const { now } = started.current;
    await setScan(started.current.moto, it.repositoryName, { status: "IN_PROGRESS", description: "" });
    const said = await refused(it, build, 3);
    expect(said).toMatch(
      /^The image 2\.4\.0, (sha256:\w+) is not taken: not enough data\. Its scan has not ended \(IN_PROGRESS\)\. .* npm run rollout -- image check --stage staging --digest \1\.$/,
    );
    expect(started.current.now.getTime() - now.getTime()).toBe(600_000);
  });

  it.each([
    ["that the registry cannot scan", { status: "UNSUPPORTED_IMAGE", description: "The operating system is unknown." }],
    ["whose scan failed", { status: "FAILED", description: "" }],
  ])("refuses an image %s", async (_, scan) => {
    const it = await open();
    await setScan(started.current.moto, it.repositoryName, scan);
    expect(await refused(it, build)).toContain(`The registry does not scan it (${scan.status}`);
  });

  it("fails with what the program said, and with what a broken registry gives", async () => {
    const failing = await open({ fails: "push" });
    expect(await refused(failing, build)).toMatch(/^docker push .* failed with exit code 1: denied: the stand-in/);
    const it = await open();
    const { stdout } = await it.run(build);
    it.registry.corrupt(digestIn(stdout));
    expect(await refused(it, ["check", "--stage", "staging", "--tag", "2.4.0"])).toMatch(
      /^The registry 127\.0\.0\.1:\d+ gave sha256:\w+ for sha256:\w+\. Nothing of it is used\.$/,
    );
  });

  it("says what to install where neither docker nor podman is there", async () => {
    const it = await open();
    vi.stubEnv("PATH", "/nowhere");
    expect(await refused(it, build)).toContain("There is neither docker nor podman on the path.");
  });

  it("finds no image that is not there", async () => {
    expect(await refused(await open(), ["check", "--stage", "staging", "--tag", "9"])).toMatch(
      /^The image 9 is refused\. The registry of staging, \S+, has no image with the tag 9\. Push it: npm run rollout -- image push /,
    );
  });
});

describe("image", () => {
  it.each([
    [[], "What to do is missing. Choose push, check or stage, as in image push --stage staging."],
    [["pull"], "It cannot pull. Choose push, check or stage, as in image push --stage staging."],
    [["push", "--tag", "1"], "Give --build with a folder, or --image with an image that is on this machine."],
    [
      ["push", "--tag", "1", "--build", ".", "--image", "x"],
      "Give --build with a folder, or --image with an image that is on this machine.",
    ],
    [["push", "--build", "."], "--tag is missing, such as --tag 2.4.0."],
    [
      ["push", "--build", ".", "--tag", "a b"],
      '--tag cannot be "a b". Give up to 128 letters, digits, "_", "." and "-", such as 2.4.0.',
    ],
    [["check", "--build", ".", "--tag", "1"], "--build and --image go with push, not with check."],
    [["check"], "Give --tag or --digest."],
    [["check", "--digest", "sha256:1"], '--digest cannot be "sha256:1". Give sha256: and 64 hexadecimal digits.'],
    [["stage", "--tag", "1", "--digest", `sha256:${"a".repeat(64)}`], "Give --tag or --digest, not both."],
    [["stage", "--tag", "1", "--from", "staging"], "--from goes with image stage --stage production."],
  ])("ends with 2 for %j and opens nothing", async (words, problem) => {
    const { exitCode, stdout, stderr } = await runHere("image", ...words, "--stage", "staging");
    expect(stderr.split("\n")[0]).toBe(problem);
    expect([exitCode, stdout]).toEqual([2, ""]);
  });
});
