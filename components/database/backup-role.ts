import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../iam/service-trust.ts";
import type { DatabaseScope } from "./scope.ts";

/**
 * Creates the role that AWS Backup copies with. It cannot restore: a restore is an update of this stack.
 *
 * @returns the role's ARN, known once the role can do its work
 */
export function createBackupRole(
  { name, tags, parent }: DatabaseScope,
  accountId: pulumi.Input<string>,
): pulumi.Output<string> {
  const logicalName = `${name}-backup`;
  const role = new Role(
    logicalName,
    {
      description: `AWS Backup of the database of ${name}`,
      assumeRolePolicy: serviceTrust({ service: "backup.amazonaws.com", accountId }),
      tags: { ...tags, Name: logicalName },
    },
    { parent },
  );
  const attachment = new RolePolicyAttachment(
    logicalName,
    { role: role.name, policyArn: "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup" },
    { parent },
  );
  return pulumi.all([role.arn, attachment.id]).apply(([roleArn]) => roleArn);
}
