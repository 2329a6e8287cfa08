import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { readAuthorities } from "../../../cli/tunnel/authorities.ts";
import { adminToken, connected } from "../../../cli/tunnel/log-in.ts";
import { tunnelMarker } from "../../../cli/tunnel/marker.ts";
import { withTunnel } from "../../../cli/tunnel/open-tunnel.ts";
import { reservePort } from "../../../rehearsal/local/database/postgres-server.ts";
import { prepareMotoEnvironment } from "../../../rehearsal/python/moto-environment.ts";
import { judgeCall } from "../../../rehearsal/validate/judge-call.ts";
import { runPostgres } from "../../rehearsal/local/fixtures/run-postgres.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { projectFolder } from "../../support/stack-files.ts";
import { answersAsCalls, askSystemsManager, runningContainer, startedSession } from "./systems-manager.ts";
import { authorityFile, makeNewInstance, tlsSettings } from "./tls-database.ts";
import { writePlugin } from "./write-plugin.ts";

const masterPassword = "kept-by-rds";

describeWithMoto("the tunnel", () => {
  const postgres = runPostgres(tlsSettings);
  const started = startStage("staging");
  let port = 0;

  beforeAll(async () => {
    await makeNewInstance(postgres.server(), masterPassword);
    const { databaseInstanceIdentifier } = await started.current.pulumi.outputs();
    await new RDSClient(clientSettings(started.moto)).send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: String(databaseInstanceIdentifier),
        DBInstanceClass: "db.t4g.micro",
        Engine: "postgres",
        AllocatedStorage: 20,
        ManageMasterUserPassword: true,
        MasterUsername: "celebrant_admin",
      }),
    );
  });
  beforeEach(async () => {
    const reserved = await reservePort();
    ({ port } = reserved);
    await reserved.release();
    installPlugin(started.current.folder, postgres.server().port);
    vi.stubEnv("PGSSLROOTCERT", authorityFile);
  });

  const opened = () => logOf(started.current.folder);
  const running = async () => {
    const { clusterArn } = await started.current.addresses();
    const client = new ECSClient(clientSettings(started.moto));
    const { taskArns = [] } = await client.send(
      new ListTasksCommand({ cluster: clusterArn, desiredStatus: "RUNNING" }),
    );
    return taskArns;
  };
  const run = (...words: readonly string[]) => started.current.run("tunnel", "--local-port", String(port), ...words);

  it("leads a command to the database under its own verified name, and stops its task", async () => {
    const manager = await askSystemsManager(started.moto.endpoint);
    const file = join(started.current.folder, "answer.json");
    const { exitCode, stdout, stderr } = await run("--", process.execPath, client(started.current.folder), file);
    expect([exitCode, stderr, stdout]).toEqual([0, "", "The command ended with exit code 0."]);
    const { databaseInstanceIdentifier: instance } = await started.current.addresses();
    const host = `${instance}.aaaaaaaaaa.ap-southeast-2.rds.amazonaws.com`;
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
      user: "celebrant_readonly",
      database: "celebrant_portal_staging",
      ssl: true,
      environment: { PGHOST: host, PGHOSTADDR: "127.0.0.1", PGSSLMODE: "verify-full", PGSSLROOTCERT: authorityFile },
      token: expect.stringMatching(
        new RegExp(`^${host}:5432/\\?Action=connect&DBUser=celebrant_readonly&X-Amz-Algorithm=`),
      ),
    });

    const [task] = manager.of("RunTask");
    const addresses = await started.current.addresses();
    expect(task).toMatchObject({
      enableExecuteCommand: true,
      taskDefinition: addresses.tunnelTaskDefinitionArn,
      networkConfiguration: {
        awsvpcConfiguration: {
          assignPublicIp: "DISABLED",
          subnets: addresses.privateSubnetIds,
          securityGroups: [addresses.tunnelSecurityGroupId],
        },
      },
    });
    const [session] = manager.of("StartSession");
    const cluster = addresses.clusterArn.split("/").at(-1);
    expect(session).toEqual({
      Target: expect.stringMatching(new RegExp(`^ecs:${cluster}_([0-9a-f-]+)_\\1-0123456789$`)),
      DocumentName: "AWS-StartPortForwardingSessionToRemoteHost",
      Parameters: { host: [host], portNumber: ["5432"], localPortNumber: [String(port)] },
    });
    expect(opened()).toEqual([
      expect.objectContaining({
        region: "ap-southeast-2",
        operation: "StartSession",
        request: session,
        response: startedSession,
      }),
    ]);
    expect(manager.of("StopTask")).toHaveLength(1);
    expect(await running()).toEqual([]);
    expect(markerFile()).toBe(false);
  });

  it("says the command's own exit code, and stops its task after a command that failed or was not found", async () => {
    await askSystemsManager(started.moto.endpoint);
    const failed = await run("--", process.execPath, "-e", "process.exit(7)");
    expect([failed.exitCode, failed.stdout]).toEqual([1, "The command ended with exit code 7."]);
    const missing = await run("--", "no-such-program");
    expect([missing.exitCode, missing.stderr]).toEqual([1, "spawn no-such-program ENOENT"]);
    expect(await running()).toEqual([]);
  });

  it("refuses what answers without being the instance, before anything is sent to it", async () => {
    await askSystemsManager(started.moto.endpoint);
    const file = join(started.current.folder, "other.json");
    const other = join(projectFolder, "test", "fixtures", "tls", "server.pem");
    vi.stubEnv("PGSSLROOTCERT", other);
    const { exitCode, stderr } = await run("--", process.execPath, client(started.current.folder), file);
    expect([exitCode, existsSync(file)]).toEqual([1, false]);
    expect(stderr).toMatch(/did not prove to be the database .*: .*\. Nothing was sent to it\./);
    expect(await running()).toEqual([]);
  });

  it("stops its task where the agent does not run, and says why", async () => {
    await askSystemsManager(started.moto.endpoint, ["STOPPED"]);
    const { exitCode, stderr } = await run("--", "true");
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "The agent in the tunnel's task stopped before it was open. Its log: aws logs tail /portal-staging/api/one-off-tasks --since 10m",
    );
    expect(await running()).toEqual([]);
  });

  it("tells every reason why it is not opened, and starts nothing", async () => {
    const manager = await askSystemsManager(started.moto.endpoint);
    vi.stubEnv("PLUGIN_VERSION", "1.2.497.0");
    const folder = join(started.current.folder, ".cache", "tunnel");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `staging-${port}.json`), JSON.stringify({ pid: process.ppid }));
    const { exitCode, stderr } = await run("--", "true");
    expect([exitCode, stderr.split("\n").slice(1)]).toEqual([
      1,
      [
        expect.stringMatching(
          /^- The session-manager-plugin on the path is version 1\.2\.497\.0, which is too old\. Install AWS's/,
        ),
        `- A tunnel is open at 127.0.0.1:${port} already, by the process ${process.ppid}. Use that one, or give another --local-port.`,
      ],
    ]);
    expect(manager.of("RunTask")).toEqual([]);
  });

  it("stops what a killed run has left, its plugin too, and opens anew", async () => {
    const manager = await askSystemsManager(started.moto.endpoint);
    const { folder } = started.current;
    const { mark } = tunnelMarker(folder, "staging", port);
    const addresses = await started.current.addresses();
    const left = await started.current.world().openTunnel(addresses).start(mark, "killed");
    const plugin = spawn(process.execPath, ["-e", `require("node:net").createServer().listen(${port}, "127.0.0.1")`]);
    onTestFinished(() => void plugin.kill("SIGKILL"));
    const ended = new Promise((resolve) => plugin.once("exit", resolve));
    mkdirSync(join(folder, ".cache", "tunnel"), { recursive: true });
    // No process has this number: Linux and macOS end below it.
    const marker = { pid: 99_999_999, pluginPid: plugin.pid };
    writeFileSync(join(folder, ".cache", "tunnel", `staging-${port}.json`), JSON.stringify(marker));
    await setTimeout(300);
    const { exitCode, stderr } = await run("--", "true");
    expect([exitCode, stderr]).toEqual([0, ""]);
    await ended;
    expect(manager.of("StopTask").map(({ task }) => task)[0]).toBe(left);
    expect(await running()).toEqual([]);
  });

  it("says that the tunnel ended where the session did, and fails", async () => {
    await askSystemsManager(started.moto.endpoint);
    vi.stubEnv("PLUGIN_ENDS_AFTER", "1500");
    const { exitCode, stdout } = await run();
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /ended before it was closed: Cannot perform start session: the session has been terminated$/,
    );
    expect(await running()).toEqual([]);
  });

  it("lets the master user in by its password once, and by token from then on", async () => {
    await askSystemsManager(started.moto.endpoint);
    const secret = await new SecretsManagerClient(clientSettings(started.moto)).send(
      new CreateSecretCommand({
        Name: "rds!db-1",
        SecretString: JSON.stringify({ username: "celebrant_admin", password: masterPassword }),
      }),
    );
    const said: string[] = [];
    const never = new AbortController().signal;
    await withTunnel(started.current.world(), { localPort: port }, never, async (tunnel) => {
      const instance = { ...tunnel.instance, masterSecretArn: secret.ARN ?? "" };
      const login = { user: "celebrant_admin", database: "postgres" };
      for (const _ of ["first", "second"]) {
        const password = await adminToken({ ...tunnel, instance }, (line) => said.push(line));
        const { rows } = await connected(tunnel, { ...login, password }, (session) =>
          session.query("select current_user"),
        );
        expect(rows).toEqual([{ current_user: "celebrant_admin" }]);
      }
    });
    expect(said).toEqual(["celebrant_admin logs in with its password, this once, and is then let in by token"]);
  });

  it("has an update manage the roles, as the master user, with the port in the stack file", async () => {
    const manager = await askSystemsManager(started.moto.endpoint);
    const { folder } = started.current;
    const before = started.current.stackFile();
    onTestFinished(() => writeFileSync(join(folder, "Pulumi.staging.yaml"), before));
    installPulumi(folder, 0);
    const words = ["--local-port", String(port), "--yes"];
    vi.stubEnv("PLUGIN_VERSION", "1.0.0.0");
    const refused = await started.current.run("database-roles", ...words);
    expect([refused.exitCode, started.current.stackFile() === before, manager.of("RunTask")]).toEqual([1, true, []]);
    vi.stubEnv("PLUGIN_VERSION", "1.2.764.0");

    const { exitCode, stdout } = await started.current.run("database-roles", ...words);
    expect([exitCode, stdout]).toEqual([
      0,
      "The database of staging has its roles and grants, as the program plans them.",
    ]);
    expect(started.current.stackFile()).toContain(`    tunnelPort: ${port}\n`);
    const [given = "", address, authorities, password = ""] = readFileSync(join(folder, "pulumi-log"), "utf8").split(
      "\n",
    );
    expect([given, address, authorities]).toEqual([
      `up --stack staging --cwd ${folder} --policy-pack ${join(folder, "policies")} --yes`,
      "127.0.0.1",
      authorityFile,
    ]);
    expect(password).toContain("Action=connect&DBUser=celebrant_admin&");

    installPulumi(folder, 255);
    const failed = await started.current.run("database-roles", ...words);
    expect([failed.exitCode, failed.stdout]).toEqual([
      1,
      "The update ended with exit code 255. Read what Pulumi says above, and run this command again.",
    ]);
    expect(await running()).toEqual([]);
  });

  function markerFile(): boolean {
    return existsSync(join(started.current.folder, ".cache", "tunnel", `staging-${port}.json`));
  }
});

