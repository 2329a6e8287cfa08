import { describe, expect, it } from "vitest";
import { colours } from "../../rollout/colour.ts";
import {
  hasStopped,
  type OneOffTaskState,
  oneOffTasks,
  refuseMigration,
  refuseTask,
  type TaskRequest,
  taskColour,
  taskMark,
  taskProblem,
} from "../../rollout/one-off-tasks.ts";
import { bothImages, digest, guideSchedule, promotedRecord, recordAt } from "../support/rollout.ts";

it("marks each task of each colour in its own way, in letters that ECS takes", () => {
  const marks = oneOffTasks.flatMap((run) => colours.map((colour) => taskMark(run, colour)));
  expect(new Set(marks).size).toBe(6);
  for (const mark of marks) expect(mark).toMatch(/^[A-Za-z0-9_-]{1,36}$/);
});

describe("taskColour", () => {
  it("is the candidate, whose version the schema is made ready for", () => {
    expect(taskColour(recordAt(0))).toBe("green");
    expect(taskColour(recordAt(100))).toBe("green");
  });

  it("is the live colour where the candidate has no image", () => {
    expect(taskColour(recordAt(0, { images: { ...bothImages, green: null } }))).toBe("blue");
  });

  it("is the live colour after promote, and the next release once there is one", () => {
    expect(taskColour(promotedRecord())).toBe("green");
    expect(taskColour(promotedRecord({ images: { ...bothImages, blue: digest("c") } }))).toBe("blue");
  });
});

const noon = new Date("2026-11-23T12:30:00Z");
const afterWindow = new Date("2026-11-30T12:00:00Z");

describe("expand", () => {
  it("may run any time before traffic", () => {
    expect(refuseMigration("expand", recordAt(0), guideSchedule, { now: noon })).toBeUndefined();
    expect(refuseMigration("expand", promotedRecord(), guideSchedule, { now: noon })).toBeUndefined();
  });

  it("is refused while the candidate has traffic", () => {
    expect(refuseMigration("expand", recordAt(5), guideSchedule, { now: noon })?.message).toBe(
      "You asked for a migration of kind expand, but the candidate has 5 % of the traffic. Run it at weight 0, before traffic.",
    );
  });
});

describe("contract", () => {
  it("is refused before promote", () => {
    expect(refuseMigration("contract", recordAt(0), guideSchedule, { now: noon })?.message).toBe(
      "You asked for a migration of kind contract, but nothing was promoted. Promote the new version first.",
    );
    expect(refuseMigration("contract", recordAt(100), guideSchedule, { now: afterWindow })?.message).toBe(
      "You asked for a migration of kind contract, but the candidate has 100 % of the traffic. Run it after promote and its rollback window.",
    );
  });

  it("is refused while the old version can be returned to", () => {
    expect(refuseMigration("contract", promotedRecord(), guideSchedule, { now: noon })?.message).toBe(
      "You asked for a migration of kind contract. Until 2026-11-30 12:00 UTC you can return to the old version, and the migration would break it. Wait until then, or retire the old colour first.",
    );
  });

  it("may run once it cannot: the window over, or the old colour retired or replaced", () => {
    expect(refuseMigration("contract", promotedRecord(), guideSchedule, { now: afterWindow })).toBeUndefined();
    for (const blue of [null, digest("c")]) {
      const record = promotedRecord({ images: { ...bothImages, blue } });
      expect(refuseMigration("contract", record, guideSchedule, { now: noon })).toBeUndefined();
    }
  });
});

const migration = {
  decided: { kind: "expand", problems: [] },
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
      "You asked for a migration of kind expand, but the candidate has 5 % of the traffic. Run it at weight 0, before traffic.",
    ]);
    const promoted = { record: promotedRecord(), migration: { ...migration, split: { blue: 0, green: 100 } } };
    expect(refuseTask(request(promoted))).toEqual([]);
    const contract = { ...promoted.migration, decided: { kind: "contract", problems: [] } } as const;
    expect(refuseTask(request({ ...promoted, migration: contract }))[0]).toMatch(
      /you can return to the old version, and the migration would break it/,
    );
  });

  it("is refused by what its check says, and then its kind is not asked", () => {
    const decided = { kind: undefined, problems: ["Its SQL is contract."] };
    expect(refuseTask(request({ migration: { ...migration, decided } }))).toEqual(["Its SQL is contract."]);
  });

  it("is refused while AWS has another split than the record", () => {
    const [problem, ...more] = refuseTask(request({ migration: { ...migration, split: { blue: 75, green: 25 } } }));
    expect(more).toEqual([]);
    expect(problem).toContain(
      "The public rule in AWS gives blue 75 and green 25, but the last update recorded blue 100 and green 0",
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
    "You asked for seed data in production. Seed data is made-up couples and invoices, and exists in staging only (guide S3). Give --stage staging.",
  ]);
});

const stopped: OneOffTaskState = {
  arn: "arn",
  status: "STOPPED",
  exitCode: 0,
  reasons: ["Essential container in task exited"],
  startedAt: "2026-11-23T12:00:00.000Z",
  stoppedAt: "2026-11-23T12:01:00.000Z",
};

describe("how a task ended", () => {
  it("did its work where its container ended with 0, whatever ECS calls the end", () => {
    expect(taskProblem("migrate from green", stopped)).toBeUndefined();
  });

  it.each([
    [{ exitCode: 3, reasons: [] }, "migrate from green ended with exit code 3: ECS gives no reason."],
    [
      { exitCode: null, startedAt: null, reasons: ["No route to 10.0.0.2.", "TaskFailedToStart"] },
      "migrate from green never started: No route to 10.0.0.2; TaskFailedToStart. Nothing was run, so its log is most likely empty.",
    ],
    [
      { exitCode: null, reasons: ["Task stopped."] },
      "migrate from green was ended without an exit code: Task stopped. Nobody can say how far it came; its log may.",
    ],
  ])("did not, with %j", (over, problem) => {
    expect(taskProblem("migrate from green", { ...stopped, ...over })).toBe(problem);
  });

  it.each(["PROVISIONING", "PENDING", "RUNNING", "STOPPING", "DEPROVISIONING"])("runs while it is %s", (status) => {
    expect(hasStopped({ status })).toBe(false);
  });

  it("has stopped where ECS says so", () => {
    expect(hasStopped(stopped)).toBe(true);
  });
});
