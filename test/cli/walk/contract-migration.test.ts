import { ECSClient } from "@aws-sdk/client-ecs";
import { DeleteParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withPlanFile } from "../../../cli/moves/take-move.ts";
import type { RolloutWorld } from "../../../cli/world.ts";
import { openAws } from "../../../infra/aws/stage-aws.ts";
import { describeTasks } from "../../../infra/aws/tasks-and-services.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { notedContractsParameter } from "../../../infra/naming.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { answerBodies } from "../../support/aws/answer-bodies.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startedTasks } from "../../support/aws/one-off-task-list.ts";
import { failedWith1, neverStarted } from "../../support/aws/stopped-tasks.ts";
import { type RestoredInstance, restoringWorld } from "../../support/cli/restoring-world.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { countCalls, failAt, watchCalls } from "../../support/cli/wrap-world.ts";
import { recordedPath } from "../migrations/recorded-sql.ts";
import { startDatabaseAnswers } from "./database-answers.ts";

describeWithMoto("after a contract migration", () => {
  const started = startStage("staging");
  const migrate = ["task", "--run", "migrate", "--reason", "the site is closed"] as const;
  let again: Standing;
  let retired: Standing;

  /** Green is promoted, blue retired, the migration run, and blue given its old image again, all within the window. */
  beforeAll(async () => {
    const stage = started.current;
    await stage.advanceTo(100);
    stage.waitHours(48);
    expect(await stage.run("promote")).toMatchObject({ exitCode: 0, stderr: "" });
    stage.waitHours(0.1);
    expect((await stage.run("status")).stdout).toContain("can become live again until");
    await stage.run("check-migration", "--sql", recordedPath("disguised"));
    const early = await stage.run("task", "--run", "migrate", "--reason", "the site is closed");
    expect(early.stderr).toContain("you can return to the old version, and the migration would break it");
    expect((await stage.run("retire", "--reason", "the new one is fine")).stderr).toBe("");
    retired = await stage.rememberAll();
    const migrated = await stage.run(...migrate);
    expect(migrated.stdout).toMatch(/^migrate \(contract\) from green, sha256:\w+, ended with exit code 0/);
    stage.waitHours(0.1);
    stage.editStackFile((text) => text.replace(/^( {4})green: /m, `$1blue: ${sampleImageDigest("1.0.0")}\n$1green: `));
    await stage.up();
    again = await stage.rememberAll();
  });

  it("offers no return to the release before it", async () => {
    const stage = started.current;
    await stage.returnTo(again);
    const { stdout } = await stage.run("status");
    expect(stdout).not.toContain("can become live again");
    expect((await stage.run("rollback", "--reason", "it fails")).stdout).not.toContain("rollback --stage staging --to");
  });

  it("accepts none by the command", async () => {
    const stage = started.current;
    await stage.returnTo(again);
    const { exitCode, stderr } = await stage.run("rollback", "--to", "blue", "--reason", "the new one fails");
    expect(stderr).toMatch(/^The return to blue is refused\. Nothing was moved: a migration of kind contract ran at /);
    expect(exitCode).toBe(1);
    expect(await stage.weights()).toEqual({ blue: 0, green: 100 });
  });

  it("accepts none by an edit, and no step", async () => {
    const stage = started.current;
    for (const [key, value] of [
      ["liveColour: green", "liveColour: blue"],
      ["candidateWeight: 0", "candidateWeight: 5"],
    ] as const) {
      await stage.returnTo(again);
      stage.editStackFile((text) => text.replace(key, value));
      await expect(stage.up()).rejects.toThrow(
        /A migration of kind contract ran at .*, and the release of blue is older/,
      );
    }
  });

  /** What the last update left, without what it knew of migrations. */
  const forget = () => {
    const { account, plan } = started.current.pulumi.state;
    const { contractMigrations: _, ...record } = plan.record;
    started.current.setState({ account, plan: { ...plan, record, outputs: { ...plan.outputs, rollout: record } } });
  };
  const deleteNote = async () => {
    const stage = started.current;
    const Name = notedContractsParameter(projectName, stage.stage);
    await stage.pulumi.account().clients.parameters.send(new DeleteParameterCommand({ Name }));
  };
  const canReturn = async () => (await started.current.run("status")).stdout.includes("can become live again until");
  const byEdit = async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace("liveColour: green", "liveColour: blue"));
    return await withPlanFile(async ({ planPath }) =>
      stage.world().pulumi.preview({ updateTime: stage.now, planPath }),
    ).then(
      () => "accepted",
      ({ message }: Error) => message,
    );
  };

  const noted = async () => {
    const stage = started.current;
    return await openAws(await stage.addresses(), () => stage.now).readNotedContracts();
  };
  const tasks = async () => {
    const stage = started.current;
    return await startedTasks(stage.pulumi.account().clients.containers, (await stage.addresses()).clusterArn);
  };

  it("has noted it in AWS, and the record keeps it", async () => {
    const stage = started.current;
    await stage.returnTo(again);
    const [evidence] = (await stage.evidence()).filter(({ task }) => task?.kind === "contract");
    // moto tells no moment of the start, so it is that of the command.
    const migration = { at: evidence?.at, image: evidence?.task?.image };
    expect(await noted()).toEqual([{ command: evidence?.at, ...migration }]);
    expect(stage.pulumi.record.contractMigrations).toEqual([migration]);
  });

  it.each([
    ["deleted", () => {}],
    ["deleted, and not in the record: it is noted in AWS", forget],
  ])("accepts none where its evidence is %s", async (_, change) => {
    const stage = started.current;
    await stage.returnTo({ ...again, evidence: {} });
    change();
    expect(await canReturn()).toBe(false);
    expect((await stage.run("rollback", "--to", "blue")).stderr).toMatch(
      /^The return to blue is refused\. Nothing was moved: a migration/,
    );
    expect(await stage.weights()).toEqual({ blue: 0, green: 100 });
    expect(await byEdit()).toContain("A migration of kind contract ran at");
  });

  it("accepts none by an edit, and offers none, where the record alone tells of it", async () => {
    const stage = started.current;
    await stage.returnTo({ ...again, evidence: {} });
    await deleteNote();
    expect(await canReturn()).toBe(false);
    expect(await byEdit()).toContain("A migration of kind contract ran at");
  });

  it("lets everything be returned where nothing tells of one", async () => {
    const stage = started.current;
    await stage.returnTo({ ...again, evidence: {} });
    forget();
    await deleteNote();
    expect(await canReturn()).toBe(true);
    expect(await byEdit()).toBe("accepted");
  });

  it("notes it before it starts, and starts none that cannot be noted", async () => {
    const stage = started.current;
    await stage.returnTo(retired);
    const before = (await tasks()).length;
    let looks = 0;
    const world = watchCalls(stage.world(), async () => {
      if ((await tasks()).length === before) return;
      looks += 1;
      expect(await noted()).toHaveLength(1);
    });
    expect((await stage.runIn(world, ...migrate)).exitCode).toBe(0);
    expect(looks).toBeGreaterThan(3);

    await stage.returnTo(retired);
    const writeNotedContracts = () => Promise.reject(new Error("AWS: no (AccessDeniedException)."));
    const openRefusing: RolloutWorld["openAws"] = (addresses) => ({
      ...stage.world().openAws(addresses),
      writeNotedContracts,
    });
    const refused = await stage.runIn({ ...stage.world(), openAws: openRefusing }, ...migrate);
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining("AccessDeniedException")]);
    expect(await tasks()).toHaveLength(before);
    await stage.pulumi.account().clients.parameters.send(
      new PutParameterCommand({
        Name: notedContractsParameter(projectName, stage.stage),
        Value: "{",
        Type: "String",
      }),
    );
    expect((await stage.run(...migrate)).stderr).toContain("so a contract migration cannot be noted in it");
    expect(await tasks()).toHaveLength(before);
  });

  it("is ended by the next run, in AWS as in the evidence, wherever its note failed", async () => {
    const stage = started.current;
    await stage.returnTo(retired);
    const { calls, world } = countCalls(stage.world());
    expect((await stage.runIn(world, ...migrate)).exitCode).toBe(0);
    const notes = calls.flatMap((name, index) => (/^aws\.\w+NotedContracts$/.test(name) ? [index + 1] : []));
    expect(notes).toHaveLength(4);
    for (const call of notes) {
      for (const when of ["before", "after"] as const) {
        await stage.returnTo(retired);
        const before = (await tasks()).length;
        expect((await stage.runIn(failAt(stage.world(), { call, when }), ...migrate)).exitCode).toBe(1);
        stage.waitHours(0.1);
        expect(await stage.run(...migrate)).toMatchObject({ exitCode: 0, stderr: "" });
        expect((await tasks()).length - before).toBe(1);
        const { contracts } = await stage.world().evidence.contractMigrations();
        expect(contracts).toHaveLength(1);
        expect((await noted())?.map(({ image, isPending }) => [image, isPending])).toEqual([
          [contracts[0]?.image, undefined],
        ]);
      }
    }
  });

  it.each([
    ["never started", neverStarted, 0],
    ["failed", failedWith1, 1],
  ])("counts one that %s as what it is, in AWS as in the evidence", async (_, answer, count) => {
    const stage = started.current;
    await stage.returnTo(retired);
    const { requestHandler } = answerBodies({ body: answer });
    const client = new ECSClient({ ...clientSettings({ endpoint: "http://127.0.0.1:9" }), requestHandler });
    const world = stage.world();
    const openTasks: RolloutWorld["openTasks"] = (addresses) => ({
      ...world.openTasks(addresses),
      list: async () => [],
      describe: (arns) => describeTasks(client, addresses.clusterArn, arns),
    });
    expect((await stage.runIn({ ...world, openTasks }, ...migrate)).exitCode).toBe(1);
    expect(await noted()).toHaveLength(count);
    const told = await world.evidence.contractMigrations();
    expect((await noted())?.map(({ at, image }) => ({ at, image }))).toEqual(told.contracts);
  });

  describe("once the database was restored to before it", () => {
    const restoring = (left: RestoredInstance = {}) => restoringWorld(started.current.world(), left);
    const restore = async (hoursAgo: number) => {
      const stage = started.current;
      const to = new Date(stage.now.getTime() - hoursAgo * 3_600_000).toISOString();
      return await stage.runIn(restoring(), "restore", "--to", to, "--reason", "the migration was wrong");
    };

    beforeEach(async () => {
      const stage = started.current;
      await stage.returnTo(again);
      await startDatabaseAnswers({
        identifier: String((await stage.pulumi.outputs())["databaseInstanceIdentifier"]),
        createdAt: new Date(stage.now.getTime() - 48 * 3_600_000),
        latestRestorableTime: new Date(stage.now.getTime() - 60_000),
      });
    });

    it("offers a return, and accepts it by an edit and by the command", async () => {
      const stage = started.current;
      expect((await restore(0.15)).stderr).toBe("");
      const restored = await stage.rememberAll();
      expect(await canReturn()).toBe(true);
      expect(await byEdit()).toBe("accepted");
      await stage.returnTo(restored);
      const { stderr } = await stage.runIn(restoring(), "rollback", "--to", "blue", "--reason", "the new one fails");
      expect(stderr).toBe("");
      expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    });

    it("accepts none where it was restored to after it, or the file says that it comes from somewhere else", async () => {
      const stage = started.current;
      expect((await restore(0.05)).stderr).toBe("");
      expect(await canReturn()).toBe(false);
      await stage.returnTo(again);
      expect((await restore(0.15)).stderr).toBe("");
      stage.editStackFile((text) =>
        text.replace(/sourceInstanceIdentifier: .*/, "sourceInstanceIdentifier: portal-staging-1"),
      );
      expect(await canReturn()).toBe(false);
      expect((await stage.run("rollback", "--to", "blue")).stderr).toContain(
        "Nothing was moved: a migration of kind contract",
      );
    });
  });
});
