import type { PlannedResource } from "../../plan/planned-resource.ts";
import type { CallTable, Take } from "../call-rule.ts";

/** Attributes as the balancer takes them: texts in a list. Absent inputs are left out. */
function attributeList(take: Take, inputs: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(inputs).flatMap(([Key, input]) => {
    const value = take(input);
    return value === undefined ? [] : [{ Key, Value: String(value) }];
  });
}

/** Actions of listeners and their rules, below `path`. */
function actionNames(path: string): Readonly<Record<string, string>> {
  return {
    [`${path}.redirect`]: "RedirectConfig",
    [`${path}.fixedResponse`]: "FixedResponseConfig",
    [`${path}.forward`]: "ForwardConfig",
    [`${path}.forward.stickiness`]: "TargetGroupStickinessConfig",
    [`${path}.forward.stickiness.duration`]: "DurationSeconds",
    [`${path}.forward.targetGroups.arn`]: "TargetGroupArn",
  };
}

/** The fields of a rule's conditions: `host-header` for `hostHeader`. */
function conditionFields({ conditions }: PlannedResource["inputs"]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (conditions as Readonly<Record<string, unknown>>[]).map((condition, index) => [
      `Conditions.${index}.Field`,
      Object.keys(condition)[0]?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    ]),
  );
}

