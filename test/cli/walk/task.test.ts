import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ECSClient } from "@aws-sdk/client-ecs";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { sqlFingerprint } from "../../../cli/evidence/migration-check.ts";
import type { RolloutWorld } from "../../../cli/world.ts";
import { writeLatch } from "../../../infra/aws/latch-and-address.ts";
import { describeTasks, type TaskStart } from "../../../infra/aws/tasks-and-services.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { taskMark } from "../../../rollout/one-off-tasks.ts";
import { answerBodies } from "../../support/aws/answer-bodies.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startedTasks, stopTasks } from "../../support/aws/one-off-task-list.ts";
import { setWeights } from "../../support/aws/set-weights.ts";
import { failedWith1, forgotten, neverStarted, succeeded } from "../../support/aws/stopped-tasks.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing, TestStage } from "../../support/cli/test-stage.ts";
import { type RecordedMigration, recordedPath, recordedSql } from "../migrations/recorded-sql.ts";

const expand = ["--run", "migrate", "--kind", "expand"];
const contract = ["--run", "migrate", "--kind", "contract"];

/** ARNs of what was started so far. */
async function tasksOf(stage: TestStage): Promise<readonly string[]> {
  return await startedTasks(stage.pulumi.account().clients.containers, (await stage.addresses()).clusterArn);
}

/** What was started while something ran. */
async function startedBy(stage: TestStage, run: () => Promise<unknown>): Promise<readonly string[]> {
  const before = new Set(await tasksOf(stage));
  await run();
  return (await tasksOf(stage)).filter((arn) => !before.has(arn));
}

function migrationFiles(stage: TestStage): readonly string[] {
  return readdirSync(join(stage.folder, "evidence", stage.stage)).filter((name) => name.startsWith("migration-"));
}

const blockingSql = `BEGIN;
CREATE INDEX ix_couples_names ON couples (names);
UPDATE alembic_version SET version_num='b' WHERE alembic_version.version_num = 'a';
COMMIT;
`;

/** Leaves the check of this SQL as the only one, or none. */
async function checkAlone(stage: TestStage, name: RecordedMigration | "blocking" | undefined): Promise<void> {
  for (const file of migrationFiles(stage)) rmSync(join(stage.folder, "evidence", stage.stage, file));
  if (name === undefined) return;
  const path = name === "blocking" ? join(stage.folder, "blocking.sql") : recordedPath(name);
  if (name === "blocking") writeFileSync(path, blockingSql);
  await stage.run("check-migration", "--sql", path);
}

/** Ends what runs, so that nothing is joined that an earlier test has left. */
async function stopAll(stage: TestStage): Promise<void> {
  await stopTasks(stage.pulumi.account().clients.containers, (await stage.addresses()).clusterArn);
}

/** A world in which nothing runs yet and AWS describes tasks with these answers, one after the other, read by the SDK. */
function describedAs(stage: TestStage, ...bodies: readonly object[]): RolloutWorld {
  const { requestHandler } = answerBodies(...bodies.map((body) => ({ body })));
  const client = new ECSClient({ ...clientSettings({ endpoint: "http://127.0.0.1:9" }), requestHandler });
  const world = stage.world();
  return {
    ...world,
    openTasks: (addresses) => ({
      ...world.openTasks(addresses),
      // moto lists what has stopped as well, and AWS does not.
      list: async () => [],
      describe: (arns) => describeTasks(client, addresses.clusterArn, arns),
    }),
  };
}

