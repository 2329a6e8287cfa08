import type { ConfigRule } from "./config-rule.ts";

/**
 * RDS refuses a storage ceiling less than 10 % above the storage at the start (Amazon RDS User Guide, "Managing capacity
 * automatically with Amazon RDS storage autoscaling").
 */
export const databaseStorage: ConfigRule = ({ database }) => {
  const { allocatedStorageGib, maxAllocatedStorageGib } = database ?? {};
  if (allocatedStorageGib === undefined || maxAllocatedStorageGib === undefined) return [];
  // In whole numbers: 1.1 has no exact binary form, and 50 GiB would come out as needing 56.
  const least = Math.ceil((allocatedStorageGib * 11) / 10);
  if (maxAllocatedStorageGib >= least) return [];
  const rule = `at least 10 % above allocatedStorageGib, ${least}: RDS refuses a smaller ceiling`;
  return [{ path: ["database", "maxAllocatedStorageGib"], rule, fix: { set: least } }];
};
