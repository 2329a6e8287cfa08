import { z } from "zod";
import { service, taskDefinition } from "../../../policies/kinds.ts";
import { arnOf, isOfAws, ofKind, type PlannedResource } from "../planned-resource.ts";

/** How much of one thing a plan has at every moment, or each month. */
export interface Quantity {
  /** Name of its price in the price file, which ends with what it is charged by: `natGatewayHour`, `kmsKeyMonth`. */
  readonly meter: string;
  readonly amount: number;
}

/** What a price is found by. */
export type PricedResource = Pick<PlannedResource, "type" | "name" | "id" | "custom" | "inputs" | "outputs">;

/** What a resource is charged by besides its use. */
type Count = (resource: PricedResource) => readonly Quantity[];

const one =
  (meter: string): Count =>
  () => [{ meter, amount: 1 }];

const database = z.object({
  instanceClass: z.string(),
  multiAz: z.boolean().default(false),
  allocatedStorage: z.number(),
  manageMasterUserPassword: z.boolean().default(false),
});

function ofDatabase({ inputs }: PricedResource): readonly Quantity[] {
  const { instanceClass, multiAz, allocatedStorage, manageMasterUserPassword } = database.parse(inputs);
  const zones = multiAz ? "MultiAz" : "SingleAz";
  return [
    { meter: `${instanceClass}.${zones}Hour`, amount: 1 },
    { meter: `databaseStorage${zones}GibMonth`, amount: allocatedStorage },
    ...(manageMasterUserPassword ? [{ meter: "secretMonth", amount: 1 }] : []),
  ];
}

const alarm = z.object({ metricQueries: z.array(z.object({ metric: z.unknown().optional() })).optional() });

/** An alarm on an expression is charged for each metric in it. */
function ofAlarm({ inputs }: PricedResource): readonly Quantity[] {
  const { metricQueries = [{ metric: {} }] } = alarm.parse(inputs);
  return [{ meter: "alarmMetricMonth", amount: metricQueries.filter(({ metric }) => metric !== undefined).length }];
}

const endpoint = z.object({ vpcEndpointType: z.string(), subnetIds: z.array(z.string()).default([]) });

/** An interface is charged in each zone. A gateway is free. */
function ofEndpoint({ inputs }: PricedResource): readonly Quantity[] {
  const { vpcEndpointType, subnetIds } = endpoint.parse(inputs);
  return vpcEndpointType === "Interface" ? [{ meter: "vpcEndpointZoneHour", amount: subnetIds.length }] : [];
}

const balancer = z.object({ internal: z.boolean().default(false), subnets: z.array(z.string()) });

/** It has a public address in each of its zones. */
function ofLoadBalancer({ inputs }: PricedResource): readonly Quantity[] {
  const { internal, subnets } = balancer.parse(inputs);
  return [
    { meter: "loadBalancerHour", amount: 1 },
    ...(internal ? [] : [{ meter: "publicIpv4Hour", amount: subnets.length }]),
  ];
}

const webAcl = z.object({ rules: z.array(z.unknown()).default([]) });

function ofWebAcl({ inputs }: PricedResource): readonly Quantity[] {
  return [
    { meter: "webAclMonth", amount: 1 },
    { meter: "webAclRuleMonth", amount: webAcl.parse(inputs).rules.length },
  ];
}

/**
 * What is charged for being there, by type, as the pricing page of each service says. The source of each price in the price
 * file is that page.
 */
