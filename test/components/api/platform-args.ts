import type { ApiPlatformArgs } from "../../../components/api/api-platform.ts";
import { testTags } from "../../support/plan-component.ts";

/** Arguments of a platform as a stage gives them. */
export const platformArgs: ApiPlatformArgs = {
  vpcId: "vpc-0123456789abcdef0",
  databaseSecurityGroupId: "sg-database",
  databasePort: 5432,
  databaseResourceId: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  databaseUserNames: { application: "prod_user", migrator: "celebrant_migrator", readOnly: "celebrant_readonly" },
  bucketArn: "arn:aws:s3:::uploads",
  mailIdentityArn: "arn:aws:ses:ap-southeast-2:123456789012:identity/celebrant-portal.com",
  configurationSetName: "portal",
  secretArns: {
    api: ["arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:secret-key-abc123"],
    migrate: ["arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:license-abc123"],
    integrity: [],
  },
  logGroupArns: {
    api: ["arn:aws:logs:ap-southeast-2:123456789012:log-group:/portal-production/api/blue"],
    oneOffTasks: ["arn:aws:logs:ap-southeast-2:123456789012:log-group:/portal-production/api/one-off-tasks"],
  },
  repositoryArn: "arn:aws:ecr:ap-southeast-2:123456789012:repository/portal",
  loadBalancerSecurityGroupId: "sg-balancer",
  containerPort: 8000,
  region: "ap-southeast-2",
  accountId: "123456789012",
  tags: testTags,
};
