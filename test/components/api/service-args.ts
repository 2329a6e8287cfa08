import { apiEnvironment } from "../../../components/api/api-environment.ts";
import type { ColourServiceArgs } from "../../../components/api/colour-service.ts";
import { testTags } from "../../support/plan-component.ts";

/** A digest that no image has. */
export const digest = `sha256:${"4e".repeat(32)}`;

/** An image by that digest. */
export const image = `123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/portal@${digest}`;

/** Environment of the production API. */
export const environment = apiEnvironment({
  environment: "production",
  debug: false,
  allowedOrigins: ["https://celebrant-portal.com"],
  databaseHost: "database.internal",
  databasePort: 5432,
  databaseName: "celebrant_portal",
  databaseUser: "prod_user",
  bucketName: "uploads",
  mailDomain: "celebrant-portal.com",
  configurationSetName: "portal",
  region: "ap-southeast-2",
});

/** Arguments of a green service as production gives them. */
export const serviceArgs: ColourServiceArgs = {
  colour: "green",
  image,
  clusterArn: "arn:aws:ecs:ap-southeast-2:123456789012:cluster/portal",
  clusterName: "portal",
  subnetIds: ["subnet-a", "subnet-b", "subnet-c"],
  securityGroupId: "sg-api",
  targetGroupArns: [
    "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:targetgroup/green/0123456789abcdef",
    "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:targetgroup/green-own/0123456789abcdef",
  ],
  executionRoleArn: "arn:aws:iam::123456789012:role/execution",
  taskRoleArn: "arn:aws:iam::123456789012:role/task",
  environment,
  secrets: [{ name: "SECRET_KEY", valueFrom: "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:key" }],
  cpuUnits: 512,
  memoryMib: 1024,
  minTasks: 2,
  maxTasks: 6,
  keepsTasks: true,
  containerPort: 8000,
  healthCheckPath: "/health",
  stopTimeoutSeconds: 60,
  idleTimeoutSeconds: 300,
  trustedProxyCidrs: ["10.20.0.0/16", "173.245.48.0/20"],
  logGroupName: "/portal-production/api/green",
  dependsOn: [],
  region: "ap-southeast-2",
  tags: testTags,
};
