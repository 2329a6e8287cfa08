import { byColour } from "../rollout/colour.ts";
import { nextRecord } from "../rollout/next-record.ts";
import type { LastPromote } from "../rollout/rollback-address.ts";
import { lastPromote } from "../rollout/rollback-window.ts";
import { latchParameter, metricNamespace, rollbackAddressParameter, stageName, stageTags } from "./naming.ts";
import { stackOutputs } from "./outputs.ts";
import { askRollout } from "./rollout/observed-rollout.ts";
import { requireMoved } from "./rollout/require-moved.ts";
import { scheduleOf } from "./rollout/schedule.ts";
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
    lastPromote: lastPromoteAfter(request),
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

/**
 * What the rollback address will say of the last promote. It is taken from what the update asks for: from what its resources
 * answer, the address would be unknown in the preview of every step.
 */
function lastPromoteAfter({ config, previous, now }: StackRequest): LastPromote | null {
  const { liveColour, weightPercent, images } = wantedRollout(config);
  const record = nextRecord(previous, { liveColour, weightPercent, images }, now);
  return lastPromote(record, scheduleOf(config.rollout).rollbackWindowSeconds);
}
