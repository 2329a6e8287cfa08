import { beforeAll, describe, expect, it } from "vitest";
import type { RolloutWorld } from "../../../cli/world.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startedTasks } from "../../support/aws/one-off-task-list.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { countCalls, failAt, watchCalls } from "../../support/cli/wrap-world.ts";
import { recordedPath } from "../migrations/recorded-sql.ts";

describeWithMoto("a task command that was cut off", () => {
  const started = startStage("staging");
  let at0: Standing;
  beforeAll(async () => {
    await started.current.run("check-migration", "--sql", recordedPath("expand"));
    at0 = await started.current.rememberAll();
  });

  async function tasks(): Promise<readonly string[]> {
    const stage = started.current;
    return await startedTasks(stage.pulumi.account().clients.containers, (await stage.addresses()).clusterArn);
  }

  describe.each([[["--run", "migrate", "--kind", "expand"]], [["--run", "seed"]]])("%j", (words) => {
    /** Runs it again, later, which ends what was begun. */
    async function runAgain(where: string): Promise<void> {
      const stage = started.current;
      stage.waitHours(0.1);
      const again = await stage.run("task", ...words);
      expect(again, where).toMatchObject({ exitCode: 0, stderr: "" });
      const [taskArn, ...more] = await tasks();
      expect(more, where).toEqual([]);
      const kept = await stage.evidence();
      expect(
        kept.map(({ outcome, task }) => [outcome, task?.taskArn, task?.exitCode]),
        where,
      ).toEqual([["done", taskArn, 0]]);
    }

    const isDone = async () => (await started.current.evidence()).some(({ outcome }) => outcome === "done");

    it("has started one task and ends it when it is run again, wherever it was killed", async () => {
      const stage = started.current;
      await stage.returnTo(at0);
      const left: { readonly where: string; readonly standing: Standing }[] = [];
      const calls: string[] = [];
      const world = watchCalls(stage.world(), async (where) => {
        calls.push(where);
        // It is done: running it again would be another.
        if (!(await isDone())) left.push({ where, standing: await stage.rememberAll() });
      });
      expect(await stage.runIn(world, "task", ...words)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(calls).toEqual(
        expect.arrayContaining(["after tasks.start", "after tasks.describe", "after evidence.write"]),
      );
      let joined = 0;
      for (const { where, standing } of left) {
        await stage.returnTo(standing);
        joined += (await tasks()).length;
        await runAgain(`killed ${where}`);
      }
      // Most of them were killed while they waited.
      expect(joined).toBeGreaterThan(10);
    });

    it("has started one task and ends it when it is run again, wherever a call failed", async () => {
      const stage = started.current;
      await stage.returnTo(at0);
      const { calls, world } = countCalls(stage.world());
      await stage.runIn(world, "task", ...words);
      expect(calls.length).toBeGreaterThan(10);
      for (const [index, name] of calls.entries()) {
        for (const when of ["before", "after"] as const) {
          await stage.returnTo(at0);
          await stage.runIn(failAt(stage.world(), { call: index + 1, when }), "task", ...words);
          if (!(await isDone())) await runAgain(`failed ${when} call ${index + 1}, ${name}`);
        }
      }
    });
  });

  /** Starts a migration and is killed as soon as it waits for it, or before it can write down what it has started. */
  async function killWhileWaiting(when: "waiting" | "started" = "waiting"): Promise<void> {
    const stage = started.current;
    await stage.returnTo(at0);
    const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
    const world = stage.world();
    const openTasks: RolloutWorld["openTasks"] = (addresses) => {
      const tasks = world.openTasks(addresses);
      let hasStarted = false;
      return {
        ...tasks,
        async start(task) {
          hasStarted = true;
          const arn = await tasks.start(task);
          if (when === "waiting") return arn;
          kill();
          return await new Promise(() => {});
        },
        async describe(arns) {
          if (!hasStarted) return await tasks.describe(arns);
          kill();
          return await new Promise(() => {});
        },
      };
    };
    const run = stage.runIn({ ...world, openTasks }, "task", "--run", "migrate", "--kind", "expand");
    await Promise.race([run, killed]);
    stage.waitHours(0.1);
  }

  it.each(["waiting", "started"] as const)(
    "says, run again, that it waits for what was started, whatever the rules would say now: killed when %s",
    async (when) => {
      const stage = started.current;
      await killWhileWaiting(when);
      await stage.advanceTo(5);
      const said: string[] = [];
      const world = { ...stage.world(), say: (line: string) => said.push(line.trim()) };
      const { exitCode, stdout } = await stage.runIn(world, "task", "--run", "migrate", "--kind", "expand");
      expect(said[0]).toMatch(/^An earlier run of migrate from green was interrupted at .*: waiting for its task$/);
      expect(stdout).toContain("ended with exit code 0. An earlier run had started it.");
      expect(exitCode).toBe(0);
    },
  );

  it("is not ended by one that asks for the other kind", async () => {
    const stage = started.current;
    await killWhileWaiting();
    const { exitCode, stderr } = await stage.run("task", "--run", "migrate", "--kind", "contract");
    expect(stderr).toMatch(
      /^migrate from green is refused\. A migration of kind expand was started at .*, and its end is not recorded\. First run npm run rollout -- task --stage staging --run migrate --kind expand --colour green, which waits for its end\.$/,
    );
    expect(exitCode).toBe(1);
    expect((await stage.evidence()).map(({ outcome }) => outcome)).toEqual(["begun"]);
  });
});