const counts: Readonly<Record<string, Count>> = {
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": one("compositeAlarmMonth"),
  "aws:cloudwatch/dashboard:Dashboard": one("dashboardMonth"),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": one("customMetricMonth"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": ofAlarm,
  "aws:ec2/eip:Eip": one("publicIpv4Hour"),
  "aws:ec2/natGateway:NatGateway": one("natGatewayHour"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ofEndpoint,
  "aws:kms/key:Key": one("kmsKeyMonth"),
  "aws:lb/loadBalancer:LoadBalancer": ofLoadBalancer,
  "aws:lb/trustStore:TrustStore": one("trustStoreHour"),
  "aws:rds/instance:Instance": ofDatabase,
  "aws:secretsmanager/secret:Secret": one("secretMonth"),
  "aws:wafv2/webAcl:WebAcl": ofWebAcl,
};

/** What is charged by use, and so is in no sum. The words say what of it. */
const byUse: Readonly<Record<string, string>> = {
  "aws:backup/plan:Plan": "AWS Backup: storage beyond the database's own size, and restores",
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": "AWS Backup: each restore test and the instance that it restores",
  "aws:cloudwatch/logGroup:LogGroup": "CloudWatch Logs: data taken in and kept",
  "aws:ec2/flowLog:FlowLog": "flow logs: data taken in and kept",
  "aws:ec2/natGateway:NatGateway": "NAT gateways: data",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "VPC endpoints: data",
  "aws:ecr/repository:Repository": "image registry: storage and scans",
  "aws:ecs/cluster:Cluster": "Container Insights: its metrics; tasks that autoscaling adds, and one-off tasks",
  "aws:lb/loadBalancer:LoadBalancer": "load balancer: capacity units, and data to the internet",
  "aws:rds/instance:Instance": "database: storage that grows, backups beyond its size, CPU credits",
  "aws:s3/bucket:Bucket": "buckets: storage and requests",
  "aws:sesv2/emailIdentity:EmailIdentity": "mail: each message",
  "aws:sfn/stateMachine:StateMachine": "rollback machine: state transitions",
  "aws:sns/topic:Topic": "notices: messages",
  "aws:sqs/queue:Queue": "queue of events that were not delivered: requests",
  "aws:wafv2/webAcl:WebAcl": "firewall: requests",
};

/** What AWS does not charge for. */
const free: ReadonlySet<string> = new Set([
  "aws:acm/certificate:Certificate",
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:appautoscaling/policy:Policy",
  "aws:appautoscaling/target:Target",
  "aws:backup/restoreTestingSelection:RestoreTestingSelection",
  "aws:backup/selection:Selection",
  "aws:backup/vault:Vault",
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
  "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration",
  "aws:cloudwatch/eventConnection:EventConnection",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/managedPrefixList:ManagedPrefixList",
  "aws:ec2/route:Route",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:ecs/service:Service", // its tasks are charged
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:kms/alias:Alias",
  "aws:lb/listener:Listener",
  "aws:lb/listenerRule:ListenerRule",
  "aws:lb/targetGroup:TargetGroup",
  "aws:rds/eventSubscription:EventSubscription",
  "aws:rds/parameterGroup:ParameterGroup",
  "aws:rds/subnetGroup:SubnetGroup",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLogging:BucketLogging",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:sesv2/configurationSet:ConfigurationSet",
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination",
  "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes",
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:ssm/parameter:Parameter", // of the standard tier
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:wafv2/ipSet:IpSet",
  "aws:wafv2/webAclAssociation:WebAclAssociation",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
]);

/** What a plan is charged for. */
export interface PlanQuantities {
  /** What is charged for being there: one entry for each name. */
  readonly standing: readonly Quantity[];
  /** What is charged by use. */
  readonly byUse: readonly string[];
  /** Types of AWS of which nothing says whether they cost. */
  readonly unknown: readonly string[];
}

/** Whether this file says of a type of AWS whether it costs. */
export function isKnownType(type: string): boolean {
  return counts[type] !== undefined || byUse[type] !== undefined || free.has(type);
}

/** Counts what a plan is charged for. */
export function quantitiesOf(resources: readonly PricedResource[]): PlanQuantities {
  const ofAws = resources.filter(isOfAws);
  const types = [...new Set(ofAws.map(({ type }) => type))];
  return {
    standing: added([
      ...ofAws.flatMap((resource) => counts[resource.type]?.(resource) ?? []),
      ...quantitiesOfServices(ofAws),
    ]),
    byUse: types.flatMap((type) => byUse[type] ?? []).sort(),
    unknown: types.filter((type) => !isKnownType(type)).sort(),
  };
}

/** A task's size, in ECS's units: 1024 of CPU are one vCPU. */
export interface TaskSize {
  readonly cpuUnits: number;
  readonly memoryMib: number;
}

/** What so many tasks of a size are charged by. */
export function quantitiesOfTasks(tasks: number, { cpuUnits, memoryMib }: TaskSize): readonly Quantity[] {
  return [
    { meter: "fargateVcpuHour", amount: (tasks * cpuUnits) / 1024 },
    { meter: "fargateGibHour", amount: (tasks * memoryMib) / 1024 },
  ];
}

const ecsService = z.object({ desiredCount: z.number(), taskDefinition: z.string() });
const definition = z.object({ cpu: z.coerce.number(), memory: z.coerce.number() });

function quantitiesOfServices(resources: readonly PricedResource[]): readonly Quantity[] {
  return ofKind(resources, service).flatMap(({ name, inputs }) => {
    const { desiredCount, taskDefinition: arn } = ecsService.parse(inputs);
    const run = ofKind(resources, taskDefinition).find((planned) => arnOf(planned) === arn);
    if (run === undefined) throw new Error(`${name} runs ${arn}, which is not planned.`);
    const { cpu, memory } = definition.parse(run.inputs);
    return quantitiesOfTasks(desiredCount, { cpuUnits: cpu, memoryMib: memory });
  });
}

/** Adds up what has the same name, in the order of the names. What comes to nothing is left out. */
export function added(quantities: readonly Quantity[]): readonly Quantity[] {
  return [...Map.groupBy(quantities, ({ meter }) => meter)]
    .map(([meter, parts]) => ({ meter, amount: parts.reduce((sum, { amount }) => sum + amount, 0) }))
    .filter(({ amount }) => amount !== 0)
    .sort((a, b) => (a.meter < b.meter ? -1 : 1));
}
