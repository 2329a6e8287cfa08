/** Mutations of the certificate by which the load balancer knows requests that came through this zone. */
import {
  bucketObject,
  certificate,
  dnsRecord,
  issuedCertificate,
  listener,
  metricAlarm,
  originPulls,
  selfSignedCertificate,
  tlsKey,
  trustStore,
  zoneSetting,
} from "../../../policies/kinds.ts";
import { type Mutation, notCaught, production, remove, set, the, unset } from "./mutation.ts";
import { certificateRequest, hostnameCertificate } from "./types.ts";

const https = the(listener, "https");
const store = the(trustStore, "origin");
const bundle = the(bucketObject, "origin-authorities");
const api = the(originPulls, "origin-pulls-api");
const authorityKey = the(tlsKey, "origin-authority-1");

const foreign = "-----BEGIN CERTIFICATE-----\nMIIBsDCCAVagAwIBAgIJ\n-----END CERTIFICATE-----\n";

export const originPullMutations: readonly Mutation[] = [
  unset(https, "mutualAuthentication.trustStoreArn", "lb-verifies-by-own-store", production),
  set(
    https,
    "mutualAuthentication.trustStoreArn",
    "arn:aws:elasticloadbalancing:ap-southeast-2:999999999999:truststore/theirs/1",
    "lb-verifies-by-own-store",
    production,
  ),
  set(https, "mutualAuthentication.ignoreClientCertificateExpiry", false, "lb-verifies-by-own-store", production),
  unset(https, "mutualAuthentication.ignoreClientCertificateExpiry", "lb-verifies-by-own-store", production),
  set(
    https,
    "mutualAuthentication",
    { mode: "off" },
    notCaught("The config says when the load balancer begins to verify, and the program keeps the order."),
    production,
  ),
  set(https, "mutualAuthentication", { mode: "passthrough" }, "lb-client-certificates-behind-proxy", ["staging"]),
  set(the(dnsRecord, "api"), "proxied", false, "lb-client-certificates-behind-proxy", production),
  unset(the(dnsRecord, "candidate"), "proxied", "lb-client-certificates-behind-proxy", production),
  remove(store, "lb-verifies-by-own-store", production),
  set(store, "caCertificatesBundleS3Key", "somewhere-else.pem", "lb-trusts-own-authorities", production),
  remove(bundle, "lb-trusts-own-authorities", production),
  set(bundle, "content", foreign, "lb-trusts-own-authorities", production),
  remove(the(selfSignedCertificate, "origin-authority-1"), "lb-trusts-own-authorities", production),
  remove(api, "cloudflare-presents-certificate", production),
  remove(the(originPulls, "origin-pulls-candidate"), "cloudflare-presents-certificate", production),
  set(api, "configs[0].enabled", false, "cloudflare-presents-certificate", production),
  set(api, "configs[0].hostname", "www.celebrant-portal.com", "cloudflare-presents-certificate", production),
  remove(
    the(hostnameCertificate, "origin-client-1"),
    notCaught("Then the id that the hosts are told is an unknown one, which Cloudflare refuses."),
    production,
  ),
  set(the(zoneSetting, "ssl"), "value", "flexible", "cloudflare-ssl-strict", production),
  set(the(zoneSetting, "ssl"), "value", "full", "cloudflare-ssl-strict", production),
  remove(the(metricAlarm, "origin-client-1-expiry"), "acm-imported-watched", production),
  set(
    the(metricAlarm, "origin-client-1-expiry"),
    "dimensions.CertificateArn",
    "arn:aws:acm:ap-southeast-2:123456789012:certificate/another",
    "acm-imported-watched",
    production,
  ),
  remove(
    the(certificate, "origin-client-1"),
    notCaught("Nothing but the alarm uses it, which then stays as it is."),
    production,
  ),
  set(authorityKey, "ecdsaCurve", "P224", "tls-strong-keys", production),
  unset(authorityKey, "ecdsaCurve", "tls-strong-keys", production),
  set(
    the(certificateRequest, "origin-client-1"),
    "dnsNames",
    [],
    notCaught("The load balancer asks for no name in a client certificate."),
    production,
  ),
  set(the(selfSignedCertificate, "origin-authority-1"), "earlyRenewalHours", 720, "tls-renewed-by-number", production),
  set(the(issuedCertificate, "origin-client-1"), "earlyRenewalHours", 720, "tls-renewed-by-number", production),
];
