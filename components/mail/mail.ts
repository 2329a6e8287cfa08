import { ConfigurationSet } from "@pulumi/aws/sesv2/configurationSet.js";
import { ConfigurationSetEventDestination } from "@pulumi/aws/sesv2/configurationSetEventDestination.js";
import { EmailIdentity } from "@pulumi/aws/sesv2/emailIdentity.js";
import { EmailIdentityFeedbackAttributes } from "@pulumi/aws/sesv2/emailIdentityFeedbackAttributes.js";
import { EmailIdentityMailFromAttributes } from "@pulumi/aws/sesv2/emailIdentityMailFromAttributes.js";
import * as pulumi from "@pulumi/pulumi";
import type { DnsRecordRequest } from "../dns/dns-record-request.ts";
import { child, type Scope, type Tags } from "../scope.ts";
import { type DmarcPolicy, mailDnsRecords } from "./mail-dns-records.ts";

/** What the stage's outgoing mail is like. */
export interface MailArgs {
  /** Domain that mail is sent from. Changing it replaces the identity and its DKIM keys. */
  readonly domain: string;
  /** Label of the MAIL FROM domain below `domain`. Nothing else may send from it or receive on it. */
  readonly mailFromSubdomain: string;
  /** What receivers do with mail that fails DMARC. */
  readonly dmarcPolicy: DmarcPolicy;
  /** Where receivers send aggregate DMARC reports. */
  readonly dmarcReportAddress: string;
  /** Topic of bounces, complaints and rejects. Its policy must let SES publish before this is created. */
  readonly alertTopicArn: pulumi.Input<string>;
  /** Region of SES. Another region gives new DKIM keys and needs its own SES production access. */
  readonly region: string;
  readonly tags: Tags;
}

/**
 * Outgoing mail through SES (guide T4): an identity that signs with Easy DKIM, a MAIL FROM domain for SPF, and the
 * configuration set's rules. The rules also hold for mail that names no configuration set.
 *
 * The component creates no DNS record. `dnsRecords` lists the records that are needed, and SES looks for them for 72
 * hours.
 */
export class Mail extends pulumi.ComponentResource {
  /** What a role may send as. */
  readonly identityArn: pulumi.Output<string>;
  readonly configurationSetName: pulumi.Output<string>;
  /** Three DKIM CNAMEs, MX and SPF of the MAIL FROM domain, DMARC. */
  readonly dnsRecords: readonly DnsRecordRequest[];

  constructor(name: string, args: MailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:mail:Mail", name, {}, opts);
    const { domain, region } = args;
    const scope: Scope = { name, parent: this, tags: args.tags };
    const mailFromDomain = `${args.mailFromSubdomain}.${domain}`;

    const { configurationSet, events } = createConfigurationSet(scope, args);
    const { configurationSetName } = configurationSet;
    const identity = createIdentity(scope, { domain, mailFromDomain, configurationSetName, events });

    this.identityArn = identity.arn;
    this.configurationSetName = configurationSetName;
    this.dnsRecords = mailDnsRecords({
      domain,
      mailFromDomain,
      region,
      // Not lifted: in the first preview only a part of the object is known, and the tokens are not.
      dkimTokens: identity.dkimSigningAttributes.apply(({ tokens }) => tokens),
      dmarcPolicy: args.dmarcPolicy,
      dmarcReportAddress: args.dmarcReportAddress,
    });
    this.registerOutputs({ identityArn: this.identityArn, configurationSetName: this.configurationSetName });
  }
}

/** The set, and the destination of its events. */
interface ConfigurationSetWithEvents {
  readonly configurationSet: ConfigurationSet;
  readonly events: ConfigurationSetEventDestination;
}

/**
 * Creates the rules that all mail is sent under. Mail goes out over TLS or not at all, where SES by itself would fall back
 * to plain text (AWS "Data protection in Amazon Simple Email Service"). Addresses that bounced or complained get no more
 * mail. Reputation is measured.
 */
function createConfigurationSet(
  scope: Scope,
  args: { readonly alertTopicArn: pulumi.Input<string> },
): ConfigurationSetWithEvents {
  const { logicalName, tags, opts } = child(scope, "mail");
  const configurationSet = new ConfigurationSet(
    logicalName,
    {
      configurationSetName: logicalName,
      deliveryOptions: { tlsPolicy: "REQUIRE" },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
      tags,
    },
    opts,
  );
  const events = new ConfigurationSetEventDestination(
    logicalName,
    {
      configurationSetName: configurationSet.configurationSetName,
      eventDestinationName: "alerts",
      eventDestination: {
        enabled: true,
        matchingEventTypes: ["BOUNCE", "COMPLAINT", "REJECT"],
        snsDestination: { topicArn: args.alertTopicArn },
      },
    },
    opts,
  );
  return { configurationSet, events };
}

interface IdentityArgs {
  readonly domain: string;
  readonly mailFromDomain: string;
  readonly configurationSetName: pulumi.Output<string>;
  readonly events: ConfigurationSetEventDestination;
}

/**
 * Creates the identity that mail is sent as.
 *
 * While the MX record of the MAIL FROM domain is missing, mail goes out from SES's own domain. DKIM still aligns, so DMARC
 * passes, and a DNS mistake does not stop the portal's notifications.
 *
 * Bounces and complaints go to the alert topic, and not to a sender's mailbox that nobody reads.
 */
function createIdentity(scope: Scope, args: IdentityArgs): EmailIdentity {
  const { logicalName, tags, opts } = child(scope, "mail");
  const identity = new EmailIdentity(
    logicalName,
    {
      emailIdentity: args.domain,
      configurationSetName: args.configurationSetName,
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
      tags,
    },
    opts,
  );
  const { emailIdentity } = identity;
  new EmailIdentityMailFromAttributes(
    logicalName,
    { emailIdentity, mailFromDomain: args.mailFromDomain, behaviorOnMxFailure: "USE_DEFAULT_VALUE" },
    opts,
  );
  new EmailIdentityFeedbackAttributes(
    logicalName,
    { emailIdentity, emailForwardingEnabled: false },
    // Until another destination takes bounces, SES mails them to the sender whatever this says.
    { ...opts, dependsOn: args.events },
  );
  return identity;
}
