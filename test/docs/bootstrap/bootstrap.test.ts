import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { stages } from "../../../infra/config/schema/stage-config.ts";
import { reservePort } from "../../../rehearsal/local/database/postgres-server.ts";
import { type MotoServer, startMoto } from "../../../rehearsal/moto/moto.ts";
import { preparePythonEnvironment } from "../../../rehearsal/python/python-environment.ts";
import { type AccountStandIn, startAccountServer } from "../../cli/doctor/account-stand-in.ts";
import { type SystemsManager, startSystemsManager } from "../../cli/tunnel/systems-manager.ts";
import { authorityFile, makeNewInstance, tlsSettings } from "../../cli/tunnel/tls-database.ts";
import { writePlugin } from "../../cli/tunnel/write-plugin.ts";
import { runPostgres } from "../../rehearsal/local/fixtures/run-postgres.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { projectCopy } from "../../support/project-copy.ts";
import { type RegistryStandIn, startRegistry } from "../../support/registry/registry-stand-in.ts";
import { type FakeDocker, writeFakeDocker } from "../../support/registry/write-fake-docker.ts";
import { projectFolder } from "../../support/stack-files.ts";
import { readText } from "../markdown.ts";
import { type CommandRun, documentCommands, runCommands } from "./document-commands.ts";
import { type PulumiOverHttp, startPulumiOverHttp } from "./pulumi-over-http.ts";

const awsCli = await preparePythonEnvironment({
  name: "aws-cli",
  requirements: new URL("./aws-cli.txt", import.meta.url),
});

const commands = documentCommands(readText("docs/bootstrap.md"));

/** What Alembic wrote for a migration of the portal's kind. */
const recordedSql = (name: string) => readText(`test/cli/migrations/recorded/${name}.sql`);

/** Codes that a command may end with. `doctor` asks providers that nobody reaches here, of a stage that is not there yet. */
const codesOf = (command: string) => (command.includes(" doctor ") ? [0, 1, 3] : [0]);

