import { z } from "zod";
import { logRetentionDays, patterned, urlPath, webOrigin, wholeNumber } from "./primitives.ts";

/** `api`: the FastAPI service (guide S2 to S4, P2). */
export const api = z
  .strictObject({
    environment: z.enum(["staging", "production"]).describe("ENVIRONMENT of the container."),
    debug: z.boolean().describe("DEBUG of the container."),
    allowedOrigins: z.array(webOrigin).min(1).describe("ALLOWED_ORIGINS of the container."),
    cpuUnits: z.literal([256, 512, 1024, 2048, 4096]).describe("CPU of a task; 1024 units are one vCPU."),
    memoryMib: wholeNumber(512, 30_720).describe(
      "Memory of a task, MiB: one of the sizes that Fargate offers with cpuUnits.",
    ),
    minTasks: wholeNumber(1, 50).describe("Tasks that a colour with an image runs at least."),
    maxTasks: wholeNumber(1, 50).describe("Tasks that a colour may grow to."),
    containerPort: wholeNumber(1024, 65_535)
      .default(8000)
      .describe("Port uvicorn listens on; above 1023, since the user is not root."),
    healthCheckPath: urlPath.default("/health").describe("Path that answers 200 when the service can serve."),
    stopTimeoutSeconds: wholeNumber(30, 120)
      .default(60)
      .describe(
        "Seconds from SIGTERM to SIGKILL; the target group drains for as long, so that a request in flight ends.",
      ),
    idleTimeoutSeconds: wholeNumber(60, 4000)
      .default(300)
      .describe(
        "Seconds an idle connection stays open at the load balancer: WebSockets need more than the default 60.",
      ),
    logRetentionDays: logRetentionDays.describe("Days that the service's logs are kept."),
  })
  .describe("The API service.");

/** `applicationSecrets`: further secrets of the container, by environment variable name. */
export const applicationSecrets = z
  .record(
    patterned(/^[A-Z][A-Z0-9_]*$/, "an environment variable name such as STRIPE_SECRET_KEY"),
    z.string().min(1, "a secret that is not empty"),
  )
  .default({})
  .describe(
    "Further secrets of the API, by environment variable name: pulumi config set --secret --path applicationSecrets.STRIPE_SECRET_KEY",
  );
