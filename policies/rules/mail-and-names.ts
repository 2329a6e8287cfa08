/** Rules on what others see of the stage: its mail, its certificate and its DNS names. */
import {
  certificate,
  dnsRecord,
  listenerRule,
  loadBalancer,
  mailConfiguration,
  mailEvents,
  mailIdentity,
  topic,
} from "../kinds.ts";
import { known, refersTo } from "../links.ts";
import { candidateRuleOf, hostPatternsOf, publicRuleOf } from "../rollout-roles.ts";
import { type Rule, resourceRule, shown, stackRule } from "../rule.ts";

/** AWS FSBP ACM.2: RSA of at least 2048 bits, or an elliptic curve. */
const strongKeys = /^(RSA_(2048|3072|4096)|EC_.+)$/;

/** SES makes three keys for an identity, so that it can rotate them. */
const dkimKeys = 3;

export const mailAndNameRules: readonly Rule[] = [
  resourceRule({
    name: "acm-certificate",
    rule: "A certificate must have a strong key and plain names, be proved by DNS, and stand in the public logs",
    source: "AWS Security Hub ACM.2",
    kinds: [certificate],
    check({ props }, report) {
      const names = [props.domainName, ...(props.subjectAlternativeNames ?? [])];
      const wildcards = names.filter((name) => name?.startsWith("*."));
      const logging = props.options?.certificateTransparencyLoggingPreference;
      if (!strongKeys.test(props.keyAlgorithm ?? "RSA_2048")) {
        report({
          found: shown("keyAlgorithm", props.keyAlgorithm),
          fix: "set keyAlgorithm to RSA_2048 or EC_prime256v1",
        });
      }
      if (wildcards.length > 0)
        report({ found: `it is for ${wildcards.join(", ")}`, fix: "name the hosts that it is for" });
      // An imported one was issued elsewhere: acm-imported-watched.
      if (props.certificateBody === undefined && props.validationMethod !== "DNS") {
        report({
          found: shown("validationMethod", props.validationMethod),
          fix: "set validationMethod to DNS, so that it is renewed by itself",
        });
      }
      if (logging === "DISABLED") {
        report({
          found: "options.certificateTransparencyLoggingPreference is DISABLED",
          fix: "remove it: browsers refuse a certificate that is in no log",
        });
      }
    },
  }),

  /** A stack whose names are kept elsewhere has no records, and is not judged. */
  stackRule({
    name: "dns-api-to-balancer",
    rule: "The public and the candidate's host must each have one DNS record, which names the stack's load balancer",
    source: "project rule",
    kinds: [dnsRecord, listenerRule, loadBalancer],
    check(stack, report) {
      const [balancer] = stack.all(loadBalancer);
      const records = stack.all(dnsRecord);
      const rules = [publicRuleOf(stack), candidateRuleOf(stack)];
      const hosts = rules.flatMap((rule) => (rule === undefined ? [] : (hostPatternsOf(rule) ?? [])));
      const address = known(() => (balancer?.props as { dnsName?: string } | undefined)?.dnsName);
      if (balancer === undefined || records.length === 0) return;
      for (const host of hosts) {
        const own = records.filter(({ props }) => props.name === host);
        const [record, ...others] = own;
        if (record === undefined || others.length > 0) {
          report(balancer, {
            found: `the number of DNS records for ${host} is ${own.length}`,
            fix: "declare one CNAME record for the host",
          });
          continue;
        }
        const content = known(() => record.props.content);
        if (content === undefined || address === undefined || content === address) continue;
        report(record, { found: shown("content", content), fix: "set content to the load balancer's DNS name" });
      }
    },
  }),

  stackRule({
    name: "dns-mail-is-proved",
    rule: "DNS must say who may send the stage's mail, and production's that receivers do not deliver mail that fails the proof",
    source: "AWS SES: Complying with DMARC authentication protocol",
    kinds: [dnsRecord, mailIdentity],
    check({ all }, report) {
      const texts = all(dnsRecord).filter(({ props }) => props.type === "TXT");
      if (all(dnsRecord).length === 0) return;
      const contents = texts.map(({ props }) => props.content ?? "");
      for (const identity of all(mailIdentity)) {
        const dmarc = contents.find((content) => content.includes("v=DMARC1"));
        const isProduction = identity.urn.startsWith("urn:pulumi:production::");
        if (!contents.some((content) => /v=spf1 .*[~-]all/.test(content))) {
          report(identity, {
            found: "no TXT record with v=spf1 ends in ~all or -all",
            fix: "add the SPF record of the MAIL FROM domain",
          });
        }
        const keys = all(dnsRecord).filter(({ props }) => props.name.includes("._domainkey.")).length;
        if (keys < dkimKeys) {
          report(identity, {
            found: `the number of DNS records for DKIM keys is ${keys}`,
            fix: `add a CNAME record for each of the ${dkimKeys} keys of SES`,
          });
        }
        if (dmarc === undefined || (isProduction && !/p=(quarantine|reject)/.test(dmarc))) {
          report(identity, {
            found: dmarc === undefined ? "no TXT record has v=DMARC1" : `the DMARC record is ${dmarc}`,
            fix: "set mail.dmarcPolicy to quarantine or reject",
          });
        }
      }
    },
  }),

  stackRule({
    name: "sesv2-identity",
    rule: "A mail identity must sign with a key of 2048 bits and send through the stack's configuration set, which demands TLS",
    source: "AWS SES: Authenticating Email with DKIM",
    kinds: [mailConfiguration, mailIdentity],
    check({ all }, report) {
      for (const identity of all(mailIdentity)) {
        const length = identity.props.dkimSigningAttributes?.nextSigningKeyLength;
        const isOwn = all(mailConfiguration).some(
          (set) =>
            refersTo(identity, "configurationSetName", set) ||
            known(() => identity.props.configurationSetName) === set.props.configurationSetName,
        );
        if (length !== "RSA_2048_BIT") {
          report(identity, {
            found: shown("dkimSigningAttributes.nextSigningKeyLength", length),
            fix: "set it to RSA_2048_BIT",
          });
        }
        if (!isOwn) {
          report(identity, {
            found: shown(
              "configurationSetName",
              known(() => identity.props.configurationSetName),
            ),
            fix: "set configurationSetName to the stack's configuration set",
          });
        }
      }
    },
  }),

  stackRule({
    name: "sesv2-bounces-told",
    rule: "Bounces and complaints must be told to people, and who bounced must get no more mail",
    source: "AWS SES: Monitoring your Amazon SES sending activity",
    advisoryIn: ["staging"],
    kinds: [mailConfiguration, mailEvents, topic],
    check({ all }, report) {
      for (const set of all(mailConfiguration)) {
        const { suppressionOptions, reputationOptions, configurationSetName } = set.props;
        const told = all(mailEvents).some(({ props }) => {
          const { enabled, matchingEventTypes, snsDestination } = props.eventDestination;
          const isOwn = known(() => props.configurationSetName) === configurationSetName;
          const tells = ["BOUNCE", "COMPLAINT"].every((type) => matchingEventTypes.includes(type));
          return isOwn && enabled !== false && tells && snsDestination !== undefined;
        });
        if (!told)
          report(set, {
            found: "no enabled event destination tells a topic of BOUNCE and COMPLAINT",
            fix: "add it, with the alert topic",
          });
        const reasons = suppressionOptions?.suppressedReasons ?? [];
        if (!["BOUNCE", "COMPLAINT"].every((reason) => reasons.includes(reason))) {
          report(set, {
            found: shown("suppressionOptions.suppressedReasons", reasons.join(", ")),
            fix: "set it to BOUNCE and COMPLAINT",
          });
        }
        if (reputationOptions?.reputationMetricsEnabled !== true) {
          report(set, {
            found: shown("reputationOptions.reputationMetricsEnabled", reputationOptions?.reputationMetricsEnabled),
            fix: "set it to true",
          });
        }
      }
    },
  }),
];
