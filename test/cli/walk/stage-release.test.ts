import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Evidence } from "../../../cli/evidence/evidence.ts";
import { openEvidenceFolder } from "../../../cli/evidence/evidence-folder.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { releasesOf } from "../../../rollout/releases.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { pushImage } from "../../support/aws/push-image.ts";
import { setWeights } from "../../support/aws/set-weights.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { digest } from "../../support/rollout.ts";

const earlier = sampleImageDigest("1.1.0");
const short = earlier.slice(7, 19);

describeWithMoto("stage-release and history --releases", () => {
  const started = startStage("staging");
  /** Release 1 is live in blue. Green had release 2 and has release 3: another image, more memory, another origin. */
  let standing: Standing;
  let fileOf2: string;
  beforeAll(async () => {
    const stage = started.current;
    stage.waitHours(1);
    stage.editStackFile((text) => text.replace(earlier, `"1.1.0 of May@${earlier}" # second`));
    await stage.up();
    fileOf2 = stage.stackFile();
    stage.waitHours(1);
    stage.editStackFile((text) =>
      text
        .replace(`"1.1.0 of May@${earlier}"`, `"1.2.0@${digest("c")}"`)
        .replace("memoryMib: 512", "memoryMib: 1024")
        .replace(
          /( +)- https:\/\/staging.celebrant-portal.com\n/,
          "$&$1- https://beta.celebrant-portal.com # a trial\n",
        ),
    );
    await stage.up();
    await pushImage(stage.moto, await stage.addresses(), sampleImageDigest("1.0.0"), "v1.0.0");
    await pushImage(stage.moto, await stage.addresses(), earlier, "v1.1.0");
    standing = await stage.rememberAll();
  });
  beforeEach(() => started.current.returnTo(standing));
  afterAll(() => void vi.unstubAllEnvs());

  /** Has the last update's record be another. */
  function record(change: Partial<RolloutRecord>): void {
    const { account, plan } = started.current.pulumi.state;
    const changed = { ...plan.record, ...change };
    started.current.setState({
      account,
      plan: { ...plan, record: changed, outputs: { ...plan.outputs, rollout: changed } },
    });
  }

  /** Gives the stack file a secret. */
  function addSecret(): void {
    const secrets = "  celebrant-portal:applicationSecrets:\n    STRIPE_KEY: { secure: AAA }\n";
    started.current.editStackFile((text) => text.replace("  celebrant-portal:frontend:", `${secrets}$&`));
  }

  /** Runs the command, which must refuse and change nothing. @returns what it says */
  async function refused(number: number, ...words: readonly string[]): Promise<string> {
    const before = await started.current.fingerprint();
    const { exitCode, stdout, stderr } = await started.current.run(
      "stage-release",
      "--from-history",
      `${number}`,
      ...words,
    );
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(await started.current.fingerprint()).toBe(before);
    return stderr;
  }

  it("lists the releases that ran, with the tag of an image that has no label", async () => {
    const { exitCode, stdout, stderr } = await started.current.run("history", "--releases");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^1 {2}v1\.0\.0 \w{12}, blue$/),
      expect.stringMatching(/^ {4}Staged .*\. Live since .*\.$/),
      `2  1.1.0 of May ${short}, green`,
      expect.stringMatching(/^ {4}Staged .*\. Had no traffic\. Withdrawn .*\.$/),
      `3  1.2.0 ${"c".repeat(12)}, green`,
      expect.stringMatching(/^ {4}Staged .*\. Had no traffic\.$/),
      expect.stringMatching(/^ {4}Other than live: api\.allowedOrigins .*, api\.memoryMib 1024 \(live: 512\)\.$/),
      "",
      "To make one of them the candidate again:",
      "    npm run rollout -- stage-release --stage staging --from-history <number>",
    ]);
    const { stdout: json } = await started.current.run("history", "--releases", "--json");
    expect(JSON.parse(json)).toMatchObject({
      stage: "staging",
      releases: [
        { number: 1, label: "v1.0.0" },
        { number: 2, image: earlier },
        { number: 3, label: "1.2.0" },
      ],
    });
  });

  it("names releases by their digests where the registry cannot be asked", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:9");
    const { stdout, exitCode } = await started.current.run("history", "--releases");
    const status = await started.current.run("status");
    vi.stubEnv("AWS_ENDPOINT_URL_ECR", undefined);
    expect([exitCode, stdout.split("\n")[0]]).toEqual([0, expect.stringMatching(/^1 {2}\w{12}, blue$/)]);
    expect([status.exitCode, status.stdout]).toEqual([0, expect.stringMatching(/release +\w{12}$/m)]);
  });

  it("writes image, label and settings of an earlier release as the candidate, and keeps every other byte", async () => {
    const stage = started.current;
    const { exitCode, stdout, stderr } = await stage.run("stage-release", "--from-history", "2");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stage.stackFile()).toBe(fileOf2);
    expect(stdout.split("\n")).toEqual([
      `Pulumi.staging.yaml has release 2, 1.1.0 of May ${short}, as the candidate green:`,
      `  images.green: 1.1.0 of May@${earlier}`,
      '  api.allowedOrigins: ["https://staging.celebrant-portal.com"], was ["https://staging.celebrant-portal.com","https://beta.celebrant-portal.com"]',
      "  api.memoryMib: 512, was 1024",
      "Look at it by git diff Pulumi.staging.yaml, then preview: npx pulumi preview --stack staging",
      "To deploy it at weight 0: npm run rollout -- apply --stage staging. It takes the steps as every release does.",
    ]);
    const again = await stage.run("stage-release", "--from-history", "2");
    expect(again.stdout).toContain("Pulumi.staging.yaml says so already: green is release 2,");

    stage.waitHours(1);
    expect((await stage.run("apply")).exitCode).toBe(0);
    const { releases = [], labels } = stage.pulumi.record;
    expect(labels).toEqual({ blue: null, green: "1.1.0 of May" });
    expect(releases.map(({ number, end }) => [number, end?.how])).toEqual([
      [1, undefined],
      [3, "withdrawn"],
      [2, undefined],
    ]);
    const forward = await stage.run("stage-release", "--from-history", "3");
    expect(forward.stderr).toContain("The image of release 3");
    await pushImage(stage.moto, await stage.addresses(), digest("c"), "v1.2.0");
    expect((await stage.run("stage-release", "--from-history", "3")).exitCode).toBe(0);
    expect(stage.stackFile()).toContain(
      "      - https://staging.celebrant-portal.com\n      - https://beta.celebrant-portal.com\n",
    );
  });

  it("refuses a number that the record does not have, and the release that is live", async () => {
    expect(await refused(7)).toBe(
      "Staging release 7 is refused. The record has no release 7. It has the last ones that ran: npm run rollout -- history --stage staging --releases.",
    );
    expect(await refused(1)).toContain("Release 1 is live in blue.");
  });

  it("refuses an image that the registry no longer has, and one that nobody can ask for", async () => {
    expect(await refused(3)).toContain(
      `The image of release 3, 1.2.0 ${"c".repeat(12)}, is not in the registry any more. Build and push that version again`,
    );
    vi.stubEnv("AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:9");
    expect(await refused(2)).toMatch(
      /Nobody knows whether the image of release 2 still exists\. AWS: the images of \S+ could/,
    );
    vi.stubEnv("AWS_ENDPOINT_URL_ECR", undefined);
  });

  it("refuses while a weight is out, in the record or in AWS alone, or in the file alone", async () => {
    const stage = started.current;
    record({ weightPercent: 5 });
    expect(await refused(2)).toContain(
      "green has 5 % of the public traffic, and a release is staged at weight 0 only.",
    );
    record({ weightPercent: 0 });
    await setWeights(stage.pulumi.account().clients, await stage.addresses(), { blue: 95, green: 5 });
    expect(await refused(2)).toContain("An image changes only at weight 0, in an update of its own.");
    await stage.returnTo(standing);
    stage.editStackFile((text) => text.replace("candidateWeight: 0", "candidateWeight: 5"));
    expect(await refused(2)).toContain("The stack file asks for 5 % with blue live, and blue is live with 0 %");
  });

  it("refuses in the window of a return, and says what to do with the release that can be returned to", async () => {
    const { images, history } = started.current.pulumi.record;
    const at = started.current.now.toISOString();
    const promoted = { at, event: "promoted", liveColour: "blue", weightPercent: 0, images } as const;
    record({ promotedAt: at, rollbackWindowSeconds: 3600, history: [...history, promoted] });
    started.current.waitHours(0.5);
    expect(await refused(2)).toMatch(
      /green keeps its release until .*, so that you can return to it\. Wait until then, or run/,
    );
    expect(await refused(3)).toContain("npm run rollout -- rollback --stage staging --to green.");
    started.current.waitHours(1);
    expect((await started.current.run("stage-release", "--from-history", "2")).exitCode).toBe(0);
  });

  it("refuses a release that is older than a contract migration, and no other", async () => {
    const stage = started.current;
    const evidence = openEvidenceFolder(stage.folder, "staging");
    const contract = (ranAt: Date, image: string): Evidence => ({
      version: 1,
      stage: "staging",
      action: "task",
      outcome: "done",
      at: ranAt.toISOString(),
      finishedAt: ranAt.toISOString(),
      by: "Ana <ana@example.com>",
      from: { liveColour: "blue", weightPercent: 0 },
      to: { liveColour: "blue", weightPercent: 0 },
      images: { blue: sampleImageDigest("1.0.0"), green: null },
      reason: null,
      overridden: [],
      gate: null,
      plan: null,
      readBack: null,
      task: {
        run: "migrate",
        kind: "contract",
        colour: "blue",
        image,
        taskArn: null,
        exitCode: 0,
        startedAt: ranAt.toISOString(),
        stoppedAt: ranAt.toISOString(),
      },
      problems: [],
    });
    await evidence.write(contract(new Date(stage.now.getTime() - 60_000), sampleImageDigest("1.0.0")));
    expect(await refused(2)).toMatch(
      /A migration of kind contract ran at .*, after release 2, and took away what older/,
    );
    await stage.returnTo(standing);
    // Before release 2, by it, or while it was there.
    const { stagedAt } = releasesOf(stage.pulumi.record)[1] ?? { stagedAt: "" };
    await evidence.write(contract(new Date(Date.parse(stagedAt) - 60_000), sampleImageDigest("1.0.0")));
    await evidence.write(contract(new Date(stage.now.getTime() - 120_000), earlier));
    expect((await stage.run("stage-release", "--from-history", "2")).exitCode).toBe(0);
  });

  it("refuses secrets of then that are gone, unless those of now will do", async () => {
    const stage = started.current;
    const { releases = [] } = stage.pulumi.record;
    const named = (version: string, kept: readonly number[], last: number) =>
      record({
        releases: releases.map((release) =>
          release.number === 2
            ? { ...release, settings: { ...release.settings, "applicationSecrets.STRIPE_KEY": version } }
            : release,
        ),
        secretVersions: { STRIPE_KEY: { kept, last } },
      });
    named("version 1", [2], 2);
    expect(await refused(2)).toContain(
      "ran with version 1 of applicationSecrets.STRIPE_KEY, which the stack file does not have.",
    );
    addSecret();
    expect(await refused(2)).toContain(
      "ran with version 1 of applicationSecrets.STRIPE_KEY, which does not exist any more.",
    );
    named("version 1", [1, 2], 2);
    expect(await refused(2)).toContain(
      "ran with version 1 of applicationSecrets.STRIPE_KEY, and the stack file has version 2.",
    );
    const { exitCode, stdout } = await stage.run("stage-release", "--from-history", "2", "--present-secrets");
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("It runs with the secrets that the file has.")]);
    expect(stage.stackFile()).not.toContain("version");
    expect(stage.stackFile()).not.toContain("taskSecrets");
  });

  it("writes which task starts with which secret, where the release tells", async () => {
    const stage = started.current;
    const { releases = [] } = stage.pulumi.record;
    const ofSecrets = {
      "applicationSecrets.STRIPE_KEY": "version 2",
      "taskSecrets.migrate": '["STRIPE_KEY"]',
    } as const;
    record({
      releases: releases.map((release) =>
        release.number === 2 ? { ...release, settings: { ...release.settings, ...ofSecrets } } : release,
      ),
      secretVersions: { STRIPE_KEY: { kept: [2], last: 2 } },
    });
    addSecret();
    const { exitCode, stderr } = await stage.run("stage-release", "--from-history", "2");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stage.stackFile()).toContain("  celebrant-portal:taskSecrets:\n    migrate: [STRIPE_KEY]\n");
  });

  it("says where nobody knows the settings of then, and where the release was taken off the public path", async () => {
    const stage = started.current;
    const { releases = [] } = stage.pulumi.record;
    const end = { how: "rolled back", at: "2026-11-23T01:30:00.000Z" } as const;
    record({
      releases: releases.map(({ settings, ...release }) =>
        release.number === 2 ? { ...release, end } : { ...release, settings },
      ),
    });
    const { stdout } = await stage.run("stage-release", "--from-history", "2");
    expect(stdout).toContain("The record does not tell which settings release 2 ran with");
    expect(stdout).toContain("Release 2 was rolled back at 2026-11-23T01:30:00.000Z.");
    expect(stage.stackFile()).toContain("memoryMib: 1024");
  });
});
