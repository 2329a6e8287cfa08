/**
 * What AWS accepts for a text, where its service models leave that out and only its documentation says it. What the models
 * say is judged by `npm run validate`.
 */
export interface PublishedLimit {
  /** Longest text, characters. */
  readonly most?: number;
  /** The whole text must match. Absent where AWS publishes no pattern. */
  readonly pattern?: RegExp;
  /** The page of the AWS documentation that says so. */
  readonly page: string;
}

const docs = "https://docs.aws.amazon.com";
const pages = {
  backup: `${docs}/aws-backup/latest/devguide`,
  cloudwatch: `${docs}/AmazonCloudWatch/latest/APIReference`,
  ec2: `${docs}/AWSEC2/latest/APIReference`,
  ecs: `${docs}/AmazonECS/latest/APIReference`,
  elb: `${docs}/elasticloadbalancing/latest/APIReference`,
  kms: `${docs}/kms/latest/APIReference`,
  rds: `${docs}/AmazonRDS/latest/APIReference`,
  s3: `${docs}/AmazonS3/latest`,
  secrets: `${docs}/secretsmanager/latest/apireference`,
  ses: `${docs}/ses/latest/APIReference-V2`,
  sns: `${docs}/sns/latest/api`,
  sqs: `${docs}/AWSSimpleQueueService/latest/APIReference`,
  ssm: `${docs}/systems-manager/latest/APIReference`,
  stepFunctions: `${docs}/step-functions/latest/apireference`,
} as const;

function limit(service: keyof typeof pages, page: string, accepted: Omit<PublishedLimit, "page"> = {}): PublishedLimit {
  return { ...accepted, page: `${pages[service]}/${page}.html` };
}