/** The ARN, and its end by which CloudWatch knows load balancers and target groups. */
function balancerNames(arn: unknown): Readonly<Record<string, unknown>> {
  return {
    arn,
    arnSuffix: String(arn)
      .split(":")[5]
      ?.replace(/^loadbalancer\//, ""),
  };
}

/** Whether a certificate is brought to ACM, and not issued by it. */
export function isImported({ inputs }: Pick<PlannedResource, "inputs">): boolean {
  return inputs["certificateBody"] !== undefined;
}

/** Load balancer, certificate and firewall. */
export const balancerCalls: CallTable = {
  "aws:lb/loadBalancer:LoadBalancer": {
    answers: (read) => ({
      ...balancerNames(read("LoadBalancers.0.LoadBalancerArn")),
      dnsName: read("LoadBalancers.0.DNSName"),
    }),
    calls: [
      {
        service: "elbv2",
        operation: "CreateLoadBalancer",
        names: { loadBalancerType: "Type" },
        sets: (take) => ({ Scheme: take("internal") === true ? "internal" : "internet-facing" }),
      },
      {
        service: "elbv2",
        operation: "ModifyLoadBalancerAttributes",
        sets: (take, { id }) => ({
          LoadBalancerArn: id,
          Attributes: attributeList(take, {
            "access_logs.s3.enabled": "accessLogs.enabled",
            "access_logs.s3.bucket": "accessLogs.bucket",
            "client_keep_alive.seconds": "clientKeepAlive",
            "connection_logs.s3.enabled": "connectionLogs.enabled",
            "connection_logs.s3.bucket": "connectionLogs.bucket",
            "deletion_protection.enabled": "enableDeletionProtection",
            "idle_timeout.timeout_seconds": "idleTimeout",
            "routing.http.desync_mitigation_mode": "desyncMitigationMode",
            "routing.http.drop_invalid_header_fields.enabled": "dropInvalidHeaderFields",
            "routing.http.preserve_host_header.enabled": "preserveHostHeader",
            "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "enableTlsVersionAndCipherSuiteHeaders",
            "routing.http.xff_header_processing.mode": "xffHeaderProcessingMode",
            "routing.http2.enabled": "enableHttp2",
            "waf.fail_open.enabled": "enableWafFailOpen",
          }),
        }),
      },
    ],
  },
  "aws:lb/targetGroup:TargetGroup": {
    answers: (read) => balancerNames(read("TargetGroups.0.TargetGroupArn")),
    calls: [
      {
        service: "elbv2",
        operation: "CreateTargetGroup",
        names: {
          healthCheck: ".",
          "healthCheck.enabled": "HealthCheckEnabled",
          "healthCheck.protocol": "HealthCheckProtocol",
          "healthCheck.port": "HealthCheckPort",
          "healthCheck.path": "HealthCheckPath",
          "healthCheck.interval": "HealthCheckIntervalSeconds",
          "healthCheck.timeout": "HealthCheckTimeoutSeconds",
          "healthCheck.healthyThreshold": "HealthyThresholdCount",
          "healthCheck.unhealthyThreshold": "UnhealthyThresholdCount",
          "healthCheck.matcher": "Matcher.HttpCode",
        },
      },
      {
        service: "elbv2",
        operation: "ModifyTargetGroupAttributes",
        sets: (take, { id }) => ({
          TargetGroupArn: id,
          Attributes: attributeList(take, {
            "deregistration_delay.timeout_seconds": "deregistrationDelay",
            "load_balancing.algorithm.type": "loadBalancingAlgorithmType",
            "slow_start.duration_seconds": "slowStart",
            "stickiness.enabled": "stickiness.enabled",
            "stickiness.type": "stickiness.type",
          }),
        }),
      },
    ],
  },
  "aws:lb/listener:Listener": {
    answers: (read) => ({ arn: read("Listeners.0.ListenerArn") }),
    calls: [
      {
        service: "elbv2",
        operation: "CreateListener",
        names: { certificateArn: "Certificates.0.CertificateArn", ...actionNames("defaultActions") },
      },
      {
        service: "elbv2",
        operation: "ModifyListenerAttributes",
        when: ({ inputs }) => Object.keys(inputs).some((name) => name.startsWith("routingHttp")),
        sets: (take, { id }) => ({
          ListenerArn: id,
          Attributes: attributeList(take, {
            "routing.http.response.server.enabled": "routingHttpResponseServerEnabled",
            "routing.http.response.strict_transport_security.header_value":
              "routingHttpResponseStrictTransportSecurityHeaderValue",
            "routing.http.response.x_content_type_options.header_value":
              "routingHttpResponseXContentTypeOptionsHeaderValue",
          }),
        }),
      },
    ],
  },
  "aws:lb/trustStore:TrustStore": {
    calls: [{ service: "elbv2", operation: "CreateTrustStore" }],
    answers: (read) => balancerNames(read("TrustStores.0.TrustStoreArn")),
  },
  "aws:lb/listenerRule:ListenerRule": {
    answers: (read) => ({ arn: read("Rules.0.RuleArn") }),
    calls: [
      {
        service: "elbv2",
        operation: "CreateRule",
        names: { ...actionNames("actions"), "conditions.hostHeader": "HostHeaderConfig" },
        sets: (_take, { inputs }) => conditionFields(inputs),
      },
    ],
    // The provider makes one call of both; no move changes both.
    update: [
      {
        service: "elbv2",
        operation: "ModifyRule",
        inputs: ["actions"],
        names: actionNames("actions"),
        sets: (_take, { outputs }) => ({ RuleArn: outputs["arn"] }),
      },
      {
        service: "elbv2",
        operation: "ModifyRule",
        inputs: ["conditions"],
        names: { "conditions.hostHeader": "HostHeaderConfig" },
        sets: (_take, { inputs, outputs }) => ({ RuleArn: outputs["arn"], ...conditionFields(inputs) }),
      },
    ],
    remove: [
      {
        service: "elbv2",
        operation: "DeleteRule",
        sets: (_take, { outputs }) => ({ RuleArn: outputs["arn"] }),
      },
    ],
  },
  "aws:acm/certificate:Certificate": {
    calls: [
      { service: "acm", operation: "RequestCertificate", when: (resource) => !isImported(resource) },
      {
        service: "acm",
        operation: "ImportCertificate",
        when: isImported,
        names: { certificateBody: "Certificate" },
      },
    ],
    answers: (read) => ({ arn: read("CertificateArn") }),
  },
  "aws:acm/certificateValidation:CertificateValidation": {
    calls: [{ service: "acm", operation: "DescribeCertificate" }],
    unsent: { validationRecordFqdns: "The provider compares them with the certificate's records." },
  },
  "aws:wafv2/ipSet:IpSet": {
    calls: [{ service: "wafv2", operation: "CreateIPSet", names: { ipAddressVersion: "IPAddressVersion" } }],
    answers: (read) => ({ id: read("Summary.Id"), arn: read("Summary.ARN") }),
  },
  "aws:wafv2/webAcl:WebAcl": {
    calls: [{ service: "wafv2", operation: "CreateWebACL" }],
    answers: (read) => ({ id: read("Summary.Id"), arn: read("Summary.ARN") }),
  },
  "aws:wafv2/webAclAssociation:WebAclAssociation": { calls: [{ service: "wafv2", operation: "AssociateWebACL" }] },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
    calls: [
      {
        service: "wafv2",
        operation: "PutLoggingConfiguration",
        names: {
          resourceArn: "LoggingConfiguration.ResourceArn",
          logDestinationConfigs: "LoggingConfiguration.LogDestinationConfigs",
          redactedFields: "LoggingConfiguration.RedactedFields",
        },
      },
    ],
  },
};
