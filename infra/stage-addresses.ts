import { z } from "zod";
import { plainLine } from "../rollout/plain-text.ts";

const byColour = <Value extends z.ZodType>(value: Value) => z.object({ blue: value, green: value });

const oneOffTaskArns = z.object({ migrate: z.string(), integrity: z.string(), seed: z.string().optional() });

/** Shown to people wherever an alarm is told of. */
const alarmName = z.string().transform(plainLine);

/** What the commands read of a stack's outputs, besides the record. */
const stageAddressesSchema = z.object({
  region: z.string(),
  loadBalancerArn: z.string(),
  publicRuleArn: z.string(),
  targetGroupArns: byColour(z.string()),
  latchParameterName: z.string(),
  alertTopicArn: z.string(),
  rollbackStateMachineArn: z.string(),
  clusterArn: z.string(),
  serviceNames: byColour(z.string().nullable()),
  taskDefinitionArns: byColour(z.string().nullable()),
  /** Null for a colour without an image; `seed` exists in staging alone. */
  oneOffTaskDefinitionArns: byColour(oneOffTaskArns.nullable()),
  privateSubnetIds: z.array(z.string()),
  apiSecurityGroupId: z.string(),
  watchedAlarmNames: z.object({
    blue: z.array(alarmName),
    green: z.array(alarmName),
    shared: z.array(alarmName),
  }),
  compositeAlarmNames: byColour(alarmName),
  dashboardName: z.string(),
  endpoints: z.object({ api: z.string(), candidateApi: z.string() }),
});

/** Where everything of a stage is in AWS, as its last update left it. */
export type StageAddresses = z.output<typeof stageAddressesSchema>;

/**
 * Reads a stack's outputs.
 *
 * @throws {Error} naming what is missing, where no update has finished or an older program wrote them
 */
export function parseStageAddresses(stage: string, outputs: Readonly<Record<string, unknown>>): StageAddresses {
  if (Object.keys(outputs).length === 0) {
    throw new Error(
      `The stack ${stage} has no outputs: no update of it has finished yet. Run npx pulumi up --stack ${stage}; docs/runbook.md, First deployment of a stage.`,
    );
  }
  // An output that is null is left out by the engine.
  const nullable = { serviceNames: {}, taskDefinitionArns: {}, oneOffTaskDefinitionArns: {} };
  const filled = Object.fromEntries(
    Object.entries({ ...nullable, ...outputs }).map(([name, value]) => [
      name,
      name in nullable && typeof value === "object" ? { blue: null, green: null, ...value } : value,
    ]),
  );
  const parsed = stageAddressesSchema.safeParse(filled);
  if (parsed.success) return parsed.data;
  const keys = [...new Set(parsed.error.issues.map(({ path }) => path.join(".")))].join(", ");
  throw new Error(
    `The outputs of the stack ${stage} lack ${keys}: it was last updated by another version of this program. Run npx pulumi up --stack ${stage} with the config that is deployed, which writes them.`,
  );
}

/** The part of an ARN that CloudWatch knows a load balancer by: `app/<name>/<id>`. */
export function loadBalancerDimension(loadBalancerArn: string): string {
  return loadBalancerArn.split(":loadbalancer/")[1] ?? loadBalancerArn;
}
