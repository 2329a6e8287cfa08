import { beforeAll, describe, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing, TestStage } from "../../support/cli/test-stage.ts";
import { countCalls, failAt, watchCalls } from "../../support/cli/wrap-world.ts";

/** A command that is cut off, and what has to be true in the end, however often it was. */
interface Scenario {
  readonly words: readonly [command: string, ...rest: string[]];
  /** The weight from which it starts, baked; after promote, within the rollback window or after it. */
  readonly from: 0 | 5 | 25 | 100 | "promoted" | "settled";
  readonly latched?: boolean;
  readonly expectEnd: (stage: TestStage) => Promise<void>;
}

const scenarios: readonly Scenario[] = [
  {
    words: ["advance"],
    from: 5,
    async expectEnd(stage) {
      expect(await stage.weights()).toEqual({ blue: 75, green: 25 });
      expect(stage.pulumi.record).toMatchObject({ liveColour: "blue", weightPercent: 25 });
      expect(stage.pulumi.record.history.filter(({ weightPercent }) => weightPercent === 25)).toHaveLength(1);
      expect(stage.stackFile()).toContain("candidateWeight: 25\n");
      await expectEvidence(stage, "advance");
    },
  },
  {
    words: ["promote"],
    from: 100,
    async expectEnd(stage) {
      expect(await stage.weights()).toEqual({ blue: 0, green: 100 });
      expect(stage.pulumi.record).toMatchObject({ liveColour: "green", weightPercent: 0 });
      expect(stage.pulumi.record.history.filter(({ event }) => event === "promoted")).toHaveLength(1);
      await expectEvidence(stage, "promote");
    },
  },
  {
    words: ["rollback", "--reason", "logins fail"],
    from: 25,
    async expectEnd(stage) {
      expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
      expect(stage.pulumi.record).toMatchObject({ liveColour: "blue", weightPercent: 0 });
      expect(stage.stackFile()).toContain("candidateWeight: 0\n");
      expect(await stage.latch()).toMatchObject({ state: "set", reason: "logins fail", rolledBack: "green" });
    },
  },
  {
    words: ["rollback", "--to", "blue", "--reason", "sessions get lost"],
    from: "promoted",
    latched: true,
    async expectEnd(stage) {
      expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
      expect(stage.pulumi.record).toMatchObject({ liveColour: "blue", weightPercent: 0, promotedAt: null });
      expect(stage.stackFile()).toMatch(/liveColour: blue/);
      expect(await stage.latch()).toMatchObject({ state: "set", reason: "sessions get lost", rolledBack: "green" });
    },
  },
  {
    words: ["retire"],
    from: "settled",
    async expectEnd(stage) {
      expect(await stage.weights()).toEqual({ blue: 0, green: 100 });
      expect(stage.pulumi.record.images.blue).toBeNull();
      expect(stage.stackFile()).not.toMatch(/^ {4}blue: sha256/m);
      await expectEvidence(stage, "retire");
    },
  },
  {
    words: ["rotate"],
    from: 0,
    async expectEnd(stage) {
      expect(stage.pulumi.record).toMatchObject({ signingKeys: { current: 1, alsoAccepted: 2 }, weightPercent: 0 });
      expect(stage.pulumi.record.history.filter(({ event }) => event === "rotated")).toHaveLength(1);
      expect(stage.stackFile()).toContain("alsoAcceptedSigningKey: 2\n");
      await expectEvidence(stage, "rotate");
    },
  },
  {
    words: ["resume", "--reason", "it was the payment provider"],
    from: 0,
    latched: true,
    async expectEnd(stage) {
      expect(await stage.latch()).toEqual({ state: "clear" });
      expect((await stage.evidence()).some(({ action, reason }) => action === "resume" && reason !== null)).toBe(true);
    },
  },
];

/** The last move is told of whole, and nothing is left open. */
async function expectEvidence(stage: TestStage, action: string): Promise<void> {
  const kept = await stage.evidence();
  expect(kept.filter(({ outcome }) => outcome === "begun")).toEqual([]);
  const done = kept.filter(({ outcome }) => outcome === "done");
  expect(done.map((one) => [one.action, one.at])).toEqual([[action, stage.pulumi.record.history.at(-1)?.at]]);
}

/** The calls that change something. */
const changing = /\.(write|preview|update|commit|moveAllTraffic|writeLatch|publish|startCheck)$/;

