import type { ConfigRule } from "./config-rule.ts";

/** A colour may not grow to fewer tasks than it runs at least. */
export const taskCount: ConfigRule = ({ api }) => {
  const { minTasks, maxTasks } = api ?? {};
  if (minTasks === undefined || maxTasks === undefined || maxTasks >= minTasks) return [];
  return [{ path: ["api", "maxTasks"], rule: `at least minTasks, ${minTasks}`, fix: { set: minTasks } }];
};
