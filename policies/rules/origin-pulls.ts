/** Rules on the certificate by which the load balancer knows requests that came through this zone. */
import {
  bucketObject,
  certificate,
  dnsRecord,
  issuedCertificate,
  type Kind,
  listener,
  loadBalancer,
  metricAlarm,
  originPulls,
  selfSignedCertificate,
  tlsKey,
  trustStore,
  zoneSetting,
} from "../kinds.ts";
import { isSet, known, mentions, refersTo } from "../links.ts";
import { type Member, type Rule, resourceRule, type Stack, shown, stackRule } from "../rule.ts";

/** Modes in which Cloudflare verifies the load balancer's certificate (Cloudflare, "Encryption modes"). */
const strictModes: readonly unknown[] = ["strict", "origin_pull"];

const dated: readonly Kind<{ earlyRenewalHours?: number }>[] = [issuedCertificate, selfSignedCertificate];

export const originPullRules: readonly Rule[] = [
  stackRule({
    name: "lb-verifies-by-own-store",
    rule: "A listener that verifies client certificates must trust the stack's own trust store, and accept a certificate whose time is over, so that the site does not go down on a date",
    source: "AWS Application Load Balancers: Mutual authentication with TLS",
    kinds: [listener, trustStore],
    check(stack, report) {
      for (const one of verifyingListeners(stack)) {
        if (!stack.all(trustStore).some((store) => mentions(one, "mutualAuthentication", store))) {
          report(one, {
            found: "mutualAuthentication.trustStoreArn names no TrustStore of this stack",
            fix: "set mutualAuthentication.trustStoreArn to the ARN of the stack's TrustStore",
          });
        }
        const ignores = known(() => one.props.mutualAuthentication?.ignoreClientCertificateExpiry, true);
        if (ignores === true) continue;
        report(one, {
          found: shown("mutualAuthentication.ignoreClientCertificateExpiry", ignores),
          fix: "set mutualAuthentication.ignoreClientCertificateExpiry to true",
        });
      }
    },
  }),

  /** In pass-through mode too: then each visitor's own certificate would reach the API in a header. */
  stackRule({
    name: "lb-client-certificates-behind-proxy",
    rule: "A listener may ask for client certificates only where every DNS record of the load balancer is proxied, because nobody else has the certificate",
    source: "project rule",
    kinds: [dnsRecord, listener, loadBalancer],
    check(stack, report) {
      for (const one of stack.all(listener)) {
        const mode = modeOf(one);
        if (mode === undefined || mode === "off") continue;
        const bare = recordsOfBalancer(stack).filter(({ props }) => known(() => props.proxied, true) !== true);
        if (bare.length === 0) continue;
        report(one, {
          found: `mutualAuthentication.mode is ${mode}, and ${bare.map(({ props }) => props.name).join(", ")} is not proxied`,
          fix: "set mutualAuthentication.mode to off, or proxied of the record to true",
        });
      }
    },
  }),

  stackRule({
    name: "cloudflare-presents-certificate",
    rule: "Where a listener verifies client certificates, Cloudflare must present one for each host of the load balancer, or all requests to the host are refused",
    source: "project rule",
    kinds: [dnsRecord, listener, loadBalancer, originPulls],
    check(stack, report) {
      const [verifying] = verifyingListeners(stack);
      if (verifying === undefined) return;
      const settings = stack.all(originPulls).flatMap(({ props }) => known(() => props.configs) ?? []);
      for (const { props } of recordsOfBalancer(stack)) {
        const own = settings.find(({ hostname }) => hostname === known(() => props.name));
        if (own?.enabled === true) continue;
        report(verifying, {
          found: `mutualAuthentication.mode is verify, and no AuthenticatedOriginPulls is enabled for ${props.name}`,
          fix: "add an AuthenticatedOriginPulls of this host, with enabled true",
        });
      }
    },
  }),

  /** Cloudflare's own authority signs for all its customers, and a public one for everybody. */
  stackRule({
    name: "lb-trusts-own-authorities",
    rule: "A trust store may hold only authorities that this stack made",
    source: "project rule",
    kinds: [bucketObject, selfSignedCertificate, trustStore],
    check(stack, report) {
      for (const store of stack.all(trustStore)) {
        const key = known(() => store.props.caCertificatesBundleS3Key);
        const object = stack
          .all(bucketObject)
          .find((one) => refersTo(store, "caCertificatesBundleS3Key", one) || known(() => one.props.key === key));
        if (object === undefined && key === undefined) continue;
        if (object === undefined) {
          report(store, {
            found: "caCertificatesBundleS3Key names no object of this stack",
            fix: "set caCertificatesBundleS3Bucket and caCertificatesBundleS3Key to a BucketObjectv2 of this stack",
          });
          continue;
        }
        const bundle = certificatesIn(known(() => object.props.content));
        const own = ownAuthorities(stack);
        if (own === undefined) continue;
        const others = bundle.filter((one) => !own.includes(one)).length;
        if (others === 0) continue;
        report(object, {
          found: `content holds certificates of authorities that the stack did not make: ${others} of ${bundle.length}`,
          fix: "make content from the certPem of the stack's SelfSignedCerts alone",
        });
      }
    },
  }),

  resourceRule({
    name: "cloudflare-ssl-strict",
    rule: "Cloudflare must verify the load balancer's certificate",
    source: "project rule",
    kinds: [zoneSetting],
    check({ props }, report) {
      const value: unknown = props.value;
      if (props.settingId !== "ssl" || strictModes.includes(value)) return;
      report({ found: shown("value", value), fix: "set value of the setting ssl to strict" });
    },
  }),

  stackRule({
    name: "acm-imported-watched",
    rule: "An imported certificate must have an alarm on the days that are left, because nothing renews it",
    source: "AWS Security Hub ACM.1",
    kinds: [certificate, metricAlarm],
    check({ all }, report) {
      for (const one of all(certificate)) {
        if (!isSet(() => one.props.certificateBody)) continue;
        const isWatched = all(metricAlarm).some(
          (alarm) =>
            alarm.props.metricName === "DaysToExpiry" &&
            (refersTo(alarm, "dimensions", one) ||
              known(() => alarm.props.dimensions?.["CertificateArn"] === one.props.arn)),
        );
        if (isWatched) continue;
        report(one, { found: "no MetricAlarm is on its DaysToExpiry", fix: "add the alarm, below 60 days" });
      }
    },
  }),

  resourceRule({
    name: "tls-strong-keys",
    rule: "A generated key must be RSA of at least 2048 bits, or an elliptic curve of at least 256",
    source: "project rule",
    kinds: [tlsKey],
    check({ props }, report) {
      const { algorithm, ecdsaCurve = "P224", rsaBits = 2048 } = props;
      if (algorithm === "ED25519" || (algorithm === "RSA" && rsaBits >= 2048)) return;
      if (algorithm === "ECDSA" && ["P256", "P384", "P521"].includes(ecdsaCurve)) return;
      const found = algorithm === "RSA" ? shown("rsaBits", rsaBits) : shown("ecdsaCurve", ecdsaCurve);
      report({ found, fix: "set algorithm to ECDSA and ecdsaCurve to P256" });
    },
  }),

  resourceRule({
    name: "tls-renewed-by-number",
    rule: "A generated certificate must not be renewed by its date, because any update, a step's too, would then change it",
    source: "project rule",
    kinds: dated,
    check({ props }, report) {
      if ((props.earlyRenewalHours ?? 0) === 0) return;
      report({
        found: shown("earlyRenewalHours", props.earlyRenewalHours),
        fix: "remove earlyRenewalHours: a rotation is another number in dns.originPulls.authorities",
      });
    },
  }),
];

