import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { setAlarm } from "../../support/aws/set-alarm.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing, TestStage } from "../../support/cli/test-stage.ts";

/** What stands in the way of a step or a promote, made in AWS or on the clock while everything else is well. */
interface Obstacle {
  readonly make: (stage: TestStage) => unknown;
  /** What every way has to say about it. */
  readonly says: RegExp;
}

const obstacles = {
  "the gate fails": {
    make: (stage) => stage.serve("green", 100, 90),
    says: /The candidate had 90 errors in \d+ requests/,
  },
  "an alarm fires": {
    make: async (stage) => {
      const { compositeAlarmNames } = await stage.addresses();
      await setAlarm(stage.pulumi.account().clients, compositeAlarmNames.green, "ALARM");
    },
    says: /Alarm \S+ is firing/,
  },
  "no data": {
    make: async (stage) => {
      const { watchedAlarmNames } = await stage.addresses();
      const [alarm = ""] = watchedAlarmNames.green;
      await setAlarm(stage.pulumi.account().clients, alarm, "INSUFFICIENT_DATA");
    },
    says: /Alarm \S+ has no data to judge by/,
  },
  "no tasks": {
    make: (stage) => setHealthyTasks(stage.pulumi.account(), "green", 0),
    says: /The candidate has 0 healthy tasks/,
  },
  "the latch is set": {
    make: (stage) => stage.setLatch({ state: "set", at: stage.now.toISOString(), reason: "logins fail" }),
    says: /The rollback latch was set/,
  },
  "a freeze window": {
    make: (stage) => {
      const [from, until] = [-1, 1].map((hours) => new Date(stage.now.getTime() + hours * 3_600_000).toISOString());
      stage.editStackFile((text) =>
        text.replace("freezeWindows: []", `freezeWindows: [{ from: "${from}", until: "${until}", reason: weddings }]`),
      );
    },
    says: /no weight may rise until/,
  },
  "before the bake is over": {
    make: (stage) => {
      stage.now = new Date(Date.parse(stage.pulumi.record.since) + 5 * 60_000);
    },
    says: /bakes for/,
  },
  "AWS cannot be read": {
    make: () => void vi.stubEnv("AWS_ENDPOINT_URL_ECS", "http://127.0.0.1:9"),
    says: /The gate could not be asked: AWS: the services could not be read/,
  },
} satisfies Readonly<Record<string, Obstacle>>;

type ObstacleName = keyof typeof obstacles;

const edited = (stage: TestStage, weight: number) =>
  stage.editStackFile((text) => text.replace(/candidateWeight: \d+/, `candidateWeight: ${weight}`));

const command = async (stage: TestStage, name: string) => {
  const { exitCode, stderr } = await stage.run(name);
  return exitCode === 0 ? undefined : stderr;
};

const messageOf = (update: Promise<unknown>) =>
  update.then(
    () => undefined,
    (error: Error) => error.message,
  );

/** One way to raise the number. */
interface Way {
  /** Per cent that it begins at, with the bake over. */
  readonly from: 5 | 100;
  /** @returns what it said; undefined where it moved on */
  readonly take: (stage: TestStage, make: () => unknown) => Promise<string | undefined>;
}

const ways = {
  advance: {
    from: 5,
    take: async (stage, make) => {
      await make();
      return await command(stage, "advance");
    },
  },
  "pulumi up by hand": {
    from: 5,
    take: async (stage, make) => {
      await make();
      edited(stage, 25);
      return await messageOf(stage.up());
    },
  },
  "pulumi up bound to an earlier plan": {
    from: 5,
    take: async (stage, make) => {
      edited(stage, 25);
      const files = { planPath: join(stage.folder, "plan.json"), gatePath: join(stage.folder, "gate.json") };
      await stage.pulumi.preview({ updateTime: stage.now, ...files });
      await make();
      return await messageOf(stage.pulumi.update({ updateTime: stage.now, ...files }));
    },
  },
  apply: {
    from: 5,
    take: async (stage, make) => {
      await make();
      edited(stage, 25);
      return await command(stage, "apply");
    },
  },
  promote: {
    from: 100,
    take: async (stage, make) => {
      await make();
      return await command(stage, "promote");
    },
  },
  "pulumi up with a laxer schedule": {
    from: 5,
    take: async (stage, make) => {
      await make();
      edited(stage, 25);
      stage.editStackFile((text) => text.replaceAll("bake: 10m", "bake: 5m"));
      return await messageOf(stage.up());
    },
  },
} satisfies Readonly<Record<string, Way>>;

