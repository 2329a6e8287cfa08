import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Evidence, evidenceFileName } from "../../../cli/evidence/evidence.ts";
import { openEvidenceFolder, readEvidence } from "../../../cli/evidence/evidence-folder.ts";
import { bothImages } from "../../support/rollout.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Evidence of a step that is done, with everything in it. */
const advanced: Evidence = {
  version: 1,
  stage: "staging",
  action: "advance",
  outcome: "done",
  at: "2026-11-23T12:00:00.000Z",
  finishedAt: "2026-11-23T12:01:10.250Z",
  by: "Ana <ana@example.com>",
  from: { liveColour: "blue", weightPercent: 5 },
  to: { liveColour: "blue", weightPercent: 25 },
  images: { ...bothImages },
  reason: null,
  overridden: [],
  gate: {
    window: { from: "2026-11-23T09:00:00.000Z", until: "2026-11-23T11:59:00.000Z", seconds: 10_740 },
    input: {
      counts: { candidate: { requests: 300, errors: 0 }, live: { requests: 5700, errors: 3 } },
      responseTimes: { candidate: { averageMilliseconds: 120.5, p95Milliseconds: 400 }, live: {} },
      thresholds: { errorRatePercent: 1, responseTimeSeconds: 2 },
      alarms: { "green-errors": "OK" },
      capacity: {
        healthyTasks: { candidate: 2, live: 2 },
        minTasks: 2,
        weightPercent: 5,
        nextWeightPercent: 25,
        requestsPerMinuteTotal: 33.5,
      },
    },
    verdict: "pass",
    findings: [{ what: "error rate", value: "0", bound: "1 %", verdict: "pass", sentence: "Fine." }],
  },
  plan: {
    changes: [{ type: "aws:lb/listenerRule:ListenerRule", name: "p", operations: ["update"], properties: ["actions"] }],
    outputs: ["rollout"],
  },
  readBack: {
    at: "2026-11-23T12:01:10.000Z",
    split: { blue: 75, green: 25 },
    healthyTasks: { blue: 2, green: 2 },
  },
  problems: [],
};

function folderOf(project: string) {
  const path = join(project, "evidence", "staging");
  return { path, write: (name: string, text: string) => writeFileSync(join(path, name), text) };
}

describe("evidenceFileName", () => {
  it("is the second and the action, without what some file systems refuse", () => {
    expect(evidenceFileName(advanced)).toBe("2026-11-23T12-00-00Z-advance.json");
    expect(evidenceFileName({ at: "2026-11-23T12:00:59.999Z", action: "rollback" })).toBe(
      "2026-11-23T12-00-59Z-rollback.json",
    );
    expect(evidenceFileName({ at: "2026-11-23T12:00:00Z", action: "resume" })).toBe("2026-11-23T12-00-00Z-resume.json");
  });
});

