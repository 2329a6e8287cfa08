/**
 * A change of the plan that weakens it must be caught by a policy. The table in ./mutations changes the real plans, one
 * thing at a time, and names the policy that must notice, or says why none does.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { Rule } from "../../policies/rule.ts";
import { rules } from "../../policies/rules/index.ts";
import type { PlannedResource } from "../../rehearsal/plan/planned-resource.ts";
import { judgePlan } from "../../rehearsal/plan/policy-findings.ts";
import { bothChats } from "../support/chats.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { bothImages, promotedRecord, recordAt } from "../support/rollout.ts";
import { mutations } from "./mutations/index.ts";
import { type Mutation, type PlanName, planNames } from "./mutations/mutation.ts";

const leastMutations = 300;
const leastCaughtPercent = 95;

/** Planned types without any property that makes a plan less safe. */
const harmlessTypes = ["pulumi:providers:aws", "random:index/randomId:RandomId"];

const now = new Date("2026-11-23T20:00:00.000Z");
/** With chats, so that what is optional is mutated too. */
const set = { "images.blue": bothImages.blue, "images.green": bothImages.green, "alerts.chat": bothChats };
const requests: Readonly<Record<PlanName, Parameters<typeof planFixture>[0]>> = {
  production: { stage: "production", set, previousRecord: null, now },
  staging: { stage: "staging", set, previousRecord: null, now },
  "production at 25 %": {
    stage: "production",
    set: { ...set, candidateWeight: 25 },
    previousRecord: recordAt(25),
    now,
  },
  "production after promote": {
    stage: "production",
    set: { ...set, liveColour: "green" },
    previousRecord: promotedRecord(),
    now,
  },
};

const plans = new Map<PlanName, readonly PlannedResource[]>();
beforeAll(async () => {
  for (const name of planNames) plans.set(name, (await planFixture(requests[name])).resources);
});

const table: readonly Mutation[] = Object.values(mutations).flat();
const caught = table.filter(({ expected }) => typeof expected === "string");
const byName = new Map<string, Rule>(rules.map((rule) => [rule.name, rule]));

function planOf(name: PlanName): readonly PlannedResource[] {
  return plans.get(name) ?? [];
}

/** What is wrong with a line of the table for one plan; undefined where it is as the line says. */
function problemWith({ what, expected, apply }: Mutation, name: PlanName): string | undefined {
  const line = `${name}: ${what}`;
  const plan = planOf(name);
  const mutated = apply(plan);
  if (isDeepStrictEqual(mutated, plan)) return `${line}. It changes nothing.`;
  if (typeof expected !== "string") {
    const policies = [...new Set(judgePlan(mutated).map(({ policy }) => policy))];
    return policies.length === 0
      ? undefined
      : `${line}. It is caught by ${policies.join(", ")}: name one in the table.`;
  }
  const rule = byName.get(expected);
  if (rule === undefined) return `${line}. The pack has no policy ${expected}.`;
  return judgePlan(mutated, [rule]).length > 0 ? undefined : `${line}. ${expected} does not catch it.`;
}

describe("the plans that are mutated", () => {
  it.each(planNames)("%s satisfies every policy", (name) => {
    expect(judgePlan(planOf(name))).toEqual([]);
  });

  it("are in the states that their names say", () => {
    const weights = planNames.map((name) =>
      JSON.stringify(planOf(name).find(({ inputs }) => Object(inputs["tags"]).RolloutSteps)?.inputs["actions"]).match(
        /"weight":\d+/g,
      ),
    );
    expect(weights).toEqual([
      ['"weight":100', '"weight":0'],
      ['"weight":100', '"weight":0'],
      ['"weight":75', '"weight":25'],
      ['"weight":0', '"weight":100'],
    ]);
  });
});

describe("mutations", () => {
  it.each(Object.entries(mutations))("of %s are caught by the policy that the table names", (_theme, lines) => {
    const problems = lines.flatMap((mutation) => mutation.plans.map((name) => problemWith(mutation, name)));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });

  it(`are at least ${leastMutations}, and at least ${leastCaughtPercent} % of them are caught`, () => {
    console.info(`Policies: ${caught.length} of ${table.length} mutations of the plans are caught.`);
    expect(table.length).toBeGreaterThanOrEqual(leastMutations);
    expect((100 * caught.length) / table.length).toBeGreaterThanOrEqual(leastCaughtPercent);
  });

  it("stand in the table once", () => {
    const lines = table.map(({ what, plans: names }) => `${what} (${names.join(", ")})`);
    expect(lines.filter((line, index) => lines.indexOf(line) !== index)).toEqual([]);
  });

  it("trip every policy of the pack", () => {
    const tripped = new Set(caught.map(({ expected }) => expected));
    expect(rules.map(({ name }) => name).filter((name) => !tripped.has(name))).toEqual([]);
  });

  it("touch every type that is planned", () => {
    const planned = planNames.flatMap((name) => planOf(name).filter(({ custom }) => custom));
    const touched = new Set(table.map(({ token }) => token));
    const untouched = new Set(planned.map(({ type }) => type).filter((type) => !touched.has(type)));
    expect([...untouched].sort()).toEqual(harmlessTypes);
  });

  it("add no type that AWS's provider does not have", () => {
    const tokens = new Set(table.map(({ token }) => token).filter((token) => token.startsWith("aws:")));
    expect([...tokens].filter((token) => !isMadeBySdk(token))).toEqual([]);
  });
});

function isMadeBySdk(token: string): boolean {
  const [, file] = token.split(":");
  const path = fileURLToPath(new URL(`../../node_modules/@pulumi/aws/${file}.js`, import.meta.url));
  return existsSync(path) && readFileSync(path, "utf8").includes(`__pulumiType = '${token}'`);
}
