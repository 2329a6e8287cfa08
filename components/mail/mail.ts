import { EmailIdentity } from "@pulumi/aws/sesv2/emailIdentity.js";
import { EmailIdentityFeedbackAttributes } from "@pulumi/aws/sesv2/emailIdentityFeedbackAttributes.js";
import { EmailIdentityMailFromAttributes } from "@pulumi/aws/sesv2/emailIdentityMailFromAttributes.js";
import * as pulumi from "@pulumi/pulumi";
import type { DnsRecordRequest } from "../dns/dns-record-request.ts";
import type { Tags } from "../tags.ts";
import { createConfigurationSet } from "./configuration-set.ts";
import type { DmarcPolicy } from "./dmarc-record.ts";
import { mailDnsRecords } from "./mail-dns-records.ts";

/** What the stage's outgoing mail is like. */
export interface MailArgs {
  /** Domain that mail is sent from. Changing it replaces the identity, and with it the DKIM keys. */
  readonly domain: string;
  /** Label of the MAIL FROM domain below `domain`. Nothing else may send from it or receive on it. */
  readonly mailFromSubdomain: string;
  /** What receivers do with mail that fails DMARC. */
  readonly dmarcPolicy: DmarcPolicy;
  /** Where receivers send aggregate DMARC reports. */
  readonly dmarcReportAddress: string;
  /** Topic of bounces, complaints and rejects. Its policy must let SES publish before this is created. */
  readonly alertTopicArn: pulumi.Input<string>;
  /** Region of SES. Moving mail to another region gives new DKIM keys and needs SES production access there. */
  readonly region: string;
  readonly tags: Tags;
}

/**
 * Outgoing mail through SES (guide T4): an identity that signs with Easy DKIM, a MAIL FROM domain for SPF, and the rules
 * of the configuration set, which hold for mail that names no set too.
 *
 * The component creates no DNS record: `dnsRecords` says which are needed, and SES looks for them for 72 hours.
 */
export class Mail extends pulumi.ComponentResource {
  /** What a role may send as. */
  readonly identityArn: pulumi.Output<string>;
  readonly configurationSetName: pulumi.Output<string>;
  /** Three DKIM CNAMEs, MX and SPF of the MAIL FROM domain, DMARC. */
  readonly dnsRecords: readonly DnsRecordRequest[];

  constructor(name: string, args: MailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:mail:Mail", name, {}, opts);
    const { domain, region, tags } = args;
    const logicalName = `${name}-mail`;
    const mailFromDomain = `${args.mailFromSubdomain}.${domain}`;

    const { configurationSet, events } = createConfigurationSet(logicalName, {
      alertTopicArn: args.alertTopicArn,
      tags,
      parent: this,
    });
    const identity = new EmailIdentity(
      logicalName,
      {
        emailIdentity: domain,
        configurationSetName: configurationSet.configurationSetName,
        dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
        tags: { ...tags, Name: logicalName },
      },
      { parent: this },
    );
    sendFromOwnDomain(logicalName, identity, mailFromDomain, this);
    // SES mails bounces to the sender until another destination takes them, whatever this says.
    forwardNoFeedback(logicalName, identity, { parent: this, dependsOn: events });

    this.identityArn = identity.arn;
    this.configurationSetName = configurationSet.configurationSetName;
    this.dnsRecords = mailDnsRecords({
      domain,
      mailFromDomain,
      region,
      // Not lifted: in the first preview the object is known in part, and its tokens are what is not.
      dkimTokens: identity.dkimSigningAttributes.apply(({ tokens }) => tokens),
      dmarcPolicy: args.dmarcPolicy,
      dmarcReportAddress: args.dmarcReportAddress,
    });
    this.registerOutputs({ identityArn: this.identityArn, configurationSetName: this.configurationSetName });
  }
}

/**
 * While the MX record is missing, mail goes out from SES's own domain: DKIM still aligns, so that DMARC passes, and a DNS
 * mistake does not stop the portal's notifications.
 */
function sendFromOwnDomain(
  logicalName: string,
  identity: EmailIdentity,
  mailFromDomain: string,
  parent: pulumi.Resource,
): void {
  new EmailIdentityMailFromAttributes(
    logicalName,
    { emailIdentity: identity.emailIdentity, mailFromDomain, behaviorOnMxFailure: "USE_DEFAULT_VALUE" },
    { parent },
  );
}

/** Bounces and complaints go to the alert topic, not to a sender's mailbox that nobody reads. */
function forwardNoFeedback(logicalName: string, identity: EmailIdentity, opts: pulumi.CustomResourceOptions): void {
  new EmailIdentityFeedbackAttributes(
    logicalName,
    { emailIdentity: identity.emailIdentity, emailForwardingEnabled: false },
    opts,
  );
}
