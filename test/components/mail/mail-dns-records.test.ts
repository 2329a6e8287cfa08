import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import {
  dkimTokenAt,
  dkimZone,
  dmarcRecord,
  feedbackHost,
  mailDnsRecords,
} from "../../../components/mail/mail-dns-records.ts";
import { planProgram } from "../../support/plan-component.ts";

async function recordsFor(region: string): Promise<unknown> {
  const plan = await planProgram(() => {
    const records = mailDnsRecords({
      domain: "celebrant-portal.com",
      mailFromDomain: "bounce.celebrant-portal.com",
      region,
      dkimTokens: pulumi.output(["aaa", "bbb", "ccc"]),
      dmarcPolicy: "reject",
      dmarcReportAddress: "dmarc@celebrant-portal.com",
    });
    return { records: pulumi.output([...records]) };
  });
  return plan.outputs["records"];
}

describe("the DNS records of mail", () => {
  it("are DKIM, MX and SPF of the MAIL FROM domain, and DMARC", async () => {
    const dkim = (token: string, index: number) => ({
      key: `mail-dkim-${index}`,
      name: `${token}._domainkey.celebrant-portal.com`,
      type: "CNAME",
      content: `${token}.dkim.amazonses.com`,
      comment: "DKIM key of SES",
    });
    expect(await recordsFor("ap-southeast-2")).toEqual([
      dkim("aaa", 1),
      dkim("bbb", 2),
      dkim("ccc", 3),
      {
        key: "mail-from-mx",
        name: "bounce.celebrant-portal.com",
        type: "MX",
        content: "feedback-smtp.ap-southeast-2.amazonses.com",
        priority: 10,
        comment: "Bounces of mail sent by SES",
      },
      {
        key: "mail-from-spf",
        name: "bounce.celebrant-portal.com",
        type: "TXT",
        content: "v=spf1 include:amazonses.com ~all",
        comment: "SES may send for the MAIL FROM domain",
      },
      {
        key: "mail-dmarc",
        name: "_dmarc.celebrant-portal.com",
        type: "TXT",
        content: "v=DMARC1; p=reject; rua=mailto:dmarc@celebrant-portal.com; adkim=r; aspf=r",
        comment: "What receivers do with mail that fails DMARC",
      },
    ]);
  });

  it("name the region's own DKIM zone where it has one", async () => {
    expect(await recordsFor("ap-southeast-3")).toContainEqual(
      expect.objectContaining({ key: "mail-dkim-2", content: "bbb.dkim.ap-southeast-3.amazonses.com" }),
    );
  });
});

describe("a DKIM token", () => {
  it("is refused when SES gave too few", () => {
    expect(dkimTokenAt(["aaa", "bbb"], 1, "celebrant-portal.com")).toBe("bbb");
    expect(() => dkimTokenAt(["aaa", "bbb"], 2, "celebrant-portal.com")).toThrow(
      "SES gave 2 DKIM tokens for celebrant-portal.com: Easy DKIM gives 3.",
    );
  });
});

describe("hosts of SES", () => {
  it("differ by region", () => {
    expect(dkimZone("ap-southeast-2")).toBe("dkim.amazonses.com");
    expect(dkimZone("eu-south-1")).toBe("dkim.eu-south-1.amazonses.com");
    expect(feedbackHost("eu-west-1")).toBe("feedback-smtp.eu-west-1.amazonses.com");
  });
});

describe("DMARC", () => {
  it("aligns loosely, since MAIL FROM lies below the domain", () => {
    expect(dmarcRecord({ policy: "none", reportAddress: "a@b.example" })).toBe(
      "v=DMARC1; p=none; rua=mailto:a@b.example; adkim=r; aspf=r",
    );
  });
});
