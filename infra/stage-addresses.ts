import type { z } from "zod";
import { type RecordedOutputs, stackOutputsSchema } from "./stack-outputs.ts";

/** What the commands read of a stack's outputs, besides the record. */
const stageAddressesSchema = stackOutputsSchema.pick({
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
  watchedAlarmNames: true,
  compositeAlarmNames: true,
  dashboardName: true,
  endpoints: true,
});

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
