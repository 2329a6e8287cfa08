import { arn, named, physicalName, plain, type ServiceModel, stableHex, textInput } from "./model.ts";

/** Registry, containers, load balancing and certificates. */
export const serviceModel: ServiceModel = {
  "aws:ecr/repository:Repository": (question) => {
    const name = physicalName(question);
    const repositoryArn = arn(question, "ecr", `repository/${name}`);
    const registryId = repositoryArn.split(":")[4] ?? "";
    return {
      id: name,
      state: {
        name,
        arn: repositoryArn,
        registryId,
        repositoryUrl: `${registryId}.dkr.ecr.${question.region}.amazonaws.com/${name}`,
      },
    };
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": plain,
  "aws:ecr/repositoryPolicy:RepositoryPolicy": plain,
  "aws:ecs/cluster:Cluster": (question) => {
    const name = physicalName(question);
    const clusterArn = arn(question, "ecs", `cluster/${name}`);
    return { id: clusterArn, state: { name, arn: clusterArn } };
  },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": plain,
  "aws:ecs/taskDefinition:TaskDefinition": (question) => {
    const family = textInput(question, "family");
    const revision = 1;
    const arnWithoutRevision = arn(question, "ecs", `task-definition/${family}`);
    return { id: family, state: { arn: `${arnWithoutRevision}:${revision}`, arnWithoutRevision, revision } };
  },
  "aws:ecs/service:Service": (question) => {
    const name = physicalName(question);
    const cluster = textInput(question, "cluster").split("/").at(-1) ?? "";
    const serviceArn = arn(question, "ecs", `service/${cluster}/${name}`);
    return { id: serviceArn, state: { name, arn: serviceArn } };
  },
  "aws:appautoscaling/target:Target": (question) => ({
    id: textInput(question, "resourceId"),
    state: { arn: arn(question, "application-autoscaling", `scalable-target/${stableHex(question, 12)}`) },
  }),
  "aws:appautoscaling/policy:Policy": named("autoscaling", "scalingPolicy:"),
  "aws:appautoscaling/scheduledAction:ScheduledAction": named("autoscaling", "scheduledAction:"),
  "aws:lb/loadBalancer:LoadBalancer": (question) => {
    const name = physicalName(question, "name", 32);
    const arnSuffix = `app/${name}/${stableHex(question, 16)}`;
    const loadBalancerArn = arn(question, "elasticloadbalancing", `loadbalancer/${arnSuffix}`);
    const dnsName = `${name}-${parseInt(stableHex(question, 7), 16)}.${question.region}.elb.amazonaws.com`;
    return { id: loadBalancerArn, state: { name, arn: loadBalancerArn, arnSuffix, dnsName, zoneId: "Z1GM3OXH4ZPM65" } };
  },
  "aws:lb/targetGroup:TargetGroup": (question) => {
    const name = physicalName(question, "name", 32);
    const arnSuffix = `targetgroup/${name}/${stableHex(question, 16)}`;
    const targetGroupArn = arn(question, "elasticloadbalancing", arnSuffix);
    return { id: targetGroupArn, state: { name, arn: targetGroupArn, arnSuffix } };
  },
  "aws:lb/listener:Listener": (question) => {
    const suffix = textInput(question, "loadBalancerArn").split(":loadbalancer/")[1] ?? "";
    const listenerArn = arn(question, "elasticloadbalancing", `listener/${suffix}/${stableHex(question, 16)}`);
    return { id: listenerArn, state: { arn: listenerArn } };
  },
  "aws:lb/trustStore:TrustStore": (question) => {
    const name = physicalName(question, "name", 32);
    const arnSuffix = `truststore/${name}/${stableHex(question, 16)}`;
    const trustStoreArn = arn(question, "elasticloadbalancing", arnSuffix);
    return { id: trustStoreArn, state: { name, arn: trustStoreArn, arnSuffix } };
  },
  "aws:lb/listenerRule:ListenerRule": (question) => {
    const ruleArn = textInput(question, "listenerArn")
      .replace(":listener/", ":listener-rule/")
      .concat(`/${stableHex(question, 16)}`);
    return { id: ruleArn, state: { arn: ruleArn } };
  },
  "aws:acm/certificate:Certificate": (question) => {
    const certificateArn = arn(question, "acm", `certificate/${stableHex(question, 32)}`);
    if (question.inputs["certificateBody"] !== undefined) return { id: certificateArn, state: { arn: certificateArn } };
    const alternatives = question.inputs["subjectAlternativeNames"];
    const hosts = [textInput(question, "domainName"), ...(Array.isArray(alternatives) ? alternatives.map(String) : [])];
    return {
      id: certificateArn,
      state: {
        arn: certificateArn,
        domainValidationOptions: [...new Set(hosts)].map((host) => ({
          domainName: host,
          resourceRecordName: `_${stableHex({ type: question.type, name: host }, 32)}.${host}.`,
          resourceRecordType: "CNAME",
          resourceRecordValue: `_${stableHex({ type: "validation", name: host }, 32)}.acm-validations.aws.`,
        })),
      },
    };
  },
  "aws:acm/certificateValidation:CertificateValidation": plain,
};
