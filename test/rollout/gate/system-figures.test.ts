import { describe, expect, it } from "vitest";
import { judgeGate } from "../../../rollout/gate/judge-gate.ts";
import { gateInputOf } from "../../../rollout/gate/stage-sight.ts";
import { roundedFigures, type SystemFigures, systemText, tellSystem } from "../../../rollout/gate/system-figures.ts";
import { healthySight } from "../../support/stage-sight.ts";

const figures: SystemFigures = {
  database: {
    averageCpuPercent: 12.34,
    mostCpuPercent: 97.2,
    mostConnections: 71,
    leastFreeMemoryMib: 88.04,
    leastFreeStorageGib: 2.26,
  },
  tasks: {
    candidate: { averageCpuPercent: 5, mostCpuPercent: 31.5, mostMemoryPercent: 91 },
    live: { mostMemoryPercent: 44.4 },
  },
};
const limits = {
  databaseCpuPercent: 90,
  connections: 64,
  freeMemoryMib: 100,
  freeStorageGib: 3,
  taskMemoryPercent: 80,
};

describe("database and tasks in the gate", () => {
  it("are shown beside the limit of the alarm on each", () => {
    expect(tellSystem({ ...figures, limits }).map(({ what, value, bound }) => [what, value, bound])).toEqual([
      ["database CPU", "average 12 %, most 97 %", "alarm above 90 % for long"],
      ["database connections", "most 71", "alarm from 64 on"],
      ["database free memory", "least 88 MiB", "alarm below 100 MiB for long"],
      ["database free storage", "least 2.3 GiB", "alarm below 3 GiB"],
      ["tasks' CPU", "candidate average 5 %, most 32 %; live unknown", "no alarm"],
      ["tasks' memory", "candidate most 91 %; live most 44.4 %", "alarm above 80 %"],
    ]);
  });

  it("are unknown where CloudWatch has no value, and a load that it knows half of is no load", () => {
    const half = {
      database: { averageCpuPercent: 12 },
      tasks: { candidate: { mostCpuPercent: 20 }, live: {} },
    };
    const shown = tellSystem({ ...half, limits });
    expect(shown.map(({ value }) => value)).toEqual(Array(6).fill("unknown"));
    expect(tellSystem({ ...half, database: { mostCpuPercent: 40 } })[0]?.value).toBe("unknown");
    expect(shown[0]?.sentence).toBe(
      "While this step stood, database CPU: unknown (alarm above 90 % for long). The gate shows it, and the alarm objects.",
    );
    const ofLive = { ...half, tasks: { candidate: {}, live: { mostMemoryPercent: 61 } } };
    expect(tellSystem(ofLive)[5]?.value).toBe("candidate unknown; live most 61 %");
  });

  it("never object, because the alarms do, and never make a gate pass", () => {
    const input = gateInputOf(
      { ...healthySight, system: figures },
      {
        candidate: "green",
        live: "blue",
        errorRatePercent: 1,
        responseTimeSeconds: 2,
        minTasks: 2,
        weightPercent: 5,
        nextWeightPercent: 25,
        schedule: { steps: [{ weightPercent: 5, bakeSeconds: 7200 }] },
        objectivePercent: 0.5,
        minimumErrors: 3,
        systemLimits: limits,
      },
    );
    expect(input.system?.limits).toEqual(limits);
    const { verdict, findings } = judgeGate(input);
    expect(verdict).toBe("pass");
    const shown = findings.filter(({ what }) => what.startsWith("database ") || what.startsWith("tasks' "));
    expect(shown.map((finding) => finding.verdict)).toEqual(Array(6).fill("no objection"));
  });

  it("are not there where nobody looked, as in older evidence", () => {
    expect(tellSystem(undefined)).toEqual([]);
  });
});

describe("database and tasks in a history", () => {
  it("are kept as whole numbers", () => {
    expect(roundedFigures(figures)).toEqual({
      database: {
        averageCpuPercent: 12,
        mostCpuPercent: 97,
        mostConnections: 71,
        leastFreeMemoryMib: 88,
        leastFreeStorageGib: 2.3,
      },
      tasks: {
        candidate: { averageCpuPercent: 5, mostCpuPercent: 32, mostMemoryPercent: 91 },
        live: { mostMemoryPercent: 44 },
      },
    });
  });

  it("stay unknown where nobody knows them", () => {
    const unknown = { database: { mostConnections: undefined }, tasks: { candidate: {}, live: {} } };
    expect(roundedFigures(unknown)).toStrictEqual(unknown);
  });

  it("are told without what nobody knows", () => {
    expect(systemText(roundedFigures(figures))).toBe(
      "Database: CPU at most 97 %, 71 connections at most, 88 MiB of memory free at least, 2.3 GiB of storage free at least. Tasks: candidate CPU 32 % and memory 91 % at most, live memory 44 % at most.",
    );
    expect(systemText({ database: { mostConnections: 4 }, tasks: { candidate: {}, live: {} } })).toBe(
      "Database: 4 connections at most.",
    );
    expect(systemText({ database: {}, tasks: { candidate: { mostCpuPercent: 3 }, live: {} } })).toBe(
      "Tasks: candidate CPU 3 % at most.",
    );
    expect(systemText({ database: {}, tasks: { candidate: {}, live: {} } })).toBe(
      "CloudWatch has no figures of database and tasks.",
    );
  });
});
