import { once } from "node:events";
import { createServer, request as openRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { judgeFitness } from "../../../rehearsal/fitness/judge-fitness.ts";
import { type Balancer, type BalancerOptions, startBalancer } from "../../../rehearsal/local/balancer/balancer.ts";
import { seededRandom } from "../../../rehearsal/local/balancer/draw.ts";
import { proveBalancer } from "../../../rehearsal/local/balancer/prove-balancer.ts";
import { Target } from "../../../rehearsal/local/balancer/target-group.ts";
import { readRoutes } from "../../../rehearsal/local/routes.ts";
import type { StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import type { Check } from "../../../rehearsal/report/report-schema.ts";
import { measureSplit } from "../../../rehearsal/walk/measure-split.ts";
import { parseLatch } from "../../../rollout/latch.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { planFixture } from "../../support/plan-fixture.ts";
import { digest } from "../../support/rollout.ts";
import { machineWorld } from "../local/fixtures/machine-world.ts";
import { alarmBreakages } from "./alarm-breakages.ts";
import { type Break, type Breakage, change, retext } from "./break-plan.ts";
import { countBreakages, lostRights, startBreakages } from "./rollback-breakages.ts";

const images = { "images.blue": digest("a"), "images.green": digest("b") };
const config = readConfig("staging", images);
let plan: StagePlan;
beforeAll(async () => {
  plan = await planFixture({
    stage: "staging",
    set: images,
    previousRecord: null,
    now: new Date("2026-11-23T00:00:00Z"),
  });
});

const failures = (checks: readonly Check[]) =>
  checks.filter(({ held }) => !held).map(({ what, found }) => `${what}: ${found}`);

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

const stopTimeoutSeconds = config.api.stopTimeoutSeconds;
/** As in a rehearsal: half a second is between an answer and the end of draining. */
const timeFactor = 60;
const prove = async (start?: (options: BalancerOptions) => Promise<Balancer>, breaks: Break = (one) => one) =>
  failures(await proveBalancer({ routes: readRoutes(breaks(plan)), seed: 1, timeFactor, stopTimeoutSeconds, start }));

/** A proxy in front of a balancer that sends each POST a second time. */
async function twice(options: BalancerOptions): Promise<Balancer> {
  const balancer = await startBalancer(options);
  const proxy = createServer((incoming, outgoing) => {
    void (async () => {
      let body = "";
      for await (const part of incoming) body += String(part);
      const send = async () => {
        const sent = openRequest({
          ...{ host: "127.0.0.1", port: balancer.port, method: incoming.method, path: incoming.url },
          headers: { host: incoming.headers.host },
        });
        sent.end(body);
        const [answer] = await once(sent, "response");
        answer.resume();
        return answer.statusCode as number;
      };
      if (incoming.method === "POST") await send();
      outgoing.writeHead(await send()).end();
    })();
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const close = async () => {
    proxy.closeAllConnections();
    proxy.close();
    await balancer.close();
  };
  return { ...balancer, port: (proxy.address() as AddressInfo).port, close };
}

/** A colour without a task leaves its requests to the other. */
async function fallingOver(options: BalancerOptions): Promise<Balancer> {
  const balancer = await startBalancer(options);
  return {
    ...balancer,
    applyRoutes: (routes) =>
      balancer.applyRoutes({
        ...routes,
        routes: routes.routes.map((route) => ({
          ...route,
          targetGroups: route.targetGroups.map((group) => ({
            ...group,
            weight: group.arn === routes.targetGroupArns.blue ? 100 : 0,
          })),
        })),
      }),
  };
}

describe("a broken balancer", () => {
  it("is no finding where nothing is broken", async () => {
    expect(await prove()).toEqual([]);
  });

  const undrained = "a request in flight may end while its task is deregistered";

  it("is seen: draining is cut off in the plan", async () => {
    const breaks = change("TargetGroup", /./, () => ({ deregistrationDelay: 0 }));
    expect((await prove(undefined, breaks)).join()).toContain(undrained);
  });

  it("is seen: draining is cut off by the balancer", async () => {
    const { drain } = Target.prototype;
    const broken = vi.spyOn(Target.prototype, "drain").mockImplementation(function (this: Target) {
      return drain.call(this, 0);
    });
    onTestFinished(() => broken.mockRestore());
    expect((await prove()).join()).toContain(undrained);
  });

  const anyStatusIsHealth = retext("TargetGroup", /./, /^200$/, "200-599");

  it("is seen: a sick task stays healthy by the plan", async () => {
    expect(await prove(undefined, anyStatusIsHealth)).toEqual([
      "a task that fails its health checks gets no request: it stays healthy",
    ]);
  });

  it("is seen: a task that is told to be sick gets requests", async () => {
    const keptIn = async (options: BalancerOptions): Promise<Balancer> => {
      const balancer = await startBalancer(options);
      const status = () =>
        balancer.status().map((group) => ({
          ...group,
          targets: group.targets.map((target, index) =>
            index === 1 ? { ...target, state: "unhealthy" as const } : target,
          ),
        }));
      return { ...balancer, status };
    };
    expect((await prove(keptIn, anyStatusIsHealth)).join()).toMatch(/gets no request: [1-9]\d* of 50/);
  });

  it("is seen: each POST is sent twice", async () => {
    expect((await prove(twice)).join()).toContain("each request reaches one task once");
  });

  it("is seen: a colour without a task falls over to the other", async () => {
    expect((await prove(fallingOver)).join()).toContain("nothing falls over to the other");
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
