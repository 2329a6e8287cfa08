import { byColour } from "../rollout/colour.ts";
import { latchParameter, metricNamespace, rollbackAddressParameter, stageName, stageTags } from "./naming.ts";
import { stackOutputs } from "./outputs.ts";
import { askRollout } from "./rollout/observed-rollout.ts";
import { requireMoved } from "./rollout/require-moved.ts";
import { wantedRollout } from "./rollout/wanted.ts";
import { createDelivery } from "./stack/delivery.ts";
import { createFoundation } from "./stack/foundation.ts";
import { createService } from "./stack/service.ts";
import type { StackContext, StackRequest } from "./stack/stack-context.ts";
import { createWatching } from "./stack/watching.ts";
import type { WrittenOutputs } from "./stack-outputs.ts";

/**
 * Composes a stage from its components, and waits until the rollout's have answered.
 *
 * @returns the stack's outputs
 * @throws {pulumi.RunError} when the rollout does not stand where the config wants it
 */
export async function createStack(request: StackRequest): Promise<Omit<WrittenOutputs, "readme">> {
  const { project, stage, config, accountId, zoneId, awsProvider, initialLatch } = request;
  const context: StackContext = {
    name: stageName(stage),
    stage,
    config,
    tags: stageTags(project, stage),
    accountId,
    zoneId,
    options: { providers: [awsProvider] },
    latchParameterName: latchParameter(project, stage).name,
    addressParameterName: rollbackAddressParameter(project, stage).name,
    metricNamespace: metricNamespace(stage),
    initialLatch,
  };
  const foundation = createFoundation(context);
  const delivery = createDelivery(context, foundation);
  const service = createService(context, foundation, delivery);
  const watching = createWatching(context, foundation, delivery, service);
  const answers = askRollout({
    publicRule: delivery.traffic.publicRule,
    candidateRule: delivery.traffic.candidateRule,
    targetGroupArns: byColour((colour) => delivery.traffic.targetGroups[colour].arn),
    images: byColour((colour) => service.colours[colour]?.service.image),
  });
  await requireMoved({ asked: wantedRollout(config), answers, provider: awsProvider, stage });
  return stackOutputs(request, context, { foundation, delivery, service, watching }, answers);
}
