import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { Traffic } from "../../../components/traffic/traffic.ts";
import type { TrafficArgs } from "../../../components/traffic/traffic-args.ts";
import { type PlannedProgram, planProgram, testName, testTags } from "../../support/plan-component.ts";

/** The guide's schedule (R1). */
export const stepWeightsPercent = [5, 25, 50, 100] as const;

export type TrafficSettings = Partial<Omit<TrafficArgs, "accessLogsBucketPolicy">>;

/** Plans the production load balancer, with some settings changed. */
export function planTraffic(settings: TrafficSettings = {}, name = testName): Promise<PlannedProgram> {
  return planProgram(() => {
    const policy = new BucketPolicy("logs", { bucket: "portal-logs", policy: "{}" });
    const traffic = new Traffic(name, {
      vpcId: "vpc-1",
      vpcCidrBlock: "10.20.0.0/16",
      publicSubnetIds: ["subnet-a", "subnet-b", "subnet-c"],
      certificateArn: "arn:aws:acm:ap-southeast-2:123456789012:certificate/1",
      publicHost: "api.celebrant-portal.com",
      candidateHost: "api-v2.celebrant-portal.com",
      liveColour: "blue",
      weightPercent: 0,
      stepWeightsPercent,
      containerPort: 8000,
      healthCheckPath: "/health",
      deregistrationDelaySeconds: 60,
      idleTimeoutSeconds: 300,
      accessLogsBucketName: "portal-logs",
      deletionProtection: true,
      balancerProtection: "protected",
      targetsProtection: "protected",
      tags: testTags,
      ...settings,
      accessLogsBucketPolicy: policy,
    });
    return {
      loadBalancerArn: traffic.loadBalancerArn,
      loadBalancerArnSuffix: traffic.loadBalancerArnSuffix,
      loadBalancerDnsName: traffic.loadBalancerDnsName,
      securityGroupId: traffic.securityGroupId,
      httpsListenerArn: traffic.httpsListenerArn,
      blue: traffic.targetGroups.blue,
      green: traffic.targetGroups.green,
      ownHostGroups: traffic.ownHostGroups,
      publicRuleArn: traffic.publicRule.arn,
      candidateRuleArn: traffic.candidateRule.arn,
    };
  });
}
