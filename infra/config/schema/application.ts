import { z } from "zod";
import {
  block,
  duration,
  list,
  logRetentionDays,
  nonEmptyList,
  oneOf,
  patterned,
  text,
  trueOrFalse,
  urlPath,
  webOrigin,
  wholeNumber,
} from "./primitives.ts";

/** `api`: the FastAPI service (guide S2 to S4, P2). */
export const api = block({
  environment: oneOf("staging", "production").describe("ENVIRONMENT of the container."),
  debug: trueOrFalse.describe("DEBUG of the container."),
  allowedOrigins: nonEmptyList(webOrigin).describe("ALLOWED_ORIGINS of the container."),
  cpuUnits: oneOf(256, 512, 1024, 2048, 4096).describe("CPU of a task; 1024 units are one vCPU."),
  memoryMib: wholeNumber(512, 30_720).describe(
    "Memory of a task, MiB: one of the sizes that Fargate offers with cpuUnits.",
  ),
  minTasks: wholeNumber(1, 50).describe("Fewest tasks of a colour that has an image."),
  maxTasks: wholeNumber(1, 50).describe("Most tasks that autoscaling may give a colour."),
  containerPort: wholeNumber(1024, 65_535)
    .default(8000)
    .describe("Port that uvicorn listens on; above 1023, since the user is not root."),
  healthCheckPath: urlPath.default("/health").describe("Path that answers 200 when the service can serve requests."),
  stopTimeoutSeconds: wholeNumber(30, 120)
    .default(60)
    .describe(
      "Seconds from SIGTERM to SIGKILL; the target group drains for the same time, so that requests in flight can finish.",
    ),
  idleTimeoutSeconds: wholeNumber(60, 4000)
    .default(300)
    .describe(
      "Seconds that an idle connection stays open at the load balancer: WebSockets need more than the default 60.",
    ),
  logRetentionDays: logRetentionDays.describe("Days that the service's logs are kept."),
  loginLifetime: duration
    .default("30d")
    .describe(
      "How long the longest-living signature of SECRET_KEY is valid, such as a log-in's token. A rotated key is accepted for as long.",
    ),
}).describe("The API service.");

/** `signingKey`: which generated key signs. */
export const signingKey = wholeNumber(1, 9999)
  .default(1)
  .describe(
    "Number of the generated key that SECRET_KEY holds. npm run rollout -- rotate edits it. The key itself is in no file.",
  );

/** `alsoAcceptedSigningKey`: the other key of a rotation. */
export const alsoAcceptedSigningKey = wholeNumber(1, 9999)
  .optional()
  .describe(
    "During a rotation, the number of another key whose signatures are accepted: the next one, or the one before.",
  );

/** `applicationSecrets`: further secrets of the container, by environment variable name. */
export const applicationSecrets = z
  .record(
    patterned(/^[A-Z][A-Z0-9_]*$/, "an environment variable name such as STRIPE_SECRET_KEY"),
    z.string({ error: "a secret that is not empty" }).min(1),
    { error: "a block of secrets, each under an environment variable name such as STRIPE_SECRET_KEY" },
  )
  .default({})
  .describe(
    "Further secrets of the API, by environment variable name. A changed value goes out with a release, by the steps: npm run rollout -- set --stage <stage> --secret applicationSecrets.STRIPE_SECRET_KEY",
  );

/** The secrets of one task. */
const secretNames = (words: string) =>
  list(patterned(/^[A-Z][A-Z0-9_]*$/, "the name of a secret such as STRIPE_SECRET_KEY"))
    .optional()
    .describe(words);

/** `taskSecrets`: which secrets each task starts with. */
export const taskSecrets = block({
  api: secretNames("Application secrets of the API. Without the list it gets all of them. It always gets SECRET_KEY."),
  migrate: secretNames("Secrets of the migration. Without the list it gets none."),
  integrity: secretNames("Secrets of the integrity check. Without the list it gets none."),
  seed: secretNames("Secrets of the seeding of staging. Without the list it gets none."),
})
  .default({})
  .describe(
    "Which secrets each task starts with. Each of its names is in applicationSecrets, or is SECRET_KEY. Part of a release.",
  );

/** `frontendToken`: Vercel's token for the rollback's machine. */
export const frontendToken = z
  .string({ error: "a secret that is not empty" })
  .min(1)
  .optional()
  .describe(
    "Vercel's token with which the automatic rollback takes the frontend back: npm run rollout -- set --stage <stage> --secret frontendToken. Without one the commands alone do, with VERCEL_API_TOKEN.",
  );

/** `frontend`: the Next.js project at Vercel (guide S5). */
export const frontend = block({
  projectName: patterned(
    /^[a-z0-9][a-z0-9._-]{0,99}$/,
    "a Vercel project name: lower case letters, digits, ., _ and -",
  ).describe("Name of the project at Vercel."),
  teamId: patterned(/^team_[A-Za-z0-9]+$/, "a Vercel team id such as team_abc123")
    .optional()
    .describe("Team that owns the project. Without one, the project belongs to the provider's own account."),
  repository: patterned(/^[\w.-]+\/[\w.-]+$/, "a GitHub repository as owner/name")
    .optional()
    .describe("Repository that Vercel builds on push. Without one, deployments are made by Vercel's CLI."),
  productionBranch: text.default("main").describe("Branch that Vercel deploys to the frontend's host."),
  rootDirectory: text.optional().describe("Folder of the frontend inside the repository."),
  buildCommand: text.describe("Build command (guide S5: npm run build:staging)."),
  compatible: trueOrFalse
    .default(false)
    .describe(
      "Whether each version of the pages works with each version of the API that a rollout has out. Then the frontend goes out with the API's steps; otherwise only once the API stands at 100 %.",
    ),
  rollingRelease: list(
    block({ targetPercentage: wholeNumber(1, 100).describe("Per cent of visitors on the new deployment.") }),
  )
    .optional()
    .describe(
      "Stages of Vercel's rolling release, for teams on Vercel's Pro or Enterprise plan. The commands approve each. Without them, the frontend goes out whole once the API stands at 100 %.",
    ),
}).describe("The frontend at Vercel, which goes out with the API's release and comes back with it.");
