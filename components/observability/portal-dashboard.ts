import { Dashboard } from "@pulumi/aws/cloudwatch/dashboard.js";
import * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../../rollout/colour.ts";
import { buildDashboardBody } from "./dashboard-body.ts";
import type { DashboardValues } from "./dashboard-widgets.ts";

type PerColour = Readonly<Record<Colour, pulumi.Input<string>>>;

/** Arguments of {@link PortalDashboard}. Changing any of them updates the dashboard in place. */
export interface PortalDashboardArgs {
  readonly region: string;
  /** Namespace of the metrics from logs and of `TrafficWeight`. */
  readonly metricNamespace: string;
  /** `app/<name>/<id>` of the load balancer. */
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** `targetgroup/<name>/<id>` by colour. */
  readonly targetGroupArnSuffixes: PerColour;
  readonly clusterName: pulumi.Input<string>;
  /** Names of the ECS services, whether or not they exist. */
  readonly serviceNames: Readonly<Record<Colour, string>>;
  readonly databaseInstanceIdentifier: pulumi.Input<string>;
  /** `max_connections` of the database, drawn as a limit. */
  readonly maxConnections: number;
  /** Metric name of the web ACL. Its metrics carry this, and not the ACL's name. */
  readonly webAclMetricName: pulumi.Input<string>;
  readonly compositeAlarmArns: PerColour;
  /** Where the alarms go off (guide A1, A2, A4), drawn as limits. */
  readonly thresholds: DashboardValues["thresholds"];
  /** What was promised (guide C1 to C3), written beside the figures. */
  readonly objectives: DashboardValues["objectives"];
}

/** One dashboard with everything that the guide wants watched (M1 to M5, C1 to C3), blue and green side by side. */
export class PortalDashboard extends pulumi.ComponentResource {
  /** Name of the dashboard, which is the stack's base name. */
  public readonly dashboardName: pulumi.Output<string>;

  /** @param name base name of the stack, such as `portal-production` */
  constructor(name: string, args: PortalDashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:observability:PortalDashboard", name, {}, opts);
    const dashboardBody = pulumi
      .output(args)
      .apply((values) => JSON.stringify(buildDashboardBody({ ...values, stackName: name })));
    const dashboard = new Dashboard(name, { dashboardName: name, dashboardBody }, { parent: this });
    this.dashboardName = dashboard.dashboardName;
    this.registerOutputs({ dashboardName: this.dashboardName });
  }
}
