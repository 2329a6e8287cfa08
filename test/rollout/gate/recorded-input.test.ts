import { describe, expect, it } from "vitest";
import { gateInputSchema } from "../../../rollout/gate/gate-input.ts";
import { systemFiguresSchema } from "../../../rollout/gate/system-figures.ts";
import { exposureFiguresSchema, findingSchema, verdictSchema } from "../../../rollout/gate/verdict.ts";
import { evenStep } from "../../support/even-step.ts";

const step = { weightPercent: 25, bakeSeconds: 14_400 };
const figures = {
  database: {
    averageCpuPercent: 12.5,
    mostCpuPercent: 40,
    mostConnections: 7,
    leastFreeMemoryMib: 300,
    leastFreeStorageGib: 15.5,
  },
  tasks: {
    candidate: { averageCpuPercent: 5, mostCpuPercent: 20, mostMemoryPercent: 60.5 },
    live: { averageCpuPercent: 6, mostCpuPercent: 30, mostMemoryPercent: 55 },
  },
};

/** Everything that evidence can hold of what a gate judged. */
const whole = {
  counts: { candidate: { requests: 300, errors: 1 }, live: { requests: 900, errors: 2 } },
  steps: [evenStep({ candidate: { requests: 300, errors: 1 }, live: { requests: 900, errors: 2 } })],
  guardrails: {
    steps: [{ failedLogins: { candidate: "0*119 1", live: "0*120" } }],
    pageLoad: { candidate: { loads: 30, p95Milliseconds: 900.5 }, live: { loads: 90, p95Milliseconds: 800 } },
    limits: [{ metric: "failedLogins", objectAbove: 3, objectBelow: 0.5 }],
  },
  system: {
    ...figures,
    limits: { databaseCpuPercent: 90, connections: 64, freeMemoryMib: 100, freeStorageGib: 3, taskMemoryPercent: 80 },
  },
  feedback: {
    steps: [
      {
        weightPercent: 25,
        candidate: { answers: 4, problems: 1 },
        live: { answers: 9, problems: 0 },
        either: { answers: 2, problems: 1 },
      },
    ],
    unread: "it answered 404",
    limit: { objectAbovePercent: 20, fewestAnswers: 5 },
  },
  responseTimes: {
    candidate: { averageMilliseconds: 80, p95Milliseconds: 120.5 },
    live: { averageMilliseconds: 70, p95Milliseconds: 110 },
  },
  thresholds: { errorRatePercent: 1, responseTimeSeconds: 2, confidence: 0.95 },
  alarms: { a: "OK", b: "ALARM", c: "INSUFFICIENT_DATA", d: "MISSING" },
  capacity: {
    healthyTasks: { candidate: 2, live: 3 },
    minTasks: 2,
    weightPercent: 5,
    nextWeightPercent: 25,
    requestsPerMinuteTotal: 5.5,
    provenRequestsPerMinutePerTask: 30,
    busiestRequestsPerMinute: 9,
  },
  exposure: {
    nextStep: step,
    requestsPerHour: 300,
    budgetRequests: 93,
    rollbackTest: { objectivePercent: 0.5, errorRatePercent: 1, minimumFailingMinutes: 3, steps: [step] },
  },
};

/** Where an object lies in another, as the keys and indices that lead to it. */
type Path = readonly string[];

function objectsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, one]) => objectsIn(one, [...path, key]));
  return Array.isArray(value) ? inner : [path, ...inner];
}

function changed(path: Path, change: (object: Record<string, unknown>) => void): unknown {
  const copy: unknown = structuredClone(whole);
  change(path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy) as Record<string, unknown>);
  return copy;
}

/** By names such as `counts.candidate`, those that may be missing: `counts.candidate.errors`. */
function keysThatMayMiss(): readonly string[] {
  return objectsIn(whole).flatMap((path) =>
    Object.keys(path.reduce<object>((at, key) => (at as Record<string, object>)[key] ?? {}, whole))
      .filter((key) => gateInputSchema.safeParse(changed(path, (object) => delete object[key])).success)
      .map((key) => [...path, key].join(".")),
  );
}

