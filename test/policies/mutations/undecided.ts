import { notCaught } from "./mutation.ts";

/** For mutations that a policy should catch and none does yet. A policy that catches one makes its line stale. */
export const noPolicyYet = notCaught("No policy looks at it yet.");
