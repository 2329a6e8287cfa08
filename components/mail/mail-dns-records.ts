import * as pulumi from "@pulumi/pulumi";
import type { DnsRecordRequest } from "../dns/dns-record-request.ts";
import { dkimTokenAt, dkimTokenCount } from "./dkim-token.ts";
import { type DmarcPolicy, dmarcRecord } from "./dmarc-record.ts";
import { dkimZone, feedbackHost } from "./ses-hosts.ts";

/** What the records speak of. */
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
 * The domain itself gets no SPF record: SPF looks at the MAIL FROM domain, which has one, and a second record beside one
 * that the domain may already have for its mailboxes would void both (RFC 7208, section 4.5).
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