describeWithMoto("the answers that stand in for AWS's", () => {
  it("are ones that AWS's published models know", async () => {
    const environment = await prepareMotoEnvironment();
    if ("missing" in environment) throw new Error(environment.missing);
    const { python } = environment;
    expect(judgeCall(answersAsCalls(python, "ssm"), "StartSession", startedSession)).toEqual([]);
    const container = runningContainer("RUNNING", "arn:aws:ecs:ap-southeast-2:123456789012:task/portal/0123");
    expect(judgeCall(answersAsCalls(python, "ecs"), "DescribeTasks", { tasks: [{ containers: [container] }] })).toEqual(
      [],
    );
    const misspelt = { ...container, managedAgent: [] };
    expect(
      judgeCall(answersAsCalls(python, "ecs"), "DescribeTasks", { tasks: [{ containers: [misspelt] }] }),
    ).toHaveLength(1);
  });
});

describe("RDS's authorities", () => {
  it("are the file that PGSSLROOTCERT names, or fetched, and a failure says what to do", async () => {
    const named = await readAuthorities("/nowhere", { PGSSLROOTCERT: authorityFile });
    expect(named).toEqual({ path: authorityFile, text: readFileSync(authorityFile, "utf8") });
    const reserved = await reservePort();
    await reserved.release();
    const url = `http://127.0.0.1:${reserved.port}/global-bundle.pem`;
    await expect(readAuthorities("/nowhere", {}, url)).rejects.toThrow(
      `could not be fetched from ${url}: fetch failed. Fetch that file elsewhere, and set PGSSLROOTCERT to its path.`,
    );
  });
});

