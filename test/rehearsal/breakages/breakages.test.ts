import { beforeAll, describe, expect, it } from "vitest";
import { judgeFitness } from "../../../rehearsal/fitness/judge-fitness.ts";
import { seededRandom } from "../../../rehearsal/local/balancer/draw.ts";
import type { StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import { measureSplit } from "../../../rehearsal/walk/measure-split.ts";
import { parseLatch } from "../../../rollout/latch.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { machineWorld } from "../local/fixtures/machine-world.ts";
import { alarmBreakages } from "./alarm-breakages.ts";
import { type Breakage, brokenImages, failures, planToBreak, retext } from "./break-plan.ts";
import { countBreakages, lostRights, startBreakages } from "./rollback-breakages.ts";

const config = readConfig("staging", brokenImages);
let plan: StagePlan;
beforeAll(async () => {
  plan = await planToBreak();
});

describe("a broken alarm, or what it starts,", () => {
  const fitness = ({ breaks, fires = /./ }: Pick<Breakage, "breaks" | "fires">) =>
    failures(judgeFitness(breaks(plan), config, (alarm) => fires.test(alarm)).checks);

  it("is no finding where nothing is broken", () => {
    expect(fitness({ breaks: (one) => one, fires: /^(green-unfit|database-|rollback-|error-budget)/ })).toEqual([]);
  });

  it.each([...alarmBreakages, ...startBreakages, ...countBreakages])("is seen: $name", (breakage) => {
    expect(fitness(breakage).join("\n")).toMatch(breakage.seenBy);
  });
});

describe("a right that the machine's role lost", () => {
  it.each(lostRights)("is seen: without %s %s", async (action, consequence) => {
    const broken = retext("RolePolicy", /staging-rollback$/, action, "none:None")(plan);
    const world = await machineWorld(broken, { greenPercent: 25 });
    const execution = await world.execute({});
    expect(execution.calls.filter(({ error }) => error !== undefined).length).toBeGreaterThan(0);
    const found = [
      world.weights()[1] === 0 ? "" : "the traffic stays",
      parseLatch(world.latch).state === "set" ? "" : "the latch stays clear",
      world.notices.length > 0 ? "" : "nobody is told",
    ];
    expect(found).toContain(consequence);
  });
});

describe("a split that is off by a fifth", () => {
  const judge = async (servedPercent: number) => {
    const random = seededRandom(7);
    const { candidate: candidateGroupArn, live } = { candidate: "arn:green", live: "arn:blue" };
    const { checks } = await measureSplit({
      balancer: {
        port: 0,
        draw: async ({ count }) =>
          Array.from({ length: count }, () => (random() < servedPercent / 100 ? candidateGroupArn : live)),
      },
      publicHost: "api.example.com",
      plannedPercent: 5,
      candidate: "green",
      candidateGroupArn,
      judged: new Set(),
      generation: 1,
      // Enough for a verdict by the load's own answers, so that no further ones are sent.
      answered: Array.from({ length: 60_000 }, () => ({ colour: random() < servedPercent / 100 ? "green" : "blue" })),
    });
    return failures(checks).map((text) => text.replace(/:.*/, ""));
  };

  it("is no finding where 5 % are served", async () => {
    expect(await judge(5)).toEqual([]);
  });

  it("is seen: 6 % are served for 5 %", async () => {
    expect(await judge(6)).toEqual([
      "the candidate serves its planned 5 %",
      "the balancer chooses the candidate for 5 % of requests",
    ]);
  });
});
