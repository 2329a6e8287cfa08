import { delimiter } from "node:path";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { afterEach, beforeAll, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { withRegistryLogins } from "../../../cli/images/registry-login.ts";
import { runProcess } from "../../../cli/process.ts";
import type { RolloutWorld } from "../../../cli/world.ts";
import { repositoryNameOf } from "../../../infra/aws/images.ts";
import { openRegistry } from "../../../infra/aws/registry.ts";
import { nextRecord } from "../../../rollout/next-record.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { pushImage } from "../../support/aws/push-image.ts";
import { stageProgram } from "../../support/aws/stage-program.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { findingOf, openImageWorld, setScan, withRegistry } from "../../support/registry/image-world.ts";
import type { FakeDockerFaults } from "../../support/registry/write-fake-docker.ts";
import { digest } from "../../support/rollout.ts";

const stage = ["stage", "--stage", "production", "--from", "staging"] as const;
const byTag = [...stage, "--tag", "2.4.0"] as const;

/** What staging's record tells of an image in green. */
type Course = "never there" | "without traffic" | "had traffic" | "rolled back";

describeWithMoto("image stage in production", () => {
  const started = startStage("production");
  let standing: Standing;
  let outputs: Record<string, unknown>;
  let record: RolloutRecord;
  const path = process.env["PATH"];
  beforeAll(async () => {
    const production = started.current;
    const { plan } = await stageProgram("staging").deploy({});
    ({ outputs, record } = plan);
    await createStagingRegistry();
    standing = await production.remember();
  });
  beforeEach(async () => await started.current.returnTo(standing));
  afterEach(() => void vi.stubEnv("PATH", path));

  /** Has production's account have staging's registry too. */
  async function createStagingRegistry(): Promise<void> {
    await new ECRClient(clientSettings(started.current.moto)).send(
      new CreateRepositoryCommand({
        repositoryName: repositoryNameOf(String(outputs["imageRepositoryUrl"])),
        imageTagMutability: "IMMUTABLE",
      }),
    );
  }

  /** Staging's record after its updates. */
  function recordOf(image: string, course: Course): RolloutRecord {
    if (course === "never there") return record;
    const at = (hours: number) => new Date(Date.parse(record.since) + hours * 3_600_000);
    const observed = {
      liveColour: "blue" as const,
      images: { ...record.images, green: image },
      releaseSettings: record.releaseSettings,
    };
    const staged = nextRecord(record, { ...observed, weightPercent: 0 }, at(1));
    if (course === "without traffic") return staged;
    const moved = nextRecord(staged, { ...observed, weightPercent: 5 }, at(2));
    if (course === "had traffic") return moved;
    return nextRecord(moved, { ...observed, weightPercent: 0 }, at(3), { latchSetAt: at(3).toISOString() });
  }

  /** An image that was pushed to staging's registry, and staging's record of it. */
  async function open(course: Course = "had traffic", faults: FakeDockerFaults = {}) {
    const image = await openImageWorld(started.current, {
      ...faults,
      images: { "portal:2.4.0": faults.platform ?? "linux/amd64" },
    });
    const { registry, docker, run } = image;
    onTestFinished(() => registry.stop());
    vi.stubEnv("PATH", `${docker.folder}${delimiter}${path}`);
    const repository = repositoryNameOf(String(outputs["imageRepositoryUrl"]));
    const inStaging = openRegistry(`${registry.host}/${repository}`, "ap-southeast-2");
    const name = `${registry.host}/${repository}:2.4.0`;
    await withRegistryLogins([await inStaging.logIn()], process.env["PATH"] ?? "", async (environment) => {
      for (const words of [
        ["tag", "portal:2.4.0", name],
        ["push", name],
      ]) {
        await runProcess({ command: `${docker.folder}/docker`, words, cwd: docker.folder, environment });
      }
    });
    const { digest = "none" } = (await inStaging.find({ tag: "2.4.0" })) ?? {};
    await setScan(started.current.moto, repository, {});
    await inStaging.startScan(digest);
    const pulumi = { ...image.world.pulumi, outputs: async () => ({ ...outputs, rollout: recordOf(digest, course) }) };
    const staging: RolloutWorld = withRegistry({ ...image.world, stage: "staging", pulumi }, registry.host);
    return { ...image, digest, inStaging, run: (words: readonly string[]) => run(words, { staging }) };
  }

  it("copies what ran in staging with its digest, and edits one value of the file", async () => {
    const it = await open();
    const production = started.current;
    await setScan(production.moto, it.repositoryName, { findings: [findingOf("CVE-2026-1", "LOW")] });
    const before = production.stackFile();
    const { exitCode, stdout, stderr } = await it.run(byTag);
    expect([stderr, exitCode]).toEqual(["", 0]);
    expect(stdout.split("\n")).toEqual([
      "Pulumi.production.yaml has it as the candidate green:",
      `  images.green: 2.4.0@${it.digest}`,
      "Platform: linux/amd64",
      "Scan: COMPLETE: The scan was completed successfully.; found: 1 low",
      "Look at it by git diff Pulumi.production.yaml, then preview: npx pulumi preview --stack production",
      "To deploy it at weight 0: npm run rollout -- apply --stage production.",
    ]);
    expect(production.stackFile()).toBe(before.replace(/green: sha256:\w+/, `green: 2.4.0@${it.digest}`));
    expect(
      await openRegistry(`${it.registry.host}/${it.repositoryName}`, "ap-southeast-2").find({ tag: "2.4.0" }),
    ).toMatchObject({ digest: it.digest });
    const copies = () => it.docker.calls().filter(({ words }) => words[0] === "buildx").length;
    expect(copies()).toBe(1);
    // Again it copies nothing, and finds the file as it should be.
    const again = await it.run([...stage, "--digest", it.digest, "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: "nothing to do", colour: "green", digest: it.digest });
    expect(copies()).toBe(1);
    const { exitCode: applied } = await production.run("apply");
    expect([applied, production.pulumi.record.images.green]).toEqual([0, it.digest]);
  });

  it.each([
    [
      "never there",
      "has not run in staging. Stage it there first, by npm run rollout -- image stage --stage staging --digest sha256:",
    ],
    [
      "without traffic",
      "and has had no traffic there. Take it through staging's steps first: npm run rollout -- advance --stage staging.",
    ],
    ["rolled back", "ran in staging as release 3 and was rolled back there at 2026-11-23T03:00:00.000Z."],
  ] as const)("refuses an image that was %s in staging", async (course, problem) => {
    const it = await open(course);
    const before = started.current.stackFile();
    const { exitCode, stdout, stderr } = await it.run(byTag);
    expect([exitCode, stdout, started.current.stackFile()]).toEqual([1, "", before]);
    expect(stderr).toContain(`Staging 2.4.0, ${it.digest} is refused. `);
    expect(stderr).toContain(problem);
    expect(it.docker.calls().some(({ words }) => words[0] === "buildx")).toBe(false);
  });

  it("says everything that is wrong at once, and copies nothing", async () => {
    await started.current.standAt5();
    await createStagingRegistry();
    const it = await open("without traffic", { platform: "linux/arm64" });
    const { exitCode, stderr } = await it.run([...stage, "--digest", it.digest]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("has 5 % of the public traffic, and a release is staged at weight 0 only.");
    expect(stderr).toContain("has had no traffic there");
    expect(stderr).toContain("It is built for linux/arm64, and the tasks run on linux/amd64.");
  });

  it("refuses what the scan in production's own registry finds, and leaves the file", async () => {
    const it = await open();
    const before = started.current.stackFile();
    await setScan(started.current.moto, it.repositoryName, { findings: [findingOf("CVE-2026-9", "CRITICAL")] });
    const { exitCode, stderr } = await it.run([...byTag, "--json"]);
    expect([exitCode, started.current.stackFile()]).toEqual([1, before]);
    expect(stderr).toContain('npm run rollout -- set --stage production "acceptedFindings[0]"');
  });

  it("writes nothing where the copy is another image", async () => {
    const it = await open("had traffic", { copiesAsIndex: true });
    const before = started.current.stackFile();
    const { exitCode, stderr } = await it.run(byTag);
    expect([exitCode, started.current.stackFile()]).toEqual([1, before]);
    expect(stderr).toMatch(
      /^The copy in the registry of production is sha256:\w+, and sha256:\w+ was copied\. Nothing was written/,
    );
  });

  it("refuses a tag that is another image in production's registry, before it copies", async () => {
    const it = await open();
    await pushImage(started.current.moto, await started.current.addresses(), digest("f"), "2.4.0");
    const { exitCode, stderr } = await it.run(byTag);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining(
        `The registry of production has the tag 2.4.0 already, as ${digest("f")}, and a tag never moves`,
      ),
    ]);
    expect(it.docker.calls().some(({ words }) => words[0] === "buildx")).toBe(false);
  });

  it("is not pushed to: production runs what ran in staging", async () => {
    const it = await open();
    const { exitCode, stderr } = await it.run(["push", "--stage", "production", "--build", ".", "--tag", "2.4.0"]);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining("npm run rollout -- image stage --stage production --tag 2.4.0."),
    ]);
  });
});
