import { colourServiceName } from "../../components/api/names.ts";
import { ColourAlarms } from "../../components/observability/colour-alarms.ts";
import { FailureAlarms } from "../../components/observability/failure-alarms.ts";
import { LogMetrics } from "../../components/observability/log-metrics.ts";
import { OriginAlarms } from "../../components/observability/origin-alarms.ts";
import { PortalDashboard } from "../../components/observability/portal-dashboard.ts";
import { responseTimeWindows } from "../../components/observability/request-alarms.ts";
import { SharedAlarms } from "../../components/observability/shared-alarms.ts";
import { Rollback } from "../../components/rollback/rollback.ts";
import type { RollbackArgs } from "../../components/rollback/rollback-args.ts";
import { byColour, otherColour } from "../../rollout/colour.ts";
import { quietWindowHours } from "../../rollout/rollback-test/quiet-traffic.ts";
import { planRollbackTest } from "../../rollout/rollback-test/rollback-test.ts";
import { parseDurationSeconds } from "../../rollout/time.ts";
import { scheduleOf } from "../rollout/wanted.ts";
import type { Delivery } from "./delivery.ts";
import type { Foundation } from "./foundation.ts";
import type { Service } from "./service.ts";
import type { StackContext } from "./stack-context.ts";

/** Who watches, and what returns the traffic. */
export type Watching = ReturnType<typeof createWatching>;

/** Log metrics, alarms, the dashboard, and the rollback that the candidate's alarm starts. */
export function createWatching(context: StackContext, foundation: Foundation, delivery: Delivery, service: Service) {
  const { name, config, tags, options, accountId, metricNamespace, latchParameterName, addressParameterName } = context;
  const { alertTopicArn, database } = foundation;
  const { traffic, webAcl, originPulls } = delivery;
  const { alerts, objectives, rollout } = config;
  const { region } = config.aws;
  const { connections: maxConnections, storageGib: allocatedStorageGib } = context.database;
  const { steps } = scheduleOf(rollout);
  const rollbackTest = planRollbackTest({
    objectivePercent: objectives.errorRatePercent,
    errorRatePercent: alerts.errorRatePercent,
    minimumFailingMinutes: alerts.minimumErrors,
    steps,
  });
  const thresholds = {
    ...alerts,
    windowSeconds: parseDurationSeconds(alerts.window),
    quietWindowHours: quietWindowHours(steps, alerts.minimumErrors),
  };
  const { loadBalancerArnSuffix, targetGroups } = traffic;
  const schedule = scheduleOf(rollout);

  new LogMetrics(
    name,
    {
      logGroupNames: service.logGroups.logGroupNames,
      databaseLogGroupName: database.serverLogGroupName,
      namespace: metricNamespace,
    },
    options,
  );
  const failures = byColour(
    (colour) =>
      new FailureAlarms(
        name,
        {
          colour,
          loadBalancerArnSuffix,
          targetGroupArnSuffix: targetGroups[colour].arnSuffix,
          metricNamespace,
          windows: rollbackTest.windows,
          otherWindowMinutes: responseTimeWindows(thresholds).map(({ seconds }) => seconds / 60),
          tags,
        },
        options,
      ),
  );
  const colourAlarms = byColour(
    (colour) =>
      new ColourAlarms(
        name,
        {
          colour,
          loadBalancerArnSuffix,
          targetGroupArnSuffix: targetGroups[colour].arnSuffix,
          otherTargetGroupArnSuffix: targetGroups[otherColour(colour)].arnSuffix,
          clusterName: service.platform.clusterName,
          serviceName: colourServiceName(name, colour),
          metricNamespace,
          thresholds,
          failures: { own: failures[colour], other: failures[otherColour(colour)] },
          alertTopicArn,
          tags,
        },
        options,
      ),
  );
  const sharedAlarms = new SharedAlarms(
    name,
    {
      databaseInstanceIdentifier: database.instanceIdentifier,
      allocatedStorageGib,
      maxConnections,
      diskPercent: alerts.diskPercent,
      metricNamespace,
      loadBalancerArnSuffix,
      availabilityPercent: objectives.availabilityPercent,
      minimumErrors: alerts.minimumErrors,
      alertTopicArn,
      tags,
    },
    options,
  );
  if (originPulls !== undefined) {
    new OriginAlarms(
      name,
      {
        certificates: originPulls.certificates,
        loadBalancerArnSuffix,
        verifies: config.dns.originPulls?.mode === "verify",
        minimumErrors: alerts.minimumErrors,
        alertTopicArn,
        tags,
      },
      options,
    );
  }
  const rollback = new Rollback(
    name,
    {
      publicRuleArn: traffic.publicRule.arn,
      candidateRuleArn: traffic.candidateRule.arn,
      targetGroupArns: byColour((colour) => targetGroups[colour].arn),
      ownHostTargetGroupArns: byColour((colour) => traffic.ownHostGroups[colour].arn),
      liveColour: config.liveColour,
      compositeAlarms: byColour((colour) => ({
        arn: colourAlarms[colour].compositeAlarmArn,
        name: colourAlarms[colour].compositeAlarmName,
      })),
      latchParameterName,
      initialLatch: context.initialLatch,
      lastPromote: context.lastPromote,
      candidateSince: context.candidateSince,
      rollbackTest,
      loadBalancerArnSuffix,
      addressParameterName,
      alertTopicArn,
      automaticCheck: rollout.automaticCheck,
      steps: schedule.steps,
      onLimit: schedule.onLimit,
      metricNamespace,
      frontend: frontendReturn(context, delivery),
      region,
      accountId,
      tags,
    },
    options,
  );
  const dashboard = new PortalDashboard(
    name,
    {
      region,
      metricNamespace,
      loadBalancerArnSuffix,
      targetGroupArnSuffixes: byColour((colour) => targetGroups[colour].arnSuffix),
      clusterName: service.platform.clusterName,
      serviceNames: byColour((colour) => colourServiceName(name, colour)),
      databaseInstanceIdentifier: database.instanceIdentifier,
      maxConnections,
      webAclMetricName: webAcl.webAclMetricName,
      compositeAlarmArns: byColour((colour) => colourAlarms[colour].compositeAlarmArn),
      thresholds,
      objectives,
    },
    options,
  );
  return { colourAlarms, sharedAlarms, rollback, dashboard };
}

/** How the rollback's machine takes the frontend back; undefined without a token. */
function frontendReturn(
  { config, releasedFrontendName }: StackContext,
  { frontend }: Delivery,
): RollbackArgs["frontend"] {
  const { frontendToken: token } = config;
  if (token === undefined) return undefined;
  const { teamId } = config.frontend;
  return { projectId: frontend.projectId, teamId, token, parameterName: releasedFrontendName };
}
