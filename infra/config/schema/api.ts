import { z } from "zod";
import { logRetentionDays, webOrigin, wholeNumber } from "./primitives.ts";

/** CPU units and the memory in MiB that Fargate offers with each, from the Fargate task size table. */
const fargateMemoryMib: Readonly<Record<number, { minimum: number; maximum: number; step: number }>> = {
  256: { minimum: 512, maximum: 2048, step: 512 },
  512: { minimum: 1024, maximum: 4096, step: 1024 },
  1024: { minimum: 2048, maximum: 8192, step: 1024 },
  2048: { minimum: 4096, maximum: 16_384, step: 1024 },
  4096: { minimum: 8192, maximum: 30_720, step: 1024 },
};

function isFargateSize(cpuUnits: number, memoryMib: number): boolean {
  const offer = fargateMemoryMib[cpuUnits];
  if (offer === undefined) return false;
  if (cpuUnits === 256 && memoryMib === 1536) return false;
  return memoryMib >= offer.minimum && memoryMib <= offer.maximum && memoryMib % offer.step === 0;
}

/** `api`: the FastAPI service (guide S2 to S4, P2). */
export const api = z
  .strictObject({
    environment: z.enum(["staging", "production"]).describe("ENVIRONMENT of the container."),
    debug: z.boolean().describe("DEBUG of the container."),
    allowedOrigins: z.array(webOrigin).min(1).describe("ALLOWED_ORIGINS of the container."),
    cpuUnits: z.union(
      [256, 512, 1024, 2048, 4096].map((units) => z.literal(units)),
      {
        error: "a Fargate CPU size: 256, 512, 1024, 2048 or 4096",
      },
    ),
    memoryMib: wholeNumber(512, 30_720).describe("Memory of a task, MiB."),
    minTasks: wholeNumber(1, 50).describe("Tasks that a colour with an image runs at least."),
    maxTasks: wholeNumber(1, 50).describe("Tasks that a colour may grow to."),
    containerPort: wholeNumber(1024, 65_535)
      .default(8000)
      .describe("Port uvicorn listens on; above 1023, since the user is not root."),
    healthCheckPath: z
      .string()
      .startsWith("/")
      .default("/health")
      .describe("Path that answers 200 when the service can serve."),
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
  .refine((value) => isFargateSize(value.cpuUnits, value.memoryMib), {
    error: "a memory size that Fargate offers with this cpuUnits",
    path: ["memoryMib"],
  })
  .refine((value) => value.maxTasks >= value.minTasks, { error: "at least minTasks", path: ["maxTasks"] })
  .describe("The API service.");

/** `applicationSecrets`: further secrets of the container, by environment variable name. */
export const applicationSecrets = z
  .record(
    z.string().regex(/^[A-Z][A-Z0-9_]*$/, "an environment variable name such as STRIPE_SECRET_KEY"),
    z.string().min(1),
  )
  .default({})
  .describe(
    "Further secrets of the API, such as the payment provider's key: pulumi config set --secret --path 'applicationSecrets.STRIPE_SECRET_KEY' …",
  );
