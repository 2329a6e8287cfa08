import type { PlannedResource } from "../../plan/planned-resource.ts";
import { isImported } from "../table/balancer.ts";

/** What a planned type is in CloudFormation. */
export interface TemplateType {
  /** `AWS::EC2::VPC`. */
  readonly type: string;
  /**
   * Where CloudFormation has it as properties of another resource of `type`: the input here, and the output there, that hold
   * the same value.
   */
  readonly partOf?: { readonly input: string; readonly output: string };
  /**
   * Parameters of the API calls whose property has another name. From the parameter's path without places in lists to the
   * property's path within the structure that the parameter stands in. `.` means that structure itself; with an empty text
   * CloudFormation has no such property.
   */
  readonly names?: Readonly<Record<string, string>>;
  /** Whether CloudFormation has no such resource of the type, while it has others. Default no. */
  readonly lacks?: (resource: PlannedResource) => boolean;
}

function bucketPart(names: TemplateType["names"] = {}): TemplateType {
  return { type: "AWS::S3::Bucket", partOf: { input: "bucket", output: "bucket" }, names: { Bucket: "", ...names } };
}

function mailPart(names: TemplateType["names"]): TemplateType {
  return {
    type: "AWS::SES::EmailIdentity",
    partOf: { input: "emailIdentity", output: "emailIdentity" },
    ...(names === undefined ? {} : { names }),
  };
}

/** A rule of a security group, which the API takes with its addresses in lists of one. */
function groupRule(end: "Source" | "Destination"): Readonly<Record<string, string>> {
  return {
    IpPermissions: ".",
    "IpPermissions.IpRanges": ".",
    "IpPermissions.UserIdGroupPairs": ".",
    "IpPermissions.UserIdGroupPairs.GroupId": `${end}SecurityGroupId`,
    "IpPermissions.PrefixListIds": ".",
    "IpPermissions.PrefixListIds.PrefixListId": `${end}PrefixListId`,
  };
}

const chatNames = {
  GuardrailPolicyArns: "GuardrailPolicies",
  UserAuthorizationRequired: "UserRoleRequired",
  "Tags.TagKey": "Key",
  "Tags.TagValue": "Value",
};

