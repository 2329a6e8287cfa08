import { hash } from "node:crypto";
import { Certificate } from "@pulumi/aws/acm/certificate.js";
import { TrustStore } from "@pulumi/aws/lb/trustStore.js";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging.js";
import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2.js";
import { AuthenticatedOriginPulls } from "@pulumi/cloudflare/authenticatedOriginPulls.js";
import { AuthenticatedOriginPullsHostnameCertificate } from "@pulumi/cloudflare/authenticatedOriginPullsHostnameCertificate.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope, type Tags } from "../scope.ts";
import { serverAccessLogPrefix } from "../storage/access-logs-bucket.ts";
import { createPrivateBucket } from "../storage/private-bucket.ts";
import { createOriginCertificate, type OriginCertificate } from "./origin-certificates.ts";

/** What `OriginPulls` needs. */
export interface OriginPullsArgs {
  /** Id of the Cloudflare zone. */
  readonly zoneId: pulumi.Input<string>;
  /** Proxied hosts that Cloudflare presents the certificate for. Keyed by the end of their resources' logical names. */
  readonly hosts: Readonly<Record<"api" | "candidate", string>>;
  /** Numbers of the authorities that the load balancer trusts. */
  readonly authorities: readonly number[];
  /** The one of them whose certificate Cloudflare presents. */
  readonly presented: number;
  /** Bucket that requests are logged to, `AccessLogsBucket.bucketName`. */
  readonly accessLogsBucketName: pulumi.Input<string>;
  /** Policy that lets S3 write there, `AccessLogsBucket.policy`. */
  readonly accessLogsBucketPolicy: pulumi.Resource;
  /** Whether `pulumi destroy` may delete the bucket with the authorities' certificates. Otherwise Pulumi refuses. */
  readonly destroyable: boolean;
  readonly tags: Tags;
}

/** A client certificate as ACM knows it, which publishes how many days it is still valid. */
export interface WatchedCertificate {
  readonly authority: number;
  readonly arn: pulumi.Output<string>;
}

/**
 * Cloudflare's Authenticated Origin Pulls with certificates of this stage: what Cloudflare presents to the load balancer, and
 * what the load balancer trusts.
 *
 * Cloudflare's addresses are those of all its customers, so only a certificate proves that a request came through this zone.
 * It is set for each host and not for the zone, which both stages share (Cloudflare, "Authenticated Origin Pulls": per-hostname
 * certificates take precedence). Nothing here makes the load balancer ask for a certificate: `Traffic` does.
 */
export class OriginPulls extends pulumi.ComponentResource {
  /** Certificates of all authorities. */
  readonly trustStoreArn: pulumi.Output<string>;
  /** The client certificates, by authority. */
  readonly certificates: readonly WatchedCertificate[];
  /** Known once Cloudflare presents the certificate for every host. */
  readonly presentedFor: pulumi.Output<readonly string[]>;

  /** @throws {RangeError} when `presented` is none of the authorities */
  constructor(name: string, args: OriginPullsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:edge:OriginPulls", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };
    const { zoneId, authorities, presented } = args;
    const hosts: readonly [string, ...string[]] = [args.hosts.api, args.hosts.candidate];

    const issued = authorities.map((authority) => createOriginCertificate(scope, { authority, hosts }));
    const atCloudflare = issued.map((certificate) => createHostnameCertificate(scope, { certificate, zoneId }));
    const certId = atCloudflare.find(({ authority }) => authority === presented)?.id;
    if (certId === undefined) {
      throw new RangeError(
        `presented is ${presented}, which is none of the authorities ${authorities.join(", ")}. The load balancer would refuse what Cloudflare presents: name one of them.`,
      );
    }
    this.presentedFor = pulumi.all(
      Object.entries(args.hosts).map(([key, hostname]) => createAssociation(scope, { key, hostname, zoneId, certId })),
    );
    this.certificates = issued.map((certificate) => createWatchedCertificate(scope, certificate));
    this.trustStoreArn = createTrustStore(scope, { ...args, issued }).arn;
    this.registerOutputs({ trustStoreArn: this.trustStoreArn });
  }
}

