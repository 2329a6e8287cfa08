import { describe, expect, it } from "vitest";
import { judgeFitness } from "../../../rehearsal/fitness/judge-fitness.ts";
import type { FitnessReport } from "../../../rehearsal/report/report-schema.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { planFixture } from "../../support/plan-fixture.ts";
import { digest } from "../../support/rollout.ts";

const now = new Date("2026-11-23T00:00:00Z");
const images = { "images.blue": digest("a"), "images.green": digest("b") };

async function fitness(
  stage: "staging" | "production",
  set: Readonly<Record<string, unknown>> = {},
  isAsked?: (alarm: string) => boolean,
): Promise<FitnessReport> {
  const all = { ...images, ...set };
  const plan = await planFixture({ stage, set: all, previousRecord: null, now });
  return judgeFitness(plan, readConfig(stage, all), isAsked);
}

const problems = ({ checks }: FitnessReport) =>
  checks.filter(({ held }) => !held).map(({ what, found }) => `${what}: ${found}`);

const oneRow = ({ rows }: FitnessReport, alarm: string, fault: RegExp) => {
  const found = rows.filter((row) => row.alarm === alarm && fault.test(row.fault));
  expect(found).toHaveLength(1);
  return found[0];
};

/** Both colours' alarms are alike. Where the config is the question, one colour is enough. */
const ofOneColour = (alarm: string) => !alarm.startsWith("blue-");

describe("judgeFitness", () => {
  it.each(["staging", "production"] as const)(
    "fires every alarm of %s, and each is silent just below",
    async (stage) => {
      const report = await fitness(stage);
      expect(problems(report)).toEqual([]);
      expect(report.rows.length).toBeGreaterThan(100);
      expect(report.rows.filter(({ firesAfterSeconds }) => firesAfterSeconds === null)).toEqual([]);
    },
  );

  it("tells how long each takes", async () => {
    const report = await fitness("production", {}, ofOneColour);
    const secondsOf = (alarm: string, fault: RegExp) => oneRow(report, alarm, fault)?.firesAfterSeconds;
    expect(secondsOf("green-unfit", /^no task is healthy/)).toBe(180);
    // CloudWatch looks past two missing minutes.
    expect(secondsOf("green-unfit", /^no task is registered/)).toBe(300);
    expect(secondsOf("green-unfit", /hang up/)).toBe(420);
    expect(secondsOf("rollback-asleep", /no check succeeds/)).toBe(600);
    expect(secondsOf("limit-25", /for 168 h/)).toBe(604_800);
  });

  it.each([
    [
      "thresholds of its own",
      { "alerts.errorRatePercent": 2, "alerts.responseTimeSeconds": 0.5, "alerts.window": "10m" },
    ],
    ["more failing minutes", { "alerts.minimumErrors": 12 }],
    ["a single failing minute", { "alerts.minimumErrors": 1 }],
    [
      "a strict objective",
      { "objectives.availabilityPercent": 99.99, "alerts.diskPercent": 50, "alerts.memoryPercent": 60 },
    ],
    [
      "other limits",
      {
        "rollout.steps": [
          { weight: 10, bake: "1h", limit: "1d" },
          { weight: 100, bake: "1h" },
        ],
      },
    ],
  ] as const)("holds of a stage with %s", async (_, set) => {
    expect(problems(await fitness("staging", set, ofOneColour))).toEqual([]);
  });

  it("agrees with the plan on steps at which slowness and silence cannot show", async () => {
    const steps = [
      { weight: 1, bake: "1h" },
      { weight: 100, bake: "1h" },
    ];
    const report = await fitness("staging", { "rollout.steps": steps }, ofOneColour);
    expect(problems(report)).toEqual([]);
    expect(report.checks.find(({ what }) => what.includes("slowness and silence"))?.found).toBe(
      "cannot show at: 1; the plan says: 1",
    );
  });

  it("says which alarms cannot go off where the check is off", async () => {
    const report = await fitness("staging", { "rollout.automaticCheck": false }, ofOneColour);
    expect(problems(report)).toEqual([]);
    expect(oneRow(report, "green-no-traffic", /./)).toMatchObject({
      firesAfterSeconds: null,
      cannotFire: "the check is off (rollout.automaticCheck), so nobody knows the weight",
    });
  });
});
