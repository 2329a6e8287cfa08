import { Provider } from "@pulumi/aws/provider.js";
import type { StageConfig } from "./config/schema/stage-config.ts";

/**
 * The AWS provider of a stage: its region, and its account where one is configured, so that a shell that is logged in to
 * the wrong account changes nothing. Credentials come from the environment. Cloudflare, Vercel and PostgreSQL read
 * theirs from the environment too (`CLOUDFLARE_API_TOKEN`, `VERCEL_API_TOKEN`, `PGPASSWORD`).
 */
export function createAwsProvider(name: string, { region, accountId }: StageConfig["aws"]): Provider {
  return new Provider(name, {
    region,
    allowedAccountIds: accountId === undefined ? undefined : [accountId],
  });
}
