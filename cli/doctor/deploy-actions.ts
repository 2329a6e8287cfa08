/**
 * IAM actions that create what the program plans, by service: an update needs them, and others that read, change and delete the
 * same things. A test compares them with the calls that every planned type is judged by.
 *
 * @see Service Authorization Reference
 */
const byService: Readonly<Record<string, readonly string[]>> = {
  acm: ["DescribeCertificate", "ImportCertificate", "RequestCertificate"],
  "application-autoscaling": ["PutScalingPolicy", "RegisterScalableTarget"],
  backup: [
    "CreateBackupPlan",
    "CreateBackupSelection",
    "CreateBackupVault",
    "CreateRestoreTestingPlan",
    "CreateRestoreTestingSelection",
    "PutBackupVaultLockConfiguration",
  ],
  cloudwatch: ["PutCompositeAlarm", "PutDashboard", "PutMetricAlarm"],
  ec2: [
    "AllocateAddress",
    "AssociateRouteTable",
    "AttachInternetGateway",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "CreateFlowLogs",
    "CreateInternetGateway",
    "CreateManagedPrefixList",
    "CreateNatGateway",
    "CreateRoute",
    "CreateRouteTable",
    "CreateSecurityGroup",
    "CreateSubnet",
    "CreateTags",
    "CreateVpc",
    "CreateVpcEndpoint",
    "DescribeSecurityGroups",
    "ModifySubnetAttribute",
    "ModifyVpcAttribute",
  ],
  ecr: ["CreateRepository", "PutLifecyclePolicy"],
  ecs: ["CreateCluster", "CreateService", "PutClusterCapacityProviders", "RegisterTaskDefinition"],
  elasticloadbalancing: [
    "CreateListener",
    "CreateLoadBalancer",
    "CreateRule",
    "CreateTargetGroup",
    "CreateTrustStore",
    "ModifyListenerAttributes",
    "ModifyLoadBalancerAttributes",
    "ModifyTargetGroupAttributes",
  ],
  events: ["CreateConnection", "PutRule", "PutTargets"],
  iam: ["AttachRolePolicy", "CreateRole", "CreateServiceLinkedRole", "PassRole", "PutRolePolicy"],
  kms: ["CreateAlias", "CreateKey", "EnableKeyRotation"],
  logs: ["CreateLogGroup", "PutMetricFilter", "PutRetentionPolicy"],
  rds: [
    "CreateDBInstance",
    "CreateDBParameterGroup",
    "CreateDBSubnetGroup",
    "CreateEventSubscription",
    "ModifyDBInstance",
    "ModifyDBParameterGroup",
  ],
  s3: [
    "CreateBucket",
    "PutBucketLogging",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutEncryptionConfiguration",
    "PutLifecycleConfiguration",
    "PutObject",
  ],
  secretsmanager: ["CreateSecret", "PutSecretValue"],
  ses: [
    "CreateConfigurationSet",
    "CreateConfigurationSetEventDestination",
    "CreateEmailIdentity",
    "PutEmailIdentityFeedbackAttributes",
    "PutEmailIdentityMailFromAttributes",
  ],
  sns: ["CreateTopic", "SetTopicAttributes", "Subscribe"],
  sqs: ["CreateQueue", "SetQueueAttributes"],
  ssm: ["PutParameter"],
  states: ["CreateStateMachine"],
  wafv2: ["AssociateWebACL", "CreateIPSet", "CreateWebACL", "PutLoggingConfiguration"],
};

/** The same as whole names, such as `ecs:CreateService`. */
export const deployActions: readonly string[] = Object.entries(byService).flatMap(([service, actions]) =>
  actions.map((action) => `${service}:${action}`),
);

/** What a stage with `alerts.chat` needs besides. */
export const chatActions: readonly string[] = [
  "chatbot:CreateMicrosoftTeamsChannelConfiguration",
  "chatbot:CreateSlackChannelConfiguration",
];
