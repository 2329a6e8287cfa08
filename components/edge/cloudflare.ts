import { ManagedPrefixList } from "@pulumi/aws/ec2/managedPrefixList.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope, type Tags } from "../scope.ts";

/**
 * The addresses that Cloudflare's proxies connect from, as published at https://www.cloudflare.com/ips-v4 and
 * https://www.cloudflare.com/ips-v6, in their order. Compared with a copy of both lists of 11 February 2026.
 *
 * They are pinned here. A list that is fetched while planning could open the load balancer in a run that nobody reviewed.
 * When Cloudflare announces a range, add it here: the preview shows which list grows.
 */
export const cloudflareIpv4Ranges = [
  "173.245.48.0/20",
  "103.21.244.0/22",
  "103.22.200.0/22",
  "103.31.4.0/22",
  "141.101.64.0/18",
  "108.162.192.0/18",
  "190.93.240.0/20",
  "188.114.96.0/20",
  "197.234.240.0/22",
  "198.41.128.0/17",
  "162.158.0.0/15",
  "104.16.0.0/13",
  "104.24.0.0/14",
  "172.64.0.0/13",
  "131.0.72.0/22",
] as const;

/** The IPv6 ranges, with the same source and date. */
export const cloudflareIpv6Ranges = [
  "2400:cb00::/32",
  "2606:4700::/32",
  "2803:f800::/32",
  "2405:b500::/32",
  "2405:8100::/32",
  "2a06:98c0::/29",
  "2c0f:f248::/32",
] as const;

/**
 * Room for future ranges. A security group rule that refers to a list counts as that many rules, whatever the list holds
 * (Amazon VPC, "Amazon VPC quotas"). Two ports make 40 of the 60 rules that a group may have for each direction and
 * address family.
 */
const maxEntries = { IPv4: 20, IPv6: 10 } as const;

/** What `CloudflarePrefixLists` needs. */
export interface CloudflarePrefixListsArgs {
  readonly tags: Tags;
}

/**
 * Cloudflare's address ranges as managed prefix lists, for the load balancer of a stage whose DNS records are proxied.
 *
 * Every customer of Cloudflare connects from these ranges. The lists keep scanners of the whole internet out. They do not
 * prove that a request came through this zone.
 */
export class CloudflarePrefixLists extends pulumi.ComponentResource {
  readonly ipv4PrefixListId: pulumi.Output<string>;
  readonly ipv6PrefixListId: pulumi.Output<string>;

  constructor(name: string, args: CloudflarePrefixListsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:edge:CloudflarePrefixLists", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };

    this.ipv4PrefixListId = createPrefixList(scope, { addressFamily: "IPv4", ranges: cloudflareIpv4Ranges });
    this.ipv6PrefixListId = createPrefixList(scope, { addressFamily: "IPv6", ranges: cloudflareIpv6Ranges });
    this.registerOutputs({ ipv4PrefixListId: this.ipv4PrefixListId, ipv6PrefixListId: this.ipv6PrefixListId });
  }
}

interface PrefixListArgs {
  readonly addressFamily: keyof typeof maxEntries;
  readonly ranges: readonly string[];
}

function createPrefixList(scope: Scope, { addressFamily, ranges }: PrefixListArgs): pulumi.Output<string> {
  const { logicalName, tags, opts } = child(scope, `cloudflare-${addressFamily.toLowerCase()}`);
  const list = new ManagedPrefixList(
    logicalName,
    {
      addressFamily,
      maxEntries: maxEntries[addressFamily],
      entries: ranges.map((cidr) => ({ cidr, description: "Cloudflare" })),
      tags,
    },
    opts,
  );
  return list.id;
}
