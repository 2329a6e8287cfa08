import { beforeAll, describe, expect, it } from "vitest";
import { WebAcl, type WebAclArgs } from "../../../components/edge/web-acl.ts";
import { type PlannedProgram, planProgram, testName, testTags } from "../../support/plan-component.ts";

const aclType = "aws:wafv2/webAcl:WebAcl";
const loadBalancerArn = "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:loadbalancer/app/portal/1";

interface Rule {
  readonly name: string;
  readonly priority: number;
  readonly action?: unknown;
  readonly overrideAction?: unknown;
  readonly statement: Record<string, Record<string, unknown>>;
  readonly visibilityConfig: unknown;
}

function planAcl(settings: Partial<WebAclArgs> = {}): Promise<PlannedProgram> {
  return planProgram(() => {
    const acl = new WebAcl(testName, {
      loadBalancerArn,
      requestsPerFiveMinutes: 2000,
      loginRequestsPerFiveMinutes: 50,
      loginPathPrefixes: ["/api/v1/auth/login", "/api/v1/auth/token"],
      candidateHost: "api-v2.celebrant-portal.com",
      candidateHostRequestsPerFiveMinutes: 2000,
      candidateHostAllowedRanges: [],
      logRetentionDays: 90,
      tags: testTags,
      ...settings,
    });
    return { arn: acl.webAclArn, metricName: acl.webAclMetricName };
  });
}

const rulesOf = (plan: PlannedProgram) => plan.only(aclType).inputs["rules"] as readonly Rule[];

function ruleOf(plan: PlannedProgram, name: string): Rule {
  const rule = rulesOf(plan).find((candidate) => candidate.name === name);
  if (rule === undefined) throw new Error(`No rule ${name}.`);
  return rule;
}

