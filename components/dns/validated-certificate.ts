import { Certificate } from "@pulumi/aws/acm/certificate.js";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { createDnsRecord } from "./create-dns-record.ts";

/** What `ValidatedCertificate` needs. */
export interface ValidatedCertificateArgs {
  /** Host names of the certificate, the subject first. Changing them replaces the certificate; the old one serves until then. */
  readonly hosts: readonly string[];
  /** Id of the Cloudflare zone that holds the hosts. */
  readonly zoneId: pulumi.Input<string>;
  readonly tags: Tags;
}

/** ACM looks a record up again before every renewal, so it stays for good; a minute keeps a corrected one quick. */
const validationTtlSeconds = 60;

/**
 * A certificate of AWS Certificate Manager that DNS records prove ownership for. ACM renews it by itself for as long as
 * the records exist (AWS Certificate Manager, "AWS Certificate Manager DNS validation").
 */
export class ValidatedCertificate extends pulumi.ComponentResource {
  /** Known once the certificate is issued: what depends on it waits for that. */
  readonly certificateArn: pulumi.Output<string>;

  /** @throws {RangeError} when there is no host, or the same host twice */
  constructor(name: string, args: ValidatedCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:dns:ValidatedCertificate", name, {}, opts);
    const parent = { parent: this };

    const certificate = createCertificate(name, args, parent);
    const records = args.hosts.map((host) => createProof(name, certificate, host, args.zoneId, parent));
    const validation = new CertificateValidation(
      `${name}-certificate`,
      { certificateArn: certificate.arn, validationRecordFqdns: records.map((record) => record.name) },
      parent,
    );

    this.certificateArn = validation.certificateArn;
    this.registerOutputs({ certificateArn: this.certificateArn });
  }
}

function createCertificate(
  name: string,
  { hosts, tags }: ValidatedCertificateArgs,
  opts: pulumi.CustomResourceOptions,
): Certificate {
  const [subject, ...alternatives] = hosts;
  if (subject === undefined || new Set(hosts).size < hosts.length) {
    throw new RangeError(`hosts is [${hosts.join(", ")}]. A certificate needs at least one host, and each host once.`);
  }
  return new Certificate(
    `${name}-certificate`,
    {
      domainName: subject,
      subjectAlternativeNames: alternatives,
      validationMethod: "DNS",
      keyAlgorithm: "RSA_2048",
      tags: { ...tags, Name: `${name}-certificate` },
    },
    opts,
  );
}

/** ACM lists the proofs in no fixed order, so each is looked up by its host. */
function createProof(
  name: string,
  certificate: Certificate,
  host: string,
  zoneId: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
) {
  const proof = certificate.domainValidationOptions.apply((options) => {
    const found = options.find(({ domainName }) => domainName === host);
    if (found === undefined) throw new Error(`ACM asks for no proof of ${host}, which is a host of the certificate.`);
    return found;
  });
  const request = {
    key: `certificate-${host}`,
    name: proof.resourceRecordName,
    type: "CNAME",
    content: proof.resourceRecordValue,
    // ACM must see the record itself, so it is never proxied.
    proxied: false,
    ttlSeconds: validationTtlSeconds,
    comment: "Proof for the AWS certificate",
  } as const;
  return createDnsRecord(name, zoneId, request, opts);
}