describeWithMoto("the task command in staging", () => {
  const started = startStage("staging");
  let at0: Standing;
  beforeAll(async () => {
    await started.current.run("check-migration", "--sql", recordedPath("expand"));
    at0 = await started.current.rememberAll();
  });
  beforeEach(async () => {
    await started.current.returnTo(at0);
    await stopAll(started.current);
  });

  it("migrates from the candidate's image, waits for its end, and says where the log is", async () => {
    const stage = started.current;
    const said: string[] = [];
    const world = { ...stage.world(), say: (line: string) => said.push(line.trim()) };
    let run = { exitCode: -1, stdout: "", stderr: "" };
    const tasks = await startedBy(stage, async () => {
      run = await stage.runIn(world, "task", ...expand);
    });
    expect(run.stderr).toBe("");
    const id = tasks[0]?.split("/").at(-1);
    expect(run.stdout.split("\n")).toEqual([
      `migrate (expand) from green, ${sampleImageDigest("1.1.0")}, ended with exit code 0.`,
      `Log group /portal-staging/api/one-off-tasks, stream migrate/api/${id}:`,
      `  aws logs get-log-events --region ap-southeast-2 --log-group-name /portal-staging/api/one-off-tasks --log-stream-name migrate/api/${id} --start-from-head --query 'events[].[message]' --output text`,
      "Commit evidence/staging/2026-11-23T00-00-00Z-task.json.",
    ]);
    expect(run.exitCode).toBe(0);
    expect(tasks).toHaveLength(1);
    expect(said[0]).toBe("migrate from green: starting");
    expect(said.at(-1)).toMatch(/^migrate from green: STOPPED, after \d+ s$/);
  });

  it("leaves evidence of who ran what, from which image, as which task and with which end", async () => {
    const stage = started.current;
    const [taskArn] = await startedBy(stage, () => stage.run("task", ...expand));
    const [evidence, ...more] = await stage.evidence();
    expect(more).toEqual([]);
    expect(evidence).toMatchObject({
      action: "task",
      outcome: "done",
      by: "Ana <ana@example.com>",
      from: { liveColour: "blue", weightPercent: 0 },
      to: { liveColour: "blue", weightPercent: 0 },
      task: {
        run: "migrate",
        kind: "expand",
        colour: "green",
        image: sampleImageDigest("1.1.0"),
        taskArn,
        exitCode: 0,
      },
      problems: [],
    });
  });

  it.each([
    [["--run", "seed"], "seed", "green"],
    [["--run", "integrity", "--colour", "blue"], "integrity", "blue"],
  ] as const)("starts %j with its own task definition, mark and token", async (words, run, colour) => {
    const stage = started.current;
    const world = stage.world();
    const asked: TaskStart[] = [];
    const openTasks: RolloutWorld["openTasks"] = (addresses) => {
      const tasks = world.openTasks(addresses);
      return {
        ...tasks,
        start(task) {
          asked.push(task);
          return tasks.start(task);
        },
      };
    };
    const { exitCode, stdout } = await stage.runIn({ ...world, openTasks }, "task", ...words, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: "done",
      how: "started",
      evidence: { task: { run, kind: null } },
    });
    expect(exitCode).toBe(0);
    const taskDefinitionArn = (await stage.addresses()).oneOffTaskDefinitionArns[colour]?.[run];
    const clientToken = `staging-rollout-${run}-${colour}-2026-11-23T00:00:00.000Z`;
    expect(asked).toEqual([{ taskDefinitionArn, startedBy: taskMark(run, colour), clientToken }]);
    expect(clientToken.length).toBeLessThanOrEqual(64);
  });

  it("runs an integrity check while the latch is set, and under traffic", async () => {
    const stage = started.current;
    const { latchParameterName } = await stage.addresses();
    const latch = { state: "set", at: at0.now.toISOString(), reason: "alarm", rolledBack: "green" } as const;
    await writeLatch(stage.pulumi.account().clients.parameters, latchParameterName, latch);
    expect((await stage.run("task", "--run", "integrity")).exitCode).toBe(0);
    await stage.returnTo(at0);
    await stage.advanceTo(5);
    expect((await stage.run("task", "--run", "integrity")).exitCode).toBe(0);
  });

  it("joins a task of the same name that runs already, and starts no second", async () => {
    const stage = started.current;
    const tasks = stage.world().openTasks(await stage.addresses());
    const taskDefinitionArn = (await stage.addresses()).oneOffTaskDefinitionArns.green?.seed ?? "";
    const arn = await tasks.start({ taskDefinitionArn, startedBy: taskMark("seed", "green"), clientToken: "by hand" });
    let stdout = "";
    const more = await startedBy(stage, async () => {
      ({ stdout } = await stage.run("task", "--run", "seed"));
    });
    expect(more).toEqual([]);
    expect(stdout).toMatch(/^seed from green, sha256:\w+, ended with exit code 0\. It was running already\.\n/);
    expect((await stage.evidence())[0]?.task).toMatchObject({ taskArn: arn, exitCode: 0 });
  });

  it("asks with the same token again where it is not known whether a task was started, and later with another", async () => {
    const stage = started.current;
    const world = stage.world();
    const tokens: string[] = [];
    const openTasks: RolloutWorld["openTasks"] = (addresses) => ({
      ...world.openTasks(addresses),
      async start({ clientToken }) {
        tokens.push(clientToken);
        throw new Error("AWS: the task could not be started: socket hang up (ECONNRESET).");
      },
    });
    for (const hours of [1, 30, 0]) {
      expect((await stage.runIn({ ...world, openTasks }, "task", "--run", "seed")).exitCode).toBe(1);
      stage.waitHours(hours);
    }
    expect(tokens[1]).toBe(tokens[0]);
    expect(tokens[2]).not.toBe(tokens[0]);
    expect((await stage.evidence()).map(({ outcome }) => outcome)).toEqual(["interrupted", "begun"]);
  });

  it("starts another once the one before has ended", async () => {
    const stage = started.current;
    const ran = await startedBy(stage, async () => {
      await stage.run("task", "--run", "seed");
      stage.waitHours(1);
      await stage.run("task", "--run", "seed");
    });
    expect(ran).toHaveLength(2);
  });

  it("starts no migration beside one of the other colour", async () => {
    const stage = started.current;
    const tasks = stage.world().openTasks(await stage.addresses());
    const taskDefinitionArn = (await stage.addresses()).oneOffTaskDefinitionArns.blue?.migrate ?? "";
    const arn = await tasks.start({
      taskDefinitionArn,
      startedBy: taskMark("migrate", "blue"),
      clientToken: "by hand",
    });
    const more = await startedBy(stage, async () => {
      const { exitCode, stderr } = await stage.run("task", ...expand);
      expect(stderr).toBe(
        `migrate from green is refused. migrate from blue is running (${arn}). Two migrations at once would change the same schema. Wait until it has ended.`,
      );
      expect(exitCode).toBe(1);
    });
    expect(more).toEqual([]);
    expect(await stage.evidence()).toEqual([]);
  });

  it("ends with 1 for a container that failed, and names exit code, reason, log and the way on", async () => {
    const stage = started.current;
    const { exitCode, stdout } = await stage.runIn(describedAs(stage, failedWith1), "task", ...expand);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe(
      "migrate from green ended with exit code 1: Essential container in task exited; EssentialContainerExited.",
    );
    expect(lines[1]).toMatch(/^Log group \/portal-staging\/api\/one-off-tasks, stream migrate\/api\/[\w-]+:$/);
    expect(lines[2]).toMatch(/^ {2}aws logs get-log-events --region ap-southeast-2 --log-group-name /);
    expect(lines[3]).toMatch(
      /^It is more than one transaction: what it finished before the failure stands, .* check-migration --stage staging --colour green --from <revision>\.$/,
    );
    expect(lines[4]).toBe("Fix the error in the log, then run this command again. It starts a new task.");
    expect(exitCode).toBe(1);
    expect((await stage.evidence())[0]).toMatchObject({
      outcome: "incomplete",
      problems: [lines[0]],
      task: { exitCode: 1, startedAt: "2026-11-23T00:00:29.500Z", stoppedAt: "2026-11-23T00:01:11.500Z" },
    });
  });

  it("ends with 1 for a task that never started, and says why", async () => {
    const stage = started.current;
    const { exitCode, stdout } = await stage.runIn(describedAs(stage, neverStarted), "task", "--run", "seed", "--json");
    const { outcome, evidence } = JSON.parse(stdout);
    expect(evidence.problems[0]).toMatch(
      /^seed from green never started: CannotPullContainerError: .*TaskFailedToStart\./,
    );
    expect(evidence.task).toMatchObject({ exitCode: null, startedAt: null });
    expect([outcome, exitCode]).toEqual(["incomplete", 1]);
  });

  it("says after a failure of one transaction that nothing has changed, and status says what comes next", async () => {
    const stage = started.current;
    await checkAlone(stage, "first");
    const { stdout } = await stage.runIn(describedAs(stage, failedWith1), "task", "--run", "migrate");
    expect(stdout.split("\n")[3]).toBe(
      "It is one transaction, so PostgreSQL has undone all of it: the schema is as it was.",
    );
    const status = (await stage.run("status")).stdout.split("\n");
    expect(status.at(-2)).toMatch(
      /^Migration: that of 2026-11-23T00:00:00\.000Z from green \(expand\) did not end well: migrate from green ended with exit code 1: /,
    );
    expect(status.at(-1)).toBe("  npm run rollout -- task --stage staging --run migrate --colour green");
    stage.waitHours(1);
    // The next one ends well, and is safe to run twice.
    for (let times = 0; times < 2; times++) {
      expect((await stage.run("task", "--run", "migrate")).exitCode).toBe(0);
      stage.waitHours(1);
    }
    expect((await stage.run("status")).stdout).not.toContain("Migration:");
  });

  it("says in status of a migration whose command was cut off that the next one waits for it", async () => {
    const stage = started.current;
    expect((await stage.runIn(describedAs(stage), "task", "--run", "migrate")).exitCode).toBe(1);
    const { migration } = JSON.parse((await stage.run("status", "--json")).stdout);
    expect(migration).toMatchObject({
      outcome: "begun",
      text: expect.stringContaining("was begun, and its command was cut off before its end. The command below waits"),
    });
  });

  it("runs a migration as what its check says, and keeps with the evidence what that rested on", async () => {
    const stage = started.current;
    await stage.run("task", "--run", "migrate");
    const { task } = (await stage.evidence())[0] ?? {};
    expect(task).toMatchObject({
      kind: "expand",
      migration: {
        blocking: false,
        sqlSha256: sqlFingerprint(recordedSql("expand")),
        revisions: { from: ["1975ea83b712"], to: ["ae1027a6acf1"] },
        isOneTransaction: false,
      },
    });
    await stage.returnTo(at0);
    await stage.run("task", "--run", "migrate", "--kind", "contract");
    // Stricter than the check: and a contract migration may not run before a promote.
    expect(await stage.evidence()).toEqual([]);
  });

  it("runs a blocking migration for a written reason, which is kept", async () => {
    const stage = started.current;
    await checkAlone(stage, "blocking");
    const refused = await stage.run("task", "--run", "migrate");
    expect(refused.stderr).toMatch(
      /^migrate from green is refused\. The migration is blocking, and the live colour serves the public: its requests would wait\. Line 2: Writes to couples wait until ix_couples_names is built\./,
    );
    const short = await stage.run("task", "--run", "migrate", "--reason", "so");
    expect(short.stderr).toContain('The reason is "so", which is too short.');
    const reason = "the table has forty rows";
    expect((await stage.run("task", "--run", "migrate", "--reason", reason)).exitCode).toBe(0);
    expect((await stage.evidence())[0]).toMatchObject({
      outcome: "done",
      reason,
      overridden: [expect.stringMatching(/^The migration is blocking, /)],
      task: { kind: "expand", migration: { blocking: true } },
    });
  });

  it("runs an unchecked migration for a written reason and a kind, and no other", async () => {
    const stage = started.current;
    await checkAlone(stage, undefined);
    const { stderr } = await stage.run("task", ...expand);
    expect(stderr).toMatch(
      /^migrate from green is refused\. Nobody has checked the migration of this image\. .*npm run rollout -- check-migration --stage staging --colour green --sql migration\.sql\./,
    );
    const reason = ["--reason", "its SQL asks the database"];
    expect((await stage.run("task", "--run", "migrate", ...reason)).stderr).toContain("Give --kind too");
    expect((await stage.run("task", ...expand, ...reason)).exitCode).toBe(0);
    const [evidence] = await stage.evidence();
    expect(evidence).toMatchObject({ overridden: ["Nobody has checked the migration of this image."] });
    expect(evidence?.task?.migration).toBeUndefined();
  });

  it("refuses a check of SQL that begins where the schema is not", async () => {
    const stage = started.current;
    expect((await stage.run("task", "--run", "migrate")).exitCode).toBe(0);
    stage.waitHours(1);
    rmSync(join(stage.folder, "evidence", "staging", migrationFiles(stage)[0] ?? ""));
    await stage.run("check-migration", "--sql", recordedPath("first"));
    expect((await stage.run("task", "--run", "migrate")).stderr).toContain(
      "The SQL that was checked begins at revision base, and the last migration has led to ae1027a6acf1.",
    );
  });

  it("says how long it ran", async () => {
    const stage = started.current;
    const { stdout } = await stage.runIn(describedAs(stage, succeeded), "task", "--run", "seed");
    expect(stdout).toMatch(/ended with exit code 0 after 42 s\.\n/);
  });

  it("says of a task that AWS has forgotten that its end is not known, and starts another", async () => {
    const stage = started.current;
    const running = describedAs(stage);
    expect((await stage.runIn(running, "task", "--run", "seed")).exitCode).toBe(1);
    expect((await stage.evidence())[0]).toMatchObject({ outcome: "begun", task: { taskArn: expect.any(String) } });
    await stopAll(stage);
    stage.waitHours(2);
    const { exitCode, stdout } = await stage.runIn(
      describedAs(stage, ...Array(13).fill(forgotten), succeeded),
      "task",
      "--run",
      "seed",
    );
    expect(stdout).toMatch(/ended with exit code 0/);
    expect(exitCode).toBe(0);
    const kept = await stage.evidence();
    expect(kept.map(({ outcome }) => outcome)).toEqual(["interrupted", "done"]);
    expect(kept[0]?.problems[0]).toContain("AWS no longer knew the task");
  });

  it("leaves an unfinished task alone when a step is taken", async () => {
    const stage = started.current;
    expect((await stage.runIn(describedAs(stage), "task", "--run", "integrity")).exitCode).toBe(1);
    await stage.advanceTo(5);
    expect((await stage.evidence()).map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      "task begun",
      "advance done",
    ]);
  });
});

