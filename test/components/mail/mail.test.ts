import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { Mail, type MailArgs } from "../../../components/mail/mail.ts";
import { type PlannedProgram, planProgram, testName, testTags } from "../../support/plan-component.ts";

const alertTopicArn = "arn:aws:sns:ap-southeast-2:123456789012:portal-production-alerts";
const args: MailArgs = {
  domain: "celebrant-portal.com",
  mailFromSubdomain: "bounce",
  dmarcPolicy: "quarantine",
  dmarcReportAddress: "dmarc@celebrant-portal.com",
  alertTopicArn,
  region: "ap-southeast-2",
  tags: testTags,
};

let plan: PlannedProgram;
beforeAll(async () => {
  plan = await planProgram(() => {
    const mail = new Mail(testName, args);
    return {
      identityArn: mail.identityArn,
      configurationSetName: mail.configurationSetName,
      records: pulumi.output([...mail.dnsRecords]),
    };
  });
});

describe("the configuration set", () => {
  const set = () => plan.only("aws:sesv2/configurationSet:ConfigurationSet");

  it("requires TLS, measures reputation and suppresses who bounced or complained", () => {
    expect(set().inputs).toEqual({
      configurationSetName: "portal-production-mail",
      deliveryOptions: { tlsPolicy: "REQUIRE" },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
      tags: { ...testTags, Name: "portal-production-mail" },
    });
  });

  it("sends bounces, complaints and rejects to the alert topic", () => {
    expect(plan.only("aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination").inputs).toEqual({
      configurationSetName: "portal-production-mail",
      eventDestinationName: "alerts",
      eventDestination: {
        enabled: true,
        matchingEventTypes: ["BOUNCE", "COMPLAINT", "REJECT"],
        snsDestination: { topicArn: alertTopicArn },
      },
    });
  });
});

describe("the identity", () => {
  it("signs with Easy DKIM of 2048 bits, under the configuration set", () => {
    expect(plan.only("aws:sesv2/emailIdentity:EmailIdentity").inputs).toEqual({
      emailIdentity: "celebrant-portal.com",
      configurationSetName: "portal-production-mail",
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
      tags: { ...testTags, Name: "portal-production-mail" },
    });
  });

  it("sends from its MAIL FROM domain, and goes on sending while that has no MX record", () => {
    expect(plan.only("aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes").inputs).toEqual({
      emailIdentity: "celebrant-portal.com",
      mailFromDomain: "bounce.celebrant-portal.com",
      behaviorOnMxFailure: "USE_DEFAULT_VALUE",
    });
  });

  it("mails no feedback to senders", () => {
    expect(plan.only("aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes").inputs).toEqual({
      emailIdentity: "celebrant-portal.com",
      emailForwardingEnabled: false,
    });
  });
});

describe("the component", () => {
  it("says what a role may send as, and under which set", () => {
    expect(plan.outputs).toMatchObject({
      identityArn: "arn:aws:ses:ap-southeast-2:123456789012:identity/celebrant-portal.com",
      configurationSetName: "portal-production-mail",
    });
  });

  it("asks for the DNS records of the identity's own tokens", () => {
    const identity = plan.only("aws:sesv2/emailIdentity:EmailIdentity").outputs["dkimSigningAttributes"];
    const [token] = (identity as { tokens: string[] }).tokens;
    expect(plan.outputs["records"]).toHaveLength(6);
    expect(plan.outputs["records"]).toContainEqual(
      expect.objectContaining({ key: "mail-dkim-1", content: `${token}.dkim.amazonses.com` }),
    );
  });

  it("creates no DNS record itself, and parents what it makes", () => {
    const component = plan.only("celebrant:mail:Mail");
    const made = plan.resources.filter(({ custom }) => custom);
    expect(made.map(({ type }) => type.split(":")[1]?.split("/")[0])).toEqual(Array(5).fill("sesv2"));
    expect(made.map(({ parentUrn }) => parentUrn)).toEqual(Array(5).fill(component.urn));
  });
});
