import { ManagedPrefixList } from "@pulumi/aws/ec2/managedPrefixList.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { cloudflareIpv4Ranges, cloudflareIpv6Ranges } from "./cloudflare-ranges.ts";

/** What `CloudflarePrefixLists` needs. */
export interface CloudflarePrefixListsArgs {
  readonly tags: Tags;
}

/**
 * Room for ranges to come. A security group rule that refers to a list counts as that many rules, whatever the list
 * holds (Amazon VPC, "Amazon VPC quotas"). Two ports make 40 of the 60 rules that a group may have for each direction
 * and address family.
 */
const maxEntries = { IPv4: 20, IPv6: 10 } as const;

/**
 * Cloudflare's address ranges as managed prefix lists, for the load balancer of a stage whose DNS records are proxied.
 *
 * Every customer of Cloudflare connects from these ranges: they keep scanners of the whole internet out, and are no proof
 * that a request came through this zone.
 */
export class CloudflarePrefixLists extends pulumi.ComponentResource {
  readonly ipv4PrefixListId: pulumi.Output<string>;
  readonly ipv6PrefixListId: pulumi.Output<string>;

  constructor(name: string, args: CloudflarePrefixListsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:edge:CloudflarePrefixLists", name, {}, opts);

    this.ipv4PrefixListId = createList(this, `${name}-cloudflare-ipv4`, "IPv4", cloudflareIpv4Ranges, args.tags);
    this.ipv6PrefixListId = createList(this, `${name}-cloudflare-ipv6`, "IPv6", cloudflareIpv6Ranges, args.tags);
    this.registerOutputs({ ipv4PrefixListId: this.ipv4PrefixListId, ipv6PrefixListId: this.ipv6PrefixListId });
  }
}

function createList(
  parent: pulumi.Resource,
  name: string,
  addressFamily: keyof typeof maxEntries,
  ranges: readonly string[],
  tags: Tags,
): pulumi.Output<string> {
  const list = new ManagedPrefixList(
    name,
    {
      addressFamily,
      maxEntries: maxEntries[addressFamily],
      entries: ranges.map((cidr) => ({ cidr, description: "Cloudflare" })),
      tags: { ...tags, Name: name },
    },
    { parent },
  );
  return list.id;
}
