import type { CertificateArgs } from "@pulumi/aws/acm/certificate.js";
import type { TargetArgs } from "@pulumi/aws/appautoscaling/target.js";
import type { PlanArgs } from "@pulumi/aws/backup/plan.js";
import type { RestoreTestingPlanArgs } from "@pulumi/aws/backup/restoreTestingPlan.js";
import type { RestoreTestingSelectionArgs } from "@pulumi/aws/backup/restoreTestingSelection.js";
import type { SelectionArgs } from "@pulumi/aws/backup/selection.js";
import type { VaultArgs } from "@pulumi/aws/backup/vault.js";
import type { VaultLockConfigurationArgs } from "@pulumi/aws/backup/vaultLockConfiguration.js";
import type { SlackChannelConfigurationArgs } from "@pulumi/aws/chatbot/slackChannelConfiguration.js";
import type { TeamsChannelConfigurationArgs } from "@pulumi/aws/chatbot/teamsChannelConfiguration.js";
import type { CompositeAlarmArgs } from "@pulumi/aws/cloudwatch/compositeAlarm.js";
import type { EventRuleArgs } from "@pulumi/aws/cloudwatch/eventRule.js";
import type { EventTargetArgs } from "@pulumi/aws/cloudwatch/eventTarget.js";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { DefaultNetworkAclArgs } from "@pulumi/aws/ec2/defaultNetworkAcl.js";
import type { DefaultSecurityGroupArgs } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import type { EipArgs } from "@pulumi/aws/ec2/eip.js";
import type { FlowLogArgs } from "@pulumi/aws/ec2/flowLog.js";
import type { InternetGatewayArgs } from "@pulumi/aws/ec2/internetGateway.js";
import type { ManagedPrefixListArgs } from "@pulumi/aws/ec2/managedPrefixList.js";
import type { ManagedPrefixListEntryArgs } from "@pulumi/aws/ec2/managedPrefixListEntry.js";
import type { NatGatewayArgs } from "@pulumi/aws/ec2/natGateway.js";
import type { NetworkAclArgs } from "@pulumi/aws/ec2/networkAcl.js";
import type { NetworkAclRuleArgs } from "@pulumi/aws/ec2/networkAclRule.js";
import type { RouteArgs } from "@pulumi/aws/ec2/route.js";
import type { RouteTableArgs } from "@pulumi/aws/ec2/routeTable.js";
import type { RouteTableAssociationArgs } from "@pulumi/aws/ec2/routeTableAssociation.js";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2/securityGroup.js";
import type { SecurityGroupRuleArgs } from "@pulumi/aws/ec2/securityGroupRule.js";
import type { SubnetArgs } from "@pulumi/aws/ec2/subnet.js";
import type { VpcArgs } from "@pulumi/aws/ec2/vpc.js";
import type { VpcEndpointArgs } from "@pulumi/aws/ec2/vpcEndpoint.js";
import type { VpcEndpointPolicyArgs } from "@pulumi/aws/ec2/vpcEndpointPolicy.js";
import type { LifecyclePolicyArgs } from "@pulumi/aws/ecr/lifecyclePolicy.js";
import type { RepositoryArgs } from "@pulumi/aws/ecr/repository.js";
import type { ClusterArgs } from "@pulumi/aws/ecs/cluster.js";
import type { ServiceArgs } from "@pulumi/aws/ecs/service.js";
import type { TaskDefinitionArgs } from "@pulumi/aws/ecs/taskDefinition.js";
import type { PolicyArgs } from "@pulumi/aws/iam/policy.js";
import type { PolicyAttachmentArgs } from "@pulumi/aws/iam/policyAttachment.js";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";
import type { RolePolicyAttachmentArgs } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import type { RolePolicyAttachmentsExclusiveArgs } from "@pulumi/aws/iam/rolePolicyAttachmentsExclusive.js";
import type { KeyArgs } from "@pulumi/aws/kms/key.js";
import type { ListenerArgs } from "@pulumi/aws/lb/listener.js";
import type { ListenerRuleArgs } from "@pulumi/aws/lb/listenerRule.js";
import type { LoadBalancerArgs } from "@pulumi/aws/lb/loadBalancer.js";
import type { TargetGroupArgs } from "@pulumi/aws/lb/targetGroup.js";
import type { TrustStoreArgs } from "@pulumi/aws/lb/trustStore.js";
import type { EventSubscriptionArgs } from "@pulumi/aws/rds/eventSubscription.js";
import type { InstanceArgs } from "@pulumi/aws/rds/instance.js";
import type { ParameterGroupArgs } from "@pulumi/aws/rds/parameterGroup.js";
import type { SubnetGroupArgs } from "@pulumi/aws/rds/subnetGroup.js";
import type { BucketArgs } from "@pulumi/aws/s3/bucket.js";
import type { BucketLifecycleConfigurationArgs } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import type { BucketLoggingArgs } from "@pulumi/aws/s3/bucketLogging.js";
import type { BucketObjectv2Args } from "@pulumi/aws/s3/bucketObjectv2.js";
import type { BucketOwnershipControlsArgs } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import type { BucketPolicyArgs } from "@pulumi/aws/s3/bucketPolicy.js";
import type { BucketPublicAccessBlockArgs } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import type { BucketServerSideEncryptionConfigurationArgs } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import type { BucketVersioningArgs } from "@pulumi/aws/s3/bucketVersioning.js";
import type { SecretArgs } from "@pulumi/aws/secretsmanager/secret.js";
import type { SecretVersionArgs } from "@pulumi/aws/secretsmanager/secretVersion.js";
import type { ConfigurationSetArgs } from "@pulumi/aws/sesv2/configurationSet.js";
import type { ConfigurationSetEventDestinationArgs } from "@pulumi/aws/sesv2/configurationSetEventDestination.js";
import type { EmailIdentityArgs } from "@pulumi/aws/sesv2/emailIdentity.js";
import type { StateMachineArgs } from "@pulumi/aws/sfn/stateMachine.js";
import type { TopicArgs } from "@pulumi/aws/sns/topic.js";
import type { TopicPolicyArgs } from "@pulumi/aws/sns/topicPolicy.js";
import type { TopicSubscriptionArgs } from "@pulumi/aws/sns/topicSubscription.js";
import type { QueueArgs } from "@pulumi/aws/sqs/queue.js";
import type { QueuePolicyArgs } from "@pulumi/aws/sqs/queuePolicy.js";
import type { ParameterArgs } from "@pulumi/aws/ssm/parameter.js";
import type { SecurityGroupEgressRuleArgs } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import type { SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type { IpSetArgs } from "@pulumi/aws/wafv2/ipSet.js";
import type { WebAclArgs } from "@pulumi/aws/wafv2/webAcl.js";
import type { WebAclAssociationArgs } from "@pulumi/aws/wafv2/webAclAssociation.js";
import type { WebAclLoggingConfigurationArgs } from "@pulumi/aws/wafv2/webAclLoggingConfiguration.js";
import type { AuthenticatedOriginPullsArgs } from "@pulumi/cloudflare/authenticatedOriginPulls.js";
import type { DnsRecordArgs } from "@pulumi/cloudflare/dnsRecord.js";
import type { ZoneSettingArgs } from "@pulumi/cloudflare/zoneSetting.js";
import type { Unwrap } from "@pulumi/pulumi";
import type { RandomPasswordArgs } from "@pulumi/random/randomPassword.js";
import type { LocallySignedCertArgs } from "@pulumi/tls/locallySignedCert.js";
import type { PrivateKeyArgs } from "@pulumi/tls/privateKey.js";
import type { SelfSignedCertArgs } from "@pulumi/tls/selfSignedCert.js";
import type { ProjectArgs } from "@pulumiverse/vercel/project.js";
import type { ProjectDomainArgs } from "@pulumiverse/vercel/projectDomain.js";
import type { ProjectEnvironmentVariableArgs } from "@pulumiverse/vercel/projectEnvironmentVariable.js";
import type { ProjectRollingReleaseArgs } from "@pulumiverse/vercel/projectRollingRelease.js";

/**
 * A type of resource that rules look at. `Props` is the shape of its properties as the provider's SDK declares it, so
 * that a rule which reads a property that does not exist fails the type check instead of passing everything.
 */
export interface Kind<Props> {
  /** Type token as the program registers it, such as `aws:lb/listenerRule:ListenerRule`. */
  readonly token: string;
  /** Carries `Props` for the type checker; never set. */
  readonly props?: Props;
}

/** Declares a kind from the SDK's args interface and the type token. */
function kind<Args>(token: string): Kind<Unwrap<Args>> {
  return { token };
}

export const backupPlan = kind<PlanArgs>("aws:backup/plan:Plan");
export const restoreTestingPlan = kind<RestoreTestingPlanArgs>("aws:backup/restoreTestingPlan:RestoreTestingPlan");
export const restoreTestingSelection = kind<RestoreTestingSelectionArgs>(
  "aws:backup/restoreTestingSelection:RestoreTestingSelection",
);
export const backupSelection = kind<SelectionArgs>("aws:backup/selection:Selection");
export const backupVault = kind<VaultArgs>("aws:backup/vault:Vault");
export const backupVaultLock = kind<VaultLockConfigurationArgs>(
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
);
export const bucket = kind<BucketArgs>("aws:s3/bucket:Bucket");
export const bucketEncryption = kind<BucketServerSideEncryptionConfigurationArgs>(
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
);
export const bucketLifecycle = kind<BucketLifecycleConfigurationArgs>(
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
);
export const bucketLogging = kind<BucketLoggingArgs>("aws:s3/bucketLogging:BucketLogging");
export const bucketObject = kind<BucketObjectv2Args>("aws:s3/bucketObjectv2:BucketObjectv2");
export const bucketOwnership = kind<BucketOwnershipControlsArgs>(
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
);
export const bucketPolicy = kind<BucketPolicyArgs>("aws:s3/bucketPolicy:BucketPolicy");
export const bucketPublicAccessBlock = kind<BucketPublicAccessBlockArgs>(
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
);
export const bucketVersioning = kind<BucketVersioningArgs>("aws:s3/bucketVersioning:BucketVersioning");
export const certificate = kind<CertificateArgs>("aws:acm/certificate:Certificate");
export const cluster = kind<ClusterArgs>("aws:ecs/cluster:Cluster");
export const compositeAlarm = kind<CompositeAlarmArgs>("aws:cloudwatch/compositeAlarm:CompositeAlarm");
export const databaseEventSubscription = kind<EventSubscriptionArgs>("aws:rds/eventSubscription:EventSubscription");
export const databaseInstance = kind<InstanceArgs>("aws:rds/instance:Instance");
export const databaseParameterGroup = kind<ParameterGroupArgs>("aws:rds/parameterGroup:ParameterGroup");
export const databaseSubnetGroup = kind<SubnetGroupArgs>("aws:rds/subnetGroup:SubnetGroup");
export const defaultNetworkAcl = kind<DefaultNetworkAclArgs>("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl");
export const defaultSecurityGroup = kind<DefaultSecurityGroupArgs>("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup");
export const elasticIp = kind<EipArgs>("aws:ec2/eip:Eip");
export const eventRule = kind<EventRuleArgs>("aws:cloudwatch/eventRule:EventRule");
export const eventTarget = kind<EventTargetArgs>("aws:cloudwatch/eventTarget:EventTarget");
export const flowLog = kind<FlowLogArgs>("aws:ec2/flowLog:FlowLog");
export const imageLifecycle = kind<LifecyclePolicyArgs>("aws:ecr/lifecyclePolicy:LifecyclePolicy");
export const imageRepository = kind<RepositoryArgs>("aws:ecr/repository:Repository");
export const internetGateway = kind<InternetGatewayArgs>("aws:ec2/internetGateway:InternetGateway");
export const key = kind<KeyArgs>("aws:kms/key:Key");
export const listener = kind<ListenerArgs>("aws:lb/listener:Listener");
export const listenerRule = kind<ListenerRuleArgs>("aws:lb/listenerRule:ListenerRule");
export const loadBalancer = kind<LoadBalancerArgs>("aws:lb/loadBalancer:LoadBalancer");
export const logGroup = kind<LogGroupArgs>("aws:cloudwatch/logGroup:LogGroup");
export const mailConfiguration = kind<ConfigurationSetArgs>("aws:sesv2/configurationSet:ConfigurationSet");
export const mailIdentity = kind<EmailIdentityArgs>("aws:sesv2/emailIdentity:EmailIdentity");
export const metricAlarm = kind<MetricAlarmArgs>("aws:cloudwatch/metricAlarm:MetricAlarm");
export const natGateway = kind<NatGatewayArgs>("aws:ec2/natGateway:NatGateway");
export const networkAcl = kind<NetworkAclArgs>("aws:ec2/networkAcl:NetworkAcl");
export const networkAclRule = kind<NetworkAclRuleArgs>("aws:ec2/networkAclRule:NetworkAclRule");
export const parameter = kind<ParameterArgs>("aws:ssm/parameter:Parameter");
export const policy = kind<PolicyArgs>("aws:iam/policy:Policy");
export const policyAttachment = kind<PolicyAttachmentArgs>("aws:iam/policyAttachment:PolicyAttachment");
export const prefixList = kind<ManagedPrefixListArgs>("aws:ec2/managedPrefixList:ManagedPrefixList");
export const prefixListEntry = kind<ManagedPrefixListEntryArgs>(
  "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
);
export const queue = kind<QueueArgs>("aws:sqs/queue:Queue");
export const queuePolicy = kind<QueuePolicyArgs>("aws:sqs/queuePolicy:QueuePolicy");
export const role = kind<RoleArgs>("aws:iam/role:Role");
export const rolePolicy = kind<RolePolicyArgs>("aws:iam/rolePolicy:RolePolicy");
export const rolePolicyAttachment = kind<RolePolicyAttachmentArgs>("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
export const rolePolicyAttachmentsExclusive = kind<RolePolicyAttachmentsExclusiveArgs>(
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
);
export const route = kind<RouteArgs>("aws:ec2/route:Route");
export const routeTable = kind<RouteTableArgs>("aws:ec2/routeTable:RouteTable");
export const routeTableAssociation = kind<RouteTableAssociationArgs>(
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
);
export const scalableTarget = kind<TargetArgs>("aws:appautoscaling/target:Target");
export const secret = kind<SecretArgs>("aws:secretsmanager/secret:Secret");
export const secretVersion = kind<SecretVersionArgs>("aws:secretsmanager/secretVersion:SecretVersion");
export const securityGroup = kind<SecurityGroupArgs>("aws:ec2/securityGroup:SecurityGroup");
export const securityGroupEgressRule = kind<SecurityGroupEgressRuleArgs>(
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
);
export const securityGroupIngressRule = kind<SecurityGroupIngressRuleArgs>(
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
);
export const securityGroupRule = kind<SecurityGroupRuleArgs>("aws:ec2/securityGroupRule:SecurityGroupRule");
export const service = kind<ServiceArgs>("aws:ecs/service:Service");
export const slackChannel = kind<SlackChannelConfigurationArgs>(
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
);
export const stateMachine = kind<StateMachineArgs>("aws:sfn/stateMachine:StateMachine");
export const subnet = kind<SubnetArgs>("aws:ec2/subnet:Subnet");
export const targetGroup = kind<TargetGroupArgs>("aws:lb/targetGroup:TargetGroup");
export const taskDefinition = kind<TaskDefinitionArgs>("aws:ecs/taskDefinition:TaskDefinition");
export const teamsChannel = kind<TeamsChannelConfigurationArgs>(
  "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration",
);
export const topic = kind<TopicArgs>("aws:sns/topic:Topic");
export const topicPolicy = kind<TopicPolicyArgs>("aws:sns/topicPolicy:TopicPolicy");
export const topicSubscription = kind<TopicSubscriptionArgs>("aws:sns/topicSubscription:TopicSubscription");
export const trustStore = kind<TrustStoreArgs>("aws:lb/trustStore:TrustStore");
export const vpc = kind<VpcArgs>("aws:ec2/vpc:Vpc");
export const vpcEndpoint = kind<VpcEndpointArgs>("aws:ec2/vpcEndpoint:VpcEndpoint");
export const vpcEndpointPolicy = kind<VpcEndpointPolicyArgs>("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy");
export const addressSet = kind<IpSetArgs>("aws:wafv2/ipSet:IpSet");
export const webAcl = kind<WebAclArgs>("aws:wafv2/webAcl:WebAcl");
export const webAclAssociation = kind<WebAclAssociationArgs>("aws:wafv2/webAclAssociation:WebAclAssociation");
export const webAclLogging = kind<WebAclLoggingConfigurationArgs>(
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
);
export const originPulls = kind<AuthenticatedOriginPullsArgs>(
  "cloudflare:index/authenticatedOriginPulls:AuthenticatedOriginPulls",
);
export const zoneSetting = kind<ZoneSettingArgs>("cloudflare:index/zoneSetting:ZoneSetting");
export const tlsKey = kind<PrivateKeyArgs>("tls:index/privateKey:PrivateKey");
export const selfSignedCertificate = kind<SelfSignedCertArgs>("tls:index/selfSignedCert:SelfSignedCert");
export const issuedCertificate = kind<LocallySignedCertArgs>("tls:index/locallySignedCert:LocallySignedCert");
export const dnsRecord = kind<DnsRecordArgs>("cloudflare:index/dnsRecord:DnsRecord");
export const frontend = kind<ProjectArgs>("vercel:index/project:Project");
export const frontendDomain = kind<ProjectDomainArgs>("vercel:index/projectDomain:ProjectDomain");
export const frontendRelease = kind<ProjectRollingReleaseArgs>(
  "vercel:index/projectRollingRelease:ProjectRollingRelease",
);
export const frontendVariable = kind<ProjectEnvironmentVariableArgs>(
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
);
export const mailEvents = kind<ConfigurationSetEventDestinationArgs>(
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination",
);
export const randomPassword = kind<RandomPasswordArgs>("random:index/randomPassword:RandomPassword");