/** Planned types that CloudFormation has. */
export const templateTypes: Readonly<Record<string, TemplateType>> = {
  // CloudFormation imports no certificate.
  "aws:acm/certificate:Certificate": { type: "AWS::CertificateManager::Certificate", lacks: isImported },
  "aws:appautoscaling/policy:Policy": { type: "AWS::ApplicationAutoScaling::ScalingPolicy" },
  "aws:appautoscaling/target:Target": { type: "AWS::ApplicationAutoScaling::ScalableTarget" },
  "aws:backup/plan:Plan": {
    type: "AWS::Backup::BackupPlan",
    names: { "BackupPlan.Rules": "BackupPlanRule", "BackupPlan.Rules.TargetBackupVaultName": "TargetBackupVault" },
  },
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": {
    type: "AWS::Backup::RestoreTestingPlan",
    names: { RestoreTestingPlan: "." },
  },
  "aws:backup/restoreTestingSelection:RestoreTestingSelection": {
    type: "AWS::Backup::RestoreTestingSelection",
    names: { RestoreTestingSelection: "." },
  },
  "aws:backup/selection:Selection": { type: "AWS::Backup::BackupSelection" },
  "aws:backup/vault:Vault": { type: "AWS::Backup::BackupVault" },
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": {
    type: "AWS::Backup::BackupVault",
    partOf: { input: "backupVaultName", output: "name" },
    names: {
      MinRetentionDays: "LockConfiguration.MinRetentionDays",
      MaxRetentionDays: "LockConfiguration.MaxRetentionDays",
      ChangeableForDays: "LockConfiguration.ChangeableForDays",
    },
  },
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": {
    type: "AWS::Chatbot::SlackChannelConfiguration",
    names: { SlackTeamId: "SlackWorkspaceId", ...chatNames },
  },
  "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": {
    type: "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
    names: {
      TenantId: "TeamsTenantId",
      ChannelId: "TeamsChannelId",
      ...chatNames,
    },
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": { type: "AWS::CloudWatch::CompositeAlarm" },
  "aws:cloudwatch/dashboard:Dashboard": { type: "AWS::CloudWatch::Dashboard" },
  "aws:cloudwatch/eventRule:EventRule": { type: "AWS::Events::Rule" },
  "aws:cloudwatch/eventTarget:EventTarget": {
    type: "AWS::Events::Rule",
    partOf: { input: "rule", output: "name" },
    names: { Rule: "" },
  },
  "aws:cloudwatch/logGroup:LogGroup": { type: "AWS::Logs::LogGroup" },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": { type: "AWS::Logs::MetricFilter" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { type: "AWS::CloudWatch::Alarm" },
  "aws:ec2/eip:Eip": { type: "AWS::EC2::EIP" },
  "aws:ec2/flowLog:FlowLog": { type: "AWS::EC2::FlowLog" },
  "aws:ec2/internetGateway:InternetGateway": { type: "AWS::EC2::InternetGateway", names: { VpcId: "" } },
  "aws:ec2/managedPrefixList:ManagedPrefixList": { type: "AWS::EC2::PrefixList" },
  "aws:ec2/natGateway:NatGateway": { type: "AWS::EC2::NatGateway" },
  "aws:ec2/route:Route": { type: "AWS::EC2::Route" },
  "aws:ec2/routeTable:RouteTable": { type: "AWS::EC2::RouteTable" },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": { type: "AWS::EC2::SubnetRouteTableAssociation" },
  "aws:ec2/securityGroup:SecurityGroup": {
    type: "AWS::EC2::SecurityGroup",
    names: { Description: "GroupDescription" },
  },
  "aws:ec2/subnet:Subnet": { type: "AWS::EC2::Subnet" },
  "aws:ec2/vpc:Vpc": { type: "AWS::EC2::VPC" },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { type: "AWS::EC2::VPCEndpoint" },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    type: "AWS::ECR::Repository",
    partOf: { input: "repository", output: "name" },
    names: { lifecyclePolicyText: "LifecyclePolicy.LifecyclePolicyText" },
  },
  "aws:ecr/repository:Repository": { type: "AWS::ECR::Repository" },
  "aws:ecs/cluster:Cluster": { type: "AWS::ECS::Cluster", names: { settings: "ClusterSettings" } },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
    type: "AWS::ECS::ClusterCapacityProviderAssociations",
  },
  "aws:ecs/service:Service": { type: "AWS::ECS::Service" },
  "aws:ecs/taskDefinition:TaskDefinition": { type: "AWS::ECS::TaskDefinition" },
  "aws:iam/role:Role": { type: "AWS::IAM::Role" },
  "aws:iam/rolePolicy:RolePolicy": { type: "AWS::IAM::RolePolicy" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    type: "AWS::IAM::Role",
    partOf: { input: "role", output: "name" },
    names: { PolicyArn: "ManagedPolicyArns" },
  },
  "aws:kms/alias:Alias": { type: "AWS::KMS::Alias" },
  "aws:kms/key:Key": {
    type: "AWS::KMS::Key",
    names: { Policy: "KeyPolicy", "Tags.TagKey": "Key", "Tags.TagValue": "Value" },
  },
  "aws:lb/listener:Listener": {
    type: "AWS::ElasticLoadBalancingV2::Listener",
    names: { Attributes: "ListenerAttributes" },
  },
  "aws:lb/listenerRule:ListenerRule": { type: "AWS::ElasticLoadBalancingV2::ListenerRule" },
  "aws:lb/loadBalancer:LoadBalancer": {
    type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
    names: { Attributes: "LoadBalancerAttributes" },
  },
  "aws:lb/trustStore:TrustStore": { type: "AWS::ElasticLoadBalancingV2::TrustStore" },
  "aws:lb/targetGroup:TargetGroup": {
    type: "AWS::ElasticLoadBalancingV2::TargetGroup",
    names: { Attributes: "TargetGroupAttributes" },
  },
  "aws:rds/eventSubscription:EventSubscription": { type: "AWS::RDS::EventSubscription" },
  "aws:rds/instance:Instance": {
    type: "AWS::RDS::DBInstance",
    names: { MasterUserSecretKmsKeyId: "MasterUserSecret.KmsKeyId", VpcSecurityGroupIds: "VPCSecurityGroups" },
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    type: "AWS::RDS::DBParameterGroup",
    names: { DBParameterGroupFamily: "Family" },
  },
  "aws:rds/subnetGroup:SubnetGroup": { type: "AWS::RDS::DBSubnetGroup" },
  "aws:s3/bucket:Bucket": {
    type: "AWS::S3::Bucket",
    names: { Bucket: "BucketName", CreateBucketConfiguration: "", Tagging: ".", "Tagging.TagSet": "Tags" },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketPart({
    "LifecycleConfiguration.Rules.Expiration": ".",
    "LifecycleConfiguration.Rules.Expiration.Days": "ExpirationInDays",
    "LifecycleConfiguration.Rules.Filter": ".",
  }),
  "aws:s3/bucketLogging:BucketLogging": bucketPart({
    BucketLoggingStatus: ".",
    "BucketLoggingStatus.LoggingEnabled": "LoggingConfiguration",
    "BucketLoggingStatus.LoggingEnabled.TargetBucket": "DestinationBucketName",
    "BucketLoggingStatus.LoggingEnabled.TargetPrefix": "LogFilePrefix",
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketPart(),
  "aws:s3/bucketPolicy:BucketPolicy": { type: "AWS::S3::BucketPolicy", names: { Policy: "PolicyDocument" } },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPart(),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketPart({
    ServerSideEncryptionConfiguration: "BucketEncryption",
    "ServerSideEncryptionConfiguration.Rules": "ServerSideEncryptionConfiguration",
    "ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault": "ServerSideEncryptionByDefault",
  }),
  "aws:s3/bucketVersioning:BucketVersioning": bucketPart(),
  "aws:secretsmanager/secret:Secret": { type: "AWS::SecretsManager::Secret" },
  "aws:sesv2/configurationSet:ConfigurationSet": {
    type: "AWS::SES::ConfigurationSet",
    names: { ConfigurationSetName: "Name" },
  },
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": {
    type: "AWS::SES::ConfigurationSetEventDestination",
    names: { EventDestinationName: "EventDestination.Name" },
  },
  "aws:sesv2/emailIdentity:EmailIdentity": {
    type: "AWS::SES::EmailIdentity",
    names: { ConfigurationSetName: "ConfigurationSetAttributes.ConfigurationSetName" },
  },
  "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes": mailPart({
    EmailForwardingEnabled: "FeedbackAttributes.EmailForwardingEnabled",
  }),
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": mailPart({
    BehaviorOnMxFailure: "MailFromAttributes.BehaviorOnMxFailure",
    MailFromDomain: "MailFromAttributes.MailFromDomain",
  }),
  "aws:sfn/stateMachine:StateMachine": {
    type: "AWS::StepFunctions::StateMachine",
    names: { type: "StateMachineType" },
  },
  "aws:sns/topic:Topic": { type: "AWS::SNS::Topic", names: { Name: "TopicName", Attributes: "." } },
  "aws:sns/topicPolicy:TopicPolicy": {
    type: "AWS::SNS::TopicPolicy",
    names: { TopicArn: "Topics", AttributeValue: "PolicyDocument", AttributeName: "" },
  },
  "aws:sns/topicSubscription:TopicSubscription": { type: "AWS::SNS::Subscription" },
  "aws:sqs/queue:Queue": { type: "AWS::SQS::Queue", names: { Attributes: "." } },
  "aws:sqs/queuePolicy:QueuePolicy": {
    type: "AWS::SQS::QueuePolicy",
    names: { QueueUrl: "Queues", Attributes: ".", "Attributes.Policy": "PolicyDocument" },
  },
  "aws:ssm/parameter:Parameter": { type: "AWS::SSM::Parameter" },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    type: "AWS::EC2::SecurityGroupEgress",
    names: groupRule("Destination"),
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    type: "AWS::EC2::SecurityGroupIngress",
    names: groupRule("Source"),
  },
  "aws:wafv2/ipSet:IpSet": { type: "AWS::WAFv2::IPSet" },
  "aws:wafv2/webAcl:WebAcl": { type: "AWS::WAFv2::WebACL" },
  "aws:wafv2/webAclAssociation:WebAclAssociation": { type: "AWS::WAFv2::WebACLAssociation" },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
    type: "AWS::WAFv2::LoggingConfiguration",
    names: { LoggingConfiguration: "." },
  },
};

/** Planned types that CloudFormation does not have, with the reason. */
export const withoutTemplate: Readonly<Record<string, string>> = {
  "aws:s3/bucketObjectv2:BucketObjectv2": "CloudFormation writes no objects.",
  "aws:acm/certificateValidation:CertificateValidation": "It waits for a certificate and makes nothing.",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "The VPC brings it.",
  "aws:cloudwatch/eventConnection:EventConnection": "It holds a secret, which stays out of templates.",
  "aws:secretsmanager/secretVersion:SecretVersion": "It holds a secret, which stays out of templates.",
};
