import type { MetricStore } from "../alarms/metrics.ts";
import { preciseNow } from "../load/request.ts";
import { loadBalancingActions, type Rules } from "../services/load-balancing.ts";
import { type AlarmStatus, monitoringActions } from "../services/monitoring.ts";
import { type Notice, noticeActions } from "../services/notices.ts";
import { parameterActions } from "../services/parameters.ts";
import { permittedActions } from "../services/permitted-actions.ts";
import type { ServiceActions } from "../services/service-actions.ts";
import { authorizationOf, type PlannedRollback } from "./planned-rollback.ts";

/** What the services of a rollback work on. */
export interface ServiceGrounds {
  readonly balancer: Rules;
  /** The plan that is in force when a call comes. */
  readonly planned: () => PlannedRollback;
  readonly alarms: () => readonly AlarmStatus[];
  readonly metrics: Pick<MetricStore, "put">;
  /** Values by name. */
  readonly parameters: Map<string, string>;
  /** Takes what is published. */
  readonly notices: Notice[];
}

/** Every service that the planned machine may call, each action allowed only where the machine's planned role allows it. */
export function rollbackServices(grounds: ServiceGrounds): ServiceActions {
  const { alarms, balancer, metrics, notices, parameters, planned } = grounds;
  const services = {
    ...loadBalancingActions(balancer),
    ...monitoringActions(alarms, metrics, preciseNow),
    ...parameterActions(parameters),
    ...noticeActions(() => planned().topicArns, notices),
  };
  return permittedActions(services, () => authorizationOf(planned()));
}