describe("openEvidenceFolder", () => {
  it("writes a file that it reads again, in a folder of the stage that it makes itself", async () => {
    const project = temporaryFolder();
    const store = openEvidenceFolder(project, "staging");
    const path = await store.write(advanced);
    expect(path).toBe("evidence/staging/2026-11-23T12-00-00Z-advance.json");
    expect(await readEvidence(join(project, path))).toEqual(advanced);
    expect(await store.list()).toEqual([advanced]);
    expect(readFileSync(join(project, path), "utf8")).toMatch(/^\{\n {2}"version": 1,\n[\s\S]*\}\n$/);
  });

  it("writes the end of a command over its beginning, whole and without leaving anything else", async () => {
    const project = temporaryFolder();
    const store = openEvidenceFolder(project, "staging");
    await store.write({ ...advanced, outcome: "begun", finishedAt: null, problems: ["x".repeat(10_000)] });
    await store.write(advanced);
    expect(await store.list()).toEqual([advanced]);
    expect(readdirSync(folderOf(project).path)).toEqual(["2026-11-23T12-00-00Z-advance.json"]);
  });

  it("leaves the old file as it was until the new one is whole", async () => {
    const project = temporaryFolder();
    const store = openEvidenceFolder(project, "staging");
    await store.write(advanced);
    // What is in the way of the new file's writing is not in the way of the old one's reading.
    mkdirSync(join(folderOf(project).path, ".2026-11-23T12-00-00Z-advance.json.tmp"));
    await expect(store.write({ ...advanced, outcome: "incomplete" })).rejects.toThrow("EISDIR");
    expect(await store.list()).toEqual([advanced]);
  });

  it("keeps texts of AWS and Pulumi without what would speak to a reader's terminal, line breaks aside", async () => {
    const store = openEvidenceFolder(temporaryFolder(), "staging");
    await store.write({ ...advanced, problems: ["error:\n  \u001b[31mnot\u202e found\u0000"] });
    expect((await store.list())[0]?.problems).toEqual(["error:\n  not found"]);
  });

  it("lists by time, whatever was written first and done when", async () => {
    const store = openEvidenceFolder(temporaryFolder(), "staging");
    const times = ["2026-11-23T12:00:00.000Z", "2025-12-31T23:59:59.000Z", "2026-11-23T11:59:59.000Z"];
    for (const at of times) await store.write({ ...advanced, at });
    await store.write({ ...advanced, at: times[0] as string, action: "rollback" });
    expect((await store.list()).map(({ at, action }) => `${at} ${action}`)).toEqual([
      "2025-12-31T23:59:59.000Z advance",
      "2026-11-23T11:59:59.000Z advance",
      "2026-11-23T12:00:00.000Z advance",
      "2026-11-23T12:00:00.000Z rollback",
    ]);
  });

  it("keeps the stages apart", async () => {
    const project = temporaryFolder();
    await openEvidenceFolder(project, "staging").write(advanced);
    expect(await openEvidenceFolder(project, "production").list()).toEqual([]);
  });

  it("ignores files of others, and what a killed run left half", async () => {
    const project = temporaryFolder();
    const store = openEvidenceFolder(project, "staging");
    await store.write(advanced);
    const { write } = folderOf(project);
    for (const name of ["README.md", ".gitkeep", "notes.json", "2026-notes.txt"]) write(name, "not JSON");
    write(".2026-11-23T13-00-00Z-advance.json.tmp", '{"version"');
    expect(await store.list()).toEqual([advanced]);
  });

  it("has none where nothing was ever written", async () => {
    expect(await openEvidenceFolder(temporaryFolder(), "staging").list()).toEqual([]);
  });

  it("takes a folder that cannot be read for no empty one", async () => {
    const project = temporaryFolder();
    writeFileSync(join(project, "evidence"), "a file in its place");
    await expect(openEvidenceFolder(project, "staging").list()).rejects.toThrow("ENOTDIR");
  });

  it("names the file that is no JSON, and the one that is no evidence, with what is wrong in it", async () => {
    const project = temporaryFolder();
    const store = openEvidenceFolder(project, "staging");
    await store.write(advanced);
    const { write, path } = folderOf(project);
    const name = "2026-11-23T13-00-00Z-advance.json";
    write(name, "<<<<<<< HEAD\n");
    await expect(store.list()).rejects.toThrow(`${join(path, name)} could not be read as JSON: `);
    write(name, JSON.stringify({ ...advanced, outcome: "perhaps" }));
    await expect(store.list()).rejects.toThrow(new RegExp(`${name} is not an evidence file: .*at outcome$`));
  });

  it("reads what tells of a task, and files from before there were any", async () => {
    const project = temporaryFolder();
    const store = openEvidenceFolder(project, "staging");
    const task: Evidence = {
      ...advanced,
      action: "task",
      at: "2026-11-23T13:00:00.000Z",
      gate: null,
      plan: null,
      readBack: null,
      task: {
        run: "migrate",
        kind: "expand",
        colour: "green",
        image: bothImages.green ?? "",
        taskArn: null,
        exitCode: null,
        startedAt: null,
        stoppedAt: null,
      },
    };
    expect(await store.write(task)).toBe("evidence/staging/2026-11-23T13-00-00Z-task.json");
    await store.write(advanced);
    expect(advanced).not.toHaveProperty("task");
    expect(await store.list()).toEqual([advanced, task]);
  });

  it.each([
    ["another version", { version: 2 }],
    ["a key that nobody here knows", { more: true }],
    ["a time that is none", { at: "yesterday" }],
  ])("refuses %s", async (_what, change) => {
    const path = join(temporaryFolder(), "e.json");
    writeFileSync(path, JSON.stringify({ ...advanced, ...change }));
    await expect(readEvidence(path)).rejects.toThrow(`${path} is not an evidence file: `);
  });
});
