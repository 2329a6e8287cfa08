import { z } from "zod";
import { hostName, logRetentionDays, mailAddress, patterned, vpcNetwork, wholeNumber } from "./primitives.ts";

/** `aws`: where the stack lives. */
export const aws = z
  .strictObject({
    region: patterned(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as ap-southeast-2").describe(
      "Region of everything but the frontend and the DNS records.",
    ),
    availabilityZones: z
      .array(patterned(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "a zone such as ap-southeast-2a"))
      .min(2, "at least two zones: a load balancer and a database subnet group need them")
      .max(3)
      .describe("Zones of the region; one public, one private and one database subnet is made in each."),
    accountId: patterned(/^\d{12}$/, "an AWS account id of 12 digits, in quotes")
      .optional()
      .describe("When set, the provider refuses to work in any other account."),
  })
  .describe("Region, zones and account of the stack.");

/** `hosts`: the names the public and the team use (guide S4, S5, P2, P3). */
export const hosts = z
  .strictObject({
    api: hostName.describe("Public host of the API; its rule carries the weights."),
    candidateApi: hostName.describe(
      "Host of the candidate alone, to test it before it has traffic (guide P3: api-v2).",
    ),
    frontend: hostName.describe("Host of the frontend."),
  })
  .describe("Host names of the API, the candidate and the frontend.");

/** `network`: the VPC. Changing cidrBlock replaces everything. */
export const network = z
  .strictObject({
    cidrBlock: vpcNetwork.describe("Address range of the VPC. Changing it replaces the VPC and everything in it."),
    natGateways: z
      .enum(["one", "one-per-zone"])
      .describe("one-per-zone survives the loss of a zone; one costs a third."),
    interfaceEndpoints: z
      .array(z.enum(["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "monitoring"]))
      .default([])
      .describe("AWS services reached without NAT. Each costs per zone and hour, so only those that pay."),
    flowLogRetentionDays: logRetentionDays.describe("Days that VPC flow logs are kept."),
  })
  .describe("The VPC and its subnets.");

/** `dns`: the Cloudflare zone. */
export const dns = z
  .strictObject({
    zone: hostName.describe("Name of the Cloudflare zone that holds every host."),
    proxied: z
      .boolean()
      .describe(
        "Whether API records go through Cloudflare. Then the load balancer accepts Cloudflare's addresses only.",
      ),
  })
  .describe("DNS records at Cloudflare.");

/** `mail`: SES for the portal's notifications (guide T4). */
export const mail = z
  .strictObject({
    domain: hostName.describe("Domain that mail is sent from."),
    mailFromSubdomain: patterned(/^[a-z0-9-]+$/, "one label such as bounce")
      .default("bounce")
      .describe("Label of the MAIL FROM domain, so that SPF aligns."),
    dmarcPolicy: z.enum(["none", "quarantine", "reject"]).describe("What receivers do with mail that fails DMARC."),
    dmarcReportAddress: mailAddress.describe("Where receivers send DMARC reports."),
  })
  .describe("Outgoing mail.");

/** `storage`: the uploads bucket and access logs. */
export const storage = z
  .strictObject({
    noncurrentVersionDays: wholeNumber(1, 3650).describe("Days a replaced or deleted upload can still be restored."),
    accessLogDays: wholeNumber(1, 3650).describe("Days the load balancer's access logs are kept."),
    destroyable: z.boolean().describe("Whether `pulumi destroy` may delete buckets that hold objects."),
  })
  .describe("Uploads and access logs.");
