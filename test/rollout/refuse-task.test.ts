import { describe, expect, it } from "vitest";
import { refuseTask, type TaskRequest } from "../../rollout/refuse-task.ts";
import { bothImages, guideSchedule, promotedRecord, recordAt } from "../support/rollout.ts";

const migration = {
  kind: "expand",
  schedule: guideSchedule,
  split: { blue: 100, green: 0 },
  now: new Date("2026-11-23T12:30:00Z"),
} as const;

/** An accepted migration from green, and what differs from it. */
function request(over: Partial<TaskRequest> = {}): TaskRequest {
  const common = { stage: "production", run: "migrate", colour: "green", record: recordAt(0) } as const;
  return { ...common, taskDefinitionArn: "arn:green-migrate:1", migration, ...over };
}

describe("a migration", () => {
  it("may be started at weight 0", () => {
    expect(refuseTask(request())).toEqual([]);
  });

  it("is refused by the rule of its kind", () => {
    const split = { blue: 95, green: 5 };
    expect(refuseTask(request({ record: recordAt(5), migration: { ...migration, split } }))).toEqual([
      "A migration of kind expand was asked for while 5 % of the traffic is on the candidate. Run it at weight 0, before traffic.",
    ]);
    const promoted = { record: promotedRecord(), migration: { ...migration, split: { blue: 0, green: 100 } } };
    expect(refuseTask(request(promoted))).toEqual([]);
    const contract = { ...promoted.migration, kind: "contract" } as const;
    expect(refuseTask(request({ ...promoted, migration: contract }))[0]).toMatch(
      /but the old version can be returned to until 2026-11-30 12:00 UTC and would break\./,
    );
  });

  it("is refused while AWS has another split than the record", () => {
    const [problem, ...more] = refuseTask(request({ migration: { ...migration, split: { blue: 75, green: 25 } } }));
    expect(more).toEqual([]);
    expect(problem).toContain(
      "the public rule in AWS gives blue 75 and green 25 where the last update recorded blue 100 and green 0",
    );
    expect(problem).toContain("npm run rollout -- rollback --stage production");
  });
});

describe("any task", () => {
  it.each(["integrity", "seed"] as const)("%s is asked neither for traffic nor for a split", (run) => {
    expect(refuseTask(request({ stage: "staging", run, record: recordAt(25), migration: undefined }))).toEqual([]);
  });

  it("is refused without an image, and the other colour is named where that has one", () => {
    const record = recordAt(0, { images: { ...bothImages, green: null } });
    expect(refuseTask(request({ record }))).toEqual([
      "green has no image, so there is nothing to run migrate from. Set images.green to a digest and update, or give --colour blue.",
    ]);
    expect(refuseTask(request({ record: recordAt(0, { images: { blue: null, green: null } }) }))).toEqual([
      "green has no image, so there is nothing to run migrate from. Set images.green to a digest and update.",
    ]);
  });

  it("is refused where the outputs name no task definition for it", () => {
    expect(refuseTask(request({ taskDefinitionArn: undefined }))).toEqual([
      "The stack's outputs name no task definition for migrate of green: oneOffTaskDefinitionArns.green.migrate is missing. Run npx pulumi up --stack production, which writes it.",
    ]);
  });
});

it("seeds staging and never production, whatever else is missing", () => {
  const seed = { run: "seed", migration: undefined } as const;
  expect(refuseTask(request({ ...seed, stage: "staging" }))).toEqual([]);
  expect(refuseTask(request({ ...seed, taskDefinitionArn: undefined }))).toEqual([
    "Seed data is made-up couples and invoices, and exists in staging only (guide S3). Give --stage staging; production has no such task.",
  ]);
});