function createHostnameCertificate(
  scope: Scope,
  { certificate, zoneId }: { readonly certificate: OriginCertificate; readonly zoneId: pulumi.Input<string> },
) {
  const { authority, certificatePem, privateKeyPem } = certificate;
  const { logicalName, opts } = child(scope, `origin-client-${authority}`);
  const uploaded = new AuthenticatedOriginPullsHostnameCertificate(
    logicalName,
    { zoneId, certificate: certificatePem, privateKey: privateKeyPem },
    opts,
  );
  return { authority, id: uploaded.id };
}

interface AssociationArgs {
  readonly key: string;
  readonly hostname: string;
  readonly zoneId: pulumi.Input<string>;
  readonly certId: pulumi.Output<string>;
}

/** Makes Cloudflare present the certificate for one host. One resource a host: the provider reads back one host alone. */
function createAssociation(scope: Scope, { key, hostname, zoneId, certId }: AssociationArgs): pulumi.Output<string> {
  const { logicalName, opts } = child(scope, `origin-pulls-${key}`);
  const association = new AuthenticatedOriginPulls(
    logicalName,
    { zoneId, configs: [{ hostname, certId, enabled: true }] },
    // In place the provider would tell Cloudflare of the new host, and not take the old one back.
    { ...opts, replaceOnChanges: ["configs[0].hostname"] },
  );
  return association.id.apply(() => hostname);
}

/** Imports a client certificate into ACM, for the metric alone that an alarm on its end needs. Nothing uses it there. */
function createWatchedCertificate(scope: Scope, issued: OriginCertificate): WatchedCertificate {
  const { authority, authorityPem, certificatePem, privateKeyPem } = issued;
  const { logicalName, tags, opts } = child(scope, `origin-client-${authority}`);
  const imported = new Certificate(
    logicalName,
    { certificateBody: certificatePem, certificateChain: authorityPem, privateKey: privateKeyPem, tags },
    opts,
  );
  return { authority, arn: imported.arn };
}

/**
 * Creates the trust store from one bundle of all authorities. The load balancer reads a bundle once. So the object's key comes
 * from its content: another bundle is another object, and the trust store is told of it.
 */
function createTrustStore(
  scope: Scope,
  args: OriginPullsArgs & { readonly issued: readonly OriginCertificate[] },
): TrustStore {
  const { logicalName, tags, opts } = child(scope, "origin");
  const { bucket } = createPrivateBucket(scope, {
    what: "origin-authorities",
    encryption: "aws:kms",
    versioned: true,
    lifecycleRules: [],
    statements: () => [],
    destroyable: args.destroyable,
  });
  const logged = child(scope, "origin-authorities");
  new BucketLogging(
    logged.logicalName,
    {
      bucket: bucket.bucket,
      targetBucket: args.accessLogsBucketName,
      targetPrefix: serverAccessLogPrefix,
      targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
    },
    { ...logged.opts, dependsOn: args.accessLogsBucketPolicy },
  );
  const bundle = pulumi
    .all(args.issued.map(({ authorityPem }) => authorityPem))
    .apply((certificates) => certificates.map((pem) => `${pem.trim()}\n`).join(""));
  const object = new BucketObjectv2(
    logged.logicalName,
    {
      bucket: bucket.bucket,
      key: bundle.apply((content) => `authorities-${hash("sha256", content, "hex").slice(0, 16)}.pem`),
      content: bundle,
      contentType: "application/x-pem-file",
      tags: logged.tags,
    },
    logged.opts,
  );
  return new TrustStore(
    logicalName,
    { caCertificatesBundleS3Bucket: object.bucket, caCertificatesBundleS3Key: object.key, tags },
    opts,
  );
}