describe("WebAcl", () => {
  let plan: PlannedProgram;
  beforeAll(async () => {
    plan = await planAcl();
  });

  it("limits rates before it inspects, each rule with a place and metrics of its own", () => {
    expect(rulesOf(plan).map(({ priority, name }) => [priority, name])).toEqual([
      [0, "candidate-host-rate"],
      [1, "login-rate"],
      [2, "request-rate"],
      [3, "ip-reputation"],
      [4, "anonymous-ip"],
      [5, "common"],
      [6, "known-bad-inputs"],
      [7, "sql-injection"],
    ]);
    for (const { name, visibilityConfig } of rulesOf(plan)) {
      expect(visibilityConfig).toEqual({
        metricName: name,
        cloudwatchMetricsEnabled: true,
        sampledRequestsEnabled: true,
      });
    }
  });

  it("allows what no rule blocks, in the region of the load balancer it is put on", () => {
    const acl = plan.only(aclType);
    expect(acl.inputs).toMatchObject({ scope: "REGIONAL", defaultAction: { allow: {} } });
    expect(plan.only("aws:wafv2/webAclAssociation:WebAclAssociation").inputs).toEqual({
      resourceArn: loadBalancerArn,
      webAclArn: acl.outputs["arn"],
    });
    expect(plan.outputs).toEqual({ arn: acl.outputs["arn"], metricName: "portal-production-web-acl" });
  });

  it.each([
    ["ip-reputation", "AWSManagedRulesAmazonIpReputationList", { none: {} }],
    ["anonymous-ip", "AWSManagedRulesAnonymousIpList", { count: {} }],
    ["common", "AWSManagedRulesCommonRuleSet", { none: {} }],
    ["known-bad-inputs", "AWSManagedRulesKnownBadInputsRuleSet", { none: {} }],
    ["sql-injection", "AWSManagedRulesSQLiRuleSet", { none: {} }],
  ])("uses %s from %s", (name, group, overrideAction) => {
    const rule = ruleOf(plan, name);
    expect(rule.overrideAction).toEqual(overrideAction);
    expect(rule.statement["managedRuleGroupStatement"]).toMatchObject({ vendorName: "AWS", name: group });
  });

  it("counts large bodies instead of refusing uploads, and overrides nothing else", () => {
    const overrides = rulesOf(plan).flatMap(
      ({ statement }) => statement["managedRuleGroupStatement"]?.["ruleActionOverrides"] ?? [],
    );
    expect(overrides).toEqual([{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }]);
  });

  it("answers 429 to an address that sends too much", () => {
    expect(ruleOf(plan, "request-rate")).toMatchObject({
      action: { block: { customResponse: { responseCode: 429 } } },
      statement: { rateBasedStatement: { limit: 2000, evaluationWindowSec: 300, aggregateKeyType: "IP" } },
    });
    expect(ruleOf(plan, "request-rate").statement["rateBasedStatement"]).not.toHaveProperty("scopeDownStatement");
  });

  it("counts POST requests to the decoded login paths as login attempts", () => {
    const path = (searchString: string) => ({
      byteMatchStatement: {
        fieldToMatch: { uriPath: {} },
        positionalConstraint: "STARTS_WITH",
        searchString,
        textTransformations: [{ priority: 0, type: "URL_DECODE" }],
      },
    });
    expect(ruleOf(plan, "login-rate").statement["rateBasedStatement"]).toEqual({
      limit: 50,
      evaluationWindowSec: 300,
      aggregateKeyType: "IP",
      scopeDownStatement: {
        andStatement: {
          statements: [
            {
              byteMatchStatement: {
                fieldToMatch: { method: {} },
                positionalConstraint: "EXACTLY",
                searchString: "POST",
                textTransformations: [{ priority: 0, type: "NONE" }],
              },
            },
            { orStatement: { statements: [path("/api/v1/auth/login"), path("/api/v1/auth/token")] } },
          ],
        },
      },
    });
  });

  it("puts a single login path without an OR around it, which AWS WAF would refuse", async () => {
    const single = await planAcl({ loginPathPrefixes: ["/login"] });
    expect(ruleOf(single, "login-rate").statement["rateBasedStatement"]).toMatchObject({
      scopeDownStatement: { andStatement: { statements: [{}, { byteMatchStatement: { searchString: "/login" } }] } },
    });
  });

  it("judges the client that the proxy names where there is a proxy", async () => {
    const proxied = await planAcl({ clientIpHeader: "CF-Connecting-IP" });
    for (const name of ["login-rate", "request-rate"]) {
      expect(ruleOf(proxied, name).statement["rateBasedStatement"]).toMatchObject({
        aggregateKeyType: "FORWARDED_IP",
        forwardedIpConfig: { headerName: "CF-Connecting-IP", fallbackBehavior: "MATCH" },
      });
    }
    expect(ruleOf(proxied, "ip-reputation").overrideAction).toEqual({ count: {} });
  });

  const isCandidateHost = {
    byteMatchStatement: {
      fieldToMatch: { singleHeader: { name: "host" } },
      positionalConstraint: "STARTS_WITH",
      searchString: "api-v2.celebrant-portal.com",
      textTransformations: [{ priority: 0, type: "LOWERCASE" }],
    },
  };

  it("limits what all addresses together ask of the candidate's own host", async () => {
    const limited = await planAcl({ candidateHostRequestsPerFiveMinutes: 300 });
    expect(ruleOf(limited, "candidate-host-rate")).toMatchObject({
      action: { block: { customResponse: { responseCode: 429 } } },
      statement: {
        rateBasedStatement: {
          limit: 300,
          evaluationWindowSec: 300,
          aggregateKeyType: "CONSTANT",
          scopeDownStatement: isCandidateHost,
        },
      },
    });
    expect(limited.all("aws:wafv2/ipSet:IpSet")).toEqual([]);
  });

  it("answers 404 on the candidate's own host to whom it does not know, and judges nobody on another host", async () => {
    const guarded = await planAcl({
      candidateHostAllowedRanges: ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7/32"],
    });
    const sets = ["ipv4", "ipv6"].map((version) => {
      return guarded.only("aws:wafv2/ipSet:IpSet", `portal-production-candidate-host-${version}`);
    });
    expect(sets.map(({ inputs }) => [inputs["ipAddressVersion"], inputs["addresses"]])).toEqual([
      ["IPV4", ["203.0.113.0/24", "198.51.100.7/32"]],
      ["IPV6", ["2001:db8::/32"]],
    ]);
    const [ipv4, ipv6] = sets.map(({ outputs }) => ({ ipSetReferenceStatement: { arn: outputs["arn"] } }));
    expect(rulesOf(guarded)[0]).toMatchObject({
      name: "candidate-host-access",
      action: { block: { customResponse: { responseCode: 404 } } },
      statement: {
        andStatement: {
          statements: [isCandidateHost, { notStatement: { statement: { orStatement: { statements: [ipv4, ipv6] } } } }],
        },
      },
    });
  });

  it("knows an allowed address behind a proxy by the proxy's header", async () => {
    const guarded = await planAcl({
      clientIpHeader: "CF-Connecting-IP",
      candidateHostAllowedRanges: ["203.0.113.0/24"],
    });
    const [set] = guarded.all("aws:wafv2/ipSet:IpSet");
    const ipSetForwardedIpConfig = {
      headerName: "CF-Connecting-IP",
      fallbackBehavior: "NO_MATCH",
      position: "FIRST",
    };
    const known = { ipSetReferenceStatement: { arn: set?.outputs["arn"], ipSetForwardedIpConfig } };
    expect(ruleOf(guarded, "candidate-host-access").statement["andStatement"]).toEqual({
      statements: [isCandidateHost, { notStatement: { statement: known } }],
    });
  });

  it("logs to a group that AWS WAF accepts, without what would let a reader act as the user", () => {
    const group = plan.only("aws:cloudwatch/logGroup:LogGroup");
    expect(group.inputs).toMatchObject({ name: "aws-waf-logs-portal-production", retentionInDays: 90 });
    expect(plan.only("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration").inputs).toEqual({
      resourceArn: plan.only(aclType).outputs["arn"],
      logDestinationConfigs: [group.outputs["arn"]],
      redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }],
    });
    expect(plan.only(aclType).inputs["dataProtectionConfig"]).toEqual({
      dataProtections: [
        { action: "SUBSTITUTION", field: { fieldType: "SINGLE_HEADER", fieldKeys: ["authorization", "cookie"] } },
      ],
    });
  });

  it("hangs every resource on itself and tags what can be tagged", () => {
    const component = plan.only("celebrant:edge:WebAcl", testName);
    const children = plan.resources.filter(({ type }) => type.startsWith("aws:"));
    expect(children).toHaveLength(4);
    for (const child of children) expect(child.parentUrn).toBe(component.urn);
    for (const type of [aclType, "aws:cloudwatch/logGroup:LogGroup"]) {
      expect(plan.only(type).inputs["tags"]).toEqual({ ...testTags, Name: "portal-production-web-acl" });
    }
  });

  it("refuses a login limit without a path", async () => {
    await expect(planAcl({ loginPathPrefixes: [] })).rejects.toThrow(
      "loginPathPrefixes is empty. The login limit needs a path: name the login path's prefix.",
    );
  });
});
