import { beforeAll, describe, expect, it } from "vitest";
import { type PlannedProgram, testTags } from "../../support/plan-component.ts";
import { planTraffic } from "./traffic-program.ts";

const listenerType = "aws:lb/listener:Listener";
const targetGroupType = "aws:lb/targetGroup:TargetGroup";
const loadBalancerType = "aws:lb/loadBalancer:LoadBalancer";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

describe("Traffic", () => {
  let plan: PlannedProgram;
  beforeAll(async () => {
    plan = await planTraffic();
  });

  it("hangs every resource on itself, tagged with the stack's tags and its own name", () => {
    const component = plan.only("celebrant:traffic:Traffic", "portal-production");
    const children = plan.resources.filter((resource) => resource.parentUrn === component.urn);
    expect(children.map(({ name }) => name).sort()).toEqual(
      [
        "portal-production-balancer",
        "portal-production-balancer-http-from-everyone",
        "portal-production-balancer-https-from-everyone",
        "portal-production-balancer-to-containers",
        "portal-production-blue",
        "portal-production-blue-own",
        "portal-production-candidate",
        "portal-production-green",
        "portal-production-green-own",
        "portal-production-http",
        "portal-production-https",
        "portal-production-public",
        "portal-production-public",
      ].sort(),
    );
    for (const { name, inputs } of children) expect(inputs["tags"]).toMatchObject({ ...testTags, Name: name });
  });

  it("makes a load balancer that logs, drops invalid headers and cannot be deleted by mistake", () => {
    const balancer = plan.only(loadBalancerType);
    expect(balancer.inputs).toMatchObject({
      internal: false,
      loadBalancerType: "application",
      ipAddressType: "ipv4",
      subnets: ["subnet-a", "subnet-b", "subnet-c"],
      securityGroups: [plan.only("aws:ec2/securityGroup:SecurityGroup").id],
      idleTimeout: 300,
      clientKeepAlive: 3600,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableWafFailOpen: false,
      preserveHostHeader: true,
      xffHeaderProcessingMode: "append",
      accessLogs: { bucket: "portal-logs", enabled: true },
      enableDeletionProtection: true,
    });
    expect(balancer.protect).toBe(true);
  });

  it("lets a stage be destroyed where protection is off", async () => {
    const balancer = (
      await planTraffic({ deletionProtection: false, balancerProtection: "none" }, "portal-staging")
    ).only(loadBalancerType);
    expect(balancer.inputs["enableDeletionProtection"]).toBe(false);
    expect(balancer.protect).toBe(false);
  });

  it("redirects HTTP for good and serves HTTPS with the recommended TLS policy", () => {
    expect(plan.only(listenerType, "portal-production-http").inputs).toMatchObject({
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
    });
    expect(plan.only(listenerType, "portal-production-https").inputs).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      certificateArn: "arn:aws:acm:ap-southeast-2:123456789012:certificate/1",
      routingHttpResponseServerEnabled: false,
      routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=31536000; includeSubDomains",
      routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
    });
  });

  it("answers 404 by itself to a host that no rule names", () => {
    const [action] = plan.only(listenerType, "portal-production-https").inputs["defaultActions"] as unknown[];
    expect(action).toEqual({
      type: "fixed-response",
      fixedResponse: { statusCode: "404", contentType: "application/json", messageBody: '{"detail":"Not Found"}' },
    });
  });

  it("gives both colours the same target group for each host but for the name", () => {
    const names = ["blue", "green", "blue-own", "green-own"];
    const groups = names.map((name) => plan.only(targetGroupType, `portal-production-${name}`).inputs);
    for (const group of groups) {
      expect(group).toMatchObject({
        vpcId: "vpc-1",
        targetType: "ip",
        port: 8000,
        protocol: "HTTP",
        protocolVersion: "HTTP1",
        deregistrationDelay: 60,
        slowStart: 0,
        loadBalancingAlgorithmType: "round_robin",
        stickiness: { type: "lb_cookie", enabled: false },
        healthCheck: {
          enabled: true,
          protocol: "HTTP",
          port: "traffic-port",
          path: "/health",
          matcher: "200",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
      });
    }
    const [first, ...others] = groups.map(({ tags: _, name: __, ...rest }) => rest);
    expect(others).toEqual([first, first, first]);
  });

  it("names the own host's target groups within 32 characters, and another way for another port or network", async () => {
    const namesOf = ({ all }: PlannedProgram) =>
      all(targetGroupType)
        .filter(({ name }) => name.endsWith("-own"))
        .map(({ inputs }) => String(inputs["name"]));
    const names = namesOf(plan);
    expect(names.map((name) => name.slice(0, -4)).sort()).toEqual([
      "portal-production-blue-own-",
      "portal-production-green-own-",
    ]);
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]{1,32}$/);
    expect(namesOf(await planTraffic())).toEqual(names);
    for (const change of [{ containerPort: 9000 }, { vpcId: "vpc-2" }]) {
      expect(namesOf(await planTraffic(change)).filter((name) => names.includes(name))).toEqual([]);
    }
    expect(namesOf(await planTraffic({ weightPercent: 25, healthCheckPath: "/ready" }))).toEqual(names);
  });

  it("opens 80 and 443 to everyone over IPv4 and sends to the containers' port inside the VPC only", () => {
    const ingress = plan
      .all(ingressType)
      .map(({ inputs }) => [inputs["fromPort"], inputs["toPort"], inputs["cidrIpv4"]]);
    expect(ingress).toEqual([
      [80, 80, "0.0.0.0/0"],
      [443, 443, "0.0.0.0/0"],
    ]);
    expect(plan.only("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").inputs).toMatchObject({
      securityGroupId: plan.only("aws:ec2/securityGroup:SecurityGroup").id,
      ipProtocol: "tcp",
      fromPort: 8000,
      toPort: 8000,
      cidrIpv4: "10.20.0.0/16",
    });
  });

  it("admits the given prefix lists and nobody else", async () => {
    const restricted = await planTraffic({ ingressPrefixListIds: { ipv4: "pl-4", ipv6: "pl-6" } });
    const ingress = restricted.all(ingressType);
    expect(ingress.map(({ inputs }) => [inputs["fromPort"], inputs["prefixListId"]])).toEqual([
      [80, "pl-4"],
      [443, "pl-4"],
      [80, "pl-6"],
      [443, "pl-6"],
    ]);
    for (const { inputs } of ingress) {
      expect(inputs).not.toHaveProperty("cidrIpv4");
      expect(inputs).not.toHaveProperty("cidrIpv6");
    }
  });

  it("hands out what the service, the alarms and DNS need", () => {
    const balancer = plan.only(loadBalancerType).outputs;
    const blue = plan.only(targetGroupType, "portal-production-blue").outputs;
    expect(plan.outputs).toMatchObject({
      loadBalancerArn: balancer["arn"],
      loadBalancerArnSuffix: balancer["arnSuffix"],
      loadBalancerDnsName: balancer["dnsName"],
      securityGroupId: plan.only("aws:ec2/securityGroup:SecurityGroup").id,
      httpsListenerArn: plan.only(listenerType, "portal-production-https").outputs["arn"],
      blue: { arn: blue["arn"], arnSuffix: blue["arnSuffix"], name: blue["name"] },
      ownHostGroups: { green: { arn: plan.only(targetGroupType, "portal-production-green-own").outputs["arn"] } },
    });
  });
});

describe("Traffic refuses", () => {
  it.each([-1, 101, 12.5, Number.NaN])("the weight %d", async (weight) => {
    await expect(planTraffic({ weightPercent: weight })).rejects.toThrow(
      `weightPercent is ${weight}. Weights are whole per cents from 0 to 100`,
    );
  });

  it("one host for both rules, which would leave the candidate unreachable", async () => {
    await expect(planTraffic({ candidateHost: "api.celebrant-portal.com" })).rejects.toThrow(
      "candidateHost is api.celebrant-portal.com, which is also the public host.",
    );
  });

  it("a load balancer in one zone", async () => {
    await expect(planTraffic({ publicSubnetIds: ["subnet-a"] })).rejects.toThrow("publicSubnetIds has 1.");
  });
});
