import { buildCommand } from "@stricli/core";
import { type PublicHost, publicHosts } from "../../infra/config/schema/platform.ts";
import { action, type CommonFlags, commonFlags, explain, switchFlag, textFlag } from "./command.ts";

interface CutOverFlags extends CommonFlags {
  readonly host: PublicHost;
  readonly back?: boolean;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `cut-over`: a public host from a site outside of the stack to the stage, or back. */
export const cutOver = buildCommand({
  docs: explain("Move a public host that still leads to another site to this stage, or back.", [
    {
      line: "npm run rollout -- cut-over --stage production --host api",
      purpose:
        "It asks for healthy tasks, replaces the DNS records in one transaction, and keeps the old ones in evidence.",
    },
    {
      line: "npm run rollout -- cut-over --stage production --host api --back",
      purpose:
        "The host leads to where it led before. Nothing can refuse that but a record that somebody has changed since.",
    },
    {
      line: "npm run rollout -- cut-over --stage production --host frontend --dry-run",
      purpose: "Ask everything, and change nothing.",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      host: { kind: "enum", values: publicHosts, brief: "The public host." },
      back: { ...switchFlag, brief: "Back to where it led before." },
      reason: { ...textFlag, brief: "Why. Recorded." },
      dryRun: { ...switchFlag, brief: "Change nothing." },
    },
  },
  func: action(async ({ stage, host, back = false, reason, dryRun = false }: CutOverFlags, openWorld) => {
    const [{ cutOver: move }, { providerUrls }, { runPulumi }] = await Promise.all([
      import("../cut-over/cut-over.ts"),
      import("../doctor/provider-checks.ts"),
      import("../pulumi.ts"),
    ]);
    return await move(
      await openWorld(stage),
      { host, back, reason, dryRun },
      { cloudflareUrl: providerUrls.cloudflareUrl, environment: process.env, runPulumi },
    );
  }),
});