describeWithMoto("a command that was cut off", () => {
  const started = startStage("production");
  const standings = new Map<Scenario["from"], Standing>();
  beforeAll(async () => {
    const stage = started.current;
    // Evidence and the record's entry are of one update where their times are the same.
    stage.waitHours(1);
    standings.set(0, await stage.remember());
    for (const weight of [5, 25, 100] as const) {
      await stage.advanceTo(weight);
      standings.set(weight, await stage.remember());
    }
    expect((await stage.run("promote")).exitCode).toBe(0);
    stage.waitHours(1);
    standings.set("promoted", await stage.remember());
    stage.waitHours(48);
    standings.set("settled", await stage.remember());
  });

  async function standAt({ from, latched }: Scenario): Promise<void> {
    const standing = standings.get(from);
    if (standing === undefined) throw new Error(`Nothing stands at ${from} %.`);
    const latch = { state: "set", at: standing.now.toISOString(), reason: "alarm", rolledBack: "green" } as const;
    await started.current.returnTo(latched === true ? { ...standing, latch } : standing);
  }

  /** Runs it again, later, until nothing is left to do; Pulumi's lock is taken away as the message says. */
  async function runAgain({ words, expectEnd }: Scenario): Promise<void> {
    const stage = started.current;
    stage.waitHours(0.5);
    if (stage.pulumi.isLocked) {
      const locked = await stage.run(...words);
      if (locked.exitCode !== 0) {
        expect(locked.stdout + locked.stderr).toContain("run npx pulumi cancel --stack production");
      }
      stage.pulumi.cancel();
    }
    const { exitCode, stderr } = await stage.run(...words);
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    await expectEnd(stage);
  }

  describe.each(scenarios)("$words from $from", (scenario) => {
    const { words, expectEnd } = scenario;
    /** What a run can leave behind and was run again from; from nothing and from all of it there is nothing to show. */
    const tried = new Set<string>();

    async function runAgainOnce(where: string): Promise<void> {
      const left = await started.current.fingerprint();
      if (tried.has(left)) return;
      tried.add(left);
      await runAgain(scenario).catch((error: unknown) => {
        throw new Error(`${where}: ${String(error)}`, { cause: error });
      });
    }

    it("ends as it should when it is run again, wherever it was killed", async () => {
      const stage = started.current;
      await standAt(scenario);
      const left = new Map<string, { readonly where: string; readonly standing: Standing }>();
      const world = watchCalls(stage.world(), async (where) => {
        const print = await stage.fingerprint();
        if (!left.has(print)) left.set(print, { where, standing: await stage.rememberAll() });
      });
      tried.add(await stage.fingerprint());
      const run = await stage.runIn(world, ...words);
      expect(run, run.stdout).toMatchObject({ exitCode: 0, stderr: "" });
      await expectEnd(stage);
      tried.add(await stage.fingerprint());
      expect(left.size).toBeGreaterThan(2);
      for (const { where, standing } of left.values()) {
        await stage.returnTo(standing);
        await runAgainOnce(`killed ${where}`);
      }
    });

    it("ends as it should when it is run again, wherever a call failed", async () => {
      const stage = started.current;
      await standAt(scenario);
      tried.add(await stage.fingerprint());
      const { calls, world } = countCalls(stage.world());
      await stage.runIn(world, ...words);
      tried.add(await stage.fingerprint());
      expect(calls.length).toBeGreaterThan(4);
      for (const [index, name] of calls.entries()) {
        // A question that was answered has changed as little as one that was not asked.
        for (const when of changing.test(name) ? (["before", "after"] as const) : (["before"] as const)) {
          await standAt(scenario);
          await stage.runIn(failAt(stage.world(), { call: index + 1, when }), ...words);
          await runAgainOnce(`failed ${when} call ${index + 1}, ${name}`);
        }
      }
    });

    it("ends as it should when it was killed within the update, between the rule and the record", async () => {
      const stage = started.current;
      await standAt(scenario);
      const before = stage.pulumi.record;
      const { promise: killed, resolve } = Promise.withResolvers<void>();
      stage.pulumi.betweenCloudAndState = () => {
        resolve();
        return new Promise(() => {});
      };
      const updates = words[0] !== "resume";
      await Promise.race([stage.run(...words), ...(updates ? [killed] : [])]);
      stage.pulumi.betweenCloudAndState = async () => {};
      if (updates) {
        expect(stage.pulumi.isLocked).toBe(true);
        expect(stage.pulumi.record).toEqual(before);
        await runAgain(scenario);
      } else await expectEnd(stage);
    });
  });
});
