import { beforeAll, describe, expect, it } from "vitest";
import type { StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import { type LimitWorld, reachLimit } from "../../../rehearsal/walk/reached-limit.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { planFixture } from "../../support/plan-fixture.ts";
import { bothImages, recordAt } from "../../support/rollout.ts";
import { balancerAt, rulesOf, weightsOf } from "../local/fixtures/machine-world.ts";

const images = { "images.blue": bothImages.blue, "images.green": bothImages.green };
const at5 = { stage: "production", now: new Date("2026-11-23T15:00:00Z"), previousRecord: recordAt(5) } as const;

describe("a step that reaches its limit", () => {
  let plan: StagePlan;
  beforeAll(async () => {
    plan = await planFixture({ ...at5, set: { candidateWeight: 5, ...images } });
  });

  /** A stage whose balancer stands at 0, with answers by live alone. */
  async function world(config: LimitWorld["config"], standing: StagePlan = plan) {
    const balancer = await balancerAt(standing, 0, ["blue", "green"]);
    const limitWorld: LimitWorld = {
      config,
      program: { stage: "production", candidate: "green" },
      balancer: { ...rulesOf(balancer), applyRoutes: async (routes) => balancer.applyRoutes(routes) },
      traffic: { answersUnder: async () => [] },
      terminal: { status: () => {} },
      events: [],
    };
    return { balancer, world: limitWorld };
  }

  it("is returned by the planned alarm, event and machine, at the limit and not before", async () => {
    const { balancer, world: limited } = await world(readConfig("production"));
    const reached = await reachLimit(limited, plan);
    expect(reached?.assertions.filter(({ held }) => !held)).toEqual([]);
    expect(reached?.assertions).toHaveLength(6);
    expect(reached).toMatchObject({
      weightPercent: 5,
      limitSeconds: 604_800,
      // An alarm knows an hour when it is over.
      stoodSeconds: 604_800 + 3600,
      execution: {
        startedBy: "alarm",
        input: { alarmName: expect.stringMatching(/^portal-production-limit-5-/) },
        endState: "Returned",
      },
      latch: { state: "set", reason: "the 5 % step reached its limit of 7 d", rolledBack: "green" },
    });
    // One in each hour, and one before the step.
    expect(reached?.checks).toBe(1 + 169);
    expect(weightsOf(balancer)).toEqual([100, 0]);
  });

  it("stays where its stage has no limit, and where people alone are told", async () => {
    const production = readConfig("production");
    const { rollout } = production;
    const unlimited = { ...rollout, steps: rollout.steps.map(({ weight, bake }) => ({ weight, bake })) };
    for (const other of [unlimited, { ...rollout, onLimit: "notify" as const }]) {
      const { balancer, world: stays } = await world({ ...production, rollout: other });
      expect(await reachLimit(stays, plan)).toBeNull();
      expect(weightsOf(balancer)).toEqual([100, 0]);
    }
  });

  it("is told as not returned where the plan's machine knows no limit", async () => {
    const notifying = await planFixture({
      ...at5,
      set: { candidateWeight: 5, ...images, "rollout.onLimit": "notify" },
    });
    const { balancer, world: deaf } = await world(readConfig("production"), notifying);
    const reached = await reachLimit(deaf, notifying);
    expect(reached?.execution).toBeNull();
    expect(reached?.assertions.filter(({ held }) => held)).toEqual([]);
    expect(weightsOf(balancer)).toEqual([95, 5]);
  });
});
