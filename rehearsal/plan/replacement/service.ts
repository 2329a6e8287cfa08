import { aws, globalAws, type ReplacementTable } from "./row.ts";

/** Types that serve requests, and what they run with. */
export const serviceReplacements: ReplacementTable = {
  "aws:acm/certificate:Certificate": aws(
    "acm_certificate",
    "certificateAuthorityArn domainName keyAlgorithm subjectAlternativeNames validationMethod validationOptions",
  ),
  "aws:acm/certificateValidation:CertificateValidation": aws(
    "acm_certificate_validation",
    "certificateArn validationRecordFqdns",
  ),
  "aws:appautoscaling/policy:Policy": aws(
    "appautoscaling_policy",
    "name resourceId scalableDimension serviceNamespace",
  ),
  "aws:appautoscaling/target:Target": aws("appautoscaling_target", "resourceId scalableDimension serviceNamespace"),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": aws("ecr_lifecycle_policy", "policy repository"),
  "aws:ecr/repository:Repository": aws("ecr_repository", "encryptionConfigurations name"),
  "aws:ecs/cluster:Cluster": aws("ecs_cluster", "name"),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": aws("ecs_cluster_capacity_providers", "clusterName"),
  "aws:ecs/service:Service": aws("ecs_service", "cluster iamRole launchType name schedulingStrategy"),
  "aws:ecs/taskDefinition:TaskDefinition": aws(
    "ecs_task_definition",
    "containerDefinitions cpu enableFaultInjection ephemeralStorage executionRoleArn family ipcMode memory networkMode pidMode placementConstraints proxyConfiguration requiresCompatibilities runtimePlatform taskRoleArn volumes",
  ),
  "aws:iam/role:Role": globalAws("iam_role", "name namePrefix path"),
  "aws:iam/rolePolicy:RolePolicy": globalAws("iam_role_policy", "name namePrefix role"),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": globalAws("iam_role_policy_attachment", "policyArn role"),
  "aws:lb/listener:Listener": aws("lb_listener", "loadBalancerArn"),
  "aws:lb/listenerRule:ListenerRule": aws("lb_listener_rule", "listenerArn"),
  "aws:lb/loadBalancer:LoadBalancer": aws("lb", "customerOwnedIpv4Pool internal loadBalancerType name namePrefix"),
  "aws:lb/targetGroup:TargetGroup": aws(
    "lb_target_group",
    "ipAddressType name namePrefix port protocol protocolVersion targetType vpcId",
  ),
  "aws:lb/trustStore:TrustStore": aws("lb_trust_store", "name namePrefix"),
  "aws:wafv2/ipSet:IpSet": aws("wafv2_ip_set", "ipAddressVersion name namePrefix scope"),
  "aws:wafv2/webAcl:WebAcl": aws("wafv2_web_acl", "name namePrefix scope"),
  "aws:wafv2/webAclAssociation:WebAclAssociation": aws("wafv2_web_acl_association", "resourceArn webAclArn"),
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": aws(
    "wafv2_web_acl_logging_configuration",
    "logDestinationConfigs resourceArn",
  ),
};
