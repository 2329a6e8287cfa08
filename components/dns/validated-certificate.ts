import { Certificate } from "@pulumi/aws/acm/certificate.js";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation.js";
import type { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope, type Tags } from "../scope.ts";
import { createDnsRecord } from "./dns-records.ts";

/** What `ValidatedCertificate` needs. */
export interface ValidatedCertificateArgs {
  /**
   * Host names of the certificate, the subject first. Changing them replaces the certificate. The old one serves until
   * the new one is valid.
   */
  readonly hosts: readonly string[];
  /** Id of the Cloudflare zone that holds the hosts. */
  readonly zoneId: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * A certificate of AWS Certificate Manager. DNS records prove that the hosts are ours. ACM renews the certificate by
 * itself while the records exist (AWS Certificate Manager, "AWS Certificate Manager DNS validation").
 */
export class ValidatedCertificate extends pulumi.ComponentResource {
  /** Known once the certificate is issued, so whatever uses it waits for that. */
  readonly certificateArn: pulumi.Output<string>;

  /** @throws {RangeError} when there is no host, or the same host twice */
  constructor(name: string, args: ValidatedCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:dns:ValidatedCertificate", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };

    const certificate = createCertificate(scope, args);
    const { zoneId } = args;
    const records = args.hosts.map((host) => createProof(scope, { certificate, host, zoneId }));
    const validation = new CertificateValidation(
      `${name}-certificate`,
      { certificateArn: certificate.arn, validationRecordFqdns: records.map((record) => record.name) },
      { parent: this },
    );

    this.certificateArn = validation.certificateArn;
    this.registerOutputs({ certificateArn: this.certificateArn });
  }
}

function createCertificate(scope: Scope, { hosts }: ValidatedCertificateArgs): Certificate {
  const [subject, ...alternatives] = hosts;
  if (subject === undefined || new Set(hosts).size < hosts.length) {
    throw new RangeError(`hosts is [${hosts.join(", ")}]. A certificate needs at least one host, and each host once.`);
  }
  const { logicalName, tags, opts } = child(scope, "certificate");
  return new Certificate(
    logicalName,
    {
      domainName: subject,
      subjectAlternativeNames: alternatives,
      validationMethod: "DNS",
      keyAlgorithm: "RSA_2048",
      tags,
    },
    opts,
  );
}

/** ACM looks the record up again before every renewal, so it stays. With a minute a corrected record is found soon. */
const validationTtlSeconds = 60;

interface ProofArgs {
  readonly certificate: Certificate;
  readonly host: string;
  readonly zoneId: pulumi.Input<string>;
}

/** Creates the record that proves one host. ACM lists the proofs in no fixed order, so it is looked up by the host. */
function createProof(scope: Scope, { certificate, host, zoneId }: ProofArgs): DnsRecord {
  const proof = certificate.domainValidationOptions.apply((options) => {
    const found = options.find(({ domainName }) => domainName === host);
    if (found === undefined) throw new Error(`ACM asks for no proof of ${host}, which is a host of the certificate.`);
    return found;
  });
  return createDnsRecord(scope, {
    zoneId,
    key: `certificate-${host}`,
    name: proof.resourceRecordName,
    type: "CNAME",
    content: proof.resourceRecordValue,
    // ACM must see the record itself.
    proxied: false,
    ttlSeconds: validationTtlSeconds,
    comment: "Proof for the AWS certificate",
  });
}
