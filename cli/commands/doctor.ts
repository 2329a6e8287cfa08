import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain } from "./command.ts";

/** `doctor`: whether this machine, the accounts and the stage have what a deployment needs. */
export const doctor = buildCommand({
  docs: explain(
    "Check this machine, the accounts and the stage: what a deployment needs, and the fix for what is missing.",
    [
      {
        line: "npm run rollout -- doctor --stage production",
        purpose:
          "One list of pass, fail and not checked. It changes nothing. 3 means that nothing failed, but not all was checked.",
      },
    ],
  ),
  parameters: { flags: { ...commonFlags } },
  func: action(async ({ stage }: CommonFlags, openWorld) => {
    const [{ runDoctor }, { providerUrls }, { runPulumi }, { pluginVersion }] = await Promise.all([
      import("../doctor/doctor.ts"),
      import("../doctor/provider-checks.ts"),
      import("../pulumi.ts"),
      import("../tunnel/plugin.ts"),
    ]);
    return await runDoctor(await openWorld(stage), {
      environment: process.env,
      ...providerUrls,
      pluginVersion: async () => await pluginVersion(),
      runPulumi,
    });
  }),
});
