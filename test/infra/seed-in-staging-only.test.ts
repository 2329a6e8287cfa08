import { describe, expect, it } from "vitest";
import { refuseTask } from "../../rollout/one-off-tasks.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { recordAt } from "../support/rollout.ts";
import { problemsOf } from "./config/fixture-config.ts";

const images = { "images.blue": `sha256:${"b".repeat(64)}`, "images.green": `sha256:${"9".repeat(64)}` };
const script = "seed_staging_data.py";

/** What a stage plans that could seed: resources that name the script, and outputs that name its task. */
async function seeders(stage: "staging" | "production") {
  const { resources, outputs } = await planFixture({ stage, previousRecord: null, now: new Date(), set: images });
  const tasks = outputs["oneOffTaskDefinitionArns"] as Readonly<Record<string, object>>;
  return {
    resources: resources.filter(({ inputs }) => JSON.stringify(inputs).includes(script)).map(({ name }) => name),
    outputs: Object.entries(tasks)
      .filter(([, arns]) => "seed" in arns)
      .map(([colour]) => colour),
  };
}

describe("made-up data is for staging alone (guide S3)", () => {
  it("because staging alone has a task that seeds", async () => {
    expect((await seeders("staging")).outputs).toEqual(["blue", "green"]);
    expect((await seeders("staging")).resources).toHaveLength(2);
    expect(await seeders("production")).toEqual({ resources: [], outputs: [] });
  });

  it.each([
    ["to call it staging", { "api.environment": "staging" }],
    ["to give the task a secret", { "taskSecrets.seed": [] }],
    ["to restore staging's data", { "database.restoreFrom": { sourceInstanceIdentifier: "portal-staging-1a2b3c4d" } }],
  ])("and production's config refuses %s", (_, set) => {
    expect(problemsOf("production", set)).not.toEqual([]);
  });

  it("and the command refuses production, even where outputs name a task for it", () => {
    const asked = { run: "seed", colour: "green", record: recordAt(0), migration: undefined } as const;
    const taskDefinitionArn = "arn:aws:ecs:ap-southeast-2:123456789012:task-definition/seed:1";
    expect(refuseTask({ ...asked, stage: "production", taskDefinitionArn })).toEqual([
      expect.stringContaining("You asked for seed data in production."),
    ]);
    expect(refuseTask({ ...asked, stage: "staging", taskDefinitionArn })).toEqual([]);
  });
});
