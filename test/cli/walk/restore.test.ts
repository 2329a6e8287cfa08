import { rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { evidenceFileName } from "../../../cli/evidence/evidence.ts";
import { compareGrants } from "../../../cli/tunnel/check-grants.ts";
import { masterUserName, migratorRole, readOnlyRole } from "../../../components/database/names.ts";
import { openAws } from "../../../infra/aws/stage-aws.ts";
import { readStackFile } from "../../../infra/config/stack-file.ts";
import { createLocalDatabase, type LocalDatabase } from "../../../rehearsal/local/database/local-database.ts";
import { superuserName } from "../../../rehearsal/local/database/postgres-server.ts";
import { withConnection } from "../../../rehearsal/local/database/sql.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { missingImages } from "../../../rehearsal/plan/compare-stage.ts";
import { runPostgres } from "../../rehearsal/local/fixtures/run-postgres.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { type RestoredInstance, restoringWorld } from "../../support/cli/restoring-world.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { planOnce } from "../../support/plan-once.ts";
import { fixtureFolder } from "../../support/stack-files.ts";
import { startDatabaseAnswers } from "./database-answers.ts";

const names = {
  database: "celebrant_portal_staging",
  master: masterUserName,
  application: "staging_user",
  migrator: migratorRole,
  readOnly: readOnlyRole,
};
const reason = "INC-12: invoices were deleted";

describeWithMoto("restore", () => {
  const started = startStage("production");
  let at0: Standing;
  beforeAll(async () => {
    at0 = await started.current.remember();
  });
  beforeEach(() => started.current.returnTo(at0));

  /** RDS says that the instance can be restored to any moment of the two days until now. */
  const restorable = async () => {
    const stage = started.current;
    stage.waitHours(48);
    const { databaseInstanceIdentifier } = await stage.pulumi.outputs();
    return await startDatabaseAnswers({
      identifier: String(databaseInstanceIdentifier),
      createdAt: new Date(stage.now.getTime() - 48 * 3_600_000),
      latestRestorableTime: new Date(stage.now.getTime() - 240_000),
    });
  };
  const hoursAgo = (hours: number) => new Date(started.current.now.getTime() - hours * 3_600_000).toISOString();

  const restoring = (left: RestoredInstance = {}) => restoringWorld(started.current.world(), left);

  it("makes another instance, moves no traffic, and keeps in the evidence what was restored", async () => {
    await restorable();
    const stage = started.current;
    const { databaseInstanceIdentifier: source } = await stage.pulumi.outputs();
    const weights = await stage.weights();
    const to = hoursAgo(1);
    const { exitCode, stdout, stderr } = await stage.runIn(restoring(), "restore", "--to", to, "--reason", reason);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(await stage.weights()).toEqual(weights);
    expect(stdout.split("\n").slice(0, 1)).toEqual([
      `The API of production works on portal-production-0badcafe, with the data of ${to}. It took 1 min.`,
    ]);
    expect(stdout).toContain("Its roles and grants were not checked: ");
    expect(stdout).toContain(`${source} is kept in AWS, outside the stack.`);
    const restoreTime = to.replace(".000Z", "Z");
    expect(stage.stackFile()).toContain(
      `    restoreFrom:\n      sourceInstanceIdentifier: ${source}\n      restoreTime: "${restoreTime}"\n`,
    );
    expect(stage.stackFile()).toContain("rolloutOverrideAllows: replace-database");
    const [evidence] = (await stage.evidence()).slice(-1);
    expect(evidence).toMatchObject({
      action: "restore",
      outcome: "done",
      reason,
      restore: { source, to, instance: "portal-production-0badcafe", rolesChecked: null },
    });
    const said: string[] = [];
    const again = { ...restoring({ instance: String(source) }), say: (line: string) => said.push(line) };
    await stage.runIn(again, "restore", "--to", hoursAgo(2), "--reason", reason, "--dry-run");
    expect(said.join("\n")).toContain("the last restore of this stage took 1 min, of 1 that were measured");
  });

  it("says in a dry run what would change and how long the last one took, and changes nothing", async () => {
    await restorable();
    const stage = started.current;
    const to = hoursAgo(1);
    const said: string[] = [];
    const before = await stage.fingerprint();
    const world = { ...stage.world(), say: (line: string) => said.push(line) };
    const { exitCode, stdout } = await stage.runIn(world, "restore", "--to", to, "--reason", reason, "--dry-run");
    expect([exitCode, await stage.fingerprint()]).toEqual([0, before]);
    expect(stdout).toContain("aws:rds/instance:Instance portal-production-database");
    expect(stdout).not.toContain("ListenerRule");
    expect(said.join("\n")).toContain("no restore of this stage has been measured yet");
  });

  it("says how long one took that was merged and applied, and counts no other update", async () => {
    await restorable();
    const stage = started.current;
    const file = stage.stackFile();
    await stage.runIn(restoring(), "restore", "--to", hoursAgo(1), "--reason", reason);
    stage.editStackFile(() => file);
    const [done] = await stage.evidence();
    if (done === undefined) throw new Error("The restore left no evidence.");
    const { restore: _, ...applied } = { ...done, action: "apply" as const };
    const world = stage.world();
    await world.evidence.write({ ...applied, at: hoursAgo(3), finishedAt: hoursAgo(2.5) });
    await world.evidence.write({
      ...applied,
      at: hoursAgo(2),
      finishedAt: hoursAgo(1),
      plan: { changes: [], outputs: [] },
    });
    rmSync(join(stage.folder, "evidence", "production", evidenceFileName(done)));
    const said: string[] = [];
    const words = ["restore", "--to", hoursAgo(1), "--reason", "INC-13: again", "--dry-run"] as const;
    await stage.runIn({ ...world, say: (line: string) => said.push(line) }, ...words);
    expect(said.join("\n")).toContain("the last restore of this stage took 30 min, of 1 that were measured");
  });

  it("edits the file alone with --commit, for a pull request, and restores nothing", async () => {
    await restorable();
    const stage = started.current;
    const { databaseInstanceIdentifier: source } = await stage.pulumi.outputs();
    const to = hoursAgo(1);
    const left: { instance?: string } = {};
    const world = restoring(left);
    const commits: { paths: readonly string[]; message: string }[] = [];
    const repository = {
      ...world.repository,
      commit: async (paths: readonly string[], message: string) => {
        commits.push({ paths, message });
        return "0123abc";
      },
    };
    const words = ["restore", "--to", to, "--reason", reason, "--commit"] as const;
    const { exitCode, stdout, stderr } = await stage.runIn({ ...world, repository }, ...words);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Nothing was deployed. Open a pull request.");
    expect(stage.stackFile()).toContain(`sourceInstanceIdentifier: ${source}`);
    expect(left.instance).toBeUndefined();
    expect(await stage.evidence()).toEqual([]);
    expect(commits).toEqual([
      {
        paths: ["Pulumi.production.yaml"],
        message: `Restore the database of production to ${to}\n\nReason: ${reason}`,
      },
    ]);
  });

  it("leaves evidence of what was restored where the merged file is applied, too", async () => {
    await restorable();
    const stage = started.current;
    const { databaseInstanceIdentifier: source } = await stage.pulumi.outputs();
    const to = hoursAgo(1);
    const committed = await stage.runIn(restoring(), "restore", "--to", to, "--reason", reason, "--commit");
    expect(committed.stderr).toBe("");
    const { exitCode, stderr } = await stage.runIn(restoring(), "apply");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const evidence = await stage.evidence();
    expect(evidence).toHaveLength(1);
    expect(evidence[0]).toMatchObject({ action: "apply", outcome: "done" });
    const restore = { source, to, instance: "portal-production-0badcafe" };
    expect(evidence[0]?.restore).toEqual({ ...restore, rolesChecked: null });
    expect(await stage.world().evidence.restores()).toEqual([{ at: evidence[0]?.at, ...restore }]);
  });

  describe("that was made by hand", () => {
    const words = ["restore", "--reason", reason, "--made-by-hand"] as const;
    const snapshotIdentifier = "awsbackup:job-1";
    const contract = (at: string) => ({ command: at, at, image: sampleImageDigest("1.1.0") });

    /** The instance was made from the copy an hour ago, and the stack file says so. */
    const restoredByHand = async (from: string) => {
      const stage = started.current;
      stage.waitHours(48);
      const { databaseInstanceIdentifier } = await stage.pulumi.outputs();
      await startDatabaseAnswers({
        identifier: String(databaseInstanceIdentifier),
        createdAt: new Date(stage.now.getTime() - 3_600_000),
        latestRestorableTime: new Date(stage.now.getTime() - 240_000),
      });
      stage.editStackFile((text) =>
        text.replace(
          /^( *)celebrant-portal:database:\n/m,
          (line, indent) => `${line}${indent}  restoreFrom: ${from}\n`,
        ),
      );
      return String(databaseInstanceIdentifier);
    };

    it("is told of by evidence, and what it undid counts no more", async () => {
      const stage = started.current;
      const instance = await restoredByHand(`{ snapshotIdentifier: "${snapshotIdentifier}" }`);
      const aws = openAws(await stage.addresses(), () => stage.now);
      const migrations = [hoursAgo(6), hoursAgo(4), hoursAgo(0.5)].map(contract);
      await aws.writeNotedContracts(migrations);
      const before = await stage.fingerprint();
      const { exitCode, stdout, stderr } = await stage.run(...words, "--to", hoursAgo(5));
      expect([exitCode, stderr]).toEqual([0, ""]);
      const lines = stdout.split("\n");
      expect(lines[0]).toBe(
        `${instance} was made from ${snapshotIdentifier}, with the data of ${hoursAgo(5)}, at 10:00 (Melbourne), 2026-11-24 23:00 UTC.`,
      );
      expect(lines.slice(1)).toEqual([
        expect.stringMatching(/^It undoes the contract migration that began at 07:00 \(Melbourne\), .*, of sha256:/),
        "Commit evidence/production/2026-11-24T23-00-00Z-restore.json.",
      ]);
      const [evidence] = await stage.evidence();
      expect(evidence).toMatchObject({ at: hoursAgo(1), action: "restore", outcome: "done", reason });
      expect(evidence?.restore).toEqual({ source: snapshotIdentifier, to: hoursAgo(5), instance, rolesChecked: null });
      rmSync(join(stage.folder, "evidence"), { recursive: true });
      expect(await stage.fingerprint()).toBe(before);
    });

    it("says where it undid nothing", async () => {
      await restoredByHand(`{ snapshotIdentifier: "${snapshotIdentifier}" }`);
      expect((await started.current.run(...words, "--to", hoursAgo(5))).stdout).toContain(
        "It undoes no contract migration that is known.",
      );
    });

    it.each([
      [
        "the instance is older than the data",
        `{ snapshotIdentifier: "${snapshotIdentifier}" }`,
        0.5,
        /exists since .*, so it cannot have been made with the data of .*\. Has the update been made that database\.restoreFrom asks for\?/,
      ],
      [
        "the file has another moment",
        '{ sourceInstanceIdentifier: portal-production-1, restoreTime: "2026-11-24T12:00:00Z" }',
        5,
        /database\.restoreFrom has 2026-11-24T12:00:00Z as the moment of the data, and you gave /,
      ],
      [
        "the file has the latest moment",
        "{ sourceInstanceIdentifier: portal-production-1 }",
        5,
        /Such a restore undoes no migration, and needs no evidence\./,
      ],
    ])("is not believed where %s", async (_, from, hours, why) => {
      await restoredByHand(from);
      const stage = started.current;
      const { exitCode, stderr } = await stage.run(...words, "--to", hoursAgo(hours));
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(why)]);
      expect(await stage.evidence()).toEqual([]);
    });

    it("is refused with every reason why not: no time zone and no reason, no restore in the file, other switches", async () => {
      const stage = started.current;
      expect((await stage.run(...words, "--to", hoursAgo(5))).stderr).toContain(
        "So nobody has restored the database of production.",
      );
      await restoredByHand(`{ snapshotIdentifier: "${snapshotIdentifier}" }`);
      const { stderr } = await stage.run("restore", "--made-by-hand", "--to", "2026-11-24 09:30");
      expect(stderr).toMatch(/Give a time with its zone[\s\S]*Say why it was restored: --reason/);
      for (const other of ["--dry-run", "--commit"]) {
        expect((await stage.run(...words, "--to", hoursAgo(5), other)).stderr).toContain(
          "--made-by-hand goes with neither --dry-run nor --commit.",
        );
      }
      expect(await stage.evidence()).toEqual([]);
    });
  });

  it("tells every reason why not at once, and changes nothing", async () => {
    await restorable();
    const stage = started.current;
    const before = await stage.fingerprint();
    const run = async (...words: readonly string[]) => (await stage.run("restore", ...words)).stderr;
    expect(await run("--to", hoursAgo(-1))).toMatch(
      /^- .* is in the future\.$[\s\S]*^- The database of production is protected, .* Say why: --reason "…"\.$/m,
    );
    expect(await run("--to", "2026-11-24 09:30", "--reason", reason)).toContain(
      '--to is "2026-11-24 09:30". Give a time with its zone',
    );
    expect(await run("--to", hoursAgo(0), "--reason", reason)).toMatch(
      /can be restored to .* at the latest, and .* is after that\./,
    );
    expect(await run("--to", hoursAgo(49), "--reason", reason)).toMatch(
      /can be restored to .* at the earliest: it was created then\./,
    );
    expect(await stage.fingerprint()).toBe(before);
  });

  it("refuses a plan that changes anything else, and puts the file back", async () => {
    await restorable();
    const stage = started.current;
    stage.editStackFile((text) => text.replace("maxTasks: 8", "maxTasks: 9"));
    const before = stage.stackFile();
    const { exitCode, stderr } = await stage.run("restore", "--to", hoursAgo(1), "--reason", reason);
    expect([exitCode, stage.stackFile()]).toEqual([1, before]);
    expect(stderr).toContain("A restore replaces the database's instance and what names it, and nothing else");
    expect(stderr).toContain("aws:appautoscaling/target:Target portal-production-blue");
  });

  it("waits for weight 0", async () => {
    await started.current.standAt5();
    await restorable();
    const { exitCode, stderr } = await started.current.run("restore", "--to", hoursAgo(1), "--reason", reason);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("AWS gives blue 95 and green 5.");
    expect(stderr).toContain("First run npm run rollout -- rollback --stage production.");
  });

  it("goes on after an update that failed, and finishes one that was made, and restores once", async () => {
    await restorable();
    const stage = started.current;
    const { databaseInstanceIdentifier: source } = await stage.pulumi.outputs();
    const words = ["restore", "--to", hoursAgo(1), "--reason", reason] as const;
    const left: { instance?: string } = {};
    const world = restoring(left);
    const failing = { ...world, pulumi: { ...world.pulumi, update: () => Promise.reject(new Error("cut off")) } };
    expect((await stage.runIn(failing, ...words)).exitCode).toBe(1);
    // What the instance may have been made from stays in the file.
    expect(stage.stackFile()).toContain(`sourceInstanceIdentifier: ${source}`);

    let updates = 0;
    const update = async () => {
      updates += 1;
      await world.pulumi.update();
      throw new Error("cut off");
    };
    const cutOff = await stage.runIn({ ...world, pulumi: { ...world.pulumi, update } }, ...words);
    expect([cutOff.exitCode, cutOff.stderr]).toEqual([1, expect.stringContaining("cut off")]);
    const { exitCode, stdout } = await stage.runIn({ ...world, pulumi: { ...world.pulumi, update } }, ...words);
    expect([exitCode, updates]).toEqual([0, 1]);
    expect(stdout).toContain("The API of production works on portal-production-0badcafe");
  });
});

