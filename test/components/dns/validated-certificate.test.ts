import { Listener } from "@pulumi/aws/lb/listener.js";
import { describe, expect, it } from "vitest";
import { ValidatedCertificate } from "../../../components/dns/validated-certificate.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const certificateType = "aws:acm/certificate:Certificate";
const validationType = "aws:acm/certificateValidation:CertificateValidation";
const recordType = "cloudflare:index/dnsRecord:DnsRecord";
const hosts = ["api.celebrant-portal.com", "api-v2.celebrant-portal.com"] as const;

const planCertificate = (names: readonly string[]) =>
  planProgram(() => void new ValidatedCertificate(testName, { hosts: names, zoneId: "zone-1", tags: testTags }));

interface Proof {
  readonly domainName: string;
  readonly resourceRecordName: string;
  readonly resourceRecordValue: string;
}

describe("ValidatedCertificate", () => {
  it("asks for one certificate with the first host as its subject", async () => {
    const plan = await planCertificate(hosts);
    expect(plan.only(certificateType).inputs).toEqual({
      domainName: "api.celebrant-portal.com",
      subjectAlternativeNames: ["api-v2.celebrant-portal.com"],
      validationMethod: "DNS",
      keyAlgorithm: "RSA_2048",
      tags: { ...testTags, Name: "portal-production-certificate" },
    });
  });

  it("proves each host by the record that ACM asks for it, never proxied, without trailing dots", async () => {
    const plan = await planCertificate(hosts);
    const proofs = plan.only(certificateType).outputs["domainValidationOptions"] as readonly Proof[];
    expect(plan.all(recordType)).toHaveLength(2);
    for (const host of hosts) {
      const proof = proofs.find(({ domainName }) => domainName === host);
      expect(proof?.resourceRecordName).toMatch(/\.$/);
      expect(plan.only(recordType, `portal-production-certificate-${host}`).inputs).toEqual({
        zoneId: "zone-1",
        type: "CNAME",
        name: proof?.resourceRecordName.replace(/\.$/, ""),
        content: proof?.resourceRecordValue.replace(/\.$/, ""),
        proxied: false,
        ttl: 60,
        comment: "Proof for the AWS certificate",
      });
    }
  });

  it("waits for every record before it calls the certificate valid", async () => {
    const plan = await planCertificate(hosts);
    const names = hosts.map((host) => plan.only(recordType, `portal-production-certificate-${host}`).inputs["name"]);
    expect(plan.only(validationType).inputs).toEqual({
      certificateArn: plan.only(certificateType).outputs["arn"],
      validationRecordFqdns: names,
    });
  });

  it("lets no listener use the certificate before it is valid", async () => {
    const plan = await planProgram(() => {
      const { certificateArn } = new ValidatedCertificate(testName, { hosts, zoneId: "zone-1", tags: testTags });
      const loadBalancerArn = "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:loadbalancer/app/portal/1";
      new Listener("listener", { loadBalancerArn, certificateArn, defaultActions: [] });
      return { certificateArn };
    });
    const order = plan.resources.map(({ type }) => type);
    expect(order.indexOf("aws:lb/listener:Listener")).toBeGreaterThan(order.indexOf(validationType));
    expect(plan.outputs["certificateArn"]).toBe(plan.only(certificateType).outputs["arn"]);
  });

  it("hangs every resource on itself", async () => {
    const plan = await planCertificate(hosts);
    const component = plan.only("celebrant:dns:ValidatedCertificate", testName);
    const children = plan.resources.filter(({ custom }) => custom).filter(({ type }) => !type.startsWith("pulumi:"));
    expect(children).toHaveLength(4);
    for (const child of children) expect(child.parentUrn).toBe(component.urn);
  });

  it.each([[[]], [["api.celebrant-portal.com", "api.celebrant-portal.com"]]])("refuses the hosts %j", async (names) => {
    await expect(planCertificate(names)).rejects.toThrow(
      `hosts is [${names.join(", ")}]. A certificate needs at least one host, and each host once.`,
    );
  });
});
