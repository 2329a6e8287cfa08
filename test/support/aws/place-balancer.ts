import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteRuleCommand,
  ModifyListenerAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { attributes, balancerActions, ruleConditions } from "./balancer-inputs.ts";
import { assignedText, type Placed, type Placings, tagList, textOutput } from "./placing.ts";

/** Load balancer, target groups, listeners and rules. */
export const balancerPlacings: Placings = {
  "aws:lb/loadBalancer:LoadBalancer": {
    async create({ balancing }, resource) {
      const inputs = resource.inputs as { subnets: string[]; securityGroups: string[]; internal: boolean };
      const { LoadBalancers } = await balancing.send(
        new CreateLoadBalancerCommand({
          Name: textOutput(resource, "name"),
          Subnets: inputs.subnets,
          SecurityGroups: inputs.securityGroups,
          Scheme: inputs.internal ? "internal" : "internet-facing",
          Tags: tagList(resource),
        }),
      );
      const arn = assignedText(resource, LoadBalancers?.[0]?.LoadBalancerArn);
      const Attributes = attributes(resource.inputs, {
        "access_logs.s3.enabled": "accessLogs.enabled",
        "access_logs.s3.bucket": "accessLogs.bucket",
        "client_keep_alive.seconds": "clientKeepAlive",
        "deletion_protection.enabled": "enableDeletionProtection",
        "idle_timeout.timeout_seconds": "idleTimeout",
        "routing.http.desync_mitigation_mode": "desyncMitigationMode",
        "routing.http.drop_invalid_header_fields.enabled": "dropInvalidHeaderFields",
        "routing.http.preserve_host_header.enabled": "preserveHostHeader",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "enableTlsVersionAndCipherSuiteHeaders",
        "routing.http.xff_header_processing.mode": "xffHeaderProcessingMode",
        "routing.http2.enabled": "enableHttp2",
        "waf.fail_open.enabled": "enableWafFailOpen",
      });
      await balancing.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes }));
      return {
        ...identity(resource, arn),
        [textOutput(resource, "dnsName")]: assignedText(resource, LoadBalancers?.[0]?.DNSName),
      };
    },
  },
  "aws:lb/targetGroup:TargetGroup": {
    async create({ balancing }, resource) {
      const inputs = resource.inputs as Record<string, never>;
      const check = resource.inputs["healthCheck"] as Record<string, never>;
      const { TargetGroups } = await balancing.send(
        new CreateTargetGroupCommand({
          Name: textOutput(resource, "name"),
          VpcId: inputs["vpcId"],
          TargetType: inputs["targetType"],
          Port: inputs["port"],
          Protocol: inputs["protocol"],
          ProtocolVersion: inputs["protocolVersion"],
          HealthCheckEnabled: check["enabled"],
          HealthCheckProtocol: check["protocol"],
          HealthCheckPort: check["port"],
          HealthCheckPath: check["path"],
          HealthCheckIntervalSeconds: check["interval"],
          HealthCheckTimeoutSeconds: check["timeout"],
          HealthyThresholdCount: check["healthyThreshold"],
          UnhealthyThresholdCount: check["unhealthyThreshold"],
          Matcher: { HttpCode: check["matcher"] },
          Tags: tagList(resource),
        }),
      );
      const arn = assignedText(resource, TargetGroups?.[0]?.TargetGroupArn);
      const Attributes = attributes(resource.inputs, {
        "deregistration_delay.timeout_seconds": "deregistrationDelay",
        "load_balancing.algorithm.type": "loadBalancingAlgorithmType",
        "slow_start.duration_seconds": "slowStart",
        "stickiness.enabled": "stickiness.enabled",
        "stickiness.type": "stickiness.type",
      });
      await balancing.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes }));
      return identity(resource, arn);
    },
  },
  "aws:lb/listener:Listener": {
    async create({ balancing }, resource) {
      const inputs = resource.inputs as Record<string, never>;
      const certificate = resource.inputs["certificateArn"];
      const { Listeners } = await balancing.send(
        new CreateListenerCommand({
          LoadBalancerArn: inputs["loadBalancerArn"],
          Port: inputs["port"],
          Protocol: inputs["protocol"],
          DefaultActions: balancerActions(inputs["defaultActions"]),
          ...(certificate === undefined
            ? {}
            : { SslPolicy: inputs["sslPolicy"], Certificates: [{ CertificateArn: String(certificate) }] }),
          Tags: tagList(resource),
        }),
      );
      const arn = assignedText(resource, Listeners?.[0]?.ListenerArn);
      const Attributes = attributes(resource.inputs, {
        "routing.http.response.server.enabled": "routingHttpResponseServerEnabled",
        "routing.http.response.strict_transport_security.header_value":
          "routingHttpResponseStrictTransportSecurityHeaderValue",
        "routing.http.response.x_content_type_options.header_value":
          "routingHttpResponseXContentTypeOptionsHeaderValue",
      });
      if (Attributes.length > 0) {
        await balancing.send(new ModifyListenerAttributesCommand({ ListenerArn: arn, Attributes }));
      }
      return { [textOutput(resource, "arn")]: arn };
    },
  },
  "aws:lb/listenerRule:ListenerRule": {
    async create({ balancing }, resource) {
      const inputs = resource.inputs as Record<string, never>;
      const { Rules } = await balancing.send(
        new CreateRuleCommand({
          ListenerArn: inputs["listenerArn"],
          Priority: inputs["priority"],
          Conditions: ruleConditions(inputs["conditions"]),
          Actions: balancerActions(inputs["actions"]),
          Tags: tagList(resource),
        }),
      );
      return { [textOutput(resource, "arn")]: assignedText(resource, Rules?.[0]?.RuleArn) };
    },
    async update({ balancing }, { inputs, outputs, changed }) {
      const change = {
        ...(changed.has("actions") ? { Actions: balancerActions(inputs["actions"]) } : {}),
        ...(changed.has("conditions") ? { Conditions: ruleConditions(inputs["conditions"]) } : {}),
      };
      if (Object.keys(change).length > 0) {
        await balancing.send(new ModifyRuleCommand({ RuleArn: String(outputs["arn"]), ...change }));
      }
      return undefined;
    },
    async remove({ balancing }, { outputs }) {
      await balancing.send(new DeleteRuleCommand({ RuleArn: String(outputs["arn"]) }));
    },
  },
};

/** The ARN, and its end by which CloudWatch knows load balancers and target groups. */
function identity(resource: Placed, arn: string): Record<string, string> {
  const resourcePart = arn.split(":")[5] ?? "";
  return {
    [textOutput(resource, "arn")]: arn,
    [textOutput(resource, "arnSuffix")]: resourcePart.replace(/^loadbalancer\//, ""),
  };
}
