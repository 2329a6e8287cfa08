import { enableCompileCache } from "node:module";
import { join } from "node:path";
import type { WrittenOutputs } from "./stack-outputs.ts";

// Before anything of the program is loaded. Where the folder cannot be written, nothing is kept and nothing fails.
enableCompileCache(join(import.meta.dirname, "..", ".cache", "compile"));

/** What Pulumi runs: the program, with its warnings in the engine's log. The SDKs of AWS and Vercel load when they are first needed. */
export default async function runProgram(): Promise<WrittenOutputs> {
  const [pulumi, { program }, { gateFileVariable, openGateFile }, { updateClock }, looks, contracts, vercel] =
    await Promise.all([
      import("@pulumi/pulumi"),
      import("./program.ts"),
      import("./rollout/gate-file.ts"),
      import("./rollout/program-world.ts"),
      import("./rollout/refused-looks.ts"),
      import("./rollout/contract-migrations.ts"),
      import("./vercel/frontend-vercel.ts"),
    ]);
  const gateFile = openGateFile(process.env[gateFileVariable]);
  const now = updateClock(process.env, new Date(), {
    isPreview: pulumi.runtime.isDryRun(),
    previewedAt: gateFile?.read()?.at,
  });
  const token = process.env[vercel.vercelTokenVariable] ?? "";
  return await program({
    now,
    warn: (message) => pulumi.log.warn(message),
    tell: (message) => pulumi.log.info(message),
    gateFile,
    keepRefusedLook: ({ stage, wanted, judged }) => {
      const file = looks.refusedLooksFile(process.env, pulumi.getRootDirectory(), stage);
      if (file !== undefined) looks.appendRefusedLook(file, wanted, judged);
    },
    readStagingRecord: async () => await (await import("./rollout/staging-record.ts")).readStagingRecord(),
    readContracts: (stage) => contracts.readContractMigrations(pulumi.getRootDirectory(), stage),
    readRestores: (stage) => contracts.readRestores(pulumi.getRootDirectory(), stage),
    openPublicRule: async (region) => (await import("./aws/public-rule.ts")).openPublicRule(region),
    readTargets: async ({ region, targetGroupArn }) =>
      await (await import("./aws/public-rule.ts")).readTargetsOf(region, targetGroupArn),
    readTaskDefinition: async ({ region, arn }) =>
      (await import("./aws/task-definitions.ts")).readTaskDefinition(region, arn),
    readDatabase: async ({ region, identifier }) =>
      (await import("./aws/database.ts")).readDatabase(region, identifier),
    ...(token === ""
      ? {}
      : { lookAtFrontend: async (frontend) => await vercel.openVercel({ frontend, token }).look() }),
    lookAtStage: async ({ addresses, record, config }) => {
      const [{ openAws }, { lookAtStage }, { readFeedback }] = await Promise.all([
        import("./aws/stage-aws.ts"),
        import("./aws/look-at-stage.ts"),
        import("./feedback/read-feedback.ts"),
      ]);
      const aws = openAws(addresses, () => now);
      const [sight, feedback] = await Promise.all([
        lookAtStage(aws, record, now),
        readFeedback({ config, record, folder: pulumi.getRootDirectory() }),
      ]);
      return { ...sight, feedback };
    },
  });
}
