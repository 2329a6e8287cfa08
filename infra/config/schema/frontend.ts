import { z } from "zod";
import { duration, patterned, wholeNumber } from "./primitives.ts";

/** `frontend`: the Next.js project at Vercel (guide S5). */
export const frontend = z
  .strictObject({
    projectName: patterned(
      /^[a-z0-9][a-z0-9._-]{0,99}$/,
      "a Vercel project name: lower case letters, digits, ., _ and -",
    ).describe("Name of the project at Vercel."),
    teamId: patterned(/^team_[A-Za-z0-9]+$/, "a Vercel team id such as team_abc123")
      .optional()
      .describe("Team that owns the project; the provider's own account when absent."),
    repository: patterned(/^[\w.-]+\/[\w.-]+$/, "a GitHub repository as owner/name")
      .optional()
      .describe("Repository that Vercel builds on push. Without one, deployments are made by its CLI."),
    productionBranch: z.string().min(1).default("main").describe("Branch that Vercel deploys to the frontend's host."),
    rootDirectory: z.string().min(1).optional().describe("Folder of the frontend inside the repository."),
    buildCommand: z.string().min(1).describe("Build command (guide S5: npm run build:staging)."),
    rollingRelease: z
      .array(
        z.strictObject({
          targetPercentage: wholeNumber(1, 100).describe("Per cent of visitors on the new deployment."),
          duration: duration.optional().describe("How long the stage lasts; absent on the last stage of 100."),
        }),
      )
      .optional()
      .describe("Stages of Vercel's rolling release; absent means that a deployment replaces the last at once."),
  })
  .describe("The frontend at Vercel.");
