import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { latchParameter, metricNamespace, stageName, stageTags } from "./naming.ts";
import { stackOutputs } from "./outputs.ts";
import { createDelivery } from "./stack/delivery.ts";
import { createFoundation } from "./stack/foundation.ts";
import { createService } from "./stack/service.ts";
import type { StackContext, StackRequest } from "./stack/stack-context.ts";
import { createWatching } from "./stack/watching.ts";

/**
 * Composes a stage from its components.
 *
 * @returns the stack's outputs
 */
export function createStack(request: StackRequest): Record<string, unknown> {
  const { project, stage, config, awsProvider } = request;
  const context: StackContext = {
    name: stageName(stage),
    stage,
    config,
    tags: stageTags(project, stage),
    accountId: getCallerIdentityOutput({}, { provider: awsProvider }).accountId,
    options: { providers: [awsProvider] },
    latchParameterName: latchParameter(project, stage).name,
    metricNamespace: metricNamespace(stage),
  };
  const foundation = createFoundation(context);
  const delivery = createDelivery(context, foundation);
  const service = createService(context, foundation, delivery);
  const watching = createWatching(context, foundation, delivery, service);
  return stackOutputs(request, context, { foundation, delivery, service, watching });
}