/** Letters, digits, spaces and these; neither apostrophe nor quotes. */
const securityGroupText = { most: 255, pattern: /[a-zA-Z0-9. _\-:/()#,@[\]+=;{}!$*]*/ };
const ecsName = { most: 255, pattern: /[a-zA-Z0-9_-]+/ };
/** No hyphen at the end, and no two in a row. */
const rdsName = /[a-zA-Z](-?[a-zA-Z0-9])*/;
const balancerName = { most: 32, pattern: /(?!internal-)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?/ };
/** UTF-8 without ASCII control characters. */
const alarmName = { most: 255, pattern: /\P{Cc}+/u };

/**
 * The limits of the descriptions and names that the program or the provider's autonaming gives an AWS resource and that no
 * model limits as closely, by type token and property. An entry of a list has the path of the list.
 */
export const publishedLimits: Readonly<Record<string, Readonly<Record<string, PublishedLimit>>>> = {
  "aws:backup/plan:Plan": {
    name: limit("backup", "API_BackupPlanInput", { most: 50, pattern: /[a-zA-Z0-9\-_.]+/ }),
  },
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": {
    name: limit("backup", "API_RestoreTestingPlanForCreate", { most: 50, pattern: /[a-zA-Z0-9_]+/ }),
  },
  "aws:backup/restoreTestingSelection:RestoreTestingSelection": {
    name: limit("backup", "API_RestoreTestingSelectionForCreate", { most: 50, pattern: /[a-zA-Z0-9_]+/ }),
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    alarmName: limit("cloudwatch", "API_PutCompositeAlarm", alarmName),
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    dashboardName: limit("cloudwatch", "API_PutDashboard", { most: 255, pattern: /[A-Za-z0-9\-_]+/ }),
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    name: limit("cloudwatch", "API_PutMetricAlarm", alarmName),
    "metricQueries.id": limit("cloudwatch", "API_MetricDataQuery", { most: 255, pattern: /[a-z][a-zA-Z0-9_]*/ }),
  },
  "aws:ec2/managedPrefixList:ManagedPrefixList": {
    "entries.description": limit("ec2", "API_AddPrefixListEntry", { most: 255 }),
    name: limit("ec2", "API_CreateManagedPrefixList", { most: 255, pattern: /(?!com\.amazonaws).*/ }),
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    description: limit("ec2", "API_CreateSecurityGroup", securityGroupText),
    name: limit("ec2", "API_CreateSecurityGroup", {
      most: 255,
      pattern: /(?!sg-)[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]*/,
    }),
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    description: limit("ec2", "API_UserIdGroupPair", securityGroupText),
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    description: limit("ec2", "API_UserIdGroupPair", securityGroupText),
  },
  "aws:ecs/cluster:Cluster": { name: limit("ecs", "API_CreateCluster", ecsName) },
  "aws:ecs/service:Service": { name: limit("ecs", "API_CreateService", ecsName) },
  "aws:ecs/taskDefinition:TaskDefinition": { family: limit("ecs", "API_RegisterTaskDefinition", ecsName) },
  "aws:kms/alias:Alias": {
    name: limit("kms", "API_CreateAlias", { most: 256, pattern: /(?!alias\/aws\/)[a-zA-Z0-9:/_-]+/ }),
  },
  "aws:lb/loadBalancer:LoadBalancer": { name: limit("elb", "API_CreateLoadBalancer", balancerName) },
  "aws:lb/targetGroup:TargetGroup": { name: limit("elb", "API_CreateTargetGroup", balancerName) },
  "aws:lb/trustStore:TrustStore": { name: limit("elb", "API_CreateTrustStore", balancerName) },
  "aws:rds/eventSubscription:EventSubscription": {
    name: limit("rds", "API_CreateEventSubscription", { most: 254 }),
  },
  "aws:rds/instance:Instance": {
    identifier: limit("rds", "API_CreateDBInstance", { most: 63, pattern: rdsName }),
    username: limit("rds", "API_CreateDBInstance", { most: 16, pattern: /[a-zA-Z][a-zA-Z0-9_]*/ }),
    finalSnapshotIdentifier: limit("rds", "API_DeleteDBInstance", { most: 255, pattern: rdsName }),
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    description: limit("rds", "API_CreateDBParameterGroup"),
    name: limit("rds", "API_CreateDBParameterGroup", { most: 255, pattern: rdsName }),
  },
  "aws:rds/subnetGroup:SubnetGroup": {
    description: limit("rds", "API_CreateDBSubnetGroup"),
    name: limit("rds", "API_CreateDBSubnetGroup", { most: 255, pattern: /(?!default$)[a-zA-Z][a-zA-Z0-9._ -]*/ }),
  },
  "aws:s3/bucket:Bucket": {
    bucket: limit("s3", "userguide/bucketnamingrules", {
      most: 63,
      pattern: /(?!xn--)(?!.*-s3alias$)(?!.*\.\.)[a-z0-9][a-z0-9.-]+[a-z0-9]/,
    }),
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    "rules.id": limit("s3", "API/API_LifecycleRule", { most: 255 }),
  },
  "aws:secretsmanager/secret:Secret": {
    // A hyphen and six characters at the end look like the end of an ARN.
    name: limit("secrets", "API_CreateSecret", { most: 512, pattern: /(?!.*-.{6}$)[a-zA-Z0-9/_+=.@-]+/ }),
  },
  "aws:sesv2/configurationSet:ConfigurationSet": {
    configurationSetName: limit("ses", "API_CreateConfigurationSet", { most: 64, pattern: /[a-zA-Z0-9_-]+/ }),
  },
  "aws:sfn/stateMachine:StateMachine": {
    // What a machine with logs may be named.
    name: limit("stepFunctions", "API_CreateStateMachine", { most: 80, pattern: /[0-9A-Za-z_-]+/ }),
  },
  "aws:sns/topic:Topic": { name: limit("sns", "API_CreateTopic", { most: 256, pattern: /[a-zA-Z0-9_-]+/ }) },
  "aws:sqs/queue:Queue": { name: limit("sqs", "API_CreateQueue", { most: 80, pattern: /[a-zA-Z0-9_-]+/ }) },
  "aws:ssm/parameter:Parameter": {
    name: limit("ssm", "API_PutParameter", { most: 2048, pattern: /(?!\/?(?:aws|ssm))[a-zA-Z0-9_.\-/]+/i }),
  },
};

/** Of a notice's subject, wherever one is published. */
export const subjectLimit = limit("sns", "API_Publish", { most: 99, pattern: /\P{Cc}*/u });

/** Why AWS would refuse a text; nothing where it accepts it. */
export function refusedFor(text: string, { most = Number.POSITIVE_INFINITY, pattern, page }: PublishedLimit): string[] {
  return [
    ...(text.length > most ? [`${text.length} characters, ${most} are allowed: ${page}`] : []),
    ...(pattern === undefined || new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(text)
      ? []
      : [`does not match ${pattern.source}: ${page}`]),
  ];
}
