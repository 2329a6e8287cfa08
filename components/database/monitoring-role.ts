import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../iam/service-trust.ts";
import type { DatabaseScope } from "./scope.ts";

/** Which instance the role may be used for. */
export interface MonitoringRoleArgs {
  readonly instanceIdentifier: pulumi.Input<string>;
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
}

/**
 * Creates the role of enhanced monitoring, usable for this one instance ("Setting up and enabling Enhanced Monitoring",
 * RDS user guide, on the confused deputy).
 *
 * @returns the role's ARN, known once the role can do its work
 */
export function createMonitoringRole(
  { name, tags, parent }: DatabaseScope,
  { instanceIdentifier, region, accountId }: MonitoringRoleArgs,
): pulumi.Output<string> {
  const logicalName = `${name}-monitoring`;
  const role = new Role(
    logicalName,
    {
      description: `Enhanced monitoring of the database of ${name}`,
      assumeRolePolicy: serviceTrust({
        service: "monitoring.rds.amazonaws.com",
        accountId,
        sourceArn: pulumi.interpolate`arn:aws:rds:${region}:${accountId}:db:${instanceIdentifier}`,
      }),
      tags: { ...tags, Name: logicalName },
    },
    { parent },
  );
  const attachment = new RolePolicyAttachment(
    logicalName,
    { role: role.name, policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole" },
    { parent },
  );
  return pulumi.all([role.arn, attachment.id]).apply(([roleArn]) => roleArn);
}
