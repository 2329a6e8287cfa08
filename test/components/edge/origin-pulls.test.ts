import { describe, expect, it } from "vitest";
import { OriginPulls } from "../../../components/edge/origin-pulls.ts";
import { AccessLogsBucket } from "../../../components/storage/access-logs-bucket.ts";
import { withoutSecrets } from "../../../rehearsal/plan/hide-secrets.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";
import { planFixture } from "../../support/plan-fixture.ts";

const privateKey = /PRIVATE KEY/;

const planPulls = (authorities: readonly number[], presented: number) =>
  planProgram(() => {
    const logs = new AccessLogsBucket(testName, {
      retentionDays: 1,
      destroyable: false,
      region: "ap-southeast-2",
      accountId: "123456789012",
      tags: testTags,
    });
    const pulls = new OriginPulls(testName, {
      zoneId: "zone",
      hosts: { api: "api.example.com", candidate: "api-v2.example.com" },
      authorities,
      presented,
      accessLogsBucketName: logs.bucketName,
      accessLogsBucketPolicy: logs.policy,
      destroyable: false,
      tags: testTags,
    });
    return { trustStoreArn: pulls.trustStoreArn, presentedFor: pulls.presentedFor };
  });

describe("OriginPulls", () => {
  it("tells when Cloudflare presents the certificate, for both hosts", async () => {
    const plan = await planPulls([1], 1);
    expect(plan.outputs["presentedFor"]).toEqual(["api.example.com", "api-v2.example.com"]);
  });

  it("refuses to present what the load balancer would not trust", async () => {
    await expect(planPulls([1], 2)).rejects.toThrow(
      "presented is 2, which is none of the authorities 1. The load balancer would refuse what Cloudflare presents: name one of them.",
    );
  });

  it("has another object for each bundle, so that the trust store is told of it", async () => {
    const keyOf = async (authorities: readonly number[]) => {
      const plan = await planPulls(authorities, 1);
      return plan.only("aws:lb/trustStore:TrustStore", "portal-production-origin").inputs["caCertificatesBundleS3Key"];
    };
    const [one, again, both] = [await keyOf([1]), await keyOf([1]), await keyOf([1, 2])];
    expect(one).toMatch(/^authorities-[0-9a-f]{16}\.pem$/);
    expect(again).toBe(one);
    expect(both).not.toBe(one);
  });
});

describe("the keys of the certificates", () => {
  const planned = planFixture({
    stage: "production",
    set: {},
    previousRecord: null,
    now: new Date("2026-11-23T12:40:00Z"),
  });

  it("are secrets wherever a resource has them, so that no plan shows one", async () => {
    const plan = await planned;
    const holders = plan.resources.filter(({ inputs, outputs }) => privateKey.test(JSON.stringify([inputs, outputs])));
    expect(new Set(holders.map(({ type }) => type.split(":").at(-1)))).toEqual(
      new Set([
        "PrivateKey",
        "SelfSignedCert",
        "CertRequest",
        "LocallySignedCert",
        "AuthenticatedOriginPullsHostnameCertificate",
        "Certificate",
      ]),
    );
    expect(JSON.stringify(withoutSecrets(plan))).not.toMatch(privateKey);
  });

  it("are in no output of the stack", async () => {
    expect(JSON.stringify((await planned).outputs)).not.toMatch(privateKey);
  });
});
