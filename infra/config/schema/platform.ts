import { z } from "zod";
import {
  block,
  hostName,
  list,
  logRetentionDays,
  mailAddress,
  nonEmptyList,
  oneOf,
  patterned,
  trueOrFalse,
  vpcNetwork,
  wholeNumber,
} from "./primitives.ts";

/** `aws`: where the stack lives. */
export const aws = block({
  region: patterned(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as ap-southeast-2").describe(
    "Region of everything but the frontend and the DNS records.",
  ),
  availabilityZones: z
    .array(patterned(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "a zone such as ap-southeast-2a"), {
      error: "a list of 2 or 3 zones: a load balancer and a database subnet group need at least two",
    })
    .min(2)
    .max(3)
    .describe("Zones of the region. Each gets one public, one private and one database subnet."),
  accountId: patterned(/^\d{12}$/, "an AWS account id of 12 digits, in quotes")
    .optional()
    .describe("When set, the provider refuses to work in any other account."),
  roleBoundary: patterned(/^[\w+=,.@-]{1,128}$/, "the name of a policy of the account")
    .optional()
    .describe(
      "Name of the policy that bounds every role of the stack, for a deploy role that may make no others (docs/pipelines.md, Set up deploys and the rest). Without one the roles have no boundary.",
    ),
}).describe("Region, zones and account of the stack.");

/** `hosts`: the names that the public and the team use (guide S4, S5, P2, P3). */
export const hosts = block({
  api: hostName.describe("Public host of the API; its rule carries the weights."),
  candidateApi: hostName.describe("Host of the candidate alone, to test it before it has traffic (guide P3: api-v2)."),
  frontend: hostName.describe("Host of the frontend."),
}).describe("Host names of the API, the candidate and the frontend.");

/** `network`: the VPC. */
export const network = block({
  cidrBlock: vpcNetwork.describe("Address range of the VPC. Changing it replaces the VPC and everything in it."),
  natGateways: oneOf("one", "one-per-zone").describe(
    "one-per-zone survives the loss of a zone; one costs less, and its zone's loss cuts off the others.",
  ),
  interfaceEndpoints: list(oneOf("ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "monitoring"))
    .default([])
    .describe("AWS services that are reached without NAT. Each endpoint costs per zone and hour."),
  flowLogRetentionDays: logRetentionDays.describe("Days that VPC flow logs are kept."),
}).describe("The VPC and its subnets.");

/** The hosts that the public knows. A live site has records for them already. */
export const publicHosts = ["api", "frontend"] as const;

/** A key of `hosts` that the public knows. */
export type PublicHost = (typeof publicHosts)[number];

/** How many authorities the load balancer trusts at once: the next and the one before overlap in a rotation. */
const mostAuthorities = 2;

const authority = wholeNumber(1, 999);

/** `dns.originPulls`: the certificate by which the load balancer knows requests that came through this zone. */
const originPulls = block({
  mode: oneOf("off", "passthrough", "verify").describe(
    "off: Cloudflare presents no certificate. passthrough: it does, and the load balancer accepts every connection. verify: the load balancer refuses connections without it. Change one at a time, in this order.",
  ),
  authorities: nonEmptyList(authority)
    .max(mostAuthorities, { error: `a list of at most ${mostAuthorities} numbers` })
    .default([1])
    .describe("Numbers of the authorities that the load balancer trusts: one, and the next one in a rotation."),
  presented: authority.default(1).describe("The authority whose certificate Cloudflare presents."),
}).describe("Mutual TLS between Cloudflare and the load balancer. Only with dns.proxied.");

/** `dns`: the Cloudflare zone. */
export const dns = block({
  zone: hostName.describe("Name of the Cloudflare zone that holds every host."),
  proxied: trueOrFalse.describe(
    "Whether API records go through Cloudflare. Then the load balancer accepts Cloudflare's addresses only.",
  ),
  pendingHosts: list(oneOf(...publicHosts))
    .default([])
    .describe(
      "Public hosts that still lead to a site outside of this stack. No record is planned for them; cut-over moves each of them here.",
    ),
  managesZone: trueOrFalse
    .default(false)
    .describe(
      "Whether this stack sets the zone's SSL mode to Full (strict). Production alone: the stages share the zone.",
    ),
  originPulls: originPulls.optional(),
}).describe("DNS records at Cloudflare.");

/** `mail`: SES for the portal's notifications (guide T4). */
export const mail = block({
  domain: hostName.describe("Domain that mail is sent from."),
  mailFromSubdomain: patterned(/^[a-z0-9-]+$/, "a single DNS label such as bounce")
    .default("bounce")
    .describe("Label of the MAIL FROM domain, so that SPF aligns."),
  dmarcPolicy: oneOf("none", "quarantine", "reject").describe("What receivers do with mail that fails DMARC."),
  dmarcReportAddress: mailAddress.describe("Where receivers send DMARC reports."),
  reportsTo: nonEmptyList(mailAddress)
    .optional()
    .describe(
      "Who gets the daily report of a rollout by npm run rollout -- report --daily --mail, from rollout@ the domain (guide K1).",
    ),
}).describe("Outgoing mail.");

/** `storage`: the uploads bucket and access logs. */
export const storage = block({
  noncurrentVersionDays: wholeNumber(1, 3650).describe("Days that a replaced or deleted upload can still be restored."),
  accessLogDays: wholeNumber(1, 3650).describe("Days that the load balancer's access logs are kept."),
  destroyable: trueOrFalse.describe("Whether `pulumi destroy` may delete buckets that hold objects."),
}).describe("Uploads and access logs.");
