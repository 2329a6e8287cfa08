import { notCaught } from "./mutation.ts";

/** For mutations that a policy should catch and none does yet. A policy that catches one makes its line stale. */
export const noPolicyYet = notCaught("No policy looks at it yet.");

/** Policies that the table names and that are still to be written. Their lines count as not caught. */
export const policiesToWrite: readonly string[] = [
  "acm-certificate",
  "backup-of-the-database",
  "dns-api-to-balancer",
  "dns-mail-is-proved",
  "ecs-no-shell",
  "ecs-several-zones",
  "logs-destination-exists",
  "logs-flow-of-all-traffic",
  "logs-kept-long-enough",
  "protected-in-production",
  "rollout-only-the-machine-moves-traffic",
  "s3-configured-apart",
  "s3-uploads-are-kept",
  "secrets-are-long",
  "secrets-stay-here",
  "sesv2-bounces-told",
  "sesv2-identity",
  "types-reviewed",
  "vercel-project-is-private",
  "vercel-serves-by-steps",
  "vercel-variables-are-public",
];
