import { describe, expect, it } from "vitest";
import type { RestoreFrom } from "../../../components/database/restore.ts";
import { originOf, restoreInputs } from "../../../components/database/restore.ts";
import { planDatabase, productionArgs } from "./database-fixture.ts";

describe("restoreInputs", () => {
  it("asks for nothing without a backup", () => {
    expect(restoreInputs(undefined)).toEqual({});
  });

  it("names the snapshot", () => {
    expect(restoreInputs({ snapshotIdentifier: "awsbackup:job-1" })).toEqual({ snapshotIdentifier: "awsbackup:job-1" });
  });

  it("gives the point in time in UTC, as the provider wants it", () => {
    expect(restoreInputs({ sourceInstanceIdentifier: "portal-1", restoreTime: "2026-12-24T09:30:00+11:00" })).toEqual({
      restoreToPointInTime: { sourceDbInstanceIdentifier: "portal-1", restoreTime: "2026-12-23T22:30:00Z" },
    });
  });

  it("takes the latest point in time when none is named", () => {
    expect(restoreInputs({ sourceInstanceIdentifier: "portal-1" })).toEqual({
      restoreToPointInTime: { sourceDbInstanceIdentifier: "portal-1", useLatestRestorableTime: true },
    });
  });
});

describe("originOf", () => {
  it("tells every origin apart, and one instant from no other way of writing it", () => {
    const origins: (RestoreFrom | undefined)[] = [
      undefined,
      { snapshotIdentifier: "a" },
      { sourceInstanceIdentifier: "a" },
      { sourceInstanceIdentifier: "a", restoreTime: "2026-12-24T00:00:00Z" },
      { sourceInstanceIdentifier: "a", restoreTime: "2026-12-24T00:00:01Z" },
    ];
    expect(new Set(origins.map(originOf)).size).toBe(origins.length);
    expect(originOf({ sourceInstanceIdentifier: "a", restoreTime: "2026-12-24T11:00:00+11:00" })).toBe(
      originOf({ sourceInstanceIdentifier: "a", restoreTime: "2026-12-24T00:00:00Z" }),
    );
  });
});

describe("a restored database", () => {
  it("is an instance of its own beside the old one: its name is drawn again", async () => {
    const restored = await planDatabase({ ...productionArgs, restoreFrom: { snapshotIdentifier: "before-migration" } });
    expect(restored.only("aws:rds/instance:Instance").inputs["snapshotIdentifier"]).toBe("before-migration");
    const { inputs } = restored.only("random:index/randomId:RandomId");
    expect(inputs["keepers"]).toEqual({ origin: "snapshot before-migration" });
    const original = await planDatabase(productionArgs);
    expect(original.only("random:index/randomId:RandomId").inputs["keepers"]).toEqual({ origin: "empty" });
  });

  it.each([
    [
      {},
      "Database: restoreFrom is {}. It names either snapshotIdentifier or sourceInstanceIdentifier: set exactly one.",
    ],
    [
      { snapshotIdentifier: "a", sourceInstanceIdentifier: "b" },
      'Database: restoreFrom is {"snapshotIdentifier":"a","sourceInstanceIdentifier":"b"}. It names either snapshotIdentifier or sourceInstanceIdentifier: set exactly one.',
    ],
    [
      { snapshotIdentifier: "a", restoreTime: "2026-12-24T00:00:00Z" },
      "Database: restoreFrom.restoreTime is 2026-12-24T00:00:00Z. A snapshot has one time only: remove restoreTime or name sourceInstanceIdentifier.",
    ],
  ])("refuses %j", async (restoreFrom, message) => {
    await expect(planDatabase({ ...productionArgs, restoreFrom })).rejects.toThrow(message);
  });
});
