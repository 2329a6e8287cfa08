import { DeleteRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { expect, it } from "vitest";
import { type DoctorPorts, runDoctor } from "../../../cli/doctor/doctor.ts";
import type { Finding } from "../../../cli/doctor/finding.ts";
import { runProcess } from "../../../cli/process.ts";
import type { RolloutWorld } from "../../../cli/world.ts";
import { repositoryNameOf } from "../../../infra/aws/images.ts";
import { openRegistry } from "../../../infra/aws/registry.ts";
import { colours } from "../../../rollout/colour.ts";
import { formatSplit } from "../../../rollout/split.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { pushImage } from "../../support/aws/push-image.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { fakePulumi } from "../../support/fake-pulumi.ts";
import { findingOf, setScan } from "../../support/registry/image-world.ts";
import type { FakePulumiAnswers } from "../../support/write-fake-pulumi.ts";
import { startAccount } from "./account-stand-in.ts";
import { startProviders } from "./provider-stand-in.ts";

const loggedIn = { PULUMI_CONFIG_PASSPHRASE: "x", CLOUDFLARE_API_TOKEN: "good", VERCEL_API_TOKEN: "good" };

/** Ports to a Pulumi CLI that is a process, and to providers that answer on loopback. */
async function ports(
  over: Partial<DoctorPorts> = {},
  answers: FakePulumiAnswers = { stacks: { production: { rollout: 1 } } },
): Promise<DoctorPorts> {
  const { folder } = fakePulumi(answers);
  await startAccount();
  return {
    environment: loggedIn,
    ...(await startProviders()),
    pluginVersion: async () => "1.2.764.0",
    runPulumi: (words) => runProcess({ command: `${folder}/pulumi`, words, cwd: folder }),
    ...over,
  };
}

async function examine(world: RolloutWorld, given: DoctorPorts) {
  const outcome = await runDoctor(world, given);
  const { findings } = outcome.json as { findings: readonly Finding[] };
  return { ...outcome, of: (what: string) => findings.find((finding) => finding.what === what), findings };
}

/** Moto's account of a planned stage has no database. */
async function createDatabase(endpoint: string, identifier: unknown): Promise<void> {
  const settings = { DBInstanceClass: "db.t4g.medium", Engine: "postgres", AllocatedStorage: 50 };
  await new RDSClient(clientSettings({ endpoint })).send(
    new CreateDBInstanceCommand({ DBInstanceIdentifier: String(identifier), ...settings }),
  );
}

/** The world of a stage that no update has finished of: it has no outputs. */
function neverUpdated(world: RolloutWorld): RolloutWorld {
  return { ...world, pulumi: { ...world.pulumi, outputs: async () => ({}) } };
}

describeWithMoto("doctor", () => {
  const started = startStage("production");

  it("passes everything that it can ask on a healthy stage", async () => {
    const { databaseInstanceIdentifier } = await started.current.pulumi.outputs();
    await createDatabase(started.moto.endpoint, databaseInstanceIdentifier);
    const { findings, exitCode, text } = await examine(started.current.world(), await ports());
    const others = findings.filter(({ result }) => result !== "pass").map(({ what, found }) => `${what}: ${found}`);
    // Moto knows no mails, so nobody has confirmed; and nothing was pushed to its registry.
    expect(others).toEqual([
      "secrets of the stack: Pulumi.production.yaml says nothing about how secrets are encrypted, and file:///state has no key of its own",
      "DNS records: the stage's own records are there already",
      "Vercel plan: frontend.teamId names no team, and frontend.rollingRelease needs one whose plan is Pro or Enterprise",
      expect.stringMatching(/^images in the registry: the registry lacks an image: blue runs sha256:/),
      "scan of the images: the registry has none of the images that run",
    ]);
    expect(exitCode).toBe(1);
    expect(text).toContain(`✓ pass         traffic: AWS gives ${formatSplit({ blue: 100, green: 0 })}, as recorded`);
    expect(text).toMatch(/^✓ pass {9}AWS account: account 123456789012 in ap-southeast-2, as arn:aws:/m);
    expect(text).toContain(
      "✓ pass         Cloudflare origin pulls: presented for api.celebrant-portal.com and api-v2.celebrant-portal.com, until 2028-11-22T00:00:00Z; the balancer refuses everything else",
    );
    expect(text.split("\n").at(-1)).toBe("production: 24 pass, 2 fail, 3 not checked. Nothing was changed.");
  });

  it.each([
    ["a host has no certificate", { enabled: null, status: "deleted" }, "(off, deleted)"],
    ["it is not everywhere yet", { enabled: true, status: "pending_deployment" }, "(on, pending_deployment)"],
  ])("finds that Cloudflare does not present the certificate: %s", async (_, originPulls, found) => {
    const { of } = await examine(started.current.world(), await ports(await startProviders({ originPulls })));
    expect(of("Cloudflare origin pulls")).toEqual({
      what: "Cloudflare origin pulls",
      result: "fail",
      found: `Cloudflare does not present the certificate everywhere: api.celebrant-portal.com ${found}, api-v2.celebrant-portal.com ${found}`,
      fix: "The balancer refuses these requests. Set the mode back at once: docs/runbook.md, Turn verification off in a hurry.",
    });
  });

  it("finds the latch, another split, and a live colour without tasks", async () => {
    const stage = started.current;
    await stage.run("rollback", "--reason", "logins fail");
    const { of } = await examine(stage.world(), await ports());
    expect(of("rollback latch")).toEqual({
      what: "rollback latch",
      result: "fail",
      found: "set: logins fail",
      fix: "When the cause is found: npm run rollout -- resume --stage production.",
    });
  });

  it("says what AWS said where a part of the stage is gone, and checks the rest", async () => {
    const stage = started.current;
    const { publicRuleArn: RuleArn } = await stage.addresses();
    await stage.pulumi.account().clients.balancing.send(new DeleteRuleCommand({ RuleArn }));
    const { of } = await examine(stage.world(), await ports());
    expect(of("traffic")).toMatchObject({ result: "fail", found: expect.stringContaining("AWS: ") });
    expect(of("healthy tasks")?.result).toBe("pass");
  });

  it("reads what the scan says today of what runs", async () => {
    const stage = started.current;
    const { record } = stage.pulumi;
    const addresses = await stage.addresses();
    const repository = repositoryNameOf(addresses.imageRepositoryUrl ?? "");
    for (const colour of colours) {
      await pushImage(stage.moto, addresses, record.images[colour] ?? "", `v-${colour}`);
    }
    const scan = async () => (await examine(stage.world(), await ports())).of("scan of the images");
    expect(await scan()).toMatchObject({
      result: "not checked",
      fix: expect.stringContaining("npm run rollout -- image check --stage production --digest sha256:"),
    });
    const registry = openRegistry(addresses.imageRepositoryUrl ?? "", addresses.region);
    await setScan(stage.moto, repository, { findings: [findingOf("CVE-2026-5", "CRITICAL")] });
    await setScan(stage.moto, repository, { findings: [findingOf("CVE-2026-6", "HIGH")] });
    for (const colour of colours) await registry.startScan(record.images[colour] ?? "");
    expect(await scan()).toMatchObject({ result: "fail", found: "critical: CVE-2026-5" });
    await stage.run(
      "set",
      "acceptedFindings[0]",
      '{ finding: CVE-2026-5, reason: nothing here calls it, until: "2027-01-01T00:00:00Z" }',
    );
    expect(await scan()).toMatchObject({ result: "pass" });
  });

  it("checks nothing of a stage that was never updated, says so, and wants an image", async () => {
    const { stackFile, ...rest } = started.current.world();
    const withoutImages = { ...stackFile, readConfig: () => stackFile.readConfig({ images: {} }) };
    const { of } = await examine(neverUpdated({ ...rest, stackFile: withoutImages }), await ports());
    expect(of("traffic")?.result).toBe("not checked");
    expect(of("images")).toMatchObject({
      result: "fail",
      fix: "Run npm run rollout -- set --stage production images.blue sha256:<digest> --label <version>.",
    });
    expect(of("DNS records")?.result).toBe("pass");
    expect(of("stack file")?.result).toBe("pass");
  });

  it.each([
    ["nobody is logged in to Pulumi", {}, { loggedIn: false }, "Pulumi login", "nobody is logged in"],
    ["there is no stack", {}, { stacks: {} }, "stack", "there is no stack production where you are logged in"],
    ["Vercel has no token", { environment: {} }, {}, "Vercel token", "VERCEL_API_TOKEN is not set"],
    ["Cloudflare has no token", { environment: {} }, {}, "Cloudflare token", "CLOUDFLARE_API_TOKEN is not set"],
  ] as const)("fails where %s", async (_, over, answers, what, found) => {
    const { of, exitCode } = await examine(neverUpdated(started.current.world()), await ports(over, answers));
    expect(of(what)).toMatchObject({ result: "fail", found, fix: expect.stringMatching(/\.$/) });
    expect(exitCode).toBe(1);
  });

  it.each([
    ["the token is not accepted", { tokens: [] }, "Cloudflare token", "fail", /Invalid request headers \(6003\)/],
    ["the token has expired", { tokenStatus: "expired" }, "Cloudflare token", "fail", /^it is expired$/],
    ["the zone is another's", { zones: [] }, "Cloudflare zone", "fail", /sees no zone celebrant-portal\.com/],
    ["the SSL mode is flexible", { sslMode: "flexible" }, "Cloudflare SSL mode", "fail", /^it is flexible$/],
    [
      "a record exists already",
      { records: [{ type: "A", name: "api.celebrant-portal.com", content: "192.0.2.1" }] },
      "DNS records",
      "fail",
      /api\.celebrant-portal\.com A 192\.0\.2\.1/,
    ],
    ["Vercel does not accept the token", { tokens: [] }, "Vercel token", "fail", /does not accept the token \(403\)/],
  ] as const)("finds that %s", async (_, facts, what, result, found) => {
    const { of } = await examine(neverUpdated(started.current.world()), await ports(await startProviders(facts)));
    expect(of(what)).toMatchObject({ result, found: expect.stringMatching(found) });
  });

  it.each([
    ["pro", "pass", /^pro$/],
    ["enterprise", "pass", /^enterprise$/],
    ["hobby", "fail", /^it is hobby, and frontend\.rollingRelease needs Pro or Enterprise$/],
    [null, "not checked", /does not tell this token the team's plan$/],
  ] as const)("judges Vercel's plan %s by whether it releases by stages", async (plan, result, found) => {
    const { stackFile, ...rest } = started.current.world();
    const examineWith = async (settings: Readonly<Record<string, unknown>>) => {
      const world = { ...rest, stackFile: { ...stackFile, readConfig: () => stackFile.readConfig(settings) } };
      const { of } = await examine(neverUpdated(world), await ports(await startProviders({ plan })));
      return of("Vercel plan");
    };
    const team = { "frontend.teamId": "team_abc123" };
    expect(await examineWith(team)).toMatchObject({ result, found: expect.stringMatching(found) });
    expect(await examineWith({ ...team, "frontend.rollingRelease": undefined })).toMatchObject({ result: "pass" });
  });

  it("says that it could not check what cannot be reached, which is no pass", async () => {
    // No server is ever given this port, and fetch does not refuse it by itself.
    const origin = "http://127.0.0.1:2";
    const nobody = { cloudflareUrl: origin, vercelUrl: origin };
    const { of } = await examine(neverUpdated(started.current.world()), await ports(nobody));
    for (const what of ["Cloudflare token", "Vercel token", "Cloudflare zone"]) {
      expect([what, of(what)?.result]).toEqual([what, "not checked"]);
    }
  });
});
