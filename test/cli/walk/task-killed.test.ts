import { beforeAll, describe, expect, it } from "vitest";
import type { RolloutWorld } from "../../../cli/world.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startedTasks, stopTasks } from "../../support/aws/one-off-task-list.ts";
import { type CutOff, cutOffWorld } from "../../support/cli/cut-off.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";

const ways: readonly Omit<CutOff, "call">[] = [
  { how: "killed", when: "before" },
  { how: "killed", when: "after" },
  { how: "failed", when: "before" },
  { how: "failed", when: "after" },
];

describeWithMoto("a task command that was cut off", () => {
  const started = startStage("staging");
  let at0: Standing;
  beforeAll(async () => {
    at0 = await started.current.remember();
  });

  async function tasks(): Promise<readonly string[]> {
    const stage = started.current;
    return await startedTasks(stage.pulumi.account().clients.containers, (await stage.addresses()).clusterArn);
  }

  /** As if nothing had ever been run. @returns how many tasks moto remembers all the same */
  async function standAtBegin(): Promise<number> {
    const stage = started.current;
    await stage.returnTo(at0);
    await stopTasks(stage.pulumi.account().clients.containers, (await stage.addresses()).clusterArn);
    return (await tasks()).length;
  }

  describe.each([[["--run", "migrate", "--kind", "expand"]], [["--run", "seed"]]])("%j", (words) => {
    it("has started one task and ends it, wherever it was killed or failed, when it is run again", async () => {
      const stage = started.current;
      await standAtBegin();
      const whole = cutOffWorld(stage.world());
      expect(await stage.runIn(whole.world, "task", ...words)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(whole.calls).toEqual(expect.arrayContaining(["tasks.start", "tasks.describe", "evidence.write"]));

      let joined = 0;
      for (const [index, name] of whole.calls.entries()) {
        for (const way of ways) {
          const where = `${way.how} ${way.when} call ${index + 1}, ${name}`;
          const before = await standAtBegin();
          const cut = cutOffWorld(stage.world(), { call: index + 1, ...way });
          await Promise.race([stage.runIn(cut.world, "task", ...words), cut.killed]);
          const left = await stage.evidence();
          // It is done: running it again would be another.
          if (left.some(({ outcome }) => outcome === "done")) continue;
          const begun = (await tasks()).length - before;
          stage.waitHours(0.1);
          const again = await stage.run("task", ...words);
          expect(again, where).toMatchObject({ exitCode: 0, stderr: "" });
          expect((await tasks()).length - before, where).toBe(1);
          expect(
            (await stage.evidence()).map(({ outcome, task }) => [outcome, task?.taskArn, task?.exitCode]),
            where,
          ).toEqual([["done", (await tasks()).at(-1), 0]]);
          joined += begun;
        }
      }
      // Most of them were cut off while they waited.
      expect(joined).toBeGreaterThan(10);
    }, 120_000);
  });

  /** Starts a migration and is killed as soon as it waits for it, or before it can write down what it has started. */
  async function killWhileWaiting(when: "waiting" | "started" = "waiting"): Promise<void> {
    const stage = started.current;
    await standAtBegin();
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
