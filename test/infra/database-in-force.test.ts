import { describe, expect, it } from "vitest";
import type { DatabaseState } from "../../infra/aws/database.ts";
import { applySettings } from "../../infra/config/apply-settings.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { connectionsInForce } from "../../infra/database-in-force.ts";
import { program } from "../../infra/program.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { recordPlan } from "../../rehearsal/plan/record-plan.ts";
import { worldAfter } from "../../rehearsal/plan/world-after.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { releaseSettingsOf } from "../support/release-settings.ts";
import { recordAt, verifyingOutputs } from "../support/rollout.ts";
import { fixtureFolder } from "../support/stack-files.ts";
import { readConfig } from "./config/fixture-config.ts";

const now = new Date("2026-11-23T12:40:00Z");
const images = { "images.blue": assumedImages.blue, "images.green": assumedImages.green };
const releaseSettings = releaseSettingsOf("production");
const at = (weightPercent: number) => recordAt(weightPercent, { images: assumedImages, releaseSettings });

/** What an update finds: the record, what the last update left of the database, and what AWS says of it. */
interface Found {
  readonly record: RolloutRecord;
  readonly left?: unknown;
  readonly aws?: DatabaseState | Error;
  readonly set?: Readonly<Record<string, unknown>>;
}

/** Runs the program. @returns the two alarms' thresholds, the output, who was asked, and what was said */
async function update({ record, left, aws, set = {} }: Found) {
  const said: string[] = [];
  const asked: unknown[] = [];
  const { resources, outputs } = await recordPlan({
    project: "celebrant-portal",
    stack: "production",
    config: applySettings(readStackFile(fixtureFolder, "production").values, { ...images, ...set }),
    calls: worldAfter(record, undefined, {
      ...verifyingOutputs,
      databaseInstanceIdentifier: "portal-production",
      ...(left === undefined ? {} : { databaseInForce: left }),
    }),
    program: () =>
      program({
        now,
        warn: async (text) => void said.push(text),
        tell: async (text) => void said.push(text),
        readDatabase: async (request) => {
          asked.push(request);
          if (aws === undefined || aws instanceof Error) throw aws ?? new Error("nobody should have asked");
          return aws;
        },
      }),
  });
  const threshold = (what: string) =>
    resources.find(({ type, name }) => type.includes("metricAlarm") && name.endsWith(what))?.inputs["threshold"];
  const gib = (Number(threshold("database-disk")) * 100) / 15 / 1024 ** 3;
  return {
    connections: threshold("database-connections"),
    diskOfGib: Math.round(gib * 10) / 10,
    left: outputs["databaseInForce"],
    asked,
    said: said.filter((text) => text.includes("atabase")),
  };
}

const runs = (inForce: number, asked: number, allocatedStorageGib = 50) => ({
  maxConnections: { inForce, asked },
  allocatedStorageGib,
});
const running: DatabaseState = { allocatedStorageGib: 50, isRestartPending: false };
const waiting: DatabaseState = { allocatedStorageGib: 50, isRestartPending: true };

describe("the alarms on a database whose max_connections was changed", () => {
  it.each([
    ["raised: asked for by this update", 400, runs(200, 200), running, 160, runs(200, 400)],
    ["raised: waits for the restart", 400, runs(200, 400), waiting, 160, runs(200, 400)],
    ["raised: restarted", 400, runs(200, 400), running, 320, runs(400, 400)],
    ["raised twice, without a restart", 500, runs(200, 400), waiting, 160, runs(200, 500)],
    ["lowered: asked for by this update", 100, runs(200, 200), running, 80, runs(200, 100)],
    ["lowered: may restart at any time", 100, runs(200, 100), waiting, 80, runs(200, 100)],
    ["unchanged", 200, runs(200, 200), running, 160, runs(200, 200)],
  ])("go by the smaller number until it has restarted: %s", async (_, maxConnections, left, aws, alarm, leaves) => {
    const found = await update({ record: at(0), left, aws, set: { "database.maxConnections": maxConnections } });
    expect(found).toMatchObject({ connections: alarm, left: leaves });
    expect(found.asked).toEqual([{ region: "ap-southeast-2", identifier: "portal-production" }]);
    const { inForce, asked } = leaves.maxConnections;
    expect(found.said).toEqual(
      inForce === asked
        ? []
        : [expect.stringContaining(`runs with ${inForce} connections until it restarts, and then with ${asked}`)],
    );
  });

  it("stay as they are where AWS cannot be read, and the update says so", async () => {
    const left = runs(200, 400, 60);
    const set = { "database.maxConnections": 400 };
    const found = await update({ record: at(0), left, aws: new Error("AccessDenied: no right"), set });
    expect(found).toMatchObject({ connections: 160, diskOfGib: 60, left: runs(200, 400, 60) });
    expect(found.said[0]).toContain("The database cannot be read from AWS: AccessDenied: no right.");
  });
});

describe("the alarm on the database's disk", () => {
  it.each([
    ["RDS has grown it", 50, 80],
    ["more is asked for and waits for the maintenance window", 100, 50],
  ])("goes by what the instance has: %s", async (_, allocatedStorageGib, gib) => {
    const aws = { ...running, allocatedStorageGib: gib };
    const found = await update({
      record: at(0),
      left: runs(200, 200),
      aws,
      set: { "database.allocatedStorageGib": allocatedStorageGib },
    });
    expect(found).toMatchObject({ diskOfGib: gib, left: runs(200, 200, gib) });
  });
});

describe("an update that moves the rollout, or has traffic on the candidate", () => {
  it.each([
    ["is lowered", 25, { candidateWeight: 5 }],
    ["goes back to 0", 25, { candidateWeight: 0 }],
    ["stays at a step", 25, { candidateWeight: 25 }],
    ["stages an image", 0, { "images.green": assumedImages.blue.replace(/.$/, "0") }],
  ])("keeps what the last one left and asks nobody: it %s", async (_, weight, set) => {
    const found = await update({
      record: at(weight),
      left: runs(200, 400, 60),
      set: { ...set, "database.maxConnections": 400 },
    });
    expect(found.asked).toEqual([]);
    expect(found).toMatchObject({ connections: 160, diskOfGib: 60, left: runs(200, 400, 60) });
  });
});

it("takes the config's values after a version that left none", async () => {
  const found = await update({ record: at(25), set: { candidateWeight: 25 } });
  expect(found).toMatchObject({ connections: 160, diskOfGib: 50, left: runs(200, 200) });
});

describe("the connections that a command goes by", () => {
  const config = readConfig("production");
  it.each([
    ["the smaller number, while a restart is pending", { databaseInForce: runs(150, 300) }, 150],
    ["the smaller number, which a restart may bring at any time", { databaseInForce: runs(300, 120) }, 120],
    ["the config's, after a version that left none", {}, 200],
    ["the config's, after a version that left something else", { databaseInForce: "300" }, 200],
    ["the config's, where the outputs cannot be read", undefined, 200],
  ])("are %s", (_, outputs, expected) => {
    expect(connectionsInForce(outputs, config)).toBe(expected);
  });
});
