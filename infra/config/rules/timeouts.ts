import type { ConfigRule } from "./config-rule.ts";

/**
 * The load balancer waits for a slow answer at least as long as a stopping task is given to finish it. With a shorter idle
 * timeout it would cut off the very requests that the drain waits for.
 */
export const timeouts: ConfigRule = ({ api }) => {
  const { idleTimeoutSeconds, stopTimeoutSeconds } = api ?? {};
  if (idleTimeoutSeconds === undefined || stopTimeoutSeconds === undefined) return [];
  if (idleTimeoutSeconds >= stopTimeoutSeconds) return [];
  const rule = `at least stopTimeoutSeconds, ${stopTimeoutSeconds}: the drain waits that long for a slow answer`;
  return [{ path: ["api", "idleTimeoutSeconds"], rule, fix: { set: stopTimeoutSeconds } }];
};