describeWithMoto("docs/bootstrap.md", () => {
  const postgres = runPostgres(tlsSettings);
  const folder = projectCopy();
  const notes = realpathSync(mkdtempSync(join(tmpdir(), "bootstrap-")));
  let moto: MotoServer;
  let registry: RegistryStandIn;
  let pulumi: PulumiOverHttp;
  let docker: FakeDocker;
  let account: AccountStandIn;
  let manager: SystemsManager;
  let runs: readonly CommandRun[] = [];

  beforeAll(async () => {
    if ("missing" in awsCli) throw new Error(`The AWS CLI is not there: ${awsCli.missing}.`);
    moto = await startMoto();
    for (const [name, value] of Object.entries(moto.environment)) vi.stubEnv(name, value);
    // A task ends with moto's first answer, so that nobody waits.
    await fetch(`${moto.endpoint}/moto-api/state-manager/set-transition`, {
      method: "POST",
      body: JSON.stringify({ model_name: "ecs::task", transition: { progression: "immediate" } }),
    });
    registry = await startRegistry(moto);
    account = await startAccountServer({ changesGoTo: moto.endpoint });
    docker = writeFakeDocker(join(notes, "docker"), {
      sqlFrom: { base: recordedSql("first"), "1975ea83b712": recordedSql("expand") },
    });
    const programs = join(notes, "programs");
    mkdirSync(programs);
    pulumi = await startPulumiOverHttp({ folder: folder(), programs, moto, registryHost: registry.host });
    writePrograms(programs, awsCli.python);
    const plugin = writePlugin(programs);
    await makeNewInstance(postgres.server(), "kept-by-rds", true);
    manager = await startSystemsManager(moto.endpoint);
    const { port, release } = await reservePort();
    await release();
    mkdirSync(join(notes, "home"));
    for (const part of ["check-node.cjs", ".github"]) {
      cpSync(join(projectFolder, part), join(folder(), part), { recursive: true });
    }
    git("init", "--quiet", "--initial-branch=main");
    git("config", "user.name", "Ana");
    git("config", "user.email", "ana@example.com");
    // Two runs of this test on one machine take different ports.
    const typed = commands.map((command) =>
      command.includes(" database-roles ") ? `${command} --local-port ${port}` : command,
    );
    runs = await runCommands(typed, {
      folder: folder(),
      notes: join(notes, "runs"),
      environment: {
        ...moto.environment,
        ...account.environment,
        AWS_ENDPOINT_URL: manager.endpoint,
        PGSSLROOTCERT: authorityFile,
        FORWARDS_TO: String(postgres.server().port),
        PLUGIN_LOG: plugin.log,
        PATH: [programs, docker.folder, dirname(process.execPath), "/usr/bin", "/bin"].join(":"),
        HOME: join(notes, "home"),
        // Nobody but this machine is reached.
        NODE_USE_ENV_PROXY: "1",
        HTTPS_PROXY: "http://127.0.0.1:9",
        NO_PROXY: "127.0.0.1,localhost",
      },
    });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await pulumi?.stop();
    await manager?.stop();
    await registry?.stop();
    account?.stop();
    await moto?.stop();
    rmSync(notes, { recursive: true, force: true });
  });

  const git = (...words: readonly string[]) =>
    execFileSync("git", words, {
      cwd: folder(),
      encoding: "utf8",
      env: { PATH: "/usr/bin:/bin", HOME: join(notes, "home") },
    });

  /** What the first command said that begins so. */
  const said = (start: string) => runs.find(({ command }) => command.startsWith(start))?.stdout ?? "";

  it.each(commands.map((command, index) => [command, index] as const))("%s", (command, index) => {
    const { exitCode = -1, stdout = "", stderr = "" } = runs[index] ?? {};
    expect(codesOf(command), `${stdout}\n${stderr}`).toContain(exitCode);
  });

  it("has doctor find nothing wrong before the first update but the image that is not there yet", () => {
    for (const stage of ["staging", "production"]) {
      const failing = said(`npm run rollout -- doctor --stage ${stage}`).match(/(?<=^✗ fail {9}).*?(?=:)/gm);
      expect([stage, failing]).toEqual([stage, ["images"]]);
    }
  });

  it("leaves both stages with what ran in staging, by one digest", () => {
    const { staging, production } = pulumi.stacks;
    const digest = production.record.images.blue;
    expect(digest).toMatch(/^sha256:/);
    expect(production.record).toMatchObject({ liveColour: "blue", weightPercent: 0, images: { green: null } });
    expect(staging.record).toMatchObject({
      liveColour: "blue",
      images: { blue: digest },
      labels: { blue: "1.0.0", green: "1.1.0" },
    });
    expect(staging.record.weightPercent).toBeGreaterThan(0);
    expect(docker.calls().filter(({ words }) => words[0] === "buildx")).toHaveLength(1);
  });

  it("leaves a state that is versioned and private, and a key for it", async () => {
    const aws = async (...words: readonly string[]) =>
      JSON.parse(
        execFileSync(join(notes, "programs", "aws"), words, {
          encoding: "utf8",
          env: { ...moto.environment, AWS_DEFAULT_REGION: "ap-southeast-2", HOME: notes },
        }),
      );
    const bucket = "celebrant-portal-state-123456789012";
    expect(await aws("s3api", "get-bucket-versioning", "--bucket", bucket)).toEqual({ Status: "Enabled" });
    expect(await aws("s3api", "get-public-access-block", "--bucket", bucket)).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
    const { Aliases } = await aws("kms", "list-aliases");
    expect(JSON.stringify(Aliases)).toContain("alias/celebrant-portal-state");
    expect(pulumi.calls).toContain(`login s3://${bucket}?region=ap-southeast-2`);
  });

  it("makes the roles of both stages by an update of the master user, through a tunnel that is closed again", () => {
    for (const stage of ["staging", "production"] as const) {
      expect(said(`npm run rollout -- database-roles --stage ${stage}`)).toContain(
        `The database of ${stage} has its roles and grants, as the program plans them.`,
      );
    }
    expect(manager.of("StopTask")).toHaveLength(2);
  });

  it("leaves roles for GitHub, and every role of a stage within the stage's boundary", async () => {
    const iam = new IAMClient(clientSettings(moto));
    for (const stage of stages) {
      for (const [kind, environment] of [
        ["deploy", stage],
        ["watch", `${stage}-watch`],
        ["rescue", `${stage}-rescue`],
      ]) {
        const { Role } = await iam.send(new GetRoleCommand({ RoleName: `celebrant-portal-${stage}-${kind}` }));
        const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
        expect(trust).toContain(`"repo:celebrants/infra:environment:${environment}"`);
        expect(trust).toContain("arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com");
      }
      const roles = pulumi.stacks[stage].state.plan.resources.filter(({ type }) => type === "aws:iam/role:Role");
      expect(roles.length).toBeGreaterThan(5);
      for (const { inputs } of roles) {
        expect(inputs["permissionsBoundary"]).toBe(`arn:aws:iam::123456789012:policy/celebrant-portal-${stage}-roles`);
      }
    }
  });

  it("says that each release is committed, and what stands", () => {
    expect(git("log", "--format=%s").trim().split("\n")).toEqual([
      "Release 1.0.0 in production",
      "Release 1.0.0 in staging",
      "Set up staging",
    ]);
    expect(readFileSync(join(folder(), "Pulumi.production.yaml"), "utf8")).toContain(
      `blue: 1.0.0@${pulumi.stacks.production.record.images.blue}`,
    );
    expect(said("npm run rollout -- status --stage production")).toContain(
      "AWS, production: blue 100 %, green 0 %, as recorded.",
    );
    expect(said("aws sns list-subscriptions-by-topic")).toContain("oncall@celebrant-portal.com");
  });
});

/** The programs that are not run for real, and those that a path has to find. */
function writePrograms(folder: string, python: string): void {
  const program = (name: string, lines: readonly string[]) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${lines.join("\n")}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  program("aws", [`exec '${python}' -m awscli "$@"`]);
  program("npx", ['exec "$@"']);
  // As npm does it: the script of package.json, with the words behind the dashes.
  program("npm", [
    '[ "$1" = ci ] && exit 0',
    "shift",
    'script=$(node -p "require(\'./package.json\').scripts[process.argv[1]]" "$1")',
    "shift 2",
    'exec sh -c "$script \\"\\$@\\"" sh "$@"',
  ]);
}

describe("the commands of a document", () => {
  it("are the lines of its shell blocks, with those that go on", () => {
    const text = "```sh\na 1\n# not this\nb \\\n  2\n\n```\nwords\n```yaml\nno: 1\n```\n```sh\nc\n```\n";
    expect(documentCommands(text)).toEqual(["a 1", "b   2", "c"]);
  });
});
