import type * as pulumi from "@pulumi/pulumi";
import { CertRequest } from "@pulumi/tls/certRequest.js";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert.js";
import { PrivateKey } from "@pulumi/tls/privateKey.js";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert.js";
import type { UntaggedScope } from "../scope.ts";

/** Hours of ten years. An authority is replaced by the next number long before. */
const authorityHours = 10 * 365 * 24;
/** Hours of two years. An alarm tells people 60 days before the end. */
const clientHours = 2 * 365 * 24;

/**
 * ECDSA on P-256. The load balancer takes such client certificates, and ACM imports them (Application Load Balancers, "Mutual
 * authentication with TLS"; ACM, "Prerequisites for importing ACM certificates").
 */
const keySettings = { algorithm: "ECDSA", ecdsaCurve: "P256" } as const;

/** Whose certificates are made. */
export interface OriginCertificateArgs {
  /** Number of the authority. Another number is another authority, with other keys. */
  readonly authority: number;
  /** The hosts that Cloudflare presents the certificate for. The first is its common name: ACM imports none without a name. */
  readonly hosts: readonly [string, ...string[]];
}

/** An authority's own certificate, and the client certificate that it issued. The keys are secrets. */
export interface OriginCertificate {
  readonly authority: number;
  /** Certificate of the authority, PEM. */
  readonly authorityPem: pulumi.Output<string>;
  /** The client certificate that Cloudflare presents, PEM. */
  readonly certificatePem: pulumi.Output<string>;
  /** Its key, PEM. A secret: nowhere but in Pulumi's encrypted state, at Cloudflare, and in ACM. */
  readonly privateKeyPem: pulumi.Output<string>;
}

/**
 * Makes an authority and the one certificate that it ever issues.
 *
 * No renewal before the end is asked for (`earlyRenewalHours`), so that no update changes a certificate because of its date. A
 * rotation is another number, in three updates.
 */
export function createOriginCertificate(
  { name, parent }: UntaggedScope,
  { authority, hosts }: OriginCertificateArgs,
): OriginCertificate {
  const opts = { parent };
  const [authorityName, clientName] = [`${name}-origin-authority-${authority}`, `${name}-origin-client-${authority}`];
  const authorityKey = new PrivateKey(authorityName, keySettings, opts);
  const issuer = new SelfSignedCert(
    authorityName,
    {
      privateKeyPem: authorityKey.privateKeyPem,
      isCaCertificate: true,
      subject: { commonName: authorityName, organization: name },
      allowedUses: ["cert_signing", "crl_signing"],
      validityPeriodHours: authorityHours,
    },
    opts,
  );
  const clientKey = new PrivateKey(clientName, keySettings, opts);
  const request = new CertRequest(
    clientName,
    {
      privateKeyPem: clientKey.privateKeyPem,
      subject: { commonName: hosts[0], organization: name, organizationalUnit: `origin client ${authority}` },
      dnsNames: [...hosts],
    },
    opts,
  );
  const certificate = new LocallySignedCert(
    clientName,
    {
      certRequestPem: request.certRequestPem,
      caCertPem: issuer.certPem,
      caPrivateKeyPem: authorityKey.privateKeyPem,
      allowedUses: ["digital_signature", "client_auth"],
      validityPeriodHours: clientHours,
    },
    opts,
  );
  return {
    authority,
    authorityPem: issuer.certPem,
    certificatePem: certificate.certPem,
    privateKeyPem: clientKey.privateKeyPem,
  };
}
