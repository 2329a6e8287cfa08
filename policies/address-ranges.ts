/** How much of the internet an address range holds. */
import { BlockList, isIP } from "node:net";

/**
 * Ranges that nobody on the internet has an address in: private ones (RFC 1918, RFC 4193), those that carriers share
 * (RFC 6598), link-local and loopback ones.
 */
const privateRanges = [
  { network: "10.0.0.0", prefix: 8, family: "ipv4" },
  { network: "172.16.0.0", prefix: 12, family: "ipv4" },
  { network: "192.168.0.0", prefix: 16, family: "ipv4" },
  { network: "100.64.0.0", prefix: 10, family: "ipv4" },
  { network: "169.254.0.0", prefix: 16, family: "ipv4" },
  { network: "127.0.0.0", prefix: 8, family: "ipv4" },
  { network: "fc00::", prefix: 7, family: "ipv6" },
  { network: "fe80::", prefix: 10, family: "ipv6" },
] as const;

/** One list of each range, made once: a plan has dozens of ranges to look up. */
const privateLists = privateRanges.map(({ network, prefix, family }) => {
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return { prefix, family, list };
});

/** Bits that a public range must fix. The widest range of Cloudflare is a /13, and a /29 of IPv6. */
const leastPrefix = { ipv4: 12, ipv6: 28 } as const;

/** The share of the public addresses that ranges may have together: as much as a /8, and a /24 of IPv6. */
const largestShare = { ipv4: 2 ** -8, ipv6: 2 ** -24 } as const;

interface Range {
  readonly family: "ipv4" | "ipv6";
  readonly prefix: number;
  readonly isPrivate: boolean;
}

/** @returns undefined for a text that is no address range */
function read(cidr: string): Range | undefined {
  const [, address = "", length = ""] = /^([^/]+)\/(\d{1,3})$/.exec(cidr.trim()) ?? [];
  const version = isIP(address);
  const prefix = Number(length);
  if (version === 0 || length === "" || prefix > (version === 4 ? 32 : 128)) return undefined;
  const family = version === 4 ? "ipv4" : "ipv6";
  const isPrivate = privateLists.some(
    (range) => range.family === family && prefix >= range.prefix && range.list.check(address, family),
  );
  return { family, prefix, isPrivate };
}

/** Whether a range holds a large part of the internet, or cannot be read, so that nobody knows. */
export function isWide(cidr: string): boolean {
  const range = read(cidr);
  return range === undefined || (!range.isPrivate && range.prefix < leastPrefix[range.family]);
}

/** Whether a range has no public address. */
export function isPrivate(cidr: string): boolean {
  return read(cidr)?.isPrivate === true;
}

/** Whether ranges that are narrow one by one hold a large part of the internet together. */
export function areWideTogether(cidrs: readonly string[]): boolean {
  const open = cidrs.map(read).filter((range) => range !== undefined && !range.isPrivate);
  return (["ipv4", "ipv6"] as const).some((family) => {
    const shares = open.map((range) => (range?.family === family ? 2 ** -range.prefix : 0));
    return shares.reduce((sum, share) => sum + share, 0) > largestShare[family];
  });
}