describe("roles and grants of a restored database", () => {
  const postgres = runPostgres();
  let database: LocalDatabase;
  beforeAll(async () => {
    const set = {
      candidateWeight: 0,
      "database.tunnelPort": 15_432,
      ...missingImages(readStackFile(fixtureFolder, "staging")),
    };
    const now = new Date("2026-11-23T00:00:00Z");
    const plan = await planOnce({ stage: "staging", set, now, projectFolder: fixtureFolder, previousRecord: null });
    const inside = plan.resources.filter(({ type }) => type.startsWith("postgresql:"));
    database = await createLocalDatabase(postgres.server(), inside, names);
    await database.migrate("1.0.0");
  });

  const compare = () =>
    withConnection({ ...database.application, user: names.readOnly }, (client) =>
      compareGrants(
        { query: async (text, values) => await client.query(text, [...(values ?? [])]) },
        { database: names.database, application: names.application },
      ),
    );
  const asSuperuser = (statement: string) =>
    withConnection(
      { ...database.application, user: superuserName, password: postgres.server().superuserPassword },
      (client) => client.query(statement),
    );

  it("are as planned on the planned database", async () => {
    expect(await compare()).toEqual([]);
  });

  it.each([
    [
      `revoke insert on couples from ${names.application}`,
      `grant insert on couples to ${names.application}`,
      `${names.application} lacks INSERT on table couples.`,
    ],
    [
      `grant connect on database ${names.database} to public`,
      `revoke connect on database ${names.database} from public`,
      `Everybody may connect to ${names.database}.`,
    ],
    [
      `alter role ${names.migrator} nologin`,
      `alter role ${names.migrator} login`,
      `The role ${names.migrator} is missing.`,
    ],
  ])("are found wrong after: %s", async (damage, mend, found) => {
    await asSuperuser(damage);
    onTestFinished(async () => void (await asSuperuser(mend)));
    expect(await compare()).toEqual([found]);
  });
});