describeWithMoto("what the task command refuses in production", () => {
  const started = startStage("production");
  let at0: Standing;
  let at5: Standing;
  beforeAll(async () => {
    const stage = started.current;
    await stage.run("check-migration", "--sql", recordedPath("expand"));
    at0 = await stage.rememberAll();
    await stage.advanceTo(5);
    at5 = await stage.rememberAll();
  });

  /** Nothing is started, and nothing is told of as if it had been. */
  async function expectRefused(stage: TestStage, words: readonly string[], message: string): Promise<void> {
    const tasks = await startedBy(stage, async () => {
      const { exitCode, stderr } = await stage.run("task", ...words);
      expect(stderr).toContain(message);
      expect(exitCode).toBe(1);
    });
    expect(tasks).toEqual([]);
    expect((await stage.evidence()).filter(({ action }) => action === "task")).toEqual([]);
  }

  it("seed data", async () => {
    await started.current.returnTo(at0);
    await expectRefused(
      started.current,
      ["--run", "seed"],
      "seed from green is refused. You asked for seed data in production. Seed data is made-up couples and invoices, and exists in staging only (guide S3).",
    );
  });

  it("a migration under traffic, of either kind", async () => {
    const stage = started.current;
    await stage.returnTo(at5);
    for (const words of [expand, contract]) {
      await expectRefused(stage, words, "but the candidate has 5 % of the traffic.");
    }
  });

  it("a contract migration that is disguised as expand, in every disguise", async () => {
    const stage = started.current;
    await stage.returnTo(at0);
    await checkAlone(stage, "disguised");
    await expectRefused(
      stage,
      expand,
      "You asked for a migration of kind expand, and its SQL is contract, blocking. Line 7: The rows of couples that it changes stay locked until the transaction ends. Change them in batches, outside of the migration. Line 9: couples.phone is dropped, and the old release names it.",
    );
    await expectRefused(stage, [...expand, "--reason", "I know what I do"], "and its SQL is contract, blocking.");
    await expectRefused(stage, ["--run", "migrate", "--reason", "I know what I do"], "but nothing was promoted.");
    // Another check, of SQL that is harmless, takes nothing back.
    stage.waitHours(1);
    const harmless = recordedSql("disguised").replace(/^(ALTER TABLE|UPDATE couples|CREATE INDEX).*$/gm, "");
    writeFileSync(join(stage.folder, "harmless.sql"), harmless);
    const { stdout } = await stage.run("check-migration", "--sql", join(stage.folder, "harmless.sql"));
    expect(stdout).toContain("is expand (3 statements, ae1027a6acf1 → 3fdea9a7b1c0)");
    await expectRefused(stage, expand, "and its SQL is contract, blocking.");
  });

  it("a migration of the contract kind before promote, and while the old version can be returned to", async () => {
    const stage = started.current;
    await stage.returnTo(at0);
    await expectRefused(stage, contract, "but nothing was promoted.");
  });

  it("a migration while AWS has another split than the record", async () => {
    const stage = started.current;
    await stage.returnTo(at0);
    await setWeights(stage.pulumi.account().clients, await stage.addresses(), { blue: 95, green: 5 });
    await expectRefused(
      stage,
      expand,
      "The public rule in AWS gives blue 95 and green 5, but the last update recorded",
    );
    expect((await stage.run("task", "--run", "integrity")).exitCode).toBe(0);
  });

  it("a colour without an image", async () => {
    const stage = started.current;
    await stage.returnTo(at0);
    stage.editStackFile((text) => text.replace(/^ {4}green: sha256:\w+\n/m, ""));
    stage.waitHours(1);
    await stage.up();
    await expectRefused(
      stage,
      ["--run", "integrity", "--colour", "green"],
      "green has no image, so there is nothing to run integrity from. Set images.green to a digest and update, or give --colour blue.",
    );
    await stage.run("check-migration", "--sql", recordedPath("expand"));
    const { stdout } = await stage.run("task", ...expand);
    expect(stdout).toMatch(/^migrate \(expand\) from blue, /);
  });
});
