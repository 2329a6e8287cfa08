import * as pulumi from "@pulumi/pulumi";
import type { DnsRecordRequest } from "../dns/dns-record-request.ts";

/** What receivers do with mail that fails DMARC. */
export type DmarcPolicy = "none" | "quarantine" | "reject";

/** What the records are made from. */
export interface MailDnsRecordArgs {
  readonly domain: string;
  readonly mailFromDomain: string;
  readonly region: string;
  /** Tokens that SES gave for the domain. */
  readonly dkimTokens: pulumi.Output<readonly string[]>;
  readonly dmarcPolicy: DmarcPolicy;
  readonly dmarcReportAddress: string;
}

/**
 * The DNS records that make mail from the domain pass DKIM, SPF and DMARC.
 *
 * The domain itself gets no SPF record. SPF looks at the MAIL FROM domain, which has one. The domain may already have an
 * SPF record for its mailboxes, and two records would make both void (RFC 7208, section 4.5).
 */
export function mailDnsRecords(args: MailDnsRecordArgs): readonly DnsRecordRequest[] {
  return [
    ...dkimRecords(args),
    {
      key: "mail-from-mx",
      name: args.mailFromDomain,
      type: "MX",
      content: feedbackHost(args.region),
      priority: 10,
      comment: "Bounces of mail sent by SES",
    },
    {
      key: "mail-from-spf",
      name: args.mailFromDomain,
      type: "TXT",
      content: "v=spf1 include:amazonses.com ~all",
      comment: "SES may send for the MAIL FROM domain",
    },
    {
      key: "mail-dmarc",
      name: `_dmarc.${args.domain}`,
      type: "TXT",
      content: dmarcRecord({ policy: args.dmarcPolicy, reportAddress: args.dmarcReportAddress }),
      comment: "What receivers do with mail that fails DMARC",
    },
  ];
}

/**
 * The DMARC record's text (RFC 7489, section 6.3).
 *
 * Alignment is relaxed. SES sends with a MAIL FROM domain below the sending domain, and strict SPF alignment would refuse
 * that.
 *
 * @param reportAddress where receivers send aggregate reports. An address of another organisation works only if its
 * domain publishes a record that it accepts them (RFC 7489, section 7.1)
 */
export function dmarcRecord({ policy, reportAddress }: { policy: DmarcPolicy; reportAddress: string }): string {
  return `v=DMARC1; p=${policy}; rua=mailto:${reportAddress}; adkim=r; aspf=r`;
}

/** Easy DKIM always gives this many tokens. Some of them are for future keys. */
const dkimTokenCount = 3;

function dkimRecords({ domain, region, dkimTokens }: MailDnsRecordArgs): DnsRecordRequest[] {
  return Array.from({ length: dkimTokenCount }, (_, index) => {
    const token = dkimTokens.apply((tokens) => dkimTokenAt(tokens, index, domain));
    return {
      key: `mail-dkim-${index + 1}`,
      name: pulumi.interpolate`${token}._domainkey.${domain}`,
      type: "CNAME",
      content: pulumi.interpolate`${token}.${dkimZone(region)}`,
      comment: "DKIM key of SES",
    };
  });
}

/**
 * One of the tokens that SES gave for a domain.
 *
 * @param index from 0 to 2
 * @throws {Error} when SES gave fewer, as it does for an identity that signs with a key of its owner
 */
export function dkimTokenAt(tokens: readonly string[], index: number, domain: string): string {
  const token = tokens[index];
  if (token === undefined) {
    throw new Error(
      `SES gave ${tokens.length} DKIM tokens for ${domain}: Easy DKIM gives ${dkimTokenCount}. Check in SES that the identity signs with Easy DKIM and not with a key of your own.`,
    );
  }
  return token;
}

/**
 * Regions whose Easy DKIM keys are in a zone of their own (AWS General Reference, "Amazon SES endpoints and quotas", DKIM
 * domains).
 */
const regionsWithOwnDkimZone: ReadonlySet<string> = new Set([
  "af-south-1",
  "ap-northeast-3",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "il-central-1",
  "me-central-1",
  "us-gov-east-1",
]);

/** The zone that Easy DKIM's CNAME records of a region point into. */
export function dkimZone(region: string): string {
  return regionsWithOwnDkimZone.has(region) ? `dkim.${region}.amazonses.com` : "dkim.amazonses.com";
}

/** The host that takes bounces for a custom MAIL FROM domain (AWS "Using a custom MAIL FROM domain"). */
export function feedbackHost(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}