type ListenerMember = Member<NonNullable<(typeof listener)["props"]>>;

function modeOf({ props }: ListenerMember): string | undefined {
  return known(() => props.mutualAuthentication?.mode);
}

function verifyingListeners({ all }: Stack): readonly ListenerMember[] {
  return all(listener).filter((one) => modeOf(one) === "verify");
}

/** The DNS records that name the stack's load balancer. */
function recordsOfBalancer({ all }: Stack) {
  const balancers = all(loadBalancer);
  return all(dnsRecord).filter((record) =>
    balancers.some((balancer) => {
      const dnsName: unknown = known(() => Reflect.get(balancer.props, "dnsName"));
      const content = known(() => record.props.content);
      return refersTo(record, "content", balancer) || (content !== undefined && content === dnsName);
    }),
  );
}

/** The certificates of a bundle, without what only lays them out. */
function certificatesIn(bundle: string | undefined): readonly string[] {
  const found = bundle?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return found.map((one) => one.replace(/\s/g, ""));
}

/** Undefined while a preview does not know them all. */
function ownAuthorities({ all }: Stack): readonly string[] | undefined {
  return known(() =>
    all(selfSignedCertificate).flatMap(({ props }) => certificatesIn(String(Reflect.get(props, "certPem")))),
  );
}