/** Puts the stand-in of the plugin on the path, and has it forward to a port. */
function installPlugin(folder: string, forwardsTo: number): void {
  const bin = join(folder, ".plugin-bin");
  const { log } = writePlugin(bin);
  vi.stubEnv("PATH", `${bin}:${process.env["PATH"]}`);
  vi.stubEnv("FORWARDS_TO", String(forwardsTo));
  vi.stubEnv("PLUGIN_LOG", log);
  vi.stubEnv("PLUGIN_VERSION", "1.2.764.0");
  vi.stubEnv("PLUGIN_ENDS_AFTER", undefined);
}

/** A `pulumi` on the path that writes down how it was called. */
function installPulumi(folder: string, exitCode: number): void {
  const program = join(folder, ".plugin-bin", "pulumi");
  const said = '"$*" "$PGHOSTADDR" "$PGSSLROOTCERT" "$PGPASSWORD"';
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' ${said} > "${join(folder, "pulumi-log")}"\nexit ${exitCode}\n`);
  chmodSync(program, 0o755);
}

/** How the stand-in of the plugin was started. */
function logOf(folder: string): readonly unknown[] {
  const text = readFileSync(join(folder, ".plugin-bin", "log"), "utf8").trim();
  return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line));
}

/** A program that connects by the environment alone, verifies the name, and writes what it is connected to into a file. */
function client(folder: string): string {
  const path = join(folder, "client.mjs");
  writeFileSync(
    path,
    `import { readFileSync, writeFileSync } from "node:fs";
import pg from "${join(projectFolder, "node_modules/pg/esm/index.mjs")}";
const { PGHOST, PGHOSTADDR, PGSSLMODE, PGSSLROOTCERT, PGPASSWORD } = process.env;
const ssl = { ca: readFileSync(PGSSLROOTCERT, "utf8"), servername: PGHOST };
const client = new pg.Client({ host: PGHOSTADDR, ssl });
await client.connect();
const { rows } = await client.query("select current_user as user, current_database() as database, ssl from pg_stat_ssl where pid = pg_backend_pid()");
await client.end();
writeFileSync(process.argv[2], JSON.stringify({ ...rows[0], environment: { PGHOST, PGHOSTADDR, PGSSLMODE, PGSSLROOTCERT }, token: PGPASSWORD }));
`,
  );
  return path;
}
