import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { plainLine } from "../rollout/plain-text.ts";
import { recordSchema } from "../rollout/record.ts";
import { publicHosts } from "./config/schema/platform.ts";

const byColour = <Value extends z.ZodType>(value: Value) => z.object({ blue: value, green: value });

/** Shown to people wherever an alarm is told of. */
const alarmName = z.string().transform(plainLine);

const oneOffTaskArns = z.object({ migrate: z.string(), integrity: z.string(), seed: z.string().optional() });

/**
 * Every output of a stack. The program writes them; its next update, the commands and the rehearsal read them. All sides
 * take names and shapes from here, so an output that is renamed on one side does not compile on the others.
 *
 * Renaming one leaves deployed stacks without it until their next update.
 */
export const stackOutputsSchema = z.object({
  /** The rollout's record. */
  rollout: recordSchema,
  /** Origins of the public hosts, with their scheme. */
  endpoints: z.object({ api: z.string(), candidateApi: z.string(), frontend: z.string() }),
  /** AWS region. */
  region: z.string(),
  /** AWS account, 12 digits. */
  accountId: z.string(),
  /** Cloudflare zone of the stage's hosts. */
  dnsZone: z.object({ name: z.string(), id: z.string() }),
  loadBalancerArn: z.string(),
  /** What the API's DNS records point at. A stack that was deployed before it was named lacks it. */
  loadBalancerDnsName: z.string().optional(),
  /** The public hosts whose DNS records the stack has. A stack that was deployed before there was a choice lacks it. */
  dnsHosts: z.array(z.enum(publicHosts)).optional(),
  /** The rule that carries the weights. */
  publicRuleArn: z.string(),
  /** The rule that forwards the candidate's own host. */
  candidateRuleArn: z.string(),
  /** Behind the public rule. */
  targetGroupArns: byColour(z.string()),
  /** Behind the rule of the candidate's own host. A stack that was deployed before there were any lacks it. */
  ownHostTargetGroupArns: byColour(z.string()),
  compositeAlarmNames: byColour(alarmName),
  /** Alarms that mean a fault: of each colour, and of what both share. */
  watchedAlarmNames: z.object({ blue: z.array(alarmName), green: z.array(alarmName), shared: z.array(alarmName) }),
  /** By its weight, the alarm on the limit of each step that is returned there. */
  limitAlarmNames: z.record(z.string(), alarmName).optional(),
  rollbackStateMachineArn: z.string(),
  latchParameterName: z.string(),
  alertTopicArn: z.string(),
  metricNamespace: z.string(),
  dashboardName: z.string(),
  imageRepositoryUrl: z.string(),
  clusterArn: z.string(),
  /** Null for a colour without an image. */
  serviceNames: byColour(z.string().nullable()),
  /** Null for a colour without an image. */
  taskDefinitionArns: byColour(z.string().nullable()),
  /** Null for a colour without an image; `seed` exists in staging only. */
  oneOffTaskDefinitionArns: byColour(oneOffTaskArns.nullable()),
  privateSubnetIds: z.array(z.string()),
  apiSecurityGroupId: z.string(),
  /** What the command `tunnel` starts. Absent after an update by a version that planned no tunnel. */
  tunnelTaskDefinitionArn: z.string().optional(),
  tunnelSecurityGroupId: z.string().optional(),
  databaseInstanceIdentifier: z.string(),
  databaseAddress: z.string(),
  /**
   * What the database runs with, as an update last read it, and what it was asked for. A changed `max_connections` waits for a
   * restart. Absent after an update by a version that did not ask.
   */
  databaseInForce: z
    .object({
      maxConnections: z.object({ inForce: z.number(), asked: z.number() }),
      allocatedStorageGib: z.number(),
    })
    .optional(),
  /**
   * What the load balancer does about client certificates, as it answered, and whose Cloudflare presents. Absent where the config
   * says nothing of it, and after an update by a version that knew no such thing: off.
   */
  originPulls: z
    .object({
      mode: z.enum(["off", "passthrough", "verify"]),
      authorities: z.array(z.number()),
      presented: z.number(),
    })
    .optional(),
  uploadsBucketName: z.string(),
  /**
   * Fingerprints of the application secrets' values, encrypted by Pulumi. Absent until a release names their versions. Nobody
   * but the program's next update reads it.
   */
  secretFingerprints: z.unknown().optional(),
  /** What Pulumi's console shows beside the stack, as Markdown. */
  readme: z.string(),
});

/** Every output of a stack, by name. */
export type StackOutputs = z.output<typeof stackOutputsSchema>;

/** What the database runs with. */
export type DatabaseInForce = NonNullable<StackOutputs["databaseInForce"]>;

/** What the last update left of `dns.originPulls`. */
export type OriginPullsInForce = NonNullable<StackOutputs["originPulls"]>;

/** Name of a stack output. */
export type OutputName = keyof StackOutputs;

/** The outputs as the program writes them: any part may come from a resource. */
export type WrittenOutputs = { readonly [Name in keyof StackOutputs]: Written<StackOutputs[Name]> };

/**
 * The outputs as Pulumi's state gives them back. The names are known. The values are not to be trusted: another version
 * of the program may have written them.
 */
export type RecordedOutputs = { readonly [Name in OutputName]?: unknown };

type Written<Value> = pulumi.Input<
  Value extends readonly (infer Item)[]
    ? readonly Written<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]: Written<Value[Key]> }
      : Value
>;

/** What the commands read of a stack's outputs, besides the record. Nothing but names of images depends on the registry, and nothing but the tunnel on the database. */
const stageAddressesSchema = stackOutputsSchema
  .pick({
    imageRepositoryUrl: true,
    region: true,
    loadBalancerArn: true,
    publicRuleArn: true,
    targetGroupArns: true,
    latchParameterName: true,
    alertTopicArn: true,
    rollbackStateMachineArn: true,
    clusterArn: true,
    serviceNames: true,
    taskDefinitionArns: true,
    oneOffTaskDefinitionArns: true,
    privateSubnetIds: true,
    apiSecurityGroupId: true,
    tunnelTaskDefinitionArn: true,
    tunnelSecurityGroupId: true,
    databaseInstanceIdentifier: true,
    databaseInForce: true,
    watchedAlarmNames: true,
    limitAlarmNames: true,
    compositeAlarmNames: true,
    dashboardName: true,
    metricNamespace: true,
    endpoints: true,
  })
  .partial({ imageRepositoryUrl: true, databaseInstanceIdentifier: true });

/** Names of the outputs that {@link StageAddresses} are read from. */
export const stageAddressNames = Object.keys(stageAddressesSchema.shape) as readonly (keyof StageAddresses)[];

/** Where everything of a stage is in AWS, as its last update left it. */
export type StageAddresses = z.output<typeof stageAddressesSchema>;

/**
 * Reads a stack's outputs.
 *
 * @throws {Error} naming what is missing, where no update has finished or an older program wrote them
 */
export function parseStageAddresses(stage: string, outputs: RecordedOutputs): StageAddresses {
  if (Object.keys(outputs).length === 0) {
    throw new Error(
      `The stack ${stage} has no outputs: no update of it has finished yet. Run npx pulumi up --stack ${stage}; docs/runbook.md, First deployment of a stage.`,
    );
  }
  // An output that is null is left out by the engine.
  const nullable = { serviceNames: {}, taskDefinitionArns: {}, oneOffTaskDefinitionArns: {} } satisfies RecordedOutputs;
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