describe("what a gate judged, as evidence keeps it", () => {
  it("is read as it was written, with everything in it", () => {
    expect(gateInputSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
  });

  it("holds nothing that nobody knows, at any place", () => {
    const paths = objectsIn(whole).filter((path) => path.join(".") !== "alarms");
    expect(paths.length).toBeGreaterThan(35);
    const taken = paths.filter(
      (path) => gateInputSchema.safeParse(changed(path, (object) => (object["other"] = 1))).success,
    );
    expect(taken).toEqual([]);
  });

  it("may lack what older versions did not write, what nobody measured, and nothing else", () => {
    expect(keysThatMayMiss()).toEqual([
      "steps",
      "guardrails",
      "system",
      "feedback",
      "exposure",
      "guardrails.steps.0.failedLogins",
      "guardrails.pageLoad.candidate.p95Milliseconds",
      "guardrails.pageLoad.live.p95Milliseconds",
      "guardrails.limits.0.objectAbove",
      "guardrails.limits.0.objectBelow",
      "system.limits",
      ...Object.keys(figures.database).map((name) => `system.database.${name}`),
      ...["candidate", "live"].flatMap((role) =>
        Object.keys(figures.tasks.live).map((name) => `system.tasks.${role}.${name}`),
      ),
      "feedback.unread",
      "feedback.limit",
      "responseTimes.candidate.averageMilliseconds",
      "responseTimes.candidate.p95Milliseconds",
      "responseTimes.live.averageMilliseconds",
      "responseTimes.live.p95Milliseconds",
      "thresholds.confidence",
      "alarms.a",
      "alarms.b",
      "alarms.c",
      "alarms.d",
      "capacity.provenRequestsPerMinutePerTask",
      "capacity.busiestRequestsPerMinute",
    ]);
  });

  it("is without limits where a history keeps what database and tasks had to bear", () => {
    expect(systemFiguresSchema.parse(figures)).toEqual(figures);
    expect(systemFiguresSchema.safeParse(whole.system).success).toBe(false);
  });

  it("says with null that feedback could not be read, and knows the guardrails and the states of alarms", () => {
    const isRead = (path: Path, key: string, value: unknown) =>
      gateInputSchema.safeParse(changed(path, (object) => (object[key] = value))).success;
    expect(isRead(["feedback"], "steps", null)).toBe(true);
    for (const metric of ["failedLogins", "registrations", "featureUses", "connectionFailures", "pageLoad"]) {
      expect(isRead(["guardrails", "limits", "0"], "metric", metric), metric).toBe(true);
    }
    expect(isRead(["guardrails", "limits", "0"], "metric", "logins")).toBe(false);
    expect(isRead(["alarms"], "a", "FIRING")).toBe(false);
    expect(isRead(["guardrails", "steps", "0"], "logins", { candidate: "0", live: "0" })).toBe(false);
  });
});

describe("what a gate found, as evidence keeps it", () => {
  const finding = { what: "error rate", value: "0 errors", bound: "at most 1 %", sentence: "It is good." };

  it("is a finding with one of four verdicts, and nothing else", () => {
    for (const verdict of ["pass", "fail", "not enough data", "no objection"]) {
      expect(findingSchema.parse({ ...finding, verdict })).toEqual({ ...finding, verdict });
    }
    expect(findingSchema.safeParse({ ...finding, verdict: "good" }).success).toBe(false);
    expect(findingSchema.safeParse({ ...finding, verdict: "pass", other: 1 }).success).toBe(false);
  });

  it("is one of three verdicts as a whole", () => {
    for (const verdict of ["pass", "fail", "not enough data"]) expect(verdictSchema.parse(verdict)).toBe(verdict);
    expect(verdictSchema.safeParse("no objection").success).toBe(false);
  });

  it("has the two figures of a pass by exposure", () => {
    const exposure = { atWorstRequests: 12, budgetRequests: 93 };
    expect(exposureFiguresSchema.parse(exposure)).toEqual(exposure);
    expect(exposureFiguresSchema.safeParse({ ...exposure, other: 1 }).success).toBe(false);
  });
});
