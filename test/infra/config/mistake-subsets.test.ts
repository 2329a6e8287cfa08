import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemsOf } from "./fixture-config.ts";

/** One edit of production's file, and the key under which it must be reported, once, whatever else is wrong. */
const mistakes: readonly (readonly [setting: string, value: unknown, key: string])[] = [
  ["liveColour", "purple", "liveColour"],
  ["candidateWeight", 7, "candidateWeight"],
  ["images.blue", "latest", "images.blue"],
  ["rollout.steps[0].bake", "1m", "rollout.steps[0].bake"],
  ["rollout.steps[1].bake", "4 hours", "rollout.steps[1].bake"],
  ["rollout.steps[2].limit", "8d", "rollout.steps[2].limit"],
  ["rollout.steps[3].limit", "5 days", "rollout.steps[3].limit"],
  ["rollout.rollbackWindow", undefined, "rollout.rollbackWindow"],
  ["rollout.freezeWindow", [], "rollout.freezeWindow"],
  ["aws.availabilityZones[1]", "ap-southeast-2a", "aws.availabilityZones[1]"],
  ["aws.availabilityZones[2]", "us-east-1c", "aws.availabilityZones[2]"],
  ["hosts.api", "api.example.org", "hosts.api"],
  ["hosts.candidateApi", "API-V2", "hosts.candidateApi"],
  ["network.natGateways", "one", "network.natGateways"],
  ["network.cidrBlock", 10, "network.cidrBlock"],
  ["database.multiAz", false, "database.multiAz"],
  ["database.user", undefined, "database.user"],
  ["database.engineVersion", 17, "database.engineVersion"],
  ["database.backupRetentionDays", 3, "database.backupRetentionDays"],
  ["database.vaultRetentionDays", undefined, "database.vaultRetentionDays"],
  ["database.maxAllocatedStorageGib", 50, "database.maxAllocatedStorageGib"],
  ["database.restoreFrom", { restoreTime: "2026-12-24T00:00:00Z" }, "database.restoreFrom"],
  ["storage.destroyable", true, "storage.destroyable"],
  ["mail.domain", "example.org", "mail.domain"],
  ["mail.dmarcPolicy", "strict", "mail.dmarcPolicy"],
  ["api.environment", "staging", "api.environment"],
  ["api.debug", true, "api.debug"],
  ["api.allowedOrigins", ["*"], "api.allowedOrigins[0]"],
  ["api.minTasks", 1, "api.minTasks"],
  ["api.maxTasks", 0, "api.maxTasks"],
  ["api.cpuUnits", 100, "api.cpuUnits"],
  ["api.containerPort", 80, "api.containerPort"],
  ["applicationSecrets.stripe", "x", "applicationSecrets.stripe"],
  ["applicationSecrets.SECRET_KEY", "x", "applicationSecrets.SECRET_KEY"],
  ["frontend.rollingRelease[3].targetPercentage", 90, "frontend.rollingRelease[3].targetPercentage"],
  ["frontend.framework", "nextjs", "frontend.framework"],
  ["edge", undefined, "edge"],
  ["alerts.notify[1]", "nobody", "alerts.notify[1]"],
  ["objectives.errorRatePercent", "0.5%", "objectives.errorRatePercent"],
  ["monitoring", "x", "monitoring"],
];

describe("any set of mistakes", () => {
  it("is reported completely, each mistake once", () => {
    fc.assert(
      fc.property(fc.subarray([...mistakes]), (made) => {
        const set = Object.fromEntries(made.map(([setting, value]) => [setting, value]));
        const told = problemsOf("production", set).map(({ key }) => key.replace("celebrant-portal:", ""));
        expect(told.toSorted()).toEqual(made.map(([, , key]) => key).toSorted());
      }),
      { numRuns: 200 },
    );
  });
});