type WayName = keyof typeof ways;

/** Where an edit makes the schedule laxer too, it is refused for that, whatever else stands in the way. */
const laxer = /You made the schedule laxer/;

/** What a cell has to say; undefined where the move goes on. */
function expected(way: WayName, obstacle: ObstacleName): readonly RegExp[] {
  // A freeze window keeps weights from rising, and a promote moves no traffic.
  if (way === "promote" && obstacle === "a freeze window") return [];
  if (way !== "pulumi up with a laxer schedule") return [obstacles[obstacle].says];
  // The bakes of the edit are over. The schedule in force is what keeps the step back.
  return obstacle === "before the bake is over" ? [laxer] : [obstacles[obstacle].says, laxer];
}

describeWithMoto("the ways to raise the number", () => {
  const started = startStage("staging");
  const standings = new Map<number, Standing>();
  const table: string[] = [];
  beforeAll(async () => {
    const stage = started.current;
    await stage.standAt5();
    standings.set(5, await stage.remember());
    await stage.advanceTo(100);
    stage.waitHours(1);
    await stage.serve("green", 400);
    standings.set(100, await stage.remember());
  });
  // Printed where somebody asks for it: SHOW_TABLE=1 npx vitest run test/cli/walk/six-ways.test.ts
  afterAll(() => {
    if (process.env["SHOW_TABLE"] === "1") process.stdout.write(`\n${table.join("\n")}\n`);
  });

  const stand = (from: number) => started.current.returnTo(standings.get(from) as Standing);
  const note = (way: string, obstacle: string, said: string | undefined) =>
    table.push(`${way} | ${obstacle} | ${(said ?? "goes on").replaceAll("\n", " ").slice(0, 120)}`);

  describe.each(Object.keys(ways) as WayName[])("%s", (name) => {
    const { from, take } = ways[name] as Way;

    it.each(Object.keys(obstacles) as ObstacleName[])("where %s", async (obstacle) => {
      await stand(from);
      const stage = started.current;
      const before = { weights: await stage.weights(), record: stage.pulumi.record };
      const said = await take(stage, () => obstacles[obstacle].make(stage)).finally(() =>
        vi.stubEnv("AWS_ENDPOINT_URL_ECS", undefined),
      );
      note(name, obstacle, said);
      const words = expected(name, obstacle);
      if (words.length === 0) return expect(said).toBeUndefined();
      for (const word of words) expect(said).toMatch(word);
      expect({ weights: await stage.weights(), record: stage.pulumi.record }).toEqual(before);
    });

    it("goes on where nothing stands in the way, unless the schedule gets laxer", async () => {
      await stand(from);
      const said = await take(started.current, () => {});
      note(name, "nothing in the way", said);
      if (name === "pulumi up with a laxer schedule") expect(said).toMatch(laxer);
      else expect(said).toBeUndefined();
    });
  });

  it.each(["pulumi up by hand", "apply"])("a skipped step is refused: %s", async (name) => {
    await stand(5);
    const stage = started.current;
    edited(stage, 50);
    const said = name === "apply" ? await command(stage, "apply") : await messageOf(stage.up());
    note(name, "a skipped step", said);
    expect(said).toMatch(/You asked for 50 %\. The rollout stands at 5 %, and its next step is 25 %/);
  });

  it("a skipped step is refused: advance takes none, and promote has none", async () => {
    await stand(5);
    edited(started.current, 50);
    expect(await command(started.current, "advance")).toMatch(
      /candidateWeight is 50 in the stack file, but 5 is deployed and 25 is/,
    );
    await stand(5);
    expect(await command(started.current, "promote")).toMatch(/The rollout stands at 5 %\. green can be promoted at/);
  });
});
